"""Files and folders of results, of any harness whose reader is known, as scores."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lingap.errors import MetricError
from lingap.gap.results.joining import Collected, Key, damaged_notes, joined
from lingap.gap.results.protocol import READERS, Found, ItemScores, ResultReader, ResultRow
from lingap.gap.rows import of_names
from lingap.gap.score_tables import Scale, ScoreFile, read_scores
from lingap.records import Score
from lingap.storage.paths import is_file, is_folder
from lingap.storage.special_files import refuse_special

_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet", ".pq")


def is_result(path: Path) -> bool:
    """Whether a path is a folder, or a file that one of the readers recognizes."""
    if str(path) == "-" or not (is_file(path) or is_folder(path)):
        return False
    if is_folder(path):
        return True
    if path.suffix.lower() in _TABLES:
        return _reader(path, None) is not None
    if path.suffix.lower() != ".json":
        return False
    try:
        return _reader(path, _parsed(path)) is not None
    except MetricError:
        return False  # the reader of tables says what is wrong


def read_results(
    *paths: str | Path,
    scale: Scale = "auto",
    languages: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    tasks: Sequence[str] | None = None,
    metrics: Sequence[str] | None = None,
) -> ScoreFile:
    """Read result files of harnesses, folders of them, and tables of scores.

    Known are mteb, lm-evaluation-harness, lighteval and GlotEval; further readers are plugged in
    under the entry-point group ``lingap.result_reader``. A file's content decides what it is.

    Of a task the first measure is read, ``main_score`` for mteb; of splits the test split. The
    language is the one that the file names, else that in the task's name. Repeats (mteb's
    ``scores_per_experiment``) become seeds; standard errors, and numbers of test items where the
    measure is a share of them, become intervals. Where two files hold the same run, the newer
    counts, by the date that the harness wrote; results of several revisions of an mteb model are
    systems of their own. All of this, and what is left out, is said in the notes.

    Args:
        paths: Files and folders, tables as :func:`~lingap.gap.read_scores` reads them included.
        scale: Of the tables.
        languages: Only these, any codes, or names as written; None for all.
        ignore: Names of columns, languages, tasks or measures that are not read.
        tasks: Only these, by name without the language; None for all.
        metrics: Only these measures; None for the main one of each task.

    Raises:
        MetricError: For a damaged file, no score, or two files that say different things of one
            run without a date; the message names the files.
    """
    if not paths:
        raise MetricError("Expected a file or a folder of results; none was named.")
    found = Collected()
    for path in map(Path, paths):
        for file in _files(path, found):
            if (real := file.resolve()) in found.seen:
                found.leave_out("files named twice", str(file))
                continue
            found.seen.add(real)
            if file == path and not is_result(file):  # also what is no file: read_scores says so
                found.tables.append(file)
            else:
                _read_file(file, found, metrics)
    read = [
        read_scores(path, scale=scale, languages=languages, ignore=ignore) for path in found.tables
    ]
    scores = [score for one in read for score in one.scores]
    origins = [str(path) for path, one in zip(found.tables, read, strict=True) for _ in one.scores]
    notes = [note for one in read for note in one.notes]
    items: dict[Key, dict[str, float]] = {}
    damaged: tuple[str, ...] = ()
    if found.files or not found.tables:
        where = ", ".join(map(str, paths))
        own, items, more = joined(found, where, languages, ignore, metrics)
        scores += own
        origins += [where] * len(own)
        notes += more
        damaged = damaged_notes(found)
    _refuse_twice(scores, origins)
    scales = {one.scale for one in read} or {"unit"}
    return ScoreFile(
        tuple(of_names(scores, "task", tasks)),
        scales.pop() if len(scales) == 1 else "percent",
        tuple(notes),
        items,
        damaged=damaged,
        of_harness=bool(found.files),
        guessed=bool(read) and all(one.guessed for one in read) and not found.files,
    )


def _refuse_twice(scores: Sequence[Score], origins: Sequence[str]) -> None:
    """Refuse a run that two tables have, or a table and the results of a harness."""
    first: dict[Key, str] = {}
    for s, origin in zip(scores, origins, strict=True):
        key = s.system, s.task, s.metric, s.language, s.seed
        if (other := first.setdefault(key, origin)) != origin:
            raise MetricError(
                f"{other} and {origin} both have {s.system}, {s.task}, {s.language}, seed "
                f"{s.seed}. Leave one out; repeated runs have different seeds."
            )


def _files(path: Path, found: Collected) -> Iterator[Path]:
    """What is to be read of a folder; or the path itself."""
    if not is_folder(path):
        yield path
        return
    for file in sorted(p for p in path.rglob("*") if is_file(p) and not _hidden(p, path)):
        if file.suffix.lower() == ".json" or (
            file.suffix.lower() in _TABLES and _reader(file, None) is not None
        ):
            yield file
        elif file.suffix.lower() in _TABLES:
            found.leave_out(
                "tables in folders; name them, as in FOLDER/*.csv, to read them", str(file)
            )


def _hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _read_file(path: Path, found: Collected, metrics: Sequence[str] | None) -> None:
    content = _parsed(path) if path.suffix.lower() == ".json" else None
    reader = _reader(path, content)
    if reader is None:
        found.leave_out("JSON files without results", str(path))
        return
    found.files[reader.name] += 1
    one = None
    for one in _rows(reader, path, content, metrics):
        if isinstance(one, ResultRow):
            found.rows.append(one)
        elif isinstance(one, ItemScores):
            found.items.append(one)
        else:
            found.leave_out(one.reason, one.what, damaged=one.damaged)
    if one is None:
        found.leave_out("files without a score", str(path))


def _rows(
    reader: ResultReader, path: Path, content: Any, metrics: Sequence[str] | None
) -> Iterator[Found]:
    """A reader's rows; what it did not expect in a file is that file's fault, not a crash."""
    try:
        yield from reader.rows(path, content, metrics)
    except (KeyError, TypeError, AttributeError, ValueError, OSError) as error:
        if isinstance(error, MetricError):
            raise
        raise MetricError(
            f"{path}: not as {reader.name} writes its results ({type(error).__name__}: {error})."
        ) from error


def _parsed(path: Path) -> Any:
    refuse_special(path, MetricError)
    try:
        return json.loads(path.read_text(encoding="utf-8").lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise MetricError(f"{path}: not JSON ({error}).") from None


def _reader(path: Path, content: Any) -> ResultReader | None:
    return next((r for r in (READERS[n] for n in READERS) if r.recognizes(path, content)), None)
