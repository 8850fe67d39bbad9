"""One phonemizer in several threads, as a web server has it."""

from concurrent.futures import ThreadPoolExecutor

from lingap.g2p import Phonemizer

WORDS = [f"{a}{b}{c}a" for a in "ptkbdg" for b in "aeiou" for c in "mnlrs"]


def test_threads_share_a_phonemizer_and_its_cache(tmp_path):
    expected = [word.units for word in Phonemizer("ita", "epitran", cache=False)(WORDS)]
    shared = Phonemizer("ita", "epitran", cache=tmp_path)
    shared(WORDS[:1])
    parts = [WORDS[i::4] for i in range(4)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(shared, parts))
    spelled = {
        w: p.units
        for part, said in zip(parts, found, strict=True)
        for w, p in zip(part, said, strict=True)
    }
    assert [spelled[word] for word in WORDS] == expected
    assert not list(tmp_path.rglob("*corrupt*"))
    warm = Phonemizer("ita", "epitran", cache=tmp_path)
    assert [word.units for word in warm(WORDS)] == expected
