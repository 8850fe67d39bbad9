"""Ids of records: each differs from all before it."""

from __future__ import annotations

from collections import Counter

from lingap.errors import CorpusError


class UniqueIds:
    """Remembers the ids of a corpus; call it with an id to get one that is not taken.

    Args:
        duplicates: ``error``, or ``number``: add a number to a repeated id.
        counts: Where numbered ids are counted, as ``ids_numbered``.
    """

    def __init__(self, duplicates: str, counts: Counter[str]):
        self.duplicates, self.counts = duplicates, counts
        self.seen: dict[str, int] = {}

    def __call__(self, name: str) -> str:
        """The id, numbered if necessary; raises CorpusError where the policy is ``error``."""
        if name in self.seen:
            if self.duplicates == "error":
                raise CorpusError(
                    f"the id {name!r} is not unique; where the corpus has the option, pass "
                    "duplicate_ids='number' to number repeated ids."
                )
            self.counts["ids_numbered"] += 1
            self.seen[name] += 1
            name = f"{name}#{self.seen[name]}"
        self.seen.setdefault(name, 1)
        return name
