"""A file of gaps: what ``lingap gap … --json`` writes, and ``gaps.json`` of an experiment."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lingap.errors import MetricError, StoreError
from lingap.gap.baselines import Baseline, OneLabel, mark_at_baseline, who_learned_nothing
from lingap.gap.by_language import Items, ScoreComparison, compare_by_language
from lingap.gap.changes import GapOrigin, gap_origins
from lingap.gap.compare import GapComparison, compare_gaps, too_many, why_not
from lingap.gap.correlation import (
    GapCorrelation,
    PairPoint,
    adjusted,
    correlate_pairs,
    pair_points,
)
from lingap.gap.coverage import require_languages
from lingap.gap.linguistic import LinguisticGap
from lingap.gap.output import OutputGap
from lingap.gap.performance import PerformanceGap, performance_gaps
from lingap.gap.result import GapResult
from lingap.gap.score_tables import Scale, ScoreFile, ScoreTable, read_scores
from lingap.gap.text import TextGap
from lingap.gap.tokens import TokenGap
from lingap.records import Score
from lingap.storage.json_file import read_json

_MOST_DIFFERENCES = 20_000_000  # of two languages of one system; they take 32 bytes each
_TABLES = (".csv", ".tsv", ".jsonl", ".ndjson")
_KINDS: Mapping[str, tuple[type[GapResult], frozenset[str]]] = {
    "linguistic": (LinguisticGap, frozenset(("cka",))),
    "performance": (PerformanceGap, frozenset(("rpd",))),
    "comparisons": (GapComparison, frozenset(("first", "second", "difference"))),
    "by_language": (ScoreComparison, frozenset(("best", "other", "difference"))),
    "origins": (GapOrigin, frozenset(("by_rising", "by_falling"))),
    "baselines": (Baseline, frozenset(("majority", "chance"))),
    "outputs": (OutputGap, frozenset(("divergence", "epsilon"))),
    "text": (TextGap, frozenset(("inventory_overlap",))),
    "tokens": (TokenGap, frozenset(("premium",))),
    "correlations": (GapCorrelation, frozenset(("kendall",))),
}
"""Kind -> its class, and fields that only it has."""


@dataclass(frozen=True, slots=True)
class GapResults:
    """Gaps of every kind, as in one file."""

    performance: tuple[PerformanceGap, ...] = ()
    comparisons: tuple[GapComparison, ...] = ()
    linguistic: tuple[LinguisticGap, ...] = ()
    outputs: tuple[OutputGap, ...] = ()
    text: tuple[TextGap, ...] = ()
    tokens: tuple[TokenGap, ...] = ()
    correlations: tuple[GapCorrelation, ...] = ()
    by_language: tuple[ScoreComparison, ...] = ()
    origins: tuple[GapOrigin, ...] = ()
    baselines: tuple[Baseline, ...] = ()

    def to_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Kind -> its results, for JSON."""
        return {
            field.name: [result.to_dict() for result in getattr(self, field.name)]
            for field in dataclasses.fields(self)
        }

    @property
    def points(self) -> list[PairPoint]:
        """The performance gap of each pair of languages with its predictors.

        Systems that learned nothing have none.
        """
        nothing = who_learned_nothing(self.performance)
        learned = [gap for gap in self.performance if (gap.task, gap.system) not in nothing]
        return pair_points(learned, self.linguistic, self.outputs)

    def with_correlations(self) -> GapResults:
        """The same, with correlations over pairs of languages if there are none yet.

        Their p-values are adjusted for all of them, also where they come from several calls.
        """
        made = adjusted(self.correlations) or correlate_pairs(self.points)
        return dataclasses.replace(self, correlations=tuple(made))


