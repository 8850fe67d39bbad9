import json
import os
import stat
import subprocess
import sys

import numpy as np
import pytest

from lingap.errors import StoreError
from lingap.experiments import Store
from lingap.storage.digests import digest_of


@pytest.fixture
def fill(stored):
    """Does a job and gives its record."""

    def work(folder):
        (folder / "result.txt").write_text("42", encoding="utf-8")
        return stored.run_record("abc")

    return work


def test_a_job_is_there_completely_or_not_at_all(tmp_path, fill):
    store = Store(tmp_path / "x")

    def broken(folder):
        fill(folder)
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        store.commit("runs", "abc", broken)
    assert store.record("runs", "abc") is None
    assert not store.is_done("runs", "abc")
    store.commit("runs", "abc", fill)
    assert store.is_done("runs", "abc")
    assert (store.folder("runs", "abc") / "result.txt").read_text() == "42"
    assert list((store.root / "work").iterdir()) == []


def test_contents_of_equal_size_that_were_overwritten_are_set_aside(tmp_path, fill, caplog):
    store = Store(tmp_path)
    store.commit("runs", "abc", fill)
    store.set_aside_damaged("runs", "abc")
    assert store.is_done("runs", "abc")
    assert not caplog.records
    path = store.folder("runs", "abc") / "result.txt"
    path.write_text("24", encoding="utf-8")
    record = json.loads((path.parent / "run.json").read_text())
    store.set_aside_damaged("runs", "abc")
    assert "result.txt has other contents than were written. It is set aside" in caplog.text
    assert store.record("runs", "abc") is None
    path.parent.mkdir()
    path.write_text("24", encoding="utf-8")  # as written before there were digests
    del record["digests"]
    (path.parent / "run.json").write_text(json.dumps(record))
    store.set_aside_damaged("runs", "abc")
    assert store.is_done("runs", "abc")


def test_a_failed_try_is_replaced_by_a_better_one(tmp_path, fill, stored):
    store = Store(tmp_path)
    store.commit("runs", "abc", lambda _: stored.failed_record())
    assert not store.is_done("runs", "abc")
    store.commit("runs", "abc", fill)
    assert store.is_done("runs", "abc")


def test_half_written_work_is_swept_and_checkpoints_stay(tmp_path):
    store = Store(tmp_path)
    killed = (
        "import os, sys; from pathlib import Path; from lingap.experiments.store import Store\n"
        "def fill(folder):\n"
        "    (folder / 'result.txt').write_text('4')\n"
        "    os.kill(os.getpid(), 9)\n"
        "Store(Path(sys.argv[1])).commit('runs', 'abc', fill)"
    )
    assert subprocess.run([sys.executable, "-c", killed, tmp_path], check=False).returncode == -9
    assert not store.is_done("runs", "abc")
    (tmp_path / "work" / "abc" / "checkpoint-5").mkdir(parents=True)
    assert len(list((tmp_path / "work").iterdir())) == 2
    store.sweep()
    assert [p.name for p in (tmp_path / "work").iterdir()] == ["abc"]


def test_a_folder_whose_making_was_killed_is_taken(tmp_path, kill_in_the_middle):
    kill_in_the_middle(tmp_path / ".lingap")
    Store(tmp_path).sweep()
    assert [p.name for p in tmp_path.iterdir()] == [".lingap"]


def test_a_foreign_folder_is_refused(tmp_path):
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(
        StoreError, match=r"holds other files \(thesis.docx\) and is not an experiment"
    ):
        Store(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="cannot be used as a folder"):
        Store(tmp_path / "file")


def test_another_version_of_the_store_is_refused(tmp_path):
    Store(tmp_path)
    (tmp_path / ".lingap").write_text("lingap experiment 99", encoding="utf-8")
    with pytest.raises(StoreError, match="another version"):
        Store(tmp_path)


@pytest.mark.parametrize(
    "content",
    ["{", "[]", "null", '{"run_id": "other"}', '{"run_id": "abc", "status": "done"}', "\x00\xff"],
)
def test_a_damaged_record_is_named_with_what_to_do(tmp_path, fill, content):
    store = Store(tmp_path)
    store.commit("runs", "abc", fill)
    (store.folder("runs", "abc") / "run.json").write_text(content, encoding="latin-1")
    with pytest.raises(StoreError, match="Delete .*abc to have it recomputed"):
        store.is_done("runs", "abc")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_unwritable_folder_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError, match="cannot be"):
        Store(tmp_path / "x")


def test_colleagues_can_read_what_is_stored(tmp_path, stored):
    from safetensors.numpy import save_file

    def fill(folder):
        save_file({"x": np.zeros(2)}, folder / "embeddings.safetensors")
        return stored.run_record()

    before = os.umask(0o027)
    try:
        Store(tmp_path / "x").commit("runs", "abc", fill)
    finally:
        os.umask(before)
    found = {p.name: stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "x").rglob("*")}
    assert found.pop(".lingap") == found.pop("run.json") == 0o640
    assert found.pop("embeddings.safetensors") == 0o640
    assert set(found.values()) == {0o750}


def test_a_second_process_is_kept_out(tmp_path):
    first, second = Store(tmp_path), Store(tmp_path)
    with (
        first.locked(),
        pytest.raises(StoreError, match="Another lingap is at work"),
        second.locked(),
    ):
        pass
    with second.locked():
        pass


def test_records_are_plain_json(tmp_path, fill, stored):
    store = Store(tmp_path)
    store.commit("runs", "abc", fill)
    found = json.loads((store.folder("runs", "abc") / "run.json").read_text())
    assert found == stored.run_record("abc").model_dump(mode="json") | {
        "files": {"result.txt": 2},
        "digests": {"result.txt": digest_of("42")},
    }
    bad = stored.run_record("nan", details={"eng": {"recall": float("nan")}})
    with pytest.raises(ValueError, match="Out of range float"):
        store.commit("runs", "nan", lambda _: bad)
    assert store.record("runs", "nan") is None


def test_a_file_cut_short_or_gone_is_named(tmp_path, fill):
    store = Store(tmp_path)
    store.commit("runs", "abc", fill)
    path = store.folder("runs", "abc") / "result.txt"
    path.write_text("4")
    with pytest.raises(StoreError, match=r"result.txt is damaged: 1 bytes, 2 bytes.*Delete .*abc"):
        store.is_done("runs", "abc")
    path.unlink()
    with pytest.raises(StoreError, match="result.txt is missing"):
        store.is_done("runs", "abc")
    (store.folder("runs", "abc") / "run.json").unlink()
    with pytest.raises(StoreError, match="run.json is missing. Delete"):
        store.is_done("runs", "abc")


def test_checkpoints_of_a_failed_job_stay(tmp_path, fill, stored):
    store = Store(tmp_path)
    (store.workspace("abc") / "checkpoint-5").mkdir(parents=True)
    store.commit("runs", "abc", lambda _: stored.failed_record())
    assert store.workspace("abc").is_dir()
    store.commit("runs", "abc", fill)
    assert not store.workspace("abc").exists()
