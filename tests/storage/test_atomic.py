"""Files and folders that are there whole or not at all."""

import os
import stat
import subprocess
import sys
import threading

import pytest

from lingap.storage import atomic
from lingap.storage.atomic import (
    put_in_place,
    staged_folder,
    sweep,
    whole_file,
    whole_folder,
    write_whole,
)


def raise_after(_, error):
    raise error


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=[0o022, 0o027, 0o077])
def umask(request):
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("durable", [False, True])
@pytest.mark.parametrize("content", ["añ\r\n", b"\x00\xff", ""])
def test_a_file_takes_the_place_of_the_one_before(tmp_path, content, durable):
    target = tmp_path / "new" / "x.txt"
    for given in ("before, and longer than what comes then", content):
        write_whole(target, given, durable=durable)
    assert target.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert names(target.parent) == ["x.txt"]


def test_nothing_is_seen_before_the_end(tmp_path):
    target = tmp_path / "x"
    write_whole(target, "old")
    with whole_file(target) as aside:
        aside.write_text("new")
        assert target.read_text() == "old"
    assert target.read_text() == "new"


@pytest.mark.parametrize(
    "error", [ValueError, OSError, KeyboardInterrupt, SystemExit, GeneratorExit]
)
@pytest.mark.parametrize("there", [False, True])
def test_an_exception_leaves_what_was(tmp_path, error, there):
    for target, writing in (
        (tmp_path / "x", whole_file),
        (tmp_path / "y", whole_folder),
    ):
        if there:
            with writing(target) as aside:
                (aside / "z" if aside.is_dir() else aside).write_text("old")
        with pytest.raises(error), writing(target) as aside:
            raise_after((aside / "z" if aside.is_dir() else aside).write_text("half"), error)
    assert names(tmp_path) == (["x", "y"] if there else [])
    if there:
        assert (tmp_path / "x").read_text() == (tmp_path / "y" / "z").read_text() == "old"


def test_a_target_that_cannot_be_replaced_leaves_nothing_beside_it(tmp_path):
    (tmp_path / "x" / "in").mkdir(parents=True)
    with pytest.raises(OSError, match="irectory"):
        write_whole(tmp_path / "x", "text")
    assert names(tmp_path) == ["x"]


def test_permission_bits_are_those_of_any_new_file(tmp_path, umask):
    write_whole(tmp_path / "a", "x")
    with whole_folder(tmp_path / "b") as folder:
        write_whole(folder / "c", "x", durable=True)
    assert mode(tmp_path / "a") == mode(tmp_path / "b" / "c") == 0o666 & ~umask
    assert mode(tmp_path / "b") == 0o777 & ~umask


def test_also_where_a_library_keeps_them_for_the_owner(tmp_path, umask):
    with whole_file(tmp_path / "a") as aside:
        aside.touch(mode=0o600)
    with whole_folder(tmp_path / "b") as folder:
        (folder / "in").mkdir()
        (folder / "in" / "c").touch(mode=0o600)
        (folder / "program").touch(mode=0o755)
    assert mode(tmp_path / "a") == mode(tmp_path / "b" / "in" / "c") == 0o666 & ~umask
    assert mode(tmp_path / "b" / "program") == 0o755 & ~umask
    assert names(tmp_path) == ["a", "b"]
    with whole_file(tmp_path / "link") as aside:
        aside.symlink_to("a")
    assert (tmp_path / "link").readlink().name == "a"


@pytest.mark.parametrize("name", ["x" * 255, "語" * 85, ".hidden", "a b\nc.txt"])
def test_any_name_that_a_disk_can_hold(tmp_path, name):
    write_whole(tmp_path / name, "x")
    with whole_folder(tmp_path / "in" / name) as folder:
        (folder / "y").touch()
    assert names(tmp_path / "in") == [name]
    assert names(tmp_path) == sorted([name, "in"])


@pytest.mark.parametrize("durable", [False, True])
def test_a_folder_takes_the_place_of_the_one_before(tmp_path, durable):
    target = tmp_path / "out" / "x"
    for name in ("a", "b"):
        with whole_folder(target, durable=durable) as folder:
            (folder / name / "deep").mkdir(parents=True)
            (folder / name / "deep" / "file").write_text(name)
    assert names(target) == ["b"]
    assert names(tmp_path / "out") == ["x"]


