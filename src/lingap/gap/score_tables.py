"""Tables of scores from any source, long or wide, as rows of scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from numbers import Real
from pathlib import Path
from typing import Any, Literal, Protocol

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.gap.language_names import Group, languages_among, left_out_as_summaries, only
from lingap.gap.measures import LOWER, is_lower_better
from lingap.gap.result import HasRows
from lingap.gap.rows import (
    LEVEL,
    check_errors,
    in_unit,
    interval_of,
    interval_of_items,
    score_rows,
)
from lingap.gap.score_cells import averages, cells, check_names, integer, number, twice
from lingap.gap.score_files import Placed, checked_rows, rows_of_file
from lingap.gap.score_layout import COLUMNS, LONG, cell, layout
from lingap.records import Score
from lingap.text.display import counted

Scale = Literal["auto", "unit", "percent"]
_FEW_PERCENT = 10  # scores that low are rather on another scale
_BESIDE = ("system", "task", "seed", "metric", *LONG)
_NAMING = ("system", "task", "metric", "seed")
_MISSING = "all"  # system or task if the file has no such column


class DataFrame(Protocol):
    """A pandas or polars data frame, or an Arrow table; none of them is imported."""

    @property
    def shape(self) -> Any:
        """Rows and columns."""


Items = Mapping[tuple[str, str, str, str, int], Mapping[str, float]]
"""(system, task, metric, language, seed) to the score of each test item, by the item's name."""


@dataclass(frozen=True, slots=True)
class ScoreFile(HasRows):
    """Scores of a file, 0 to 1, with notes on how they were read.

    Args:
        scores: One row each.
        scale: ``unit`` if the file had 0 to 1, ``percent`` if 0 to 100.
        notes: Sentences, such as of columns that were not read.
        items: Scores of single test items, where known.
        damaged: Notes on scores that could not be read.
        of_harness: Whether some are results of a harness, whose systems need not have the same
            languages.
        guessed: Whether `scale` was told from the scores alone.
    """

    scores: tuple[Score, ...]
    scale: str
    notes: tuple[str, ...]
    items: Items = field(default_factory=dict)
    damaged: tuple[str, ...] = ()
    of_harness: bool = False
    guessed: bool = False

    def to_rows(self) -> list[dict[str, Any]]:
        """The scores as flat rows; :func:`read_scores` reads them back, with their intervals."""
        return score_rows(self.scores)


ScoreTable = str | Path | DataFrame | ScoreFile | Iterable[Score] | Iterable[Mapping[str, Any]]
"""A path, a data frame, what :func:`read_scores` gave, or a list of Score or of dictionaries."""


@checked(MetricError)
def read_scores(
    table: ScoreTable,
    *,
    scale: Scale = "auto",
    languages: str | Sequence[str] | None = None,
    ignore: Sequence[str] = (),
) -> ScoreFile:
    """Read a table of scores: a file, a data frame, or a list of dictionaries.

    Long: columns language and score, optionally system, task, metric, seed, n_words, and what gives
    an interval: low, high, interval_level (0.95 without that column) and interval_method; or
    stderr; or n, the number of test items, where the measure is a share of them. Wide: one column
    per language
    instead; an empty cell is a missing score. A column that the table lacks has one value
    (``all``; seed 0). JSON is a list of such rows, or ``{"scores": [...]}``.

    In the long layout an unknown language is kept as written. In the wide one a column is a
    language if its name is one in use, or a code with its script (``xqq_Latn``); bare codes of
    ISO 639-3 that are no more than that (``mae``, ``dev``) only in a long list of codes. A mean or
    another summary (``avg``) is left out; the notes name all of these. Where a name can be a
    language and a summary (``min``, ``sd``, ``id``), the values decide; if they fit both,
    `languages` must.

    Args:
        table: Path of a ``.csv``, ``.tsv``, ``.json``, ``.jsonl`` or ``.parquet``, or ``-`` for
            standard input; a pandas or polars data frame or an Arrow table; rows as dictionaries;
            or :class:`~lingap.records.Score` rows or what
            this function gave, which are returned unchanged.
        scale: ``unit`` (0 to 1), ``percent`` (0 to 100), or ``auto``: unit if no score exceeds
            1. A table that mixes both is refused.
        languages: Only these, any codes, or names as written in the table; None for all.
        ignore: Names of columns, or in the column of languages, that are not read.

    Raises:
        MetricError: For a malformed file, or a score that is not a number, negative, out of scale
            or given twice; the message names the file and the row.
    """
    languages = [languages] if isinstance(languages, str) else languages
    if scale not in ("auto", "unit", "percent"):
        raise MetricError(f"scale must be 'auto', 'unit' or 'percent', not {scale!r}.")
    if isinstance(table, str | Path):
        rows_read = _ignoring(rows_of_file(Path(table)), ignore)
        return _read(str(table), rows_read, scale, languages)
    if isinstance(table, ScoreFile):
        return table
    rows = _records(table)
    if rows is None and (not isinstance(table, Iterable) or getattr(table, "ndim", 1) == 0):
        raise MetricError(
            f"Expected a table of scores, got {type(table).__name__}; give a path, a data frame "
            "(a lazy one: .collect() it), or a list of dictionaries or of Score."
        )
    if rows is None:
        rows = list(table)  # type: ignore[arg-type]  # no data frame is left
        if all(isinstance(row, Score) for row in rows):
            return ScoreFile(tuple(map(_share, rows)), "unit", ())
    items = [(f"scores: row {i} (from 1)", row) for i, row in enumerate(rows, start=1)]
    return _read("scores", _ignoring(checked_rows(items), ignore), scale, languages)


