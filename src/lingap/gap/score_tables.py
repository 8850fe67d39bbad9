"""Tables of scores from any source, long or wide, as rows of scores."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lingap.errors import LanguageError, MetricError
from lingap.gap.result import to_pandas
from lingap.gap.rows import INTERVAL, in_unit, interval_of, score_rows
from lingap.gap.score_files import Placed, checked_rows, rows_of_file
from lingap.languages import apart, get_language, listed_language
from lingap.records import Score

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
_BESIDE = ("system", "task", "seed", "metric", *_LONG)
_MISSING = "all"  # system or task if the file has no such column
_SUMMARIES = (
    "all",
    "avg",
    "average",
    "ave",
    "max",
    "mean",
    "median",
    "overall",
    "std",
    "sum",
    "total",
)
_LIKE_A_CODE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")


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


@cache
def language_code(text: str) -> str | None:
    """Code of any common code or name of a language with a row in the table; None if unknown.

    Other codes of ISO 639-3 are kept as written: ``all``, ``max`` and ``pos`` are such codes.
    """
    row = listed_language(text)
    return None if row is None else row.code


def _iso_code(text: str) -> str | None:
    try:
        return get_language(text).code
    except LanguageError:
        return None


def read_scores(table: ScoreTable, *, scale: Scale = "auto") -> ScoreFile:
    """Read a table of scores: a file, a data frame, or a list of dictionaries.

    Long: columns language and score, optionally system, task, metric, seed, n_words, and an
    interval: low, high, interval_level (0.95) and interval_method. Wide: one column per language
    instead; an empty cell is a missing score. A column that the table lacks has one value
    (``all``; seed 0). JSON is a list of such rows, or ``{"scores": [...]}``.

    In both layouts an unknown language is kept as written, and a mean or another summary (``avg``)
    is left out; the notes name both. A wide column is taken for an unknown language if it looks
    like a code and contains numbers.

    Args:
        table: Path of a ``.csv``, ``.tsv``, ``.json`` or ``.jsonl``; a pandas or polars data frame
            or an Arrow table; rows as dictionaries; or :class:`~lingap.records.Score` rows or what
            this function gave, which are returned unchanged.
        scale: ``unit`` (0 to 1), ``percent`` (0 to 100), or ``auto``: unit if no score exceeds
            1. A table that mixes both is refused.

    Raises:
        MetricError: For a malformed file, or a score that is not a number, negative, out of scale
            or given twice; the message names the file and the row.
    """
    if scale not in ("auto", "unit", "percent"):
        raise MetricError(f"scale must be 'auto', 'unit' or 'percent', not {scale!r}.")
    if isinstance(table, str | Path):
        return _read(str(table), rows_of_file(Path(table)), scale)
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
            return ScoreFile(tuple(rows), "unit", ())
    items = [(f"scores: row {i} (from 1)", row) for i, row in enumerate(rows, start=1)]
    return _read("scores", checked_rows(items), scale)


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


def _read(source: str, rows: list[Placed], scale: Scale) -> ScoreFile:
    if not rows:
        raise MetricError(f"{source}: holds no score.")
    columns, languages, notes = _layout(source, [row for _, row in rows])
    found: list[tuple[str, Score]] = []
    unknown: dict[str, None] = {}
    summaries: dict[str, None] = {}
    places: dict[tuple[Any, ...], str] = {}
    codes: dict[str, str | None] = {}
    codes |= apart(languages or [_cell(row, columns["language"]) for _, row in rows])
    for where, row in rows:
        beside = {key: _cell(row, columns.get(key)) for key in _BESIDE}
        for name, text in _cells(where, row, columns, languages):
            if name not in codes:  # a column of languages has further codes of ISO 639-3
                codes[name] = None if languages or name.lower() in _SUMMARIES else _iso_code(name)
            code = codes[name]
            if code is None and name.lower() in _SUMMARIES:
                summaries[name] = None
                continue
            if code is None:
                unknown[name] = None
            value = _number(where, name, text)
            score = Score(
                system=beside["system"] or _MISSING,
                task=beside["task"] or _MISSING,
                language=code or name,
                metric=beside["metric"] or "score",
                value=value,
                seed=_integer(where, "seed", beside["seed"]),
                n_words=_integer(where, "n_words", beside["n_words"]),
                interval=interval_of(where, value, beside),
            )
            place = (score.system, score.task, score.metric, score.language, score.seed)
            if place in places:
                hint = "" if "seed" in columns else " Give repeated runs a column 'seed'."
                raise MetricError(
                    f"{where}: {score.system}, {score.task}, {score.language}, seed {score.seed} "
                    f"already has a score ({places[place]}).{hint}"
                )
            places[place] = where
            found.append((where, score))
    if not found:
        raise MetricError(f"{source}: no score: every cell is empty or a summary.")
    if summaries:
        notes.append(f"Left out because they summarize others: {', '.join(summaries)}.")
    if unknown:
        notes.append(f"Unknown languages, kept as written: {', '.join(unknown)}.")
    percent = _is_percent(found, scale)
    scores = (in_unit(score) if percent else score for _, score in found)
    return ScoreFile(tuple(scores), "percent" if percent else "unit", tuple(notes))


def _layout(
    source: str, rows: list[Mapping[str, Any]]
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
    languages = [name for name in rest if language_code(name) or _unknown_language(name, rows)]
    if not any(language_code(name) for name in languages):
        raise MetricError(
            f"{source}: expected columns language and score, or one column per language; "
            f"the columns are {', '.join(names) or 'none'}."
        )
    if others := [name for name in rest if name not in languages]:
        notes.append(f"Columns not read: {', '.join(others)}.")
    return columns, languages, notes


def _unknown_language(name: str, rows: list[Mapping[str, Any]]) -> bool:
    """Whether a wide column may be a language: shaped like a code or a summary, numbers only."""
    if not (_LIKE_A_CODE.fullmatch(name) or name.lower() in _SUMMARIES):
        return False
    texts = [text for row in rows if (text := _cell(row, name))]
    try:
        return bool(texts) and all(math.isfinite(float(text)) for text in texts)
    except ValueError:
        return False


def _cell(row: Mapping[str, Any], column: str | None) -> str:
    value = "" if column is None else row.get(column, "")
    return "" if value is None else str(value).strip()


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
        value = float(text)
    except ValueError:
        hint = " Write a decimal point." if "," in text else ""
        raise MetricError(
            f"{where}: the score of {name}, {text!r}, is not a number.{hint}"
        ) from None
    if not math.isfinite(value) or value < 0:
        raise MetricError(
            f"{where}: the score of {name} is {text}; scores must be finite and >= 0."
        )
    return value


def _integer(where: str, column: str, text: str) -> int:
    if not text:
        return 0
    try:
        return int(text.removesuffix(".0"))  # as tables with empty cells write integers
    except ValueError:
        raise MetricError(f"{where}: the {column} {text!r} is not an integer.") from None


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
                    f"({high_place}) like 0 to 100. Use one scale, or pass --scale "
                    "percent if all are percentages."
                )
    return scale == "percent" or (scale == "auto" and top > 1)
