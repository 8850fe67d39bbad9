"""Running text: a line for a line whatever is in it, bounded memory, any number of processes."""

import io
import random
from operator import truediv

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lingap.errors import LanguageError, StoreError
from lingap.g2p import Phonemizer, Policies
from lingap.g2p.bulk.lines import LineSpeller
from lingap.g2p.bulk.lines import _blocks as blocks
from lingap.g2p.bulk.parallel import map_in_order
from lingap.g2p.bulk.textfile import line_chunks, phonemize_text
from lingap.text.words import split_words


def run(data, language="fin", processes=1, **more):
    sink = io.BytesIO()
    phonemizer = Phonemizer(language, "epitran", **more)
    coverage = phonemize_text(io.BytesIO(data), sink, phonemizer, processes=processes)
    return sink.getvalue(), coverage


LINES = [
    ("talo", "t ɑ l o"),
    ("Hei, talo!", "h e i ▁ , ▁ t ɑ l o ▁ !"),
    ("", ""),
    ("   \t ", ""),
    ("\u00a0\u3000", ""),
    ("talo\u00a0talo", "t ɑ l o ▁ t ɑ l o"),
    ("talo\r", "t ɑ l o"),
    ("дом 😀 talo", "<unk> ▁ <unk> ▁ t ɑ l o"),
    ("a\0b", "ɑ b"),
    ("\u200f", ""),
    ("talo \u200b talo", "t ɑ l o ▁ t ɑ l o"),
    ("\u200b! \u00a0\ufe0f", "!"),
    ("▁", "<unk>"),
    ("\u0301", "<unk>"),
    ("a\u2028b", "ɑ ▁ b"),
    ("ta\u0308", "t æ"),
]


@pytest.mark.parametrize(("line", "spelled"), LINES)
def test_lines(line, spelled):
    for before, after in (("", ""), ("talo\n", "t ɑ l o\n")):
        out, _ = run((before + line + "\n" + before).encode())
        assert out.decode() == after + spelled + "\n" + after


def test_all_lines_at_once_and_without_a_last_line_end():
    out, coverage = run("\n".join(line for line, _ in LINES).encode())
    assert out.decode() == "".join(f"{spelled}\n" for _, spelled in LINES)
    assert coverage.words == sum(len(split_words(line, "fin")) for line, _ in LINES)


def test_what_shows_nothing_is_no_word_and_no_loss_of_one():
    out, coverage = run("talo \u200b \u200b talo\u00a0\u200b\n\ufeff\n".encode())
    assert out.decode() == "t ɑ l o ▁ t ɑ l o\n\n"
    assert (coverage.words, coverage.types, coverage.empty_words) == (2, 1, 0)
    assert coverage.notes == {}


@pytest.mark.parametrize(
    ("text", "n_hit"),
    [
        ("ta\u00ad\u00ad\u00adlo talo\n", 1), ("\u200ftalo\u200e, talo\n", 1),
        ("ta\u00ad\u00ad\u00adlo, talo\n", 1), ("ta\u00adlo\u2060,ta\u00adlo\n", 2),
        ("\u200dtalo talo\n", 1), ("talo\u200btalo\n", 0), ("talo \u00ad talo\n", 0),
        ("a\u00ad\u0308\u00adni ta\u0640\u00adlo\n", 2), ("ta\u00adlo\n" * 7, 7),
    ],
)  # fmt: skip
def test_words_that_lost_invisible_characters_are_counted_once(text, n_hit):
    coverage = run(text.encode())[1]
    assert coverage.notes.get("invisible dropped", 0) == n_hit
    phonemizer = Phonemizer("fin", "epitran", cache=False)
    phonemizer.text(text)
    assert phonemizer.coverage.notes.get("invisible dropped", 0) == n_hit


def test_nothing_gives_nothing():
    assert run(b"")[0] == b""
    assert run(b"\n")[0] == b"\n"
    assert run(b"\n\n\n")[0] == b"\n\n\n"


@pytest.mark.parametrize(
    "data", [b"\xff", b"a\xfe\xfdb", b"\xe0\x80", b"\xed\xa0\x80", b"talo \xc3", b"\xf5\xff\xff"]
)
def test_invalid_utf8_is_counted(data):
    out, coverage = run(data + b"\ntalo\n")
    assert out.decode().splitlines()[1] == "t ɑ l o"
    assert coverage.notes["invalid UTF-8"] == 1
    assert coverage.unmapped["\ufffd"] == data.decode("utf-8", "replace").count("\ufffd")


@pytest.mark.parametrize("byte", [b"\xe9", b"\xff"])
def test_a_word_with_several_invalid_bytes_is_one_word(byte):
    data = byte * 4 + b" a\n" + (b"a" + byte + b", b" + byte + byte + "c \ufffd\n".encode()) * 3
    assert run(data)[1].notes["invalid UTF-8"] == 1 + 3 * 2


