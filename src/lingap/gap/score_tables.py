"""Tables of scores from any source, long or wide, as rows of scores."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lingap.errors import MetricError
from lingap.gap.language_names import (
    LIKE_A_CODE,
    SUMMARIES,
    Group,
    language_code,
    languages_among,
    only,
)
from lingap.gap.result import to_pandas
from lingap.gap.rows import INTERVAL, in_unit, interval_of, score_rows
from lingap.gap.score_files import Placed, checked_rows, rows_of_file
from lingap.languages import get_language, listed_language
from lingap.records import Score
from lingap.text.numbers import decimal, whole

if TYPE_CHECKING:
    import pandas

Scale = Literal["auto", "unit", "percent"]
_COLUMNS = {
    "system": ("system", "model", "representation"),
    "task": ("task",),
    "language": ("language", "lang"),
    "score": ("score", "value"),
    "seed": ("seed",),
    "metric": ("metric", "measure"),
}
_LONG = {name: (name,) for name in ("n_words", *INTERVAL)}  # languages could have these codes
_WITH_SCRIPT = re.compile(r"[-_][A-Z][a-z]{3}(?![a-z])")
_FEW_PERCENT = 5  # scores that low are rather on another scale
_BESIDE = ("system", "task", "seed", "metric", *_LONG)
_MISSING = "all"  # system or task if the file has no such column


class DataFrame(Protocol):
    """A pandas or polars data frame, or an Arrow table; none of them is imported."""

    @property
    def shape(self) -> Any:
        """Rows and columns."""


@dataclass(frozen=True, slots=True)
class ScoreFile:
    """Scores of a file, 0 to 1, with notes on how they were read.

    Args:
        scores: One row each.
        scale: ``unit`` if the file had 0 to 1, ``percent`` if 0 to 100.
        notes: Sentences, such as of columns that were not read.
    """

    scores: tuple[Score, ...]
    scale: str
    notes: tuple[str, ...]

    def to_rows(self) -> list[dict[str, Any]]:
        """The scores as flat rows; :func:`read_scores` reads them back, with their intervals."""
        return score_rows(self.scores)

    def to_pandas(self) -> pandas.DataFrame:
        """:meth:`to_rows` as a pandas data frame.

        Raises:
            MissingPackage: If pandas is not installed.
        """
        return to_pandas([self])


ScoreTable = str | Path | DataFrame | ScoreFile | Iterable[Score] | Iterable[Mapping[str, Any]]
"""A path, a data frame, what :func:`read_scores` gave, or a list of Score or of dictionaries."""


def read_scores(
    table: ScoreTable, *, scale: Scale = "auto", languages: Sequence[str] | None = None
) -> ScoreFile:
    """Read a table of scores: a file, a data frame, or a list of dictionaries.

    Long: columns language and score, optionally system, task, metric, seed, n_words, and an
    interval: low, high, interval_level (0.95) and interval_method. Wide: one column per language
    instead; an empty cell is a missing score. A column that the table lacks has one value
    (``all``; seed 0). JSON is a list of such rows, or ``{"scores": [...]}``.

    In the long layout an unknown language is kept as written. In the wide one a column is a
    language if its name is one in use, or a code with its script (``xqq_Latn``); bare codes of
    ISO 639-3 that are no more than that (``mae``, ``dev``) only in a long list of codes. A mean or
    another summary (``avg``) is left out; the notes name all of these. Where a name can be a
    language and a summary (``min``, ``sd``, ``id``), the values decide; if they fit both,
    `languages` must.

    Args:
        table: Path of a ``.csv``, ``.tsv``, ``.json`` or ``.jsonl``; a pandas or polars data frame
            or an Arrow table; rows as dictionaries; or :class:`~lingap.records.Score` rows or what
            this function gave, which are returned unchanged.
        scale: ``unit`` (0 to 1), ``percent`` (0 to 100), or ``auto``: unit if no score exceeds
            1. A table that mixes both is refused.
        languages: Only these, any codes, or names as written in the table; None for all.

    Raises:
        MetricError: For a malformed file, or a score that is not a number, negative, out of scale
            or given twice; the message names the file and the row.
    """
    languages = [languages] if isinstance(languages, str) else languages
    if scale not in ("auto", "unit", "percent"):
        raise MetricError(f"scale must be 'auto', 'unit' or 'percent', not {scale!r}.")
    if isinstance(table, str | Path):
        return _read(str(table), rows_of_file(Path(table)), scale, languages)
    if isinstance(table, ScoreFile):
        return table
    rows = _records(table)
    if rows is None and not isinstance(table, Iterable):
        raise MetricError(
            f"Expected a table of scores, got {type(table).__name__}; give a path, a data frame "
            "(a lazy one: .collect() it), or a list of dictionaries or of Score."
        )
    if rows is None:
        rows = list(table)  # type: ignore[arg-type]  # no data frame is left
        if all(isinstance(row, Score) for row in rows):
            return ScoreFile(tuple(map(_share, rows)), "unit", ())
    items = [(f"scores: row {i} (from 1)", row) for i, row in enumerate(rows, start=1)]
    return _read("scores", checked_rows(items), scale, languages)


def _share(row: Score) -> Score:
    """The row, if its value is a number of 0 to 1."""
    value: Any = row.value
    is_number = not isinstance(value, bool | str) and isinstance(value, Real)
    if not (is_number and 0 <= float(value) <= 1):
        raise MetricError(
            f"Score {value!r:.80} ({row.system}, {row.task}, {row.language}, seed {row.seed}): a "
            "Score holds a share, 0 to 1; divide percentages by 100, or give rows as dictionaries "
            "or a file, whose scale is read."
        )
    return row


def _records(table: Any) -> list[Any] | None:
    """Rows of a data frame, without importing its library; None for anything else."""
    for name in ("to_dicts", "to_pylist"):  # polars, Arrow
        if hasattr(table, name):
            return list(getattr(table, name)())
    if not (hasattr(table, "columns") and hasattr(table, "to_dict")):
        return None
    if any(name is not None for name in table.index.names):  # as pivot_table leaves systems
        table = table.reset_index()
    names = [str(name) for name in table.columns]
    if len(set(names)) < len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise MetricError(f"scores: a column occurs twice: {', '.join(map(repr, twice))}.")
    # An empty cell is NaN, NaT or NA, depending on the column's type.
    empty = table.isna().to_numpy()
    return [
        {name: None if gone else cell for name, cell, gone in zip(names, row, lost, strict=True)}
        for row, lost in zip(table.itertuples(index=False, name=None), empty, strict=True)
    ]


def _read(source: str, rows: list[Placed], scale: Scale, wanted: Sequence[str] | None) -> ScoreFile:
    if not rows:
        raise MetricError(f"{source}: holds no score.")
    columns, languages, notes = _layout(source, [row for _, row in rows], wanted)
    codes, more = _languages(source, rows, columns, languages, wanted)
    notes += more
    found: list[tuple[str, Score]] = []
    places: dict[tuple[Any, ...], tuple[str, str]] = {}
    for where, row in rows:
        beside = {key: _cell(row, columns.get(key)) for key in _BESIDE}
        _check_names(where, row, columns)
        for name, text in _cells(where, row, columns, languages):
            if name not in codes:
                continue
            value = _number(where, name, text)
            score = Score(
                system=beside["system"] or _MISSING,
                task=beside["task"] or _MISSING,
                language=codes[name],
                metric=beside["metric"] or "score",
                value=value,
                seed=_integer(where, "seed", beside["seed"]),
                n_words=_integer(where, "n_words", beside["n_words"]),
                interval=interval_of(where, value, beside),
            )
            place = (score.system, score.task, score.metric, score.language, score.seed)
            if place in places:
                raise MetricError(f"{where}: {_twice(score, name, *places[place], columns)}")
            places[place] = where, name
            found.append((where, score))
    if not found:
        raise MetricError(f"{source}: no score: every cell is empty or a summary.")
    percent = _is_percent(found, scale)
    top = max(score.value for _, score in found)
    if percent and scale == "auto" and top <= _FEW_PERCENT:
        notes.append(
            f"Read as percentages, since the highest score is {top:g}. Scores without an upper "
            "bound, such as losses, have no relative difference of this kind."
        )
    scores = (in_unit(score) if percent else score for _, score in found)
    return ScoreFile(tuple(scores), "percent" if percent else "unit", tuple(notes))


def _languages(
    source: str,
    rows: list[Placed],
    columns: Mapping[str, str],
    languages: list[str],
    wanted: Sequence[str] | None,
) -> tuple[dict[str, str], list[str]]:
    """Name of each language to its code; notes on the other names."""
    column = columns.get("language")
    names = languages or dict.fromkeys(name for _, row in rows if (name := _cell(row, column)))
    if wanted:
        return only(names, wanted, source=source)

    def groups() -> Iterator[Group]:
        if languages:
            yield from ({name: _cell(row, name) for name in languages} for _, row in rows)
            return
        found: dict[tuple[str, ...], dict[str, str]] = {}
        for _, row in rows:
            key = tuple(
                _cell(row, columns.get(part)) for part in ("system", "task", "metric", "seed")
            )
            found.setdefault(key, {})[_cell(row, column)] = _cell(row, columns["score"])
        yield from found.values()

    what = "column" if languages else "language"
    return languages_among(names, groups, source=source, what=what)


def _twice(score: Score, name: str, where: str, other: str, columns: Mapping[str, str]) -> str:
    """What to do with a score that is given twice, perhaps under two names of one language."""
    if name != other:
        row = get_language(name)
        return (
            f"{name!r} and {other!r} both name {row.name} ({score.language}), which already has a "
            f"score ({where}). Keep one; if they are two varieties, rename one so that it is no "
            f"language's code, such as {name}-2."
        )
    hint = "" if "seed" in columns else " Give repeated runs a column 'seed'."
    return (
        f"{score.system}, {score.task}, {score.language}, seed {score.seed} already has a score "
        f"({where}).{hint}"
    )


def _layout(
    source: str, rows: list[Mapping[str, Any]], wanted: Sequence[str] | None
) -> tuple[dict[str, str], list[str], list[str]]:
    """Column of each known meaning; columns that are languages; notes."""
    names = list(rows[0])
    columns: dict[str, str] = {}
    long = any(name.strip().lower() in _COLUMNS["score"] for name in names)
    for meaning, spellings in (_COLUMNS | _LONG if long else _COLUMNS).items():
        mine = [name for name in names if name.strip().lower() in spellings]
        if len(mine) > 1:
            raise MetricError(f"{source}: columns {', '.join(mine)} both mean {meaning}; keep one.")
        if mine:
            columns[meaning] = mine[0]
    rest, notes = [name for name in names if name not in columns.values()], list[str]()
    if ("language" in columns) != ("score" in columns):
        lacks = "score" if "language" in columns else "language"
        raise MetricError(f"{source}: no column {lacks!r}; the columns are {', '.join(names)}.")
    if "score" in columns:
        if "low" in columns and "high" in columns and "interval_level" not in columns:
            rest += [columns.pop("low"), columns.pop("high")]
            notes.append("low and high are not read without a column interval_level (0.95).")
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
        unsure = any(LIKE_A_CODE.fullmatch(name) and _holds_numbers(name, rows) for name in others)
        notes.append(f"Columns not read: {', '.join(others)}.{advice if unsure else ''}")
    return columns, languages, notes


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
    texts = [text for row in rows if (text := _cell(row, name))]
    try:
        return bool([decimal(text) for text in texts])
    except ValueError:
        return False


def _cell(row: Mapping[str, Any], column: str | None) -> str:
    value = "" if column is None else row.get(column, "")
    return "" if value is None else str(value).strip()


def _check_names(where: str, row: Mapping[str, Any], columns: Mapping[str, str]) -> None:
    """Refuse NaN as a name: written out, it is the code of Min Nan."""
    for meaning in ("language", "system", "task", "metric"):
        value = row.get(columns.get(meaning, ""))
        if isinstance(value, float) and not math.isfinite(value):
            raise MetricError(f"{where}: the {meaning} is the number {value}; expected a name.")


def _cells(
    where: str, row: Mapping[str, Any], columns: Mapping[str, str], languages: list[str]
) -> Iterable[tuple[str, str]]:
    if languages:
        for name in languages:
            if text := _cell(row, name):
                yield name, text
        return
    name = _cell(row, columns["language"])
    if not name:
        raise MetricError(f"{where}: the language is empty.")
    yield name, _cell(row, columns["score"])


def _number(where: str, name: str, text: str) -> float:
    try:
        value = decimal(text)
    except ValueError:
        if not text:
            raise MetricError(
                f"{where}: the score of {name} is empty; fill it or drop the row."
            ) from None
        hint = " Write a decimal point." if "," in text else ""
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


def _integer(where: str, column: str, text: str) -> int:
    if not text:
        return 0
    try:
        return whole(text)
    except ValueError:
        raise MetricError(f"{where}: the {column} {text!r:.80} is not an integer from 0.") from None


def _is_percent(found: list[tuple[str, Score]], scale: Scale) -> bool:
    high_place, high = max(found, key=lambda item: item[1].value)
    top = high.value
    if top > (1 if scale == "unit" else 100):
        raise MetricError(
            f"{high_place}: the score of {high.language} is {top:g}, above "
            f"{1 if scale == 'unit' else 100}."
        )
    if scale == "auto" and top > 1:
        for place, score in found:
            if 0 < score.value <= 1:
                raise MetricError(
                    f"Mixed scales: {score.value:g} ({place}) looks like 0 to 1, {top:g} "
                    f"({high_place}) like 0 to 100. Use one scale, or pass "
                    "scale='percent' if all are percentages."
                )
    return scale == "percent" or (scale == "auto" and top > 1)
