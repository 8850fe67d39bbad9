"""The word cache: keyed by everything, safe under many writers and kill -9, mended when damaged."""

import contextlib
import gc
import os
import signal
import sqlite3
import subprocess
import sys

import pytest

from lingap.g2p import Phonemizer, Policies
from lingap.g2p.cache import (
    CacheWarning,
    WordCache,
    cache_path,
    digest_of_code,
)

FACTS = {"language": "fin", "g2p": "epitran"}
WORDS = [f"sana{n}" for n in range(3000)]


def entry(word):
    return (" ".join(word), "" if len(word) % 2 else '[["x"], []]')


def n_words(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT count(*) FROM lexicon").fetchone()[0]


def test_remembers_across_openings(tmp_path):
    cache = WordCache(tmp_path / "a" / "c.sqlite", FACTS)
    cache.put((w, entry(w)) for w in WORDS)
    again = WordCache(tmp_path / "a" / "c.sqlite", FACTS)
    assert again.get([*WORDS, "other"]) == {w: entry(w) for w in WORDS}
    assert n_words(again.path) == len(WORDS)


def test_a_cache_that_nobody_holds_is_closed(tmp_path):
    cache = WordCache(tmp_path / "c.sqlite", FACTS)
    connection = cache._connection
    del cache
    gc.collect()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_leaves_its_parents_connection_open(tmp_path):
    cache = WordCache(tmp_path / "c.sqlite", FACTS)
    cache.put([("sana", entry("sana"))])
    child = os.fork()
    if not child:
        connection = cache._connection
        cache.close()
        os._exit(0 if connection.execute("SELECT 1").fetchone() == (1,) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert cache.get(["sana"]) == {"sana": entry("sana")}


@pytest.mark.parametrize("word", ["", "'; DROP TABLE lexicon;--", "x" * 10_000])
def test_odd_words_are_remembered(tmp_path, word):
    cache = WordCache(tmp_path / "c.sqlite", FACTS)
    cache.put([(word, ("a", "")), ("c", ("d", ""))])
    assert cache.get([word, "b", "c"]) == {word: ("a", ""), "c": ("d", "")}


@pytest.mark.parametrize("word", ["a\0b", "\ud800"])
def test_what_sqlite_cannot_hold_is_left_out_and_the_rest_remembered(tmp_path, word):
    cache = WordCache(tmp_path / "c.sqlite", FACTS)
    cache.put([(word, ("a", "")), ("c", ("d", ""))])
    assert cache.get([word, "c"]) == {"c": ("d", "")}


def test_another_option_is_another_file(tmp_path):
    paths = {
        cache_path(tmp_path, Phonemizer(code, "epitran", policies=policies).provenance())
        for code in ("fin", "hun")
        for policies in (Policies(), Policies(digits="drop"))
    }
    assert len(paths) == 4


def test_a_phonemizer_needs_no_back_end_for_what_it_remembers(monkeypatch):
    first = Phonemizer("fin", "epitran")(["talo", "дом", "5"])
    second = Phonemizer("fin", "epitran")

    def refuse(*_):
        raise AssertionError("the back end was loaded")

    monkeypatch.setattr(second.backend, "load", refuse)
    assert second(["talo", "дом", "5"]) == first
    assert second.coverage.unmapped == {"д": 1, "м": 1, "о": 1}


def test_can_be_switched_off(tmp_path, monkeypatch):
    Phonemizer("fin", "epitran", cache=False)(["talo"])
    monkeypatch.setenv("LINGAP_CACHE", "off")
    monkeypatch.chdir(tmp_path)
    Phonemizer("fin", "epitran")(["talo"])
    assert list(tmp_path.iterdir()) == []


DAMAGES = {
    "not a database": lambda raw: b"this is no database" * 1000,
    "cut off": lambda raw: raw[: len(raw) // 2],
    "empty pages": lambda raw: raw[:4096] + bytes(len(raw) - 4096),
    "one letter": lambda raw: raw.replace(b"s a n a 7", b"s a n o 7", 50),
    "bytes that are no text": lambda raw: raw.replace(b"s a n a 7", b"s a n \xff 7", 50),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_cache_is_set_aside_and_rebuilt(tmp_path, damage):
    path = tmp_path / "c.sqlite"
    cache = WordCache(path, FACTS)
    cache.put((w, entry(w)) for w in WORDS)
    cache.close()
    raw = path.read_bytes()
    damaged = DAMAGES[damage](raw)
    assert damaged != raw
    path.write_bytes(damaged)

    def read():
        cache = WordCache(path, FACTS)
        return cache, cache.get(WORDS)

    with pytest.warns(CacheWarning, match=r"was damaged .* set aside as c\.sqlite\.corrupt-"):
        cache, found = read()
    assert all(found[w] == entry(w) for w in found)
    assert path.with_name(f"c.sqlite.corrupt-{os.getpid()}").exists()
    cache.put((w, entry(w)) for w in WORDS)
    assert cache.get(WORDS) == {w: entry(w) for w in WORDS}


def test_a_folder_that_cannot_be_made_is_gone_without(tmp_path, caplog):
    (tmp_path / "file").write_text("")
    cache = WordCache(tmp_path / "file" / "c.sqlite", FACTS)
    cache.put([("a", ("b", ""))])
    assert cache.get(["a"]) == {}
    assert "cannot be used" in caplog.text


WRITER = """
import sys
from lingap.g2p.cache import WordCache
path, start, stop = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
from pathlib import Path
cache = WordCache(Path(path), {"language": "fin", "g2p": "epitran"})
for at in range(start, stop, 50):
    words = [f"w{n}" for n in range(at, at + 50)]
    cache.put((w, (" ".join(w), "" if len(w) % 2 else '[["x"], []]')) for w in words)
"""


def writer(path, start, stop):
    return subprocess.Popen([sys.executable, "-c", WRITER, str(path), str(start), str(stop)])


def test_many_processes_write_at_once(tmp_path):
    path = tmp_path / "c.sqlite"
    jobs = [writer(path, start, start + 1000) for start in (0, 500, 1000)]
    assert [job.wait(300) for job in jobs] == [0, 0, 0]
    words = [f"w{n}" for n in range(2000)]
    assert WordCache(path, FACTS).get(words) == {w: entry(w) for w in words}


DIES = """
import os
def die():  # asked by SQLite at each step of its machine
    steps.append(cache._connection.in_transaction)
    if sum(steps) > 300:
        os.kill(os.getpid(), 9)
steps = []
cache._connection.set_progress_handler(die, 1)
cache.put((f"late{n}", ("x", "")) for n in range(1000))
"""


def test_kill_9_leaves_whole_transactions(tmp_path):
    """Killed within a transaction, after three that were whole."""
    path = tmp_path / "c.sqlite"
    killed = subprocess.run([sys.executable, "-c", WRITER + DIES, str(path), "0", "150"])
    assert killed.returncode == -signal.SIGKILL
    cache = WordCache(path, FACTS)
    words = [f"w{n}" for n in range(150)]
    assert cache.get([*words, *(f"late{n}" for n in range(1000))]) == {w: entry(w) for w in words}
    assert n_words(path) == 150


@pytest.mark.parametrize(
    "name", ["top.py", "inner/table.tsv", "inner/deep/code.py", "a/tables.txt", "a/b/signs.csv"]
)
def test_digest_of_code_sees_every_folder(tmp_path, name):
    """A changed rule must never meet words that were spelled before the change."""
    file = tmp_path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("one")
    before = digest_of_code([tmp_path])
    file.write_text("two")
    after = digest_of_code([tmp_path])
    file.rename(file.with_stem("other"))
    assert len({before, after, digest_of_code([tmp_path])}) == 3


@pytest.mark.parametrize("room", ["g2p", "text", "languages"])
def test_the_key_covers_every_room_that_a_words_phonemes_come_from(room, tmp_path, monkeypatch):
    import shutil
    from pathlib import Path

    import lingap
    from lingap.g2p import cache

    for name in ("g2p", "text", "languages"):
        shutil.copytree(Path(lingap.__file__).parent / name, tmp_path / name)
    monkeypatch.setattr(cache, "__file__", str(tmp_path / "g2p" / "cache.py"))
    before = cache._sources.__wrapped__()
    assert before == cache._sources.__wrapped__()
    (tmp_path / room / "__init__.py").write_text("# another\n", "utf-8")
    assert cache._sources.__wrapped__() != before
