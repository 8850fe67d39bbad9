"""Whether texts of equally many lines look like translations of each other, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from lingap.errors import MetricError
from lingap.text.display import first_of

_FEWEST = 30  # lines, below which lengths that go together are too easily due to chance


def notes_on_order(lines: Mapping[str, Sequence[str]]) -> list[str]:
    """Notes on texts that are no translation, or not in the order of the others.

    Translations are long where their originals are (Gale and Church 1993): over FLORES-200's 204
    languages the lengths of each, in logarithms, have a correlation of 0.69 and more with their sum
    over the others. A text of which it is not shown to be above 0 is named, as is one that is equal
    to another.

    Args:
        lines: Language -> lines, equally many, none empty.

    >>> notes_on_order({"eng": ["a", "bb"], "kor": ["a", "bb"]})
    ['kor has the same text as eng: was it copied, not translated?']
    """
    notes, first = [], dict[tuple[str, ...], str]()
    for name, own in lines.items():
        if (other := first.setdefault(tuple(own), name)) != name:
            notes.append(f"{name} has the same text as {other}: was it copied, not translated?")
    x = np.log([[len(line) for line in own] for own in first])
    if x.shape[1] < _FEWEST:
        return notes
    x -= x.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    names = [name for name, norm in zip(first.values(), norms[:, 0], strict=True) if norm > 1e-9]
    x = (x / np.maximum(norms, 1e-9))[norms[:, 0] > 1e-9]
    if len(x) < 2:
        return notes
    others = x.sum(axis=0) - x
    r = (x * others).sum(axis=1) / np.maximum(np.linalg.norm(others, axis=1), 1e-9)
    if apart := [name for name, one in zip(names, r, strict=True) if one < 2 / x.shape[1] ** 0.5]:
        notes.append(
            f"{first_of(apart, 6)}: long lines do not stand where other languages have long ones. "
            "Is line i the same sentence in each? What is computed line by line is wrong if not."
        )
    return notes


def refuse_other_ids(folder: Path, ids: Mapping[str, Sequence[str | None]]) -> None:
    """Refuse texts whose rows have ids and differ in them: row i is not the same sentence in each.

    Args:
        folder: Of the texts, for the message.
        ids: Language -> id of each row, None where the file has none.

    Raises:
        MetricError: With the first row that differs.
    """
    known = {name: own for name, own in ids.items() if own and None not in own}
    first = next(iter(known), "")
    for name, own in known.items():
        for number, (one, other) in enumerate(zip(known[first], own, strict=False), start=1):
            if one != other:
                raise MetricError(
                    f"{folder}: row {number} has the id {one} in {first} but {other} in {name}. "
                    "Line i must be the same sentence in each: bring the rows into one order."
                )


def cut_at(rows: Mapping[str, Sequence[str]]) -> int | None:
    """The lines of each text, where longer ones have only empty lines after them; else None.

    >>> cut_at({"eng": ["a", "b"], "kor": ["a", "b", "", " "]}), cut_at({"eng": ["a"], "kor": []})
    (2, None)
    """
    least = min(map(len, rows.values()))
    spare = (line for own in rows.values() for line in own[least:])
    return None if any(line.strip() for line in spare) else least
