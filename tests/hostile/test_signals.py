"""Signals that end a command have it clean up; those that kill it leave no process behind."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="signals are sent to processes"),
]
SECONDS = 120.0


@pytest.fixture
def text(tmp_path):
    """20 MB: work for longer than any test."""
    words = [f"{a}{b}{c}" for a in "aeiouyäö" for b in "ktlmnrs" for c in "aeiouyäö"]
    lines = [" ".join(words[i : i + 20]) + f" x{i}\n" for i in range(0, len(words), 20)]
    path = tmp_path / "in.txt"
    path.write_text("".join(lines) * 8000, "utf-8")
    return path


def start(text, processes, *before):
    return subprocess.Popen(
        [*before, sys.executable, "-m", "lingap", "phonemize", text, "-o", text.parent / "out.txt",
         "-l", "fin", "--backend", "epitran", "--processes", str(processes)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        env=os.environ | {"LINGAP_CACHE": str(text.parent.parent / f"cache-{text.parent.name}")},
    )  # fmt: skip


def wait_until(is_so):
    until = time.monotonic() + SECONDS
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.01)


def partials(text):
    return [path for path in text.parent.glob(".*.partial") if path.stat().st_size]


def is_over(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def end(text, processes, signals, to_group=False):
    """Exit code and stderr of a command that got signals while it wrote."""
    command = start(text, processes)
    wait_until(lambda: partials(text) or command.poll() is not None)
    workers = psutil.Process(command.pid).children(recursive=True)
    assert len(workers) == (processes if processes > 1 else 0)
    for number in signals:
        (os.killpg if to_group else os.kill)(command.pid, number)
        time.sleep(0.02)
    _, said = command.communicate(timeout=SECONDS)
    wait_until(lambda: all(map(is_over, workers)))
    return command.returncode, said.decode()


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("to_group", [False, True])
@pytest.mark.parametrize(
    ("signals", "code"),
    [
        ([signal.SIGTERM], 143),
        ([signal.SIGHUP], 129),
        ([signal.SIGINT], 130),
        ([signal.SIGINT, signal.SIGINT], 130),
        ([signal.SIGTERM, signal.SIGTERM], 143),
    ],
    ids=str,
)
def test_a_signal_ends_the_command_and_leaves_nothing(text, processes, signals, code, to_group):
    returned, said = end(text, processes, signals, to_group)
    assert returned in ((code,) if len(signals) == 1 else (code, -signals[0])), said
    assert "Traceback" not in said or len(signals) > 1
    assert [path.name for path in text.parent.iterdir()] == ["in.txt"]


@pytest.mark.parametrize("processes", [1, 2])
def test_after_kill_9_the_next_run_sweeps(text, processes):
    returned, _ = end(text, processes, [signal.SIGKILL])
    assert returned == -signal.SIGKILL
    [left] = text.parent.glob(".*.partial")
    small = text.parent / "small.txt"
    small.write_text("talo\n")
    done = start(small, 1)
    done.communicate(timeout=SECONDS)
    assert done.returncode == 0
    assert not left.exists()
    assert sorted(p.name for p in text.parent.iterdir()) == ["in.txt", "out.txt", "small.txt"]


def test_nohup_is_respected():
    code = (
        "import signal, sys; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from lingap.cli import main; sys.argv = ['lingap', '--version']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "sys.exit(signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
