"""Locks between processes."""

import subprocess
import sys
import time

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


def test_without_words_for_the_user_it_waits(tmp_path, holder):
    waiter = subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path / "lock"], stdout=subprocess.PIPE, text=True
    )
    try:
        time.sleep(1)
        assert waiter.poll() is None
        holder.kill()
        assert waiter.stdout.readline() == "held\n"
    finally:
        waiter.kill()
        waiter.wait()
        waiter.stdout.close()


def test_an_exception_lets_the_lock_go(tmp_path):
    with pytest.raises(TimeoutError, match="of the block"), locked(tmp_path / "lock", busy="busy"):
        raise TimeoutError("of the block")
    with locked(tmp_path / "lock", busy="busy"), pytest.raises(StoreError, match="busy"), locked(tmp_path / "lock", busy="busy"):  # fmt: skip
        pass
