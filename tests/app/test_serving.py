"""From a port to a page and back."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from lingap.app.serving import free_socket, serve
from lingap.errors import ConfigError

pytest.importorskip("uvicorn")


def taken_port():
    holder = socket.socket()
    holder.bind(("127.0.0.1", 0))
    holder.listen()
    return holder, holder.getsockname()[1]


def test_a_taken_port_gives_the_next():
    holder, port = taken_port()
    with holder, free_socket("127.0.0.1", port) as found:
        assert port < found.getsockname()[1] <= port + 19


def test_no_free_port_is_said():
    holder, port = taken_port()
    with holder, pytest.raises(ConfigError, match=f"{port} to {port}.*--port"):
        free_socket("127.0.0.1", port, tries=1)


def test_a_foreign_address_is_said():
    with pytest.raises(ConfigError, match=r"Cannot listen on 192\.0\.2\.1"):
        free_socket("192.0.2.1", 8321)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_every_address_at_once_is_refused(host):
    with pytest.raises(ConfigError, match="Pass one address"):
        serve(None, host=host)


def test_it_serves_and_ends_cleanly(experiment):
    holder, port = taken_port()
    code = "import sys\nfrom pathlib import Path\nfrom lingap.app.serving import serve\n" \
           "serve(Path(sys.argv[1]), port=int(sys.argv[2]))"  # fmt: skip
    with holder:
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(experiment), str(port)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        try:
            line = child.stdout.readline()
            address = next(word for word in line.split() if word.startswith("http"))
            assert address.startswith("http://127.0.0.1:")
            # The port is listened on before it is said, so that this waits for the answer.
            with urllib.request.urlopen(address, timeout=300) as answer:
                assert b"lingap" in answer.read()
            child.send_signal(signal.SIGINT)
            rest, said = child.communicate(timeout=300)
        finally:
            child.kill()
    assert child.returncode == 0
    assert "Closed." in rest
    assert f"Port {port} is in use" in said
    assert "Traceback" not in said
