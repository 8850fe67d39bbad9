"""What a piece of work says as it goes, and its result, as one stream."""

from __future__ import annotations

import logging
import socket
import threading
import time
import warnings
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any

from lingap.engines.protocol import Do, ItemT, Say

_EVERY_SECONDS = 0.5  # a step is told; each is a message over the network


def events_of(do: Do[ItemT], item: ItemT) -> Iterator[tuple[str, Any]]:
    """Do a piece of work in a thread and yield what it says; ``end`` and its result come last.

    Warnings and the log of lingap are said, too: they belong on the user's terminal, not into a
    file of a machine far away.

    Raises:
        Exception: What the work raised.
    """
    said: SimpleQueue[tuple[str, Any]] = SimpleQueue()
    told_at = 0.0

    def say(event: str, value: Any) -> None:
        nonlocal told_at
        if event == "step":
            if time.monotonic() - told_at < _EVERY_SECONDS:
                return
            told_at = time.monotonic()
        said.put((event, value))

    def work() -> None:
        try:
            with _Heard(say):
                result = do(item, say)
        except BaseException as error:  # crosses to the thread that yields
            said.put(("raised", error))
        else:
            said.put(("end", result))

    said.put(("started", socket.gethostname()))
    threading.Thread(target=work, daemon=True).start()
    while True:
        event, value = said.get()
        if event == "raised":
            raise value
        yield event, value
        if event == "end":
            return


class _Heard(logging.Handler):
    """Says warnings and what lingap logs, each line with the machine's name."""

    def __init__(self, say: Say):
        super().__init__(logging.WARNING)
        self._say = say
        self._logger = logging.getLogger("lingap")
        self._showing = warnings.catch_warnings()

    def emit(self, record: logging.LogRecord) -> None:
        """Say a line of the log."""
        self._tell(record.getMessage())

    def _tell(self, line: str) -> None:
        self._say("log", f"{socket.gethostname()}: {line}")

    def __enter__(self) -> None:
        self._logger.addHandler(self)
        self._showing.__enter__()
        warnings.showwarning = lambda message, *_, **__: self._tell(str(message))

    def __exit__(self, *_: object) -> None:
        self._showing.__exit__(None, None, None)
        self._logger.removeHandler(self)
