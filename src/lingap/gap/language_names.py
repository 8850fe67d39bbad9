"""Which names in a table of scores are languages, and which are summaries or counters.

``min`` is a minimum and Minangkabau, ``sd`` a standard deviation and Sindhi, ``id`` a row's number
and Indonesian. The values decide; where they do not, nobody guesses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Any

import numpy as np

from lingap.errors import LanguageError, MetricError
from lingap.languages import get_language, listed_language
from lingap.metrics.arrays import Array
from lingap.text.numbers import decimal

LIKE_A_CODE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")

Group = Mapping[str, str]
"""Names to scores as written, of one system, task and seed."""

_SPREAD = {"std", "stdev", "sd", "se", "sem", "stderr", "var", "cv", "mad", "iqr", "ci", "range"}
_LOWEST = {"min", "minimum", "low", "lo", "worst"}
_HIGHEST = {"max", "maximum", "high", "hi", "best"}
_MIDDLE = {
    "all", "avg", "average", "ave", "mean", "median", "med", "overall", "sum", "tot", "total",
}  # fmt: skip
_COUNTER = {"id", "idx", "no", "nr", "num", "run", "row", "cnt"}
# Sizes and times that are codes of languages:
_SETTING = {"bs", "ce", "kg", "km", "mac", "mn", "ms", "per", "sg", "ts"}
_MEASURE = {"acc", "em", "ppl", "wer", "cer", "gap", "rpd", "err"}
SUMMARIES = frozenset((*_SPREAD, *_LOWEST, *_HIGHEST, *_MIDDLE, *_COUNTER, *_SETTING, *_MEASURE))
_MEAN = r"(macro|micro|weighted|overall|avg|average|mean)"
_IS_MEAN = re.compile(rf"{_MEAN}([ -]{_MEAN})*\.?", re.IGNORECASE)
_HAS_MEAN = re.compile(rf"\b{_MEAN}\b", re.IGNORECASE)
_OF_SOME = re.compile(r"((un)?seen|(high|low|mid)[ -]resource)( languages)?|[Δδ]", re.IGNORECASE)
_WORDS = SUMMARIES | {"dev", "log", "out", "raw", "ref", "src", "tok"}

Statistic = Callable[[Array], Any]
_STD: tuple[Statistic, ...] = (np.std, lambda values: np.std(values, ddof=1))
_SEM: tuple[Statistic, ...] = (
    lambda values: np.std(values) / len(values) ** 0.5,
    lambda values: np.std(values, ddof=1) / len(values) ** 0.5,
)
_CV: tuple[Statistic, ...] = (
    lambda values: np.std(values, ddof=1) / np.mean(values),
    lambda values: np.std(values, ddof=1) / np.mean(values) * 100,
)
_MEANING: Mapping[str, tuple[Statistic, ...]] = {
    "min": (np.min,), "lo": (np.min,), "hi": (np.max,), "sd": _STD, "se": _SEM, "cv": _CV,
}  # fmt: skip
"""Of the names that are languages too."""
_ANY: tuple[Statistic, ...] = (np.mean, np.median, np.sum, *_STD)
_ROWS = 1000  # looked at; the values of that many decide as well as all


@cache
def language_code(text: str) -> str | None:
    """Code of any common code or name of a language; None if unknown.

    A word for a summary or a part of a corpus (``max``, ``dev``) is none by ISO 639-3 alone.
    """
    if text.lower() in _WORDS and listed_language(text) is None:
        return None
    try:
        return get_language(text).code
    except LanguageError:
        return None


def names_average(name: str) -> bool:
    """Whether a name is that of a mean and nothing else.

    >>> [names_average(name) for name in ("Average", "**Macro avg.**", "mean-pooling")]
    [True, True, False]
    """
    return _IS_MEAN.fullmatch(_plain(name)) is not None


def summarizes(name: str) -> bool:
    """Whether a name that is no language's says that it sums others up.

    >>> [summarizes(name) for name in ("Macro avg.", "avg w/o en", "Δ", "Low-resource")]
    [True, True, True, True]
    >>> [summarizes(name) for name in ("swa", "Meankieli", "Quechua (unseen)")]
    [False, False, False]
    """
    plain = _plain(name)
    return language_code(name) is None and (
        plain.lower() in SUMMARIES
        or _HAS_MEAN.search(plain) is not None
        or _OF_SOME.fullmatch(plain) is not None
    )


def _plain(name: str) -> str:
    return name.strip(" *").replace("_", " ")


def left_out_as_summaries(names: Iterable[str]) -> str:
    """The note on names of summaries, whose scores are not read."""
    return f"Left out because they summarize others: {', '.join(names)}."


def reference_among(names: Sequence[str], reference: str) -> str:
    """The name of a reference, given by any code, among those of texts.

    Raises:
        MetricError: When it is none of them.
    """
    base = language_code(reference) or reference
    if base not in names:
        raise MetricError(
            f"The reference {reference!r} is not among the texts ({', '.join(names)}); name one "
            "of them."
        )
    return base


def languages_among(
    names: Iterable[str],
    groups: Callable[[], Iterable[Group]],
    *,
    source: str,
    what: str,
    places: Mapping[str, str] | None = None,
) -> tuple[dict[str, str], list[str]]:
    """The names that are languages, with their code, or as written if unknown; and notes.

    Args:
        names: Of columns, or in the column of languages.
        groups: Gives the scores of each group; asked only where a name can be both.
        source: Where the names are from, for messages.
        what: What a name is, for messages: ``column`` or ``language``.
        places: Where each name stands first, for notes.

    Raises:
        MetricError: For a name that can be a language and a summary, and whose values fit both.
    """
    names = list(names)
    found = {name: language_code(name) or name for name in names}
    # Columns named by further codes of ISO 639-3 (pos, ner) may be something else, and are named.
    is_known = listed_language if what == "column" else language_code
    known = [name for name in names if is_known(name) is not None]
    doubtful = [name for name in known if name.lower() in SUMMARIES]
    left_out = [n for n in names if n not in known and summarizes(n)]
    sure = [name for name in known if name not in doubtful]
    unknown = [name for name in names if name not in known and name not in left_out]
    columns: list[Mapping[str, float]] = []
    digits: dict[str, int] = {}
    if doubtful or unknown or (what == "column" and len(sure) > 3):
        columns = [_numbers(group, digits) for group in islice(groups(), _ROWS)]
    kept_in_doubt = []
    for name in doubtful:
        others = [other for other in names if other != name and other not in left_out]
        if (
            _other_case(name, sure)
            or _is_counter(name, columns)
            or _is_statistic(name, sure, columns, digits, _MEANING.get(name.lower(), _ANY))
        ):
            left_out.append(name)
        elif not _is_language(name, others, sure, columns):
            row = get_language(name)
            raise MetricError(
                f"{source}: the {what} {name!r} can be {row.name} or a summary or counter, which "
                f"cannot be told from its values. If it is {row.name}, call it "
                f"{row.iso3}_{row.script}; if not, remove it. Or pass languages=, the languages "
                "to read."
            )
        elif len(name) > 2 or name.lower() in _SPREAD | _COUNTER | _SETTING:
            kept_in_doubt.append(name)
    for name in unknown if columns else ():
        if _is_statistic(name, sure, columns, digits, _ANY):
            left_out.append(name)
    for name in sure if len(columns) > 2 and len(sure) > 3 else ():
        if _is_statistic(name, [n for n in sure if n != name], columns, digits, _ANY):
            raise MetricError(
                f"{source}: the {what} {name!r} is a mean, sum or spread of the others in all "
                f"{len(columns)} rows. If it is a summary, remove it; if it is a language, pass "
                "languages=, the languages to read."
            )
    notes = []
    other = [name for name in sure if len(name) == 2]
    if what == "column" and len(other) == 1 and len(sure) > 2:
        notes.append(f"Read as a language: {other[0]} ({get_language(other[0]).name}).")
    if left_out:
        notes.append(left_out_as_summaries(left_out))
    if kept_in_doubt:
        shown = ", ".join(f"{name} ({get_language(name).name})" for name in kept_in_doubt)
        notes.append(f"Read as languages, which their values show they are: {shown}.")
    if unknown := [name for name in unknown if name not in left_out]:
        placed = ", ".join(f"{name} ({places[name]})" if places else name for name in unknown)
        notes.append(f"Unknown languages, kept as written: {placed}.")
    return {name: code for name, code in found.items() if name not in left_out}, notes


def only(
    names: Iterable[str], wanted: Sequence[str], *, source: str
) -> tuple[dict[str, str], list[str]]:
    """The names of the languages wanted, with their code, and a note on the others.

    Raises:
        MetricError: For a language that no name means.
    """
    names = list(names)
    # A name as written means that column alone, though another may name the same language.
    codes = {language_code(text) or text for text in wanted if text not in names}
    found = {name: language_code(name) or name for name in names}
    chosen = {name: code for name, code in found.items() if code in codes or name in wanted}
    if lacking := [text for text in wanted if (language_code(text) or text) not in chosen.values()]:
        raise MetricError(
            f"{source}: no score in {', '.join(lacking)}; it has {', '.join(names[:40])}"
            f"{' …' if len(names) > 40 else ''}."
        )
    others = [name for name in names if name not in chosen]
    shown = f"{', '.join(others[:8])}{' …' if len(others) > 8 else ''}"
    return chosen, [f"Not among the languages chosen: {shown}."] if others else []


def _numbers(group: Group, digits: dict[str, int]) -> dict[str, float]:
    """The numbers of a group; `digits` gets the most decimal places of each name."""
    found = {}
    for name, text in group.items():
        try:
            found[name] = decimal(text)
        except ValueError:
            continue
        places = len(text.partition(".")[2]) if "e" not in text.lower() else 12
        digits[name] = max(digits.get(name, 0), places)
    return found


def _other_case(name: str, others: Sequence[str]) -> bool:
    """Whether all other names are written in another case, as ``eng`` and ``Min`` are."""
    cases = (str.islower, str.isupper, str.istitle)
    mine = [case(name.split("_")[0]) for case in cases]
    return bool(others) and all(mine != [case(o.split("_")[0]) for case in cases] for o in others)


def _is_statistic(
    name: str,
    others: Sequence[str],
    columns: Sequence[Mapping[str, float]],
    digits: Mapping[str, int],
    statistics: Sequence[Statistic],
) -> bool:
    """Whether a name's score is, in each group, the same one of some statistics of the others."""
    fits = list(statistics)
    seen = False
    for column in columns:
        values = np.array([column[other] for other in others if other in column])
        if name not in column or len(values) < 2 or np.ptp(values) == 0:
            continue
        seen = True
        slack = 0.51 * 10.0 ** -digits[name] + 1e-9 * abs(column[name])  # as rounded
        with np.errstate(all="ignore"):  # a mean of 0, or numbers that overflow, fit nothing
            fits = [one for one in fits if abs(one(values) - column[name]) <= slack]
        if not fits:
            return False
    return seen