def _ignoring(rows: list[Placed], names: Sequence[str]) -> list[Placed]:
    """The rows without the columns, and without the rows of the languages, of these names."""
    if not rows or not names:
        return rows
    column = next((n for n in rows[0][1] if n.strip().lower() in COLUMNS["language"]), None)
    known = {*rows[0][1], *(cell(row, column) for _, row in rows)}
    if lacking := [name for name in names if name not in known]:
        raise MetricError(
            f"Nothing to ignore is called {', '.join(lacking)}; the columns are "
            f"{', '.join(rows[0][1])}."
        )
    return [
        (where, {name: cell for name, cell in row.items() if name not in names})
        for where, row in rows
        if column is None or cell(row, column) not in names
    ]


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
    table = _with_index(table)
    names = [str(name) for name in table.columns]
    if len(set(names)) < len(names):
        twice = sorted(name for name, n in Counter(names).items() if n > 1)
        raise MetricError(f"scores: a column occurs twice: {', '.join(map(repr, twice))}.")
    # An empty cell is NaN, NaT or NA, depending on the column's type.
    empty = table.isna().to_numpy()
    return [
        {name: None if gone else cell for name, cell, gone in zip(names, row, lost, strict=True)}
        for row, lost in zip(table.itertuples(index=False, name=None), empty, strict=True)
    ]


def _with_index(table: Any) -> Any:
    """A pandas frame with its index as columns: named ones, and an unnamed one of texts."""
    named = [name for name in table.index.names if name is not None]
    if any(name not in table.columns for name in named):  # as pivot_table leaves systems
        twice = [name for name in named if name in table.columns]
        return table.droplevel(twice).reset_index() if twice else table.reset_index()
    if not named and len(table) and all(isinstance(name, str) for name in table.index):
        return table.rename_axis("").reset_index()  # as it stands in a file
    return table


