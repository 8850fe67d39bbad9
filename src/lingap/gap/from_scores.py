"""Scores, or files of them, to all that is said of them: gaps, levels, comparisons, notes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lingap.errors import MetricError, StoreError
from lingap.gap.baselines import Baseline, OneLabel, mark_at_baseline, who_learned_nothing
from lingap.gap.by_language import Items, compare_by_language
from lingap.gap.changes import gap_origins
from lingap.gap.compare import BEST, compare_gaps, too_many, why_not
from lingap.gap.coverage import require_languages
from lingap.gap.hygiene import (
    missing_seeds_note,
    same_scores_note,
    unequal_items_note,
    without_failed,
)
from lingap.gap.levels import near_chance_notes, score_levels
from lingap.gap.performance import performance_gaps
from lingap.gap.results.reading import is_result, read_results
from lingap.gap.results_file import GapResults, read_gaps
from lingap.gap.rows import of_names
from lingap.gap.score_tables import Items as ItemScores
from lingap.gap.score_tables import Scale, ScoreFile, ScoreTable, read_scores
from lingap.records import Score
from lingap.storage.json_file import read_json

_MOST_DIFFERENCES = 20_000_000  # of two languages of one system; they take 32 bytes each
_DRAWS, _FEWEST_DRAWS = 2000, 200  # for the intervals of a system's gaps in a task
_ALL_DRAWS = 1_000_000  # of all systems and tasks together, as far as the fewest allow
_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
_MOST_INTERVALS = 50_000  # systems and tasks whose intervals take a few minutes


Tell = Callable[[str, int, int], None]
"""Hears what is being done, how many steps are done, and how many there are."""


class _Steps:
    """Counts the steps: one for each system and task, and one for each task `n_later` times."""

    def __init__(self, scores: Sequence[Score], tell: Tell, n_later: int):
        tables = {(row.task, row.metric) for row in scores}
        systems = {(row.task, row.metric, row.system) for row in scores}
        self._n_done, self._tell = 0, tell
        self._n_steps = len(systems) + n_later * len(tables)

    def hear(self, what: str) -> Callable[[str], None]:
        """What hears of the tasks of this step."""

        def hears(task: str) -> None:
            self._tell(f"{task}, {what}", self._n_done, self._n_steps)
            self._n_done += 1

        return hears


def gaps_of_scores(
    scores: Sequence[Score],
    *,
    items: Items | None = None,
    baselines: Sequence[Baseline] = (),
    one_label: OneLabel = (),
    compare: bool = True,
    against: str | None = None,
    item_scores: ItemScores | None = None,
    n_resamples: int = 500,
    seed: int = 0,
    tell: Tell = lambda *_: None,
) -> GapResults:
    """Performance gaps and all comparisons of scores, as report and explorer show them.

    A system that learned nothing keeps its scores and its gap, and is left out of comparisons of
    gaps: a gap of guesses is none of languages.

    Args:
        scores: Of any systems, tasks and seeds.
        items: Counts of test items, which pair the systems of a language.
        baselines: Of each task and measure, as known.
        one_label: Who gave every item the same label.
        compare: Whether to compare the gaps of all pairs of systems.
        against: Compare gaps only with this system, and no scores language by language, as
            :func:`~lingap.gap.compare_gaps` takes it.
        item_scores: Scores of single test items, which compare gaps of one seed.
        n_resamples: Draws for intervals; 0 for none.
        seed: Of the draws.
        tell: Hears of each step before it begins.
    """
    steps = _Steps(scores, tell, compare + (against is None) * (1 + compare))
    found = performance_gaps(scores, n_resamples=n_resamples, seed=seed, tell=steps.hear("gaps"))
    gaps = mark_at_baseline(found, scores, baselines, one_label)
    nothing = who_learned_nothing(gaps)
    learned = [row for row in scores if (row.task, row.system) not in nothing]
    comparisons, origins, by_language = [], [], []
    if compare:
        comparisons = compare_gaps(
            learned, n_resamples=n_resamples, seed=seed, items=item_scores, against=against,
            tell=steps.hear("gaps compared"),
        )  # fmt: skip
    if against is None:
        by_language = compare_by_language(
            scores, items=items, tell=steps.hear("systems compared by language")
        )
        if compare:
            hear = steps.hear("where gaps come from")
            origins = gap_origins(learned, n_resamples=n_resamples, seed=seed, tell=hear)
    return GapResults(
        performance=tuple(gaps),
        by_language=tuple(by_language),
        comparisons=tuple(comparisons),
        origins=tuple(origins),
        baselines=tuple(baselines),
    )


def score_gaps(
    table: ScoreTable | Sequence[Path],
    *,
    missing: str | None = None,
    scale: Scale = "auto",
    n_resamples: int | None = None,
    seed: int = 0,
    languages: Sequence[str] | None = None,
    systems: Sequence[str] | None = None,
    compare: bool | None = None,
    against: str | None = None,
    ignore: Sequence[str] = (),
    tasks: Sequence[str] | None = None,
    metrics: Sequence[str] | None = None,
    drop_failed: bool = False,
    chance: Mapping[str, float] | None = None,
    tell: Tell = lambda *_: None,
) -> tuple[GapResults, ScoreFile]:
    """Performance gaps, levels and comparisons of a table of scores, or of files of results.

    Args:
        table: As in :func:`~lingap.gap.read_scores`; or a folder or a file of a harness, or a list
            of paths, as in :func:`~lingap.gap.read_results`.
        missing: What to do with a language that some system of a task lacks: ``error``;
            ``shared``: leave it out of all systems; ``auto``: leave out systems with less than half
            of the languages first. None for ``error``, for results of harnesses ``auto``.
        scale: As in :func:`~lingap.gap.read_scores`.
        n_resamples: Draws for intervals; 0 for none; None for 2,000, or fewer, but at least 200,
            where many systems and tasks would take long.
        seed: Of the draws.
        languages: As in :func:`~lingap.gap.read_scores`.
        systems: Only these; None for all.
        compare: Whether to compare all pairs of systems; None for tasks of 40 systems at most.
        against: Compare only with this system, ``best`` for that with the highest mean.
        ignore: As in :func:`~lingap.gap.read_scores`.
        tasks: As in :func:`~lingap.gap.read_results`.
        metrics: As in :func:`~lingap.gap.read_results`.
        drop_failed: Whether to leave out runs that rather failed: scores of 0 or at chance where
            other seeds are good.
        chance: Task to the score of guessing, ``""`` for all; None for a small table of tasks.
        tell: Hears of each step before it begins.

    Returns:
        The gaps, and the scores they are based on with notes on what was left out.

    Raises:
        MetricError: For a table that is not one of scores, a missing language or system, or more
            pairs of languages, intervals or pairs of systems than can be kept or computed in
            minutes; the message names the argument that chooses.
    """
    paths = _paths(table)
    where = ", ".join(map(str, paths)) if paths else "the scores"
    read = read_any(
        table, scale=scale, languages=languages, ignore=ignore, systems=systems, tasks=tasks,
        metrics=metrics,
    )  # fmt: skip
    if missing is None:
        missing = "auto" if read.of_harness else "error"
    scores, notes = without_failed(read.scores, drop=drop_failed)
    notes += [
        *missing_seeds_note(scores), *unequal_items_note(scores), *same_scores_note(scores),
    ]  # fmt: skip
    rows, more = require_languages(scores, missing=missing, where=where, damaged=read.damaged)
    notes += more
    _check_size(rows, where)
    if n_resamples is None:
        n_resamples, fewer = _draws(rows, where)
        notes += fewer
    if compare is None and against is None and (unasked := too_many(rows)):
        notes += unasked
        against = BEST
    performance = gaps_of_scores(
        rows, baselines=_guessing(rows, chance or {}), compare=compare is not False,
        against=against, item_scores=read.items,
        n_resamples=n_resamples, seed=seed, tell=tell,
    )  # fmt: skip
    gaps = dataclasses.replace(
        performance, levels=tuple(score_levels(performance.performance, chance=chance))
    )
    notes += near_chance_notes(gaps.levels)
    return gaps, dataclasses.replace(read, scores=tuple(rows), notes=(*read.notes, *notes))


def _guessing(rows: Sequence[Score], chance: Mapping[str, float]) -> list[Baseline]:
    """The given levels of guessing, by task; under "" that of all others."""
    measures = dict.fromkeys((row.task, row.metric) for row in rows)
    levels = ((*key, chance.get(key[0], chance.get(""))) for key in measures)
    return [Baseline(task, metric, {}, {}, level) for task, metric, level in levels if level]


def read_any(
    table: ScoreTable | Sequence[Path],
    *,
    scale: Scale = "auto",
    languages: Sequence[str] | None = None,
    ignore: Sequence[str] = (),
    systems: Sequence[str] | None = None,
    tasks: Sequence[str] | None = None,
    metrics: Sequence[str] | None = None,
) -> ScoreFile:
    """Scores of a table, or of files of results, as :func:`score_gaps` takes them."""
    paths = _paths(table)
    if len(paths) > 1 or any(map(is_result, paths)):
        read = read_results(
            *paths, scale=scale, languages=languages, ignore=ignore, tasks=tasks, metrics=metrics
        )
    else:
        one: Any = paths[0] if paths else table
        read = read_scores(one, scale=scale, languages=languages, ignore=ignore)
        scores = of_names(of_names(read.scores, "task", tasks), "metric", metrics)
        read = dataclasses.replace(read, scores=tuple(scores))
    if systems is None:
        return read
    where = ", ".join(map(str, paths)) if paths else "the scores"
    return dataclasses.replace(read, scores=tuple(_of_systems(read.scores, systems, where)))


def _paths(table: Any) -> list[Path]:
    """The paths that a table is given by; none if it is given itself."""
    if isinstance(table, str | Path):
        return [Path(table)]
    is_list = isinstance(table, list | tuple) and table
    return list(table) if is_list and all(isinstance(one, Path) for one in table) else []


def _of_systems(scores: Sequence[Score], systems: Sequence[str], where: str) -> list[Score]:
    known = dict.fromkeys(score.system for score in scores)
    if lacking := [name for name in systems if name not in known]:
        near = [hit for name in lacking for hit in get_close_matches(name, known, n=1)]
        some = f"{', '.join([*known][:8])}{' …' if len(known) > 8 else ''}"
        hint = f" Did you mean {', '.join(near)}?" if near else f" There are {some}."
        raise MetricError(f"{where}: no scores of {', '.join(lacking)}.{hint}")
    return [score for score in scores if score.system in systems]


def _check_size(scores: Sequence[Score], where: str) -> None:
    """Refuse more differences between languages than fit in memory."""
    tables: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for score in scores:
        systems, languages = tables.setdefault((score.task, score.metric), (set(), set()))
        systems.add(score.system)
        languages.add(score.language)
    needed = sum(len(systems) * len(languages) ** 2 for systems, languages in tables.values())
    if needed > _MOST_DIFFERENCES:
        raise MetricError(
            f"{where}: {needed:,} differences between languages, all systems together; at most "
            f"{_MOST_DIFFERENCES:,} can be kept. Pass systems= or languages=, those to keep."
        )


def _draws(scores: Sequence[Score], where: str) -> tuple[int, list[str]]:
    """Draws with which the intervals of all systems and tasks take minutes at most, and a note."""
    n = len({(score.task, score.metric, score.system) for score in scores})
    if n > _MOST_INTERVALS:
        raise MetricError(
            f"{where}: {n:,} systems and tasks; intervals of more than {_MOST_INTERVALS:,} take "
            f"long. Pass n_resamples=0 for gaps without intervals, n_resamples={_FEWEST_DRAWS} to "
            "compute them all the same, or systems=, those of interest."
        )
    draws = max(_FEWEST_DRAWS, min(_DRAWS, _ALL_DRAWS // max(n, 1)))
    if draws == _DRAWS:
        return draws, []
    return draws, [
        f"{n:,} systems and tasks: each interval rests on {draws} draws rather than {_DRAWS:,}. "
        f"Pass n_resamples={_DRAWS} for as many."
    ]


def load_gaps(path: Path) -> tuple[GapResults, tuple[str, ...]]:
    """Gaps read from a file of gaps, or computed from a table of scores, and notes.

    Raises:
        StoreError: For a file that is neither.
        MetricError: For a malformed table of scores.
    """
    if (
        path.suffix.lower() in _TABLES
        or is_result(path)
        or (path.suffix.lower() == ".json" and _holds_scores(path))
    ):
        gaps, read = score_gaps(path)
        return gaps, (*read.notes, *reasons_over_seeds(read.scores))
    if path.suffix.lower() != ".json":
        raise StoreError(
            f"{path}: expected an experiment's folder, a .json that `lingap gap … --json` wrote, "
            f"or a table of scores ({', '.join(_TABLES)} or .json)."
        )
    gaps = read_gaps(path)
    if gaps == GapResults():
        raise StoreError(f"{path} contains no gaps; expected what `lingap gap … --json` writes.")
    return gaps.with_correlations(), ()


def reasons_over_seeds(scores: Sequence[Score]) -> list[str]:
    """Why pairs of systems were not compared, if there are several seeds and few systems."""
    several = len({score.seed for score in scores}) > 1
    return why_not(scores) if several and not too_many(scores) else []


def _holds_scores(path: Path) -> bool:
    """Whether a JSON file contains rows of scores rather than gaps."""
    content = read_json(path, finite=False)
    if isinstance(content, Mapping) and isinstance(content.get("scores"), list):
        return True
    rows = content if isinstance(content, list) else []
    return bool(rows) and all(
        isinstance(row, Mapping) and not any(isinstance(v, list | dict) for v in row.values())
        for row in rows
    )
