"""The engine that does each piece of work in several processes together, as ``torchrun`` has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lingap.engines.here import Here
from lingap.engines.protocol import Do, ItemT

Share = Callable[[Any], Any]
"""Gives a value of the first process to all; each process calls it at the same time."""


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
