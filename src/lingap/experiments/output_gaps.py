"""How far the output distributions of NLI models differ between languages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from lingap.gap.output import OutputGap, output_gap

MAX_PAIRS = 1000
"""Test pairs that are compared; the cost grows with their square."""

Array = npt.NDArray[np.float32]

SeedOutputGaps = dict[str, dict[int, OutputGap]]
"""System to the output gap under each seed."""


def output_gaps(
    runs: Iterable[tuple[str, int, Mapping[str, Array]]],
    languages: Sequence[str],
    *,
    corpus: str,
) -> SeedOutputGaps:
    """The gap of each system under each seed; seeds that lack a language are left out.

    Args:
        runs: System, seed, and language to distributions (n_pairs, n_labels); up to
            :data:`MAX_PAIRS` pairs are used, spread evenly.
        languages: All that are compared, two or more.
        corpus: Name of the test pairs, for tables.
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
