"""The explorer's server: few connections at a time, and none that waits for ever."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

MAX_CONNECTIONS = 128
REQUEST_SECONDS = 15.0
"""For a whole request to arrive, from its connection or its first byte on."""


class AnnouncingServer(uvicorn.Server):
    """A server that says that it is there once it is: from then on, Ctrl-C ends it in order."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then announce it."""
        await super().startup(sockets)
        self._announce()


class BoundedConnection(H11Protocol):
    """One connection; it is closed where its request does not arrive.

    With more than :data:`MAX_CONNECTIONS`, the one that has waited longest for the rest of its
    request is closed for the new one, so that half-sent requests keep nobody out.
    """

    _patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._wait()
        if len(self.connections) > MAX_CONNECTIONS:
            waiting = [one for one in self.connections if getattr(one, "_patience", None)]
            longest = min(waiting, key=lambda one: one._patience.when())  # type: ignore[union-attr]
            longest.transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read, and wait for the rest of a request if it is not whole."""
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete or self.cycle.more_body:
            self._wait()
        else:
            self._wait_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._wait_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _wait_no_more(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
