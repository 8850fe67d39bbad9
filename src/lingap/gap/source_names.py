"""Names of tokenizers and models that are given as ``NAME=SOURCE`` or as a source alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from lingap.errors import ConfigError


def named_source(text: str) -> tuple[str, str]:
    """The name, or "", and the source.

    Raises:
        ConfigError: Without a source.

    >>> named_source("mine=folder/model"), named_source("folder/model")
    (('mine', 'folder/model'), ('', 'folder/model'))
    """
    name, equals, place = text.partition("=")
    found = (name, place) if equals and not Path(text).exists() else ("", text)
    if not found[1].strip():
        raise ConfigError(f"Expected SOURCE or NAME=SOURCE, got {text!r}.")
    return found


def refuse_twice(given: Sequence[tuple[str, str]], what: str) -> None:
    """Raise a ConfigError where two sources without a name are one file or folder.

    Args:
        given: Name, or "", and source of each.
        what: They are, for messages.
    """
    first: dict[Path, str] = {}
    for place in (place for name, place in given if not name and Path(place).exists()):
        if (other := first.setdefault(Path(place).resolve(), place)) != place:
            raise ConfigError(f"{other} and {place} are one {what}: name it once.")


def told_apart(names: Sequence[tuple[str, str]], what: str) -> list[str]:
    """One name each: the short one, or the long one where two short ones are equal.

    Args:
        names: Short and long name of each.
        what: They are, for messages.

    Raises:
        ConfigError: For a name that two have nevertheless.

    >>> told_apart([("e5", "a/e5"), ("e5", "b/e5"), ("c", "c")], "models")
    ['a/e5', 'b/e5', 'c']
    """
    times = Counter(short for short, _ in names)
    found = [long if times[short] > 1 else short for short, long in names]
    for name, n in Counter(found).items():
        if n > 1:
            raise ConfigError(f"Two {what} are called {name}; name each, as NAME=SOURCE.")
    return found
