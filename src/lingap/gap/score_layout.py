"""Which columns of a table of scores mean what, and which are languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lingap.errors import MetricError
from lingap.gap.language_names import LIKE_A_CODE, SUMMARIES, language_code
from lingap.gap.rows import INTERVAL
from lingap.languages import listed_language
from lingap.text.numbers import decimal

COLUMNS = {
    "system": ("system", "model", "representation"),
    "task": ("task",),
    "language": ("language", "lang"),
    "score": ("score", "value"),
    "seed": ("seed",),
    "metric": ("metric", "measure"),
}
ELSE = {"system": ("model_name", "model name", "method"), "task": ("dataset", "benchmark")}
"""Names that count where no column has those above; the first that is there."""
INDEX = ("", "unnamed: 0", "__index_level_0__")
"""Names that a data frame's index gets in a file; its texts are the systems."""
LONG = {  # languages could have these codes
    **{name: (name,) for name in ("n_words", *INTERVAL)},
    "low": ("low", "ci_low", "ci_lower", "lower"),
    "high": ("high", "ci_high", "ci_upper", "upper"),
    "stderr": ("stderr", "std_err", "std_error", "standard_error", "se", "sem"),
    "n": ("n", "items", "n_items", "n_samples", "num_samples", "n_test"),
}
_WITH_SCRIPT = re.compile(r"[-_][A-Z][a-z]{3}(?![a-z])")


def layout(
    source: str, rows: list[Mapping[str, Any]], wanted: Sequence[str] | None
) -> tuple[dict[str, str], list[str], list[str]]:
    """Column of each known meaning; columns that are languages; notes."""
    names = list(rows[0])
    columns: dict[str, str] = {}
    long = any(name.strip().lower() in COLUMNS["score"] for name in names)
    for meaning, spellings in (COLUMNS | LONG if long else COLUMNS).items():
        mine = [name for name in names if name.strip().lower() in spellings]
        if len(mine) > 1:
            raise MetricError(f"{source}: columns {', '.join(mine)} both mean {meaning}; keep one.")
        if mine:
            columns[meaning] = mine[0]
    for meaning, spellings in ELSE.items():
        further = (*spellings, *INDEX) if meaning == "system" and not long else spellings
        mine = [name for one in further for name in names if name.strip().lower() == one]
        if meaning not in columns and mine and _groups_scores(mine[0], rows, columns):
            columns[meaning] = mine[0]
    rest, notes = [name for name in names if name not in columns.values()], list[str]()
    if ("language" in columns) != ("score" in columns):
        lacks = "score" if "language" in columns else "language"
        raise MetricError(
            f"{source}: no column {lacks!r}; the columns are {', '.join(names)}."
            f"{_of_each_system(rest, rows) if lacks == 'score' else ''}"
        )
    if "score" in columns:
        if ("low" in columns) != ("high" in columns):
            rest.append(columns.pop("low" if "low" in columns else "high"))
        if "low" in columns and "interval_level" not in columns:
            notes.append(
                "low and high are read as 95 % intervals; interval_level can say otherwise."
            )
        if rest:
            notes.append(f"Columns not read: {', '.join(rest)}.")
        return columns, [], notes
    languages = [name for name in rest if _may_be_language(name, rows)]
    if not wanted:
        languages = [name for name in languages if not _is_stray(name, languages)]
    if not any(map(listed_language, languages)):
        raise MetricError(
            f"{source}: expected columns language and score, or one column per language; "
            f"the columns are {', '.join(names) or 'none'}."
        )
    if others := [name for name in rest if name not in languages]:
        advice = " If one is a language, pass languages=, the languages to read."
        unsure = any(_holds_numbers(name, rows) for name in others)
        notes.append(f"Columns not read: {', '.join(others)}.{advice if unsure else ''}")
    return columns, languages, notes


def _groups_scores(name: str, rows: list[Mapping[str, Any]], columns: Mapping[str, str]) -> bool:
    """Whether a column has a text that several languages share: all of a wide row, or some rows."""
    if _holds_numbers(name, rows):
        return False
    if "language" not in columns:
        return True
    shared: dict[str, set[str]] = {}
    for row in rows:
        shared.setdefault(cell(row, name), set()).add(cell(row, columns["language"]))
    return any(len(languages) > 1 for languages in shared.values())


def _of_each_system(names: Sequence[str], rows: list[Mapping[str, Any]]) -> str:
    """What to do with a table that has a row for each language and a column for each system."""
    numbers = [name for name in names if _holds_numbers(name, rows)]
    if not numbers:
        return ""
    return (
        f" A table has one row for each score, or one column for each language. If {numbers[0]} is "
        "a system, turn it, as pandas does with df.melt('language', var_name='system', "
        f"value_name='score'); if it is a measure, call the column {numbers[0]} score."
    )


def _may_be_language(name: str, rows: list[Mapping[str, Any]]) -> bool:
    """Whether a wide column may be a language, or a summary of them.

    A known code is one, unless it is also a counter's or a summary's name and holds text; an
    unknown name if it is shaped like a code or a summary, and holds numbers only.
    """
    if listed_language(name) and name.lower() not in SUMMARIES:
        return True
    if not (LIKE_A_CODE.fullmatch(name) or name.lower() in SUMMARIES):
        return False
    return _holds_numbers(name, rows)


def _is_stray(name: str, names: Sequence[str]) -> bool:
    """Whether a name is rather another figure than a language: ``mae`` and ``dev`` are codes, too.

    That is so for bare names that only ISO 639-3 knows, or nothing, unless the columns are
    evidently a long list of codes.
    """
    if listed_language(name) or name.lower() in SUMMARIES or _WITH_SCRIPT.search(name):
        return False
    is_list = len(names) >= 20 and sum(map(bool, map(language_code, names))) > 0.9 * len(names)
    return not (is_list and language_code(name))


def _holds_numbers(name: str, rows: list[Mapping[str, Any]]) -> bool:
    """Whether a column holds numbers and nothing else."""
    texts = [text for row in rows if (text := cell(row, name))]
    try:
        return bool([decimal(text) for text in texts])
    except ValueError:
        return False


def cell(row: Mapping[str, Any], column: str | None) -> str:
    """The text of a cell, "" for none."""
    value = "" if column is None else row.get(column, "")
    return "" if value is None else str(value).strip()