def test_a_line_of_a_million_characters():
    out, coverage = run(("a" * 1_000_000 + "\n" + "talo " * 200_000 + "\ntalo\n").encode())
    assert out.count(b"\n") == 3
    assert coverage.words == 200_002


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=60))
@example(data=b"\xff\n\xfe\xfd000\xfd")
@example(data=b"\xc2\xa0\n\xc2\xa0 a")
def test_any_bytes_give_a_line_a_line(data):
    out, coverage = run(data, cache=False)
    text = data.decode("utf-8", "replace")
    lines = text.removesuffix("\n").split("\n") if data else []
    spelled = out.decode().split("\n")
    assert spelled.pop() == ""
    assert len(spelled) == len(lines)
    for line, said in zip(lines, spelled, strict=True):
        assert (said.count("▁") + 1 if said else 0) == len(split_words(line, "fin"))
    assert coverage.words == sum(len(split_words(line, "fin")) for line in lines)


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_says_what_the_phonemizer_of_words_says(text):
    phonemizer = Phonemizer("fin", "epitran", cache=False)
    out, coverage = run(text.encode(), cache=False)
    expected = []
    for line in text.removesuffix("\n").split("\n") if text else []:
        said = phonemizer(split_words(line, "fin"))
        expected.append(" ▁ ".join(" ".join(p.units) or "<unk>" for p in said))
    assert out.decode() == "".join(f"{line}\n" for line in expected)
    theirs, ours = phonemizer.coverage, coverage
    assert (ours.words, ours.types, ours.empty_words) == (
        theirs.words, theirs.types, theirs.empty_words,
    )  # fmt: skip
    assert ours.unmapped == theirs.unmapped
    assert ours.examples == theirs.examples


def corpus(n_lines=3000, seed=0):
    dice = random.Random(seed)
    words = [
        "".join(dice.choices("aeioukstnlhäöдxq,😀'", k=dice.randint(1, 7))) for _ in range(4000)
    ]
    return "".join(
        " ".join(dice.choices(words, k=dice.randint(0, 12))) + "\n" for _ in range(n_lines)
    )


@pytest.mark.parametrize("size", [1, 7, 60])
def test_blocks_part_no_token(size, monkeypatch):
    data = corpus(60, seed=2).encode() + b" \t talo" + b"x" * 200 + b" a\n\n b"
    assert b"".join(block for block, _ in blocks(data, size)) == data
    assert not any(is_cut for _, is_cut in blocks(data, size))
    expected = run(data, cache=False)
    monkeypatch.setattr("lingap.g2p.bulk.lines._blocks", lambda chunk: blocks(chunk, size))
    assert run(data, cache=False) == expected


def test_output_does_not_depend_on_processes_or_chunks(monkeypatch):
    data = corpus().encode()
    alone = run(data)
    monkeypatch.setattr("lingap.g2p.bulk.textfile.CHUNK_BYTES", 4000)
    monkeypatch.setattr("lingap.g2p.bulk.textfile.line_chunks", lambda f: line_chunks(f, 4000))
    for processes in (1, 2, 3):
        assert run(data, processes=processes, cache=False) == alone


def test_forgetting_changes_nothing():
    data = corpus(seed=1).encode()
    expected = run(data, cache=False)
    speller = LineSpeller(Phonemizer("fin", "epitran", cache=False), remember=60)
    spelled = b""
    lossy = 0
    for chunk in line_chunks(io.BytesIO(data), 2000):
        out, coverage = speller.spell(chunk)
        spelled += out
        lossy += coverage.words_with_unmapped
        assert speller._table.count <= 62
        assert len(speller._losses) <= 60
    assert spelled == expected[0]
    assert lossy == expected[1].words_with_unmapped


@given(st.binary(max_size=200), st.integers(1, 20))
def test_chunks_are_whole_lines(data, size):
    chunks = list(line_chunks(io.BytesIO(data), size))
    assert b"".join(chunks) == data
    assert all(chunk.endswith(b"\n") for chunk in chunks[:-1])


def test_a_language_without_spaces_needs_a_segmenter(monkeypatch):
    monkeypatch.setattr("lingap.text.segmenters._NO_SPACES", {"Hang"})
    with pytest.raises(LanguageError, match="written without spaces"):
        run("안녕하세요\n".encode(), "kor")
    out, _ = run("안녕 세계\n".encode(), "kor", segmenter="spaces")
    assert out.decode() == "a n n j ʌ ŋ ▁ s e k j e\n"


def test_policies_reach_the_text():
    out, coverage = run(b"talo 5.", policies=Policies(digits="drop", punctuation="drop"))
    assert out.decode() == "t ɑ l o ▁ <unk> ▁ <unk>\n"
    assert coverage.notes == {"digit dropped": 1, "punctuation dropped": 1}


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_killed_process_is_reported(method, monkeypatch):
    monkeypatch.setattr("lingap.g2p.bulk.parallel._start_method", lambda: method)
    die = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    with pytest.raises(StoreError, match="worker process was killed"):
        list(map_in_order(exec, [{} for _ in range(20)], str, die, 2))


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_results_come_in_order_and_an_error_as_it_is(method, monkeypatch):
    monkeypatch.setattr("lingap.g2p.bulk.parallel._start_method", lambda: method)
    assert list(map_in_order(pow, range(40), int, "2", 2)) == [2**n for n in range(40)]
    with pytest.raises(ZeroDivisionError):
        list(map_in_order(truediv, [1, 2, 0, 4], int, "1", 2))
