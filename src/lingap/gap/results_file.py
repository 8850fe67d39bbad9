"""A file of gaps: what ``lingap gap … --json`` writes, and ``gaps.json`` of an experiment."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lingap.errors import MetricError, StoreError
from lingap.gap.compare import GapComparison
from lingap.gap.correlation import GapCorrelation
from lingap.gap.linguistic import LinguisticGap
from lingap.gap.output import OutputGap
from lingap.gap.performance import PerformanceGap
from lingap.gap.result import GapResult
from lingap.gap.text import TextGap
from lingap.storage.json_file import read_json

_KINDS: Mapping[str, tuple[type[GapResult], frozenset[str]]] = {
    "linguistic": (LinguisticGap, frozenset(("cka",))),
    "performance": (PerformanceGap, frozenset(("rpd",))),
    "comparisons": (GapComparison, frozenset(("first", "second", "difference"))),
    "outputs": (OutputGap, frozenset(("divergence", "epsilon"))),
    "text": (TextGap, frozenset(("inventory_overlap",))),
    "correlations": (GapCorrelation, frozenset(("kendall",))),
}
"""Kind to its class, and to fields that only it has."""


@dataclass(frozen=True, slots=True)
class GapResults:
    """Gaps of every kind, as they stand in one file."""

    performance: tuple[PerformanceGap, ...] = ()
    comparisons: tuple[GapComparison, ...] = ()
    linguistic: tuple[LinguisticGap, ...] = ()
    outputs: tuple[OutputGap, ...] = ()
    text: tuple[TextGap, ...] = ()
    correlations: tuple[GapCorrelation, ...] = ()

    def to_dict(self) -> dict[str, list[dict[str, Any]]]:
        """Kind to its results, for JSON; kinds without any are left out."""
        return {
            field.name: [result.to_dict() for result in results]
            for field in dataclasses.fields(self)
            if (results := getattr(self, field.name))
        }


def read_gaps(path: Path) -> GapResults:
    """Read a mapping of lists by kind, a list of any kinds, or a single result.

    Raises:
        StoreError: For no file, one that is no JSON, or one that holds something else; the message
            names the file and the place in it.
    """
    content = read_json(path)
    found: dict[str, list[Any]] = {kind: [] for kind in _KINDS}
    for place, row in _placed(content):
        fields = set(row) if isinstance(row, Mapping) else set()
        kind = next((kind for kind, (_, own) in _KINDS.items() if own <= fields), None)
        if kind is None:
            raise StoreError(
                f"{path}{place}: expected gaps as `lingap gap … --json` writes them, "
                f"found {row!r:.80}."
            )
        try:
            found[kind].append(_KINDS[kind][0].from_dict(row))
        except MetricError as error:
            raise StoreError(f"{path}{place} is damaged: {error}") from error
    return GapResults(**{kind: tuple(results) for kind, results in found.items()})


def _placed(content: Any) -> Iterator[tuple[str, Any]]:
    """Each row with its place in the file."""
    if isinstance(content, list):
        yield from ((f"[{at}]", row) for at, row in enumerate(content))
    elif isinstance(content, Mapping) and all(
        isinstance(part, list) or part is None for part in content.values()
    ):
        for name, part in content.items():
            yield from ((f", {name}[{at}]", row) for at, row in enumerate(part or ()))
    else:
        yield "", content
