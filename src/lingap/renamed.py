"""Names that changed: the old one works until the release named here, and warns.

A name is public when it can be imported from ``lingap`` or one of its rooms, or is an option of the
command line or a key of a YAML file. Each that changes has a row here; `CONTRIBUTING.md` states the
policy.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Renamed:
    """One public name that changed.

    Args:
        where: The module (``lingap.gap``) or the kind of file or command that knows the name.
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
    """The name now; a name that never changed is given back as it is.

    Warns:
        FutureWarning: For an old name, with the new one and the release that drops the old.

    >>> current_name("experiment configuration", "seeds")
    'seeds'
    """
    for row in RENAMED:
        if (row.where, row.old) == (where, name):
            warnings.warn(
                f"{where}: {row.old!r} is called {row.new!r} since lingap {row.since}; the old "
                f"name goes with {row.until}. Write {row.new!r}.",
                FutureWarning,
                stacklevel=stacklevel,
            )
            return row.new
    return name
