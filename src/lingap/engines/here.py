"""The engine that does all work in this process, one piece after the other."""

from __future__ import annotations

from typing import Generic

from lingap.engines.protocol import Do, Hear, ItemT


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
