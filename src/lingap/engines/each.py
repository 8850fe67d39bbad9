"""Pieces of work that do not depend on each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic

from lingap.engines.loop import work_through
from lingap.engines.protocol import Do, ItemT, Pool
from lingap.errors import StoreError

MakePool = Callable[[Do[ItemT]], Pool[ItemT]]
"""An engine, from what does one piece."""


class Each(Generic[ItemT]):
    """Work whose pieces are done in the order given, several at a time.

    Args:
        items: The pieces.
        take: Takes a piece and what it returned.
    """

    def __init__(self, items: Iterable[ItemT], take: Callable[[ItemT, Any], None]):
        self._waiting = list(items)
        self._take = take

    def __len__(self) -> int:
        """Pieces that have not been taken."""
        return len(self._waiting)

    def ready(self) -> Iterator[ItemT]:
        """Take the pieces, one after the other."""
        while self._waiting:
            yield self._waiting.pop(0)

    def again(self, item: ItemT) -> None:
        """Put back a piece whose process died."""
        self._waiting.insert(0, item)

    def heard(self, item: ItemT, event: str, value: Any) -> None:
        """Nothing but results is of interest."""

    def end(self, item: ItemT, result: Any) -> None:
        """Hand over a result."""
        self._take(item, result)

    def lost(self, item: ItemT, reason: str) -> None:
        """Raise StoreError: without this piece, the others are of no use."""
        raise StoreError(f"{item.id}: {reason}. Run the command again to go on where it stopped.")


def do_each(
    items: Iterable[ItemT], do: Do[ItemT], take: Callable[[ItemT, Any], None],
    make_pool: MakePool[ItemT],
) -> None:  # fmt: skip
    """Do all pieces by an engine; without any, no engine is started."""
    work = Each(items, take)
    if len(work):
        work_through(work, make_pool(do))
