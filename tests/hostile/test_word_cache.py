"""A word cache damaged in any way is set aside and made anew; the next run knows nothing of it."""

import logging
import os
import sqlite3
import warnings

import pytest

from lingap.g2p.cache import CacheWarning, WordCache

FACTS = {"language": "fin", "g2p": "epitran"}
WORDS = [f"sana{n}" for n in range(300)]
ENTRIES = {word: (" ".join(word), "" if len(word) % 2 else '[["x"], []]') for word in WORDS}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A cache in one file, and what its schema says."""
    path = tmp_path_factory.mktemp("whole") / "c.sqlite"
    cache = WordCache(path, FACTS)
    cache.put(ENTRIES.items())
    cache.close()
    return path.read_bytes()


def use(path):
    """Words found; those that are not are added, as a phonemizer does."""
    cache = WordCache(path, FACTS)
    found = cache.get(WORDS)
    assert all(ENTRIES[word] == entry for word, entry in found.items())
    cache.put((word, entry) for word, entry in ENTRIES.items() if word not in found)
    cache.close()
    return found


def heals(path, caplog):
    """Whether three runs are enough to have a whole cache that is used without a word."""
    caplog.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CacheWarning)
        use(path)
        use(path)
    assert not caplog.records
    return use(path) == ENTRIES


@pytest.mark.parametrize("every", [20, pytest.param(1, marks=pytest.mark.slow)])
def test_any_byte_of_the_header_and_schema(whole, tmp_path, caplog, every):
    begins = whole.index(b"CREATE TABLE") - 100
    for at in [*range(0, 100, every), *range(begins, begins + 500, every)]:
        path = tmp_path / f"{at}.sqlite"
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x15]) + whole[at + 1 :])
        assert heals(path, caplog), at


def sql(path, *commands):
    connection = sqlite3.connect(path)
    for command in commands:
        connection.execute(command)
    connection.commit()
    connection.close()


def in_place(path, kind):
    if kind == "folder":
        path.mkdir()
        (path / "mine").touch()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "link to nowhere":
        path.symlink_to(path.parent / "folder" / "absent")
    elif kind == "folder for its log":
        path.with_name(f"{path.name}-wal").mkdir()
    elif kind == "another table":
        sql(path, "CREATE TABLE lexicon (a, b)")
    elif kind == "a view":
        sql(path, "CREATE VIEW lexicon AS SELECT '' word, '' units, '' loss, 0 checksum")
    elif kind == "columns of other kinds":
        sql(
            path,
            "CREATE TABLE lexicon (word PRIMARY KEY, units, loss, checksum)",
            "INSERT INTO lexicon VALUES ('sana1', NULL, 5, 'x')",
        )


@pytest.mark.parametrize(
    "kind",
    ["folder", "pipe", "link to nowhere", "folder for its log", "another table", "a view",
     "columns of other kinds"],
)  # fmt: skip
def test_another_thing_in_its_place_is_set_aside_and_kept(tmp_path, kind, caplog):
    path = tmp_path / "c.sqlite"
    in_place(path, kind)
    with pytest.warns(CacheWarning, match="set aside as"):
        use(path)
    use(path)
    assert use(path) == ENTRIES
    assert not caplog.records
    asides = [p for p in tmp_path.iterdir() if "corrupt" in p.name]
    assert any(p.is_dir() for p in asides) == ("folder" in kind)


@pytest.mark.parametrize("size", [0, 1, 100, 4095, 4096, 5000])
def test_a_file_cut_off(whole, tmp_path, size, caplog):
    (tmp_path / "c.sqlite").write_bytes(whole[:size])
    assert heals(tmp_path / "c.sqlite", caplog)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_one_that_may_only_be_read_is_gone_without(whole, tmp_path, caplog):
    path = tmp_path / "c.sqlite"
    path.write_bytes(whole)
    path.chmod(0o400)
    use(path)
    assert path.read_bytes() == whole


def test_a_full_disk_is_no_damage(whole, tmp_path, caplog):
    path = tmp_path / "c.sqlite"
    path.write_bytes(whole)
    cache = WordCache(path, FACTS)
    cache._connection.execute("PRAGMA max_page_count = 1")
    with caplog.at_level(logging.WARNING):
        cache.put((f"new{n}", ("x" * 500, "")) for n in range(500))
    assert "cannot be used (database or disk is full)" in caplog.text
    assert use(path) == ENTRIES
    assert [p.name for p in tmp_path.iterdir()] == ["c.sqlite"]


def test_a_damage_that_another_process_mended_is_not_mended_again(whole, tmp_path):
    path = tmp_path / "c.sqlite"
    path.write_bytes(whole)
    slow = WordCache(path, FACTS)
    path.rename(tmp_path / "aside")
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    quick = WordCache(path, FACTS)
    quick.put(ENTRIES.items())
    with pytest.warns(CacheWarning):
        slow._set_aside(sqlite3.DatabaseError("damaged"))
    assert slow.get(WORDS) == ENTRIES
    assert not list(tmp_path.glob("*corrupt*"))
