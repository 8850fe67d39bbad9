"""Name to object: refuses duplicates, suggests near names, loads nothing before its use."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar, cast

from lingap.errors import LingapError, MissingExtra, UnknownName
from lingap.renamed import current_name

T = TypeVar("T")


class DuplicateName(LingapError, ValueError):
    """Two objects of one kind with the same name."""


class Registry(Generic[T]):
    """Objects of one kind by name.

    An entry is the object itself or a string ``"package.module:attribute"`` that is imported when
    the name is first looked up. Packages add entries under the entry-point group ``lingap.<kind>``.

    Args:
        kind: Singular noun for messages and for the entry-point group (there with underscores
            for spaces and hyphens).

    >>> colours = Registry[int]("colour")
    >>> colours.add("red", 0xFF0000)
    >>> colours["red"]
    16711680
    """

    def __init__(self, kind: str):
        self.kind = kind
        self._items: dict[str, T | str] = {}
        self._entry_points_read = False

    def add(self, name: str, item: T | str) -> None:
        """Register `item`, an object or its ``"module:attribute"``, under a name not yet taken."""
        if name in self._items:
            raise DuplicateName(f"A {self.kind} called {name!r} is registered already.")
        self._items[name] = item

    def _read_entry_points(self) -> None:
        if self._entry_points_read:
            return
        self._entry_points_read = True
        from importlib.metadata import entry_points  # slow to import, and to read

        group = "lingap." + self.kind.replace(" ", "_").replace("-", "_")
        for point in entry_points(group=group):
            self.add(point.name, point.value)

    def __getitem__(self, name: str) -> T:
        """The object of that name; UnknownName suggests the nearest known one."""
        if name not in self._items:
            self._read_entry_points()
        if name not in self._items:
            import difflib

            near = difflib.get_close_matches(name, self._items, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise UnknownName(
                f"No {self.kind} is called {name!r}.{hint} Known: {', '.join(sorted(self._items))}."
            )
        item = self._items[name]
        if isinstance(item, str):
            module, _, attribute = item.partition(":")
            item = cast(T, getattr(importlib.import_module(module), attribute))
            self._items[name] = item
        return item

    def __contains__(self, name: object) -> bool:
        self._read_entry_points()
        return name in self._items

    def __iter__(self) -> Iterator[str]:
        """Names in the order of registration."""
        self._read_entry_points()
        return iter(tuple(self._items))

    def __len__(self) -> int:
        self._read_entry_points()
        return len(self._items)


def lazy_names(
    room: str, homes: Mapping[str, str], *, extra: str = "", purpose: str = ""
) -> Callable[[str], Any]:
    """A module's ``__getattr__`` that imports each public name from its home on first use.

    So importing a room does not import all of its modules. A name that its home is called by is
    that module. Names in :data:`lingap.renamed.RENAMED` still work.

    Args:
        room: The module's ``__name__``.
        homes: Module of the room to the public names that it defines, separated by spaces.
        extra: The extra that the homes need, if any.
        purpose: What the names are for, for the error.

    Raises:
        MissingExtra: When the home of a used name imports a package that is not installed.
    """
    home_of = {name: home for home, names in homes.items() for name in names.split()}

    def look_up(name: str) -> Any:
        new = current_name(room, name)
        if new not in home_of:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        try:
            module = importlib.import_module(f"{room}.{home_of[new]}")
            value = module if home_of[new] == new else getattr(module, new)
        except ModuleNotFoundError as error:
            if not extra or (error.name or "").split(".")[0] == "lingap":
                raise
            raise MissingExtra(extra, purpose) from error
        if new == name:
            setattr(sys.modules[room], name, value)  # so that the next use is a plain attribute
        return value

    return look_up