def gaps_of_scores(
    scores: Sequence[Score],
    *,
    items: Items | None = None,
    baselines: Sequence[Baseline] = (),
    one_label: OneLabel = (),
    compare: bool = True,
    n_resamples: int = 500,
    seed: int = 0,
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
        n_resamples: Draws for intervals; 0 for none.
        seed: Of the draws.
    """
    found = performance_gaps(scores, n_resamples=n_resamples, seed=seed)
    gaps = mark_at_baseline(found, scores, baselines, one_label)
    nothing = who_learned_nothing(gaps)
    learned = [row for row in scores if (row.task, row.system) not in nothing]
    comparisons = compare_gaps(learned, n_resamples=n_resamples, seed=seed) if compare else []
    origins = gap_origins(learned, n_resamples=n_resamples, seed=seed) if compare else []
    return GapResults(
        performance=tuple(gaps),
        by_language=tuple(compare_by_language(scores, items=items)),
        comparisons=tuple(comparisons),
        origins=tuple(origins),
        baselines=tuple(baselines),
    )


def score_gaps(
    table: ScoreTable,
    *,
    missing: str = "error",
    scale: Scale = "auto",
    n_resamples: int = 2000,
    seed: int = 0,
    languages: Sequence[str] | None = None,
    systems: Sequence[str] | None = None,
    compare: bool | None = None,
) -> tuple[GapResults, ScoreFile]:
    """Performance gaps and comparisons of a table of scores.

    Args:
        table: As in :func:`~lingap.gap.read_scores`.
        missing: What to do with a language that some system of a task lacks: ``error``, or
            ``shared``: leave it out of all systems.
        scale: As in :func:`~lingap.gap.read_scores`.
        n_resamples: Draws for intervals; 0 for none.
        seed: Of the draws.
        languages: As in :func:`~lingap.gap.read_scores`.
        systems: Only these; None for all.
        compare: Whether to compare all pairs of systems; None for tasks of 40 systems at most.

    Returns:
        The gaps, and the scores they are based on with notes on what was left out.

    Raises:
        MetricError: For a table that is not one of scores, a missing language or system, or more
            pairs of languages than can be kept.
    """
    where = str(table) if isinstance(table, str | Path) else "the scores"
    read = read_scores(table, scale=scale, languages=languages)
    scores = read.scores if systems is None else _of_systems(read.scores, systems, where)
    rows, notes = require_languages(scores, missing=missing, where=where)
    _check_size(rows, where)
    if compare is None and (unasked := too_many(rows)):
        notes += unasked
        compare = False
    gaps = gaps_of_scores(rows, compare=compare is not False, n_resamples=n_resamples, seed=seed)
    return gaps, ScoreFile(tuple(rows), read.scale, (*read.notes, *notes))


def _of_systems(scores: Sequence[Score], systems: Sequence[str], where: str) -> list[Score]:
    known = dict.fromkeys(score.system for score in scores)
    if lacking := [name for name in systems if name not in known]:
        near = [hit for name in lacking for hit in get_close_matches(name, known, n=1)]
        hint = f" Did you mean {', '.join(near)}?" if near else ""
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


def load_gaps(path: Path) -> tuple[GapResults, tuple[str, ...]]:
    """Gaps read from a file of gaps, or computed from a table of scores, and notes.

    Raises:
        StoreError: For a file that is neither.
        MetricError: For a malformed table of scores.
    """
    if path.suffix.lower() in _TABLES or (path.suffix.lower() == ".json" and _holds_scores(path)):
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


def read_gaps(path: Path) -> GapResults:
    """Read a mapping of lists by kind, a list of any kinds, or a single result.

    Raises:
        StoreError: For no file, invalid JSON, or other content; the message names the file and the
            place in it.
    """
    found: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    content = read_json(path, finite=False)
    for place, row in _placed(content):
        fields = set(row) if isinstance(row, Mapping) else set()
        kind = next((kind for kind, (_, own) in _KINDS.items() if own <= fields), None)
        if kind is None:
            raise StoreError(
                f"{path}{place}: expected gaps as `lingap gap … --json` writes them, "
                f"got {row!r:.80}."
            )
        try:
            found[kind].append(_KINDS[kind][0].from_dict(row))
        except MetricError as error:
            raise StoreError(f"{path}{place} is damaged: {error}") from error
    if not any(found.values()) and not (
        isinstance(content, Mapping) and content.keys() <= {*_KINDS, "output", "runs"}
    ):
        raise StoreError(f"{path} contains no gaps; expected what `lingap gap … --json` writes.")
    return GapResults(**{kind: tuple(results) for kind, results in found.items()})


def _placed(content: Any) -> Iterator[tuple[str, Any]]:
    """Each row with its place in the file."""
    if isinstance(content, list):
        yield from ((f"[{at}]", row) for at, row in enumerate(content))
    elif isinstance(content, Mapping) and all(
        isinstance(part, list) or part is None for part in content.values()
    ):
        for name, part in content.items():
            if name == "runs":  # the ids of those whose gaps they are
                continue
            yield from ((f", {name}[{at}]", row) for at, row in enumerate(part or ()))
    else:
        yield "", content