def test_a_staged_folder_waits_until_it_is_put_in_place(tmp_path):
    work, target = tmp_path / "work" / "x", tmp_path / "out" / "x"
    with pytest.raises(ZeroDivisionError), staged_folder(work) as folder:
        raise ZeroDivisionError
    assert names(tmp_path / "work") == []
    with staged_folder(work, durable=True) as folder:
        (folder / "file").touch()
    assert names(tmp_path / "work") == [folder.name]
    put_in_place(folder, target, durable=True)
    assert names(target) == ["file"]
    with staged_folder(work):
        pass
    sweep(tmp_path / "work", live=True)
    assert names(tmp_path / "work") == []


def test_the_first_of_several_folders_can_be_kept(tmp_path):
    with whole_folder(tmp_path / "x", keep=True) as slow:
        (slow / "slow").touch()
        with whole_folder(tmp_path / "x", keep=True) as quick:
            (quick / "quick").touch()
    assert names(tmp_path / "x") == ["quick"]
    assert names(tmp_path) == ["x"]


def test_writers_at_the_same_time_do_not_meet(tmp_path):
    """Threads of one process share its number: a name is each writer's own all the same."""
    faults = []

    def write(letter):
        try:
            for _ in range(60):
                write_whole(tmp_path / "file", letter * 5000)
                with whole_folder(tmp_path / "folder") as aside:
                    (aside / "one").write_text(letter)
                    (aside / "two").write_text(letter)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=write, args=(letter,)) for letter in "abcd"]
    for thread in threads:
        thread.start()
    seen = set()
    while any(thread.is_alive() for thread in threads):
        if (tmp_path / "file").exists():
            seen.add((tmp_path / "file").read_text())
    assert not faults
    assert seen <= {letter * 5000 for letter in "abcd"}
    folder = tmp_path / "folder"
    assert (folder / "one").read_text() == (folder / "two").read_text()
    assert names(tmp_path) == ["file", "folder"]


def test_what_a_killed_process_left_is_swept(tmp_path, kill_in_the_middle):
    left = kill_in_the_middle(tmp_path / "x")
    (tmp_path / "keep.partial").touch()  # not ours
    (tmp_path / ".x.123.partial").touch()
    with whole_file(tmp_path / "x") as own, whole_folder(tmp_path / "y") as folder:
        own.touch()
        sweep(tmp_path)
        assert not left.exists()
        assert own.exists()
        assert folder.exists()
    assert names(tmp_path) == [".x.123.partial", "keep.partial", "x", "y"]


def test_all_that_is_unfinished_goes_where_nobody_else_writes(tmp_path):
    (tmp_path / "x").touch()
    aside = atomic._beside(tmp_path / "y")
    aside.mkdir()
    (aside / "file").touch()
    sweep(tmp_path)
    assert aside.exists()  # this very process runs
    sweep(tmp_path, live=True)
    assert names(tmp_path) == ["x"]
    sweep(tmp_path / "absent")


def test_another_machines_files_stay_for_a_week(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic, "this_machine", lambda: "0123abcd")
    with whole_file(tmp_path / "x") as aside:
        aside.touch()
        monkeypatch.setattr(atomic, "this_machine", lambda: "89efabcd")
        sweep(tmp_path)
        assert aside.exists()
        os.utime(aside, (0, 0))
        sweep(tmp_path)
        assert not aside.exists()
        aside.touch()


def test_what_is_durable_is_flushed_before_it_takes_its_place(tmp_path, monkeypatch):
    seen = []
    fsync = os.fsync

    def flush(handle):
        seen.append([name for name in names(tmp_path) if name[0] != "."])
        fsync(handle)

    monkeypatch.setattr(os, "fsync", flush)
    write_whole(tmp_path / "quick", "x")
    assert seen == []
    write_whole(tmp_path / "x", "x", durable=True)
    assert seen == [["quick"], ["quick", "x"]]
    seen.clear()
    with whole_folder(tmp_path / "y", durable=True) as folder:
        (folder / "a").touch()
        (folder / "b").mkdir()
    assert seen == [["quick", "x"]] * 3 + [["quick", "x", "y"]]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_only_read_says_so(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError):
        write_whole(tmp_path / "x", "x")


def test_a_signal_that_ends_python_leaves_nothing(tmp_path):
    """Ctrl-C in the middle of a write."""
    code = (
        "import os, signal, sys; from pathlib import Path; from lingap.storage.atomic import *\n"
        "with whole_folder(Path(sys.argv[1]) / 'y') as folder:\n"
        "    with whole_file(Path(sys.argv[1]) / 'x') as aside:\n"
        "        aside.write_text('half'); os.kill(os.getpid(), signal.SIGINT)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, check=False)
    assert done.returncode != 0
    assert b"KeyboardInterrupt" in done.stderr
    assert names(tmp_path) == []
