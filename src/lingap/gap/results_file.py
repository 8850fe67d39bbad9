"""A file of gaps: what ``lingap gap … --json`` writes, and ``gaps.json`` of an experiment."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lingap.errors import MetricError, StoreError
from lingap.gap.baselines import Baseline, who_learned_nothing
from lingap.gap.by_language import ScoreComparison
from lingap.gap.changes import GapOrigin
from lingap.gap.compare import GapComparison
from lingap.gap.correlation import GapCorrelation, PairPoint, adjusted, correlate_pairs, pair_points
from lingap.gap.explanation import Explanation
from lingap.gap.layers import ModelGap
from lingap.gap.levels import ScoreLevel
from lingap.gap.linguistic import LinguisticGap
from lingap.gap.notebook import ShownInNotebooks
from lingap.gap.output import OutputGap
from lingap.gap.performance import PerformanceGap
from lingap.gap.result import GapResult
from lingap.gap.text import TextGap
from lingap.gap.tokens import TokenGap
from lingap.storage.json_file import read_json

_KINDS: Mapping[str, tuple[type[GapResult], frozenset[str]]] = {
    "linguistic": (LinguisticGap, frozenset(("cka",))),
    "models": (ModelGap, frozenset(("layers", "pooling"))),
    "performance": (PerformanceGap, frozenset(("rpd",))),
    "comparisons": (GapComparison, frozenset(("first", "second", "difference"))),
    "by_language": (ScoreComparison, frozenset(("best", "other", "difference"))),
    "origins": (GapOrigin, frozenset(("by_rising", "by_falling"))),
    "baselines": (Baseline, frozenset(("majority", "chance"))),
    "outputs": (OutputGap, frozenset(("divergence", "epsilon"))),
    "text": (TextGap, frozenset(("inventory_overlap",))),
    "tokens": (TokenGap, frozenset(("premium",))),
    "correlations": (GapCorrelation, frozenset(("kendall",))),
    "levels": (ScoreLevel, frozenset(("worst_tenth",))),
    "explanations": (Explanation, frozenset(("n_families", "model_features"))),
}
"""Kind -> its class, and fields that only it has."""


def kind_of(result: GapResult) -> str | None:
    """The field of :class:`GapResults` that a result belongs to; None if there is none."""
    return next((kind for kind, (cls, _) in _KINDS.items() if isinstance(result, cls)), None)


@dataclass(frozen=True, slots=True)
class GapResults(ShownInNotebooks):
    """Gaps of every kind, as in one file."""

    performance: tuple[PerformanceGap, ...] = ()
    comparisons: tuple[GapComparison, ...] = ()
    linguistic: tuple[LinguisticGap, ...] = ()
    outputs: tuple[OutputGap, ...] = ()
    text: tuple[TextGap, ...] = ()
    tokens: tuple[TokenGap, ...] = ()
    correlations: tuple[GapCorrelation, ...] = ()
    levels: tuple[ScoreLevel, ...] = ()
    models: tuple[ModelGap, ...] = ()
    by_language: tuple[ScoreComparison, ...] = ()
    origins: tuple[GapOrigin, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    explanations: tuple[Explanation, ...] = ()

    def to_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Kind -> its results, for JSON."""
        return {kind: [one.to_dict() for one in getattr(self, kind)] for kind in self.__slots__}

    def to_stored(self) -> dict[str, list[dict[str, Any]]]:
        """The same for a file, with only the lower triangle of each symmetric matrix."""
        return {kind: [one.to_stored() for one in getattr(self, kind)] for kind in self.__slots__}

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
