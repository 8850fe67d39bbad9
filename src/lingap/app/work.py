"""The bound of a request's work: it ends after its time, and when nobody waits for it."""

from __future__ import annotations

import threading
import time

from lingap.errors import ConfigError, LingapError

MAX_SECONDS = 20.0
"""For one request; a page's requests take milliseconds once its back ends are loaded."""


class Abandoned(LingapError):
    """Work whose page was closed or sent a newer request."""


class OutOfTime(ConfigError):
    """Work that would take longer than it may."""


class Work:
    """One request's work, done in steps that each take little time.

    Args:
        seconds: After these, no further step is begun.
    """

    def __init__(self, seconds: float = MAX_SECONDS):
        self.seconds = seconds
        self._began: float | None = None
        self._abandoned = threading.Event()

    def abandon(self) -> None:
        """Let no further step begin. May be called from any thread."""
        self._abandoned.set()

    def step(self) -> None:
        """Begin a step; the time counts from the first.

        Raises:
            Abandoned: If nobody waits for the result.
            OutOfTime: If the time is over.
        """
        if self._abandoned.is_set():
            raise Abandoned("A newer request of the same page replaced this one.")
        now = time.monotonic()
        if self._began is None:
            self._began = now
        if now - self._began > self.seconds:
            raise OutOfTime(
                f"Stopped: this takes longer than {self.seconds:.0f} s. Enter less text or untick "
                "a slow back end; `lingap phonemize` takes whole files."
            )
