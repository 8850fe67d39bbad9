"""How far the output distributions of inference models lie apart between languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from lingap.gap.output import OutputGap, output_gap

MAX_PAIRS = 1000
"""Test pairs on which distributions are compared; the work grows with their square."""

Array = npt.NDArray[np.float32]

SeedOutputGaps = dict[str, dict[int, OutputGap]]
"""System to the output gap under each seed."""


def output_gaps(
    runs: Iterable[tuple[str, int, Mapping[str, Array]]],
    languages: Sequence[str],
    *,
    corpus: str,
) -> SeedOutputGaps:
    """The gap of each system under each seed; seeds without all languages are left out.

    Args:
        runs: System, seed, and language to distributions (n_pairs, n_labels); of the pairs up to
            :data:`MAX_PAIRS` are used, spread evenly.
        languages: All that are compared, two or more.
        corpus: The test pairs, for tables.
    """
    clouds: dict[tuple[str, int], dict[str, Array]] = defaultdict(dict)
    for system, seed, outputs in runs:
        for language, rows in outputs.items():
            n = min(len(rows), MAX_PAIRS)
            clouds[system, seed][language] = rows[np.arange(n) * len(rows) // n]
    by_system: SeedOutputGaps = defaultdict(dict)
    for (system, seed), found in clouds.items():
        if set(found) == set(languages):
            chosen = {code: found[code] for code in languages}
            by_system[system][seed] = output_gap(chosen, system=system, corpus=corpus)
    return by_system


def mean_output_gap(gaps: Sequence[OutputGap]) -> OutputGap:
    """Matrices, means and ends of intervals, averaged over seeds."""
    first = gaps[0]
    if len(gaps) == 1:
        return first

    def mean(of: Callable[[OutputGap], Any]) -> Any:
        found = np.mean([of(gap) for gap in gaps], axis=0).tolist()
        return tuple(map(tuple, found)) if isinstance(found, list) else found

    intervals = [gap.mean_divergence_interval for gap in gaps]
    ends = [interval for interval in intervals if interval is not None]
    return replace(
        first,
        epsilon=mean(lambda g: g.epsilon),
        distance=mean(lambda g: g.distance),
        divergence=mean(lambda g: g.divergence),
        divergence_error=mean(lambda g: g.divergence_error),
        mean_distance=mean(lambda g: g.mean_distance),
        mean_divergence=mean(lambda g: g.mean_divergence),
        mean_divergence_interval=replace(
            ends[0],
            low=float(np.mean([end.low for end in ends])),
            high=float(np.mean([end.high for end in ends])),
            method=f"{ends[0].method}, mean of {len(ends)} seeds",
        )
        if ends
        else None,
        warnings=tuple(dict.fromkeys(w for gap in gaps for w in gap.warnings)),
    )
