"""Folders of Parquet files by any engine, on a disk or at a URL."""

import os

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lingap.engines.here import Here
from lingap.errors import CorpusError, StoreError
from lingap.g2p import Phonemizer
from lingap.g2p.bulk import spread
from lingap.g2p.bulk.estimate import estimate
from lingap.g2p.bulk.folders import phonemize_folder
from lingap.g2p.bulk.spread import find_shards, phonemize_spread
from lingap.storage.places import AtUrl, place

FIN = Phonemizer("fin", "epitran", cache=False)


@pytest.fixture
def source(tmp_path):
    for name, n in (("a", 2), ("deep/b", 9), ("c", 0)):
        path = tmp_path / "in" / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(
            pa.table({"text": pa.array([f"talo {i} äiti" for i in range(n)] * 50, "string")}), path
        )
    return tmp_path / "in"


def spread_over(source, target, **options):
    return phonemize_spread(place(source), place(target), "text", FIN, Here, **options)


def tables(folder):
    return {
        path.relative_to(folder).as_posix(): pq.read_table(path).to_pydict()
        for path in folder.rglob("*.parquet")
    }


@pytest.mark.parametrize("kind", ["", "file://", "local://"])
def test_files_are_those_of_one_machine(source, tmp_path, kind):
    one = phonemize_folder(source, tmp_path / "one", "text", FIN)
    report = spread_over(f"{kind}{source}", f"{kind}{tmp_path / 'out'}")
    assert tables(tmp_path / "out") == tables(tmp_path / "one")
    assert report.coverage.as_dict() == one.coverage.as_dict()
    assert [str(name).rpartition("/")[2] for name in report.written] == [
        "b.parquet", "a.parquet", "c.parquet",
    ]  # fmt: skip
    assert not [path for path in (tmp_path / "out").rglob("*") if path.name.endswith(".partial")]
    again = spread_over(f"{kind}{source}", f"{kind}{tmp_path / 'out'}")
    assert (len(again.written), len(again.finished_before)) == (0, 3)
    assert again.coverage.as_dict() == one.coverage.as_dict()


def test_an_object_store_is_read_and_written(source):
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.put(str(source), "/bucket/in", recursive=True)
    report = spread_over("memory://bucket/in", "memory://bucket/out")
    assert report.written[0] == "memory://bucket/out/deep/b.parquet"
    with memory.open("/bucket/out/a.parquet") as file:
        assert len(pq.read_table(file)["phonemes"]) == 100
    # What changed at the source is not what the output was made from, and is not replaced unasked.
    memory.put(str(source / "c.parquet"), "/bucket/in/a.parquet")
    with pytest.raises(StoreError, match=r"a\.parquet is there already.*overwrite=True"):
        spread_over("memory://bucket/in", "memory://bucket/out")
    changed = spread_over("memory://bucket/in", "memory://bucket/out", overwrite=True)
    assert changed.written == ("memory://bucket/out/a.parquet",)
    memory.rm("/bucket", recursive=True)


def test_a_damaged_file_leaves_the_others_whole(source, tmp_path):
    (source / "bad.parquet").write_bytes(b"nonsense")
    events = []
    report = spread_over(
        source,
        tmp_path / "out",
        tell=lambda _: lambda one, event, _: events.append((one.id, event)),
    )
    assert [line.partition(": ")[0] for line in report.failures] == [str(source / "bad.parquet")]
    assert sorted(tables(tmp_path / "out")) == ["a.parquet", "c.parquet", "deep/b.parquet"]
    assert ("bad.parquet", "failed") in events
    assert ("deep/b.parquet", "done") in events
    # Its words, counted before it failed, are still new to the next file.
    assert report.coverage.types == 2 + 9


