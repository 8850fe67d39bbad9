"""Engines that do all work in this process, one piece after the other: alone, or as one of several.

Several processes do each piece together where ``torchrun`` started them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic

from lingap.engines.protocol import Do, Hear, ItemT

Share = Callable[[Any], Any]
"""Gives a value of the first process to all; each process calls it at the same time."""


class Here(Generic[ItemT]):
    """A pool that is this process.

    Args:
        do: Does a piece of work.
    """

    tries = 1

    def __init__(self, do: Do[ItemT]):
        self._do = do
        self._items: list[ItemT] = []

    @property
    def n_busy(self) -> int:
        """Whether a piece waits to be done."""
        return len(self._items)

    @property
    def has_room(self) -> bool:
        """Whether none does."""
        return not self._items

    def start(self, item: ItemT) -> None:
        """Take a piece, which is done when it is waited for."""
        self._items.append(item)

    def wait(self, hear: Hear[ItemT]) -> None:
        """Do the piece."""
        item = self._items.pop()
        hear(item, "started", None)
        result = self._do(item, lambda event, value: hear(item, event, value))
        hear(item, "end", result)

    def __enter__(self) -> Here[ItemT]:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing runs on its own."""


class Together(Here[ItemT]):
    """A pool that is the first of several processes; the others :func:`follow` it.

    Args:
        do: Does a piece of work, in all processes at once.
        share: Gives each piece to the others.
    """

    def __init__(self, do: Do[ItemT], share: Share):
        super().__init__(do)
        self._share = share

    def start(self, item: ItemT) -> None:
        """Take a piece, and have the others begin with it."""
        super().start(item)
        self._share(item)

    def __exit__(self, *_: object) -> None:
        """Tell the others that there is no more."""
        self._share(None)


def follow(do: Do[ItemT], share: Share) -> None:
    """Do what the first process does, until there is no more."""
    while (item := share(None)) is not None:
        do(item, lambda *_: None)