def _read(source: str, rows: list[Placed], scale: Scale, wanted: Sequence[str] | None) -> ScoreFile:
    if not rows:
        raise MetricError(f"{source}: holds no score.")
    columns, languages, notes = layout(source, [row for _, row in rows], wanted)
    codes, more = _languages(source, rows, columns, languages, wanted)
    notes += more
    given = [key for key in _NAMING if any(cell(row, columns.get(key)) for _, row in rows)]
    unread = [name for name in rows[0][1] if name not in (*columns.values(), *languages)]
    means, alike = averages(rows, columns, languages)
    lower: Counter[str] = Counter()
    found: list[_Placed] = []
    places: dict[tuple[Any, ...], tuple[str, str]] = {}
    for where, row in rows:
        beside = {key: cell(row, columns.get(key)) for key in _BESIDE}
        if "low" in columns and "interval_level" not in columns:
            beside["interval_level"] = f"{LEVEL}"
        check_names(where, row, columns)
        if empty := [key for key in given if not beside[key]]:
            raise MetricError(
                f"{where}: the {empty[0]} is empty, and other rows have one; fill it or drop the "
                "row."
            )
        if means & {(key, beside[key]) for key in ("system", "task")}:
            continue
        if is_lower_better(beside["metric"]):
            lower[beside["metric"]] += 1
            continue
        for name, text in cells(where, row, columns, languages):
            if name not in codes:
                continue
            value = number(where, name, text)
            score = Score(
                system=beside["system"] or _MISSING,
                task=beside["task"] or _MISSING,
                language=codes[name],
                metric=beside["metric"] or "score",
                value=value,
                seed=integer(where, "seed", beside["seed"]),
                n_words=integer(where, "n_words", beside["n_words"]),
                interval=interval_of(where, value, beside),
                counts={"items": n} if (n := integer(where, "n", beside["n"])) else {},
            )
            place = (score.system, score.task, score.metric, score.language, score.seed)
            if place in places:
                raise MetricError(f"{where}: {twice(score, name, *places[place], unread)}")
            places[place] = where, name
            found.append((where, name, score))
    if lower:
        told = ", ".join(f"{name} ({counted(n, 'row')})" for name, n in lower.items())
        notes.append(
            f"Left out: {LOWER}, which have no relative difference as scores have: {told}."
        )
    if means:
        notes.append(left_out_as_summaries(name for _, name in sorted(means)))
    if alike:
        told = ", ".join(name for _, name in sorted(alike))
        notes.append(f"Read, since not the mean of the others: {told}.")
    if not found:
        raise MetricError(
            f"{source}: no score: every cell is empty or a summary."
            if not lower
            else f"{source}: no score: there are only {LOWER} ({', '.join(lower)}). Turn them into "
            "scores, such as 1 less the error rate."
        )
    percent = _is_percent(found, scale, "column" if languages else "language")
    top = max(score.value for *_, score in found)
    if percent and scale == "auto" and top <= _FEW_PERCENT:
        notes.append(
            f"Read as percentages, since the highest score is {top:g}. Scores without an upper "
            "bound, such as losses, have no relative difference of this kind."
        )
    scores = [in_unit(score) if percent else score for *_, score in found]
    check_errors(zip((where for where, *_ in found), scores, strict=True))
    if unused := {s.metric for s in scores if s.counts and not _from_items(s) and not s.interval}:
        notes.append(f"n gives no interval of {', '.join(sorted(unused))}: no share of the items.")
    scores = [score if score.interval else _from_items(score) or score for score in scores]
    unit = "percent" if percent else "unit"
    return ScoreFile(tuple(scores), unit, tuple(notes), guessed=scale == "auto" and top > 0)


_Placed = tuple[str, str, Score]  # a score, the row it is from, and the language as written


def _from_items(score: Score) -> Score | None:
    """The score with the interval that its number of test items gives, if any."""
    interval = interval_of_items(score.value, score.counts.get("items", 0), score.metric)
    return None if interval is None else replace(score, interval=interval)


def _languages(
    source: str,
    rows: list[Placed],
    columns: Mapping[str, str],
    languages: list[str],
    wanted: Sequence[str] | None,
) -> tuple[dict[str, str], list[str]]:
    """Name of each language to its code; notes on the other names."""
    column = columns.get("language")
    places = dict.fromkeys(languages, source)
    for where, row in () if languages else rows:
        if name := cell(row, column):
            places.setdefault(name, where)
    names = [*places]
    if wanted:
        return only(names, wanted, source=source)

    def groups() -> Iterator[Group]:
        if languages:
            yield from ({name: cell(row, name) for name in languages} for _, row in rows)
            return
        found: dict[tuple[str, ...], dict[str, str]] = {}
        for _, row in rows:
            key = tuple(cell(row, columns.get(part)) for part in _NAMING)
            found.setdefault(key, {})[cell(row, column)] = cell(row, columns["score"])
        yield from found.values()

    what = "column" if languages else "language"
    return languages_among(names, groups, source=source, what=what, places=places)


def _is_percent(found: list[_Placed], scale: Scale, what: str) -> bool:
    high_place, high_name, high = max(found, key=lambda item: item[2].value)
    top = high.value
    if top > (1 if scale == "unit" else 100):
        raise MetricError(
            f"{high_place}: the score of {high.language} ({what} {high_name!r}) is {top:g}, above "
            f"{1 if scale == 'unit' else 100}. If {high_name!r} is no language, pass ignore=, "
            "the names not to read."
        )
    if scale == "auto" and top > 1:
        for place, name, score in found:
            if 0 < score.value <= 1:
                raise MetricError(
                    f"Mixed scales: {score.value:g} ({place}, {what} {name!r}) looks like 0 to 1, "
                    f"{top:g} ({high_place}, {what} {high_name!r}) like 0 to 100. Use one scale, "
                    "or pass scale='percent' if all are percentages; if one of them is no "
                    "language, pass ignore=, the names not to read."
                )
    return scale == "percent" or (scale == "auto" and top > 1)
