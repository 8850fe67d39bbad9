"""Locks between processes."""

import select
import subprocess
import sys

import pytest

from lingap.errors import StoreError
from lingap.storage.lock import locked

HOLDER = (
    "import sys, time; from pathlib import Path; from lingap.storage.lock import locked\n"
    "with locked(Path(sys.argv[1])):\n"
    "    print('held', flush=True); time.sleep(600)"
)


@pytest.fixture
def holder(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path / "lock"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_kill_9_lets_the_lock_go(tmp_path, holder):
    with (
        pytest.raises(StoreError, match="^somebody, wait$"),
        locked(tmp_path / "lock", busy="somebody, wait"),
    ):
        pass
    holder.kill()
    holder.wait()
    with locked(tmp_path / "lock", busy="somebody, wait"):
        pass


WAITER = (
    "import sys; from pathlib import Path; from lingap.storage.lock import locked\n"
    "print('asks', flush=True)\n"
    "with locked(Path(sys.argv[1])):\n"
    "    print('held', flush=True)"
)


def test_without_words_for_the_user_it_waits(tmp_path, holder):
    command = [sys.executable, "-c", WAITER, tmp_path / "lock"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0) as waiter:
        assert waiter.stdout.readline() == b"asks\n"
        assert select.select([waiter.stdout], [], [], 0.5)[0] == []  # neither held nor given up
        holder.kill()
        assert waiter.stdout.read() == b"held\n"
    assert waiter.returncode == 0


def test_an_exception_lets_the_lock_go(tmp_path):
    with pytest.raises(TimeoutError, match="of the block"), locked(tmp_path / "lock", busy="busy"):
        raise TimeoutError("of the block")
    with locked(tmp_path / "lock", busy="busy"), pytest.raises(StoreError, match="busy"), locked(tmp_path / "lock", busy="busy"):  # fmt: skip
        pass
