"""``lingap explore`` through its real entry point."""

import os
import signal
import subprocess
import sys

import pytest

pytest.importorskip("uvicorn")


def test_a_folder_that_is_no_experiment_is_one_message_and_code_2(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "lingap", "explore", str(tmp_path)], capture_output=True, text=True, timeout=300, check=False
    )  # fmt: skip
    assert done.returncode == 2
    assert "not an experiment" in done.stderr
    assert done.stderr.count("\n") == 1


def test_it_says_where_it_is_and_ctrl_c_ends_it(tmp_path):
    child = subprocess.Popen(
        [sys.executable, "-m", "lingap", "explore", "--port", "18521"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert "http://127.0.0.1:" in child.stdout.readline()
        child.send_signal(signal.SIGINT)
        rest, said = child.communicate(timeout=300)
    finally:
        child.kill()
    assert child.returncode == 0
    assert "Traceback" not in said
    assert rest.strip().endswith("Closed.")