def _is_counter(name: str, columns: Sequence[Mapping[str, float]]) -> bool:
    """Whether a name that can be a counter numbers three rows or more from 0 or 1."""
    mine = [column.get(name) for column in columns]
    if name.lower() not in _COUNTER or len(mine) < 3:
        return False
    return any(mine == [start + at for at in range(len(mine))] for start in (0, 1))


def _is_language(
    name: str, others: Sequence[str], sure: Sequence[str], columns: Sequence[Mapping[str, float]]
) -> bool:
    """Whether a name that can be a summary is a language, by values that no summary could have."""
    mine = [column[name] for column in columns if name in column]
    rows = [
        (column[name], [column[o] for o in sure if o in column])
        for column in columns
        if name in column and any(o in column for o in sure)
    ]
    if not mine:
        return True  # a score that is no number is told by its row
    word = name.lower()
    short = len(word) == 2 and sum(len(o) == 2 for o in others) > len(others) / 2
    if word in _COUNTER | _SETTING:
        counts = mine == [at + mine[0] for at in range(len(mine))] and mine[0] in (0, 1)
        # Whole numbers: a language only among codes as short, with scores like the others'.
        near = all(
            2 * min(values) - max(values) <= value <= 2 * max(values) - min(values)
            for value, values in rows
        )
        if any(value != int(value) for value in mine):  # no counter, but perhaps a time or size
            return near if word in _SETTING else short or near or len(word) > 2
        return short and not counts and near
    if word in ("lo", "hi"):  # ends of an interval too, which lie among the others
        ends = [
            column["lo"] <= float(np.mean([column[o] for o in sure if o in column])) <= column["hi"]
            for column in columns
            if {"lo", "hi"} <= column.keys() and any(o in column for o in sure)
        ]
        return short and not (ends and all(ends))
    if word in _LOWEST:
        return any(value > min(values) for value, values in rows)
    if word in _HIGHEST:
        return any(value < max(values) for value, values in rows)
    return any(value >= min(values) and value > max(values) - min(values) for value, values in rows)
