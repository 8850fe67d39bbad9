"""Public names that changed: until the release given here, the old one works and warns.

`CONTRIBUTING.md` says which names are public and states the policy.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass


class OldName(FutureWarning):
    """A public name was used that has changed."""


@dataclass(frozen=True, slots=True)
class Renamed:
    """One public name that changed.

    Args:
        where: The module (``lingap.gap``), or the kind of file or command with that name.
        old: The name before.
        new: The name now.
        since: Release that brought the new name.
        until: First release without the old one.
    """

    where: str
    old: str
    new: str
    since: str
    until: str


RENAMED = (Renamed("experiment configuration", "exceptions", "overrides", "0.1.0", "0.3.0"),)


def current_name(where: str, name: str, *, stacklevel: int = 3) -> str:
    """The current name; a name that never changed is returned unchanged.

    Warns:
        OldName: For an old name; says the new one and the release that drops the old.

    >>> current_name("experiment configuration", "seeds")
    'seeds'
    """
    for row in RENAMED:
        if (row.where, row.old) == (where, name):
            warnings.warn(
                f"{where}: {row.old!r} is called {row.new!r} since lingap {row.since}; the old "
                f"name stops working in {row.until}. Write {row.new!r}.",
                OldName,
                stacklevel=stacklevel,
            )
            return row.new
    return name
