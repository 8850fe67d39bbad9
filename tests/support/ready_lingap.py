"""A process that has imported lingap already and forks for each command.

Starting Python and its packages takes longer than most commands of a page. A command gets the caller's
streams, folder and surroundings, and runs as ``lingap`` or ``python`` would.
"""

import importlib
import json
import multiprocessing.process
import os
import runpy
import select
import signal
import socket
import sys
import traceback
from pathlib import Path

READY = ("lingap.cli.gap", "lingap.cli.phonemize", "scipy.stats", "sklearn.linear_model", "ot")

_CLIENT = """#!{python} -ISE
import json, os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    told = json.dumps([{name!r}, sys.argv[1:], os.getcwd(), dict(os.environ)]).encode()
    socket.send_fds(server, [len(told).to_bytes(4, "big") + told], [0, 1, 2])
    sys.exit(server.recv(1)[0])
"""


def write_clients(folder: Path, address: str) -> None:
    """The programs ``lingap`` and ``python`` that ask the process at an address."""
    for name in ("lingap", "python"):
        program = folder / name
        program.write_text(_CLIENT.format(python=sys.executable, address=address, name=name))
        program.chmod(0o755)


def _run(name: str, arguments: list[str]) -> None:
    sys.argv = [name, *arguments]
    if name == "lingap":
        from lingap.cli import main

        if arguments[:1] == ["explore"]:  # it would serve until Ctrl-C, as tests/app have it do
            import uvicorn

            uvicorn.Server.run = lambda *_, **__: None  # type: ignore[method-assign]
        main()
    else:
        sys.argv = arguments
        sys.path[0] = str(Path(arguments[0]).parent)
        runpy.run_path(arguments[0], run_name="__main__")


def _serve_one(connection: socket.socket) -> None:
    """In a fork: take the caller's place, run, and send the exit code."""
    start, streams, _, _ = socket.recv_fds(connection, 1 << 16, 3)
    while len(start) < 4 + int.from_bytes(start[:4], "big"):
        start += connection.recv(1 << 16)
    name, arguments, folder, surroundings = json.loads(start[4:])
    for place, stream in enumerate(streams):
        os.dup2(stream, place)
    os.chdir(folder)
    multiprocessing.process.ORIGINAL_DIR = folder  # from which a forkserver finds the program
    os.environ.clear()
    os.environ.update(surroundings)
    code: object = 0
    try:
        _run(name, arguments)
    except SystemExit as ended:
        code = ended.code
        if isinstance(code, str):
            print(code, file=sys.stderr)
            code = 1
    except BaseException:
        traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    connection.send(bytes([int(code or 0)]))


def serve(address: str) -> None:
    """Listen until the standard input ends."""
    for module in READY:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(address)
        listening.listen()
        print("ready", flush=True)
        while listening in select.select([listening, sys.stdin], [], [])[0]:
            connection, _ = listening.accept()
            if not os.fork():
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                listening.close()
                _serve_one(connection)
                os._exit(0)
            connection.close()


if __name__ == "__main__":
    serve(sys.argv[1])
