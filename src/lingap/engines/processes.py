"""The engine that does work in several processes of this machine."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from multiprocessing import current_process, get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic

from lingap.engines.protocol import Do, Hear, ItemT, ParentGone
from lingap.errors import ConfigError

_NAME = "lingap worker"
_UNGUARDED = 97  # exit code of a worker whose import of the script starts the work again
_begun = False  # in a worker: whether the script that started it is imported


def refuse_in_import() -> None:
    """End a worker that is importing the script which started it, and so comes here again.

    Quietly: the process that started it says what to do.
    """
    if current_process().name == _NAME and not _begun:
        raise SystemExit(_UNGUARDED)


def _worker(connection: Connection, do: Callable[..., Any], gpu: str | None) -> None:
    """Do work from the connection until it closes; Ctrl-C is left to the parent."""
    global _begun
    _begun = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if gpu is not None:
        os.environ["CUDA_VISIBLE_DEVICES"] = gpu

    def say(event: str, value: Any) -> None:
        try:
            connection.send((event, value))
        except ConnectionError as error:
            raise ParentGone from error

    with suppress(EOFError, ConnectionError, ParentGone):
        say("begun", None)
        while True:
            say("end", do(connection.recv(), say))
    sys.exit(0)  # the parent is gone


def _end_with_parent() -> None:
    """End the worker when its parent dies: the folder's lock is gone with it."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


class Processes(Generic[ItemT]):
    """Worker processes, each with a connection and at most one piece of work.

    A worker that dies is replaced.

    Args:
        do: Does a piece of work.
        n: Number of processes.
        gpus: Names of GPUs, dealt to the processes in turn.

    Raises:
        ConfigError: From :meth:`wait`, when a worker cannot import the script that started it.
    """

    tries = 2  # a process dies for lack of memory, most often

    def __init__(self, do: Do[ItemT], n: int, gpus: Sequence[str] = ()):
        self._context = get_context("spawn")
        self._do = do
        self._dealt = [gpus[i % len(gpus)] if gpus else None for i in range(n)]
        self._gpu_of: dict[Connection, str | None] = {}
        self._idle: list[tuple[BaseProcess, Connection]] = []
        self._busy: dict[Connection, tuple[BaseProcess, ItemT]] = {}
        self._new: list[ItemT] = []
        self._begun: set[Connection] = set()

    def _begin(self, gpu: str | None) -> tuple[BaseProcess, Connection]:
        here, there = self._context.Pipe()
        process = self._context.Process(
            target=_worker, args=(there, self._do, gpu), name=_NAME, daemon=True
        )
        process.start()
        there.close()
        self._gpu_of[here] = gpu
        return process, here

    @property
    def n_busy(self) -> int:
        """Processes at work."""
        return len(self._busy)

    @property
    def has_room(self) -> bool:
        """Whether a process is idle."""
        return bool(self._idle)

    def start(self, item: ItemT) -> None:
        """Give a piece to an idle process."""
        process, connection = self._idle.pop()
        self._busy[connection] = (process, item)
        self._new.append(item)
        # If it died idle, the next read fails, and the piece is tried again.
        with suppress(ConnectionError):
            connection.send(item)

    def wait(self, hear: Hear[ItemT]) -> None:
        """Tell what processes said, or that one died."""
        new, self._new = self._new, []
        for item in new:
            hear(item, "started", None)
        for connection in wait(list(self._busy)):
            assert isinstance(connection, Connection)
            process, item = self._busy[connection]
            try:
                event, value = connection.recv()
            except (EOFError, ConnectionError):
                self._replace(connection)
                hear(item, "died", f"exit code {process.exitcode}")
                continue
            if event == "begun":
                self._begun.add(connection)
                continue
            if event == "end":
                del self._busy[connection]
                self._idle.append((process, connection))
            hear(item, event, value)

    def _replace(self, connection: Connection) -> None:
        process, _ = self._busy.pop(connection)
        process.join()
        connection.close()
        if connection not in self._begun and (process.exitcode or 0) > 0:  # below 0: killed
            raise ConfigError(_why_not_begun(process.exitcode)) from None
        self._begun.discard(connection)
        self._idle.append(self._begin(self._gpu_of.pop(connection)))

    def __enter__(self) -> Processes[ItemT]:
        """Start the processes."""
        self._idle = [self._begin(gpu) for gpu in self._dealt]
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes, in the midst of their work if need be."""
        processes = [p for p, _ in self._idle] + [p for p, _ in self._busy.values()]
        for process in processes:
            process.terminate()
        for process in processes:
            process.join()


def _why_not_begun(exit_code: int | None) -> str:
    script = getattr(sys.modules["__main__"], "__file__", None) or "what started them"
    if exit_code == _UNGUARDED:
        return (
            f"{script}: worker processes import this file, and it starts its work again in each; "
            'put that under `if __name__ == "__main__":`, or pass n_workers=0 to do without them.'
        )
    return (
        f"{script}: a worker process, which imports this file, ended before its work began "
        f"(exit code {exit_code}; what it said stands above). Pass n_workers=0 to do without them."
    )
