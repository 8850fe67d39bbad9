"""What an engine does, and what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeVar


class Item(Protocol):
    """A piece of work; it can be pickled."""

    @property
    def id(self) -> str:
        """A name that no other piece has."""


ItemT = TypeVar("ItemT", bound=Item)

Say = Callable[[str, Any], None]
"""Told by a piece of work as it goes: ``step`` and a number, or ``log`` and a line."""

Do = Callable[[ItemT, Say], Any]
"""Does a piece of work and returns what is to be known of it. A function of a module, or a partial
one, since it crosses processes; whatever it raises is a fault of the program."""

Hear = Callable[[ItemT, str, Any], None]
"""Hears of a piece: ``started``; ``step`` and ``log``, as said; ``end`` with what was returned; or
``died`` with the reason, when its process or machine was lost."""


class ParentGone(Exception):
    """Raised by `Say` where the process that gave out the work is gone; it ends the process."""


class Pool(Protocol[ItemT]):
    """Where work is done. A context: at its end, what still runs is stopped."""

    tries: int
    """How often a piece is tried whose process dies."""

    @property
    def n_busy(self) -> int:
        """Pieces that were taken and have not ended."""

    @property
    def has_room(self) -> bool:
        """Whether it takes one more piece now."""

    def start(self, item: ItemT) -> None:
        """Take a piece of work."""

    def wait(self, hear: Hear[ItemT]) -> None:
        """Wait until something happens to a piece, and tell it."""

    def __enter__(self) -> Pool[ItemT]:
        """Begin."""

    def __exit__(self, *_: object) -> None:
        """Stop what still runs."""


class Work(Protocol[ItemT]):
    """Pieces of work, and what became of them."""

    def __len__(self) -> int:
        """Pieces that have not been taken."""

    def ready(self) -> Iterator[ItemT]:
        """Take the pieces that can be done now, one after the other."""

    def again(self, item: ItemT) -> None:
        """Put back a piece whose process died."""

    def heard(self, item: ItemT, event: str, value: Any) -> None:
        """Take note of ``started``, ``step`` and ``log``."""

    def end(self, item: ItemT, result: Any) -> None:
        """Take what a piece returned."""

    def lost(self, item: ItemT, reason: str) -> None:
        """Give up a piece whose process died as often as it was tried."""
