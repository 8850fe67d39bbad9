"""Cells of tables of scores: names, numbers, and what to do about those that are none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lingap.errors import MetricError
from lingap.gap.language_names import names_average
from lingap.gap.score_files import Placed
from lingap.gap.score_layout import cell
from lingap.languages import get_language
from lingap.records import Score
from lingap.text.display import first_of
from lingap.text.numbers import decimal, whole

_PLACE = ("system", "task", "metric", "seed")
_ROUNDED = 0.0006  # of a mean of scores from 0 to 1, written with three digits


Named = set[tuple[str, str]]
"""``system`` or ``task``, and a name."""


def averages(
    rows: Sequence[Placed], columns: Mapping[str, str], languages: list[str]
) -> tuple[Named, Named]:
    """Rows named as a mean that are that of the other systems or tasks; and those that are not.

    They are where each of their scores is the mean of the others' of its language, as rounded.
    """
    means: Named = set()
    others: Named = set()
    for key in ("system", "task"):
        names = {cell(row, columns.get(key)) for _, row in rows}
        named = {name for name in names if names_average(name)}
        if len(names - named - {""}) < 2:
            continue
        values: dict[tuple[str, ...], dict[str, float]] = {}
        for where, row in rows:
            beside = [cell(row, columns.get(part)) for part in _PLACE if part != key]
            for language, text in cells(where, row, columns, languages):
                try:
                    value = decimal(text)
                except ValueError:
                    continue
                place = (*beside, language)
                values.setdefault(place, {})[cell(row, columns.get(key))] = value
        for name in named:
            is_mean = [
                abs(own[name] - mean) <= _ROUNDED * (100 if max(own.values()) > 1 else 1)
                for own in values.values()
                if name in own and (rest := [v for n, v in own.items() if n not in named])
                for mean in (sum(rest) / len(rest),)
            ]
            (means if is_mean and all(is_mean) else others).add((key, name))
    return means, others


def twice(score: Score, name: str, where: str, other: str, unread: Sequence[str]) -> str:
    """What to do with a score that is given twice, perhaps under two names of one language."""
    if name != other:
        row = get_language(name)
        return (
            f"{name!r} and {other!r} both name {row.name} ({score.language}), which already has a "
            f"score ({where}). Keep one; if they are two varieties, rename one so that it is no "
            f"language's code, such as {name}-2."
        )
    hint = " Give repeated runs different numbers in a column 'seed'."
    if unread:
        hint = (
            f" Not read: {first_of(list(map(repr, unread)), 6)}. If one says of which system or "
            "task a row is, call it system or task; if it numbers repeated runs, seed."
        )
    return (
        f"{score.system}, {score.task}, {score.language}, seed {score.seed} already has a score "
        f"({where}).{hint}"
    )


def check_names(where: str, row: Mapping[str, Any], columns: Mapping[str, str]) -> None:
    """Refuse NaN as a name: written out, it is the code of Min Nan."""
    for meaning in ("language", "system", "task", "metric"):
        value = row.get(columns.get(meaning, ""))
        if isinstance(value, float) and not math.isfinite(value):
            raise MetricError(f"{where}: the {meaning} is the number {value}; expected a name.")


def cells(
    where: str, row: Mapping[str, Any], columns: Mapping[str, str], languages: list[str]
) -> Iterable[tuple[str, str]]:
    """Each language's name and the text of its score in a row; empty ones of a wide row are none.

    Raises:
        MetricError: For a row of a long table without a language.
    """
    if languages:
        for name in languages:
            if text := cell(row, name):
                yield name, text
        return
    name = cell(row, columns["language"])
    if not name:
        raise MetricError(f"{where}: the language is empty.")
    yield name, cell(row, columns["score"])


def number(where: str, name: str, text: str) -> float:
    """A score of 0 or more.

    Raises:
        MetricError: For a text that is none, with what to write instead where that is known.
    """
    try:
        value = decimal(text)
    except ValueError:
        if not text:
            raise MetricError(
                f"{where}: the score of {name} is empty; fill it or drop the row."
            ) from None
        hint = " Write a decimal point." if "," in text else ""
        if text.strip("-–—./ ").lower() in ("", "na", "n/a", "nan", "none", "null"):
            hint = " Leave the cell empty if there is no score."
        elif text.strip("*_\\") != text:
            hint = " Write the number alone, without marks."
        if "%" in text:
            hint = " Write it without the sign."
        elif "±" in text or "(" in text:
            hint = " Put the spread in columns of its own: low, high, interval_level."
        raise MetricError(
            f"{where}: the score of {name}, {text!r:.80}, is not a number; scores must be finite "
            f"and >= 0, in digits.{hint}"
        ) from None
    if value < 0:
        raise MetricError(
            f"{where}: the score of {name} is {text}; scores must be finite and >= 0."
        )
    return value


def integer(where: str, column: str, text: str) -> int:
    """A whole number of 0 or more; 0 for an empty cell.

    Raises:
        MetricError: For anything else.
    """
    if not text:
        return 0
    try:
        return whole(text)
    except ValueError:
        raise MetricError(f"{where}: the {column} {text!r:.80} is not an integer from 0.") from None
