"""Score tables that were made anywhere: CSV, TSV, JSON or JSON Lines, long or wide."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from lingap.errors import LanguageError, MetricError
from lingap.languages import get_language
from lingap.records import Score

Scale = Literal["auto", "unit", "percent"]
_COLUMNS = {
    "system": ("system", "model", "representation"),
    "task": ("task",),
    "language": ("language", "lang"),
    "score": ("score", "value"),
    "seed": ("seed",),
    "metric": ("metric", "measure"),
}
_BESIDE = ("system", "task", "seed", "metric")
_MISSING = "all"  # system or task where the file has no such column
_SUMMARIES = {
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
}
_LIKE_A_CODE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class ScoreFile:
    """Scores of a file, 0 to 1, with what a reader must know about how they were read.

    Args:
        scores: One row each.
        scale: ``unit`` where the file had 0 to 1, ``percent`` where it had 0 to 100.
        notes: Sentences, such as of columns that were not read.
    """

    scores: tuple[Score, ...]
    scale: str
    notes: tuple[str, ...]


@cache
def language_code(text: str) -> str | None:
    """ISO 639-3 code of any common code or name; None where the table has none."""
    try:
        return get_language(text).code
    except LanguageError:
        return None


def read_scores(path: Path, *, scale: Scale = "auto") -> ScoreFile:
    """Read a table of scores.

    Long: columns language and score, and where there are any system, task, metric, seed. Wide:
    one column a language instead; an empty cell is a missing score. A column that the table lacks
    is one value (``all``; seed 0). JSON is a list of such rows, or ``{"scores": [...]}``.

    In both layouts a language that no table knows is kept as written, and a mean or another summary
    (``avg``) is no language and left out; the notes name both. A wide column is taken for an
    unknown language if it is shaped like a code and holds numbers.

    Args:
        path: ``.csv``, ``.tsv``, ``.json`` or ``.jsonl``.
        scale: ``unit`` (0 to 1), ``percent`` (0 to 100), or ``auto``: unit where no score exceeds
            1. A table that mixes both is refused.

    Raises:
        MetricError: For a malformed file, a score that is no number, negative, out of scale or
            given twice; the message names the file and the row.
    """
    if scale not in ("auto", "unit", "percent"):
        raise MetricError(f"scale is 'auto', 'unit' or 'percent', not {scale!r}.")
    rows = list(_rows(path))
    if not rows:
        raise MetricError(f"{path}: holds no score.")
    columns, languages, notes = _layout(path, [row for _, row in rows])
    found: list[tuple[str, Score]] = []
    unknown: dict[str, None] = {}
    summaries: dict[str, None] = {}
    places: dict[tuple[Any, ...], str] = {}
    for where, row in rows:
        beside = {key: _cell(row, columns.get(key)) for key in _BESIDE}
        for name, text in _cells(where, row, columns, languages):
            code = language_code(name)
            if code is None and name.lower() in _SUMMARIES:
                summaries[name] = None
                continue
            if code is None:
                unknown[name] = None
            score = Score(
                system=beside["system"] or _MISSING,
                task=beside["task"] or _MISSING,
                language=code or name,
                metric=beside["metric"] or "score",
                value=_number(where, name, text),
                seed=_seed(where, beside["seed"]),
            )
            place = (score.system, score.task, score.metric, score.language, score.seed)
            if place in places:
                hint = "" if "seed" in columns else " Give repeated runs a column 'seed'."
                raise MetricError(
                    f"{where}: {score.system}, {score.task}, {score.language}, seed {score.seed} "
                    f"has a score already ({places[place]}).{hint}"
                )
            places[place] = where
            found.append((where, score))
    if not found:
        raise MetricError(f"{path}: every cell is empty or a summary; there is no score.")
    if summaries:
        notes.append(f"Left out, for they sum up others: {', '.join(summaries)}.")
    if unknown:
        notes.append(f"Languages kept as written, for no table knows them: {', '.join(unknown)}.")
    percent = _is_percent(found, scale)
    scores = [s for _, s in found]
    if percent:
        scores = [
            Score(s.system, s.task, s.language, s.metric, s.value / 100, s.seed) for s in scores
        ]
    return ScoreFile(tuple(scores), "percent" if percent else "unit", tuple(notes))


def _rows(path: Path) -> Iterable[tuple[str, Mapping[str, Any]]]:
    """Each row with its place in the file, for messages."""
    if not path.is_file():
        raise MetricError(f"{path}: {'a folder, not a' if path.is_dir() else 'no such'} file.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise MetricError(f"{path}: not UTF-8 text ({error.reason}).") from None
    ending = path.suffix.lower()
    if ending in (".csv", ".tsv"):
        return _table(path, text, ending)
    if ending in (".json", ".jsonl", ".ndjson"):
        return _objects(path, text, ending)
    raise MetricError(f"{path}: expected .csv, .tsv, .json or .jsonl, found {ending!r}.")


def _table(path: Path, text: str, ending: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    lines = text.splitlines()
    head = lines[0] if lines else ""
    delimiter = "\t" if ending == ".tsv" else ";" if ";" in head and "," not in head else ","
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        if len(set(names)) < len(names):
            twice = sorted({n for n in names if names.count(n) > 1})
            raise MetricError(f"{path}:1: a column occurs twice: {', '.join(map(repr, twice))}.")
        rows = []
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{path}:{reader.line_num}"
            if len(cells) != len(names):
                raise MetricError(
                    f"{where}: {len(cells)} cells, but the header has {len(names)} columns."
                )
            rows.append((where, dict(zip(names, cells, strict=True))))
    except csv.Error as error:
        raise MetricError(f"{path}:{reader.line_num}: {error}.") from None
    return rows


def _objects(path: Path, text: str, ending: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    if ending == ".json":
        data = _parse(f"{path}", text)
        if isinstance(data, Mapping):
            data = data.get("scores")
        if not isinstance(data, list):
            raise MetricError(f'{path}: expected a list of rows, or {{"scores": [...]}}.')
        items = [(f"{path}: row {i} (from 1)", item) for i, item in enumerate(data, start=1)]
    else:
        items = [
            (f"{path}:{i}", _parse(f"{path}:{i}", line))
            for i, line in enumerate(text.splitlines(), start=1)
            if line.strip()
        ]
    for where, item in items:
        if not isinstance(item, Mapping):
            raise MetricError(f"{where}: expected an object, found {type(item).__name__}.")
        if items[0][1].keys() != item.keys() and not item.keys() <= items[0][1].keys():
            more = ", ".join(sorted(item.keys() - items[0][1].keys()))
            raise MetricError(f"{where}: has keys that the first row lacks: {more}.")
    return items


def _parse(where: str, text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise MetricError(f"{where}: not JSON ({error}).") from None


def _layout(
    path: Path, rows: list[Mapping[str, Any]]
) -> tuple[dict[str, str], list[str], list[str]]:
    """Column of each known meaning; columns that are languages; notes."""
    names = list(rows[0])
    columns: dict[str, str] = {}
    for meaning, spellings in _COLUMNS.items():
        mine = [name for name in names if name.strip().lower() in spellings]
        if len(mine) > 1:
            raise MetricError(f"{path}: columns {', '.join(mine)} both mean {meaning}; keep one.")
        if mine:
            columns[meaning] = mine[0]
    rest = [name for name in names if name not in columns.values()]
    if ("language" in columns) != ("score" in columns):
        lacks = "score" if "language" in columns else "language"
        raise MetricError(f"{path}: no column {lacks!r}; the columns are {', '.join(names)}.")
    if "score" in columns:
        notes = [f"Columns not read: {', '.join(rest)}."] if rest else []
        return columns, [], notes
    languages = [name for name in rest if language_code(name) or _unknown_language(name, rows)]
    if not any(language_code(name) for name in languages):
        raise MetricError(
            f"{path}: expected columns language and score, or one column a language; the columns "
            f"are {', '.join(names) or 'none'}."
        )
    others = [name for name in rest if name not in languages]
    return columns, languages, [f"Columns not read: {', '.join(others)}."] if others else []


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
        raise MetricError(f"{where}: the score of {name}, {text!r}, is no number.{hint}") from None
    if not math.isfinite(value) or value < 0:
        raise MetricError(f"{where}: the score of {name} is {text}; scores are finite and >= 0.")
    return value


def _seed(where: str, text: str) -> int:
    if not text:
        return 0
    try:
        return int(text.removesuffix(".0"))  # as tables with empty cells write whole numbers
    except ValueError:
        raise MetricError(f"{where}: the seed {text!r} is no whole number.") from None


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
                    f"({high_place}) like 0 to 100. Bring all to one scale, or pass --scale "
                    "percent if all are percent."
                )
    return scale == "percent" or (scale == "auto" and top > 1)