@pytest.mark.parametrize("processes", [1, 2])
def test_a_file_damaged_in_its_midst_leaves_the_others_whole(tmp_path, processes):
    for name in "abcd":
        path = tmp_path / "in" / f"{name}.parquet"
        path.parent.mkdir(exist_ok=True)
        rows = [f"{name} talo {i}" for i in range(45_000)]
        pq.write_table(pa.table({"text": rows}), path, row_group_size=20_000)
    whole = phonemize_folder(tmp_path / "in", tmp_path / "whole", "text", FIN).coverage
    bad = tmp_path / "in" / "b.parquet"
    at = pq.ParquetFile(bad).metadata.row_group(2).column(0).dictionary_page_offset
    raw = bytearray(bad.read_bytes())
    raw[at : at + 40] = bytes(40)
    bad.write_bytes(raw)
    empty = tmp_path / "in" / "e.parquet"
    pq.write_table(pa.table({"other": pa.array([], "string")}), empty)
    report = phonemize_folder(tmp_path / "in", tmp_path / "out", "text", FIN, processes=processes)
    assert [line.partition(": ")[0] for line in report.failures] == [str(bad), str(empty)]
    assert sorted(tables(tmp_path / "out")) == ["a.parquet", "c.parquet", "d.parquet"]
    assert report.coverage.words == whole.words * 3 // 4
    again = phonemize_folder(tmp_path / "in", tmp_path / "out", "text", FIN, processes=processes)
    assert (again.written, len(again.finished_before), len(again.failures)) == ((), 3, 2)
    assert again.coverage.as_dict() == report.coverage.as_dict()


def test_what_is_not_ours_is_not_replaced_and_nothing_is_begun(source, tmp_path):
    (tmp_path / "out").mkdir()
    pq.write_table(pa.table({"x": [1]}), tmp_path / "out" / "c.parquet")
    with pytest.raises(StoreError, match="this command did not write it"):
        spread_over(source, tmp_path / "out")
    assert list(tables(tmp_path / "out")) == ["c.parquet"]
    assert len(spread_over(source, tmp_path / "out", overwrite=True).written) == 3
    for inside in (source / "out", source):
        with pytest.raises(StoreError, match="is the input folder or in it"):
            spread_over(source, inside)
    with pytest.raises(StoreError, match="is the input folder or in it"):
        spread_over("memory://a", "memory://a/b")


def test_a_place_that_is_none_is_named():
    with pytest.raises(CorpusError, match=r"nosuch://x: cannot be opened: ValueError"):
        place("nosuch://x")
    with pytest.raises(CorpusError, match="no \\*.parquet files"):
        spread_over("memory://nothing/here", "memory://out")
    assert isinstance(place("memory://x/"), AtUrl)


def test_words_spelled_on_another_machine_come_to_the_cache_of_this_one(
    source, tmp_path, monkeypatch
):
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "here"))
    user = Phonemizer("fin", "epitran")
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "there"))
    machines = iter(["here"])
    monkeypatch.setattr(spread, "this_machine", lambda: next(machines, "there"))
    spread._speller.cache_clear()
    phonemize_spread(place(source), place(tmp_path / "out"), "text", user, Here)
    for folder in ("here", "there"):
        (cache,) = (tmp_path / folder / "g2p").glob("*.sqlite")
        assert cache.stat().st_size > 0
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "here"))
    fresh = Phonemizer("fin", "epitran")
    fresh.store._make_speller = None  # every word is known
    assert fresh(["talo", "äiti"])[0].units == ("t", "ɑ", "l", "o")


def test_a_machine_of_a_cluster_has_a_cache_of_its_own(monkeypatch, tmp_path):
    monkeypatch.delenv("LINGAP_CACHE", raising=False)
    monkeypatch.setattr(spread.tempfile, "gettempdir", lambda: str(tmp_path))
    spread._use_own_cache()
    assert os.environ["LINGAP_CACHE"] == str(tmp_path / f"lingap-cache-{os.getuid()}")
    assert (tmp_path / f"lingap-cache-{os.getuid()}").stat().st_mode & 0o777 == 0o700
    monkeypatch.delenv("LINGAP_CACHE")


def test_an_estimate_grows_with_the_bytes_and_slower_with_the_words(source):
    todo = find_shards(place(source), place(source.parent / "out"), "text", FIN)
    cost = estimate(todo.shards, place(source), "text", FIN)
    assert cost.words == pytest.approx(11 * 50 * 3, rel=0.5)
    assert cost.wall_seconds(1) == pytest.approx(cost.seconds)
    assert cost.wall_seconds(1000) == pytest.approx(cost.longest_seconds)
    assert 0 < cost.longest_seconds < cost.seconds
