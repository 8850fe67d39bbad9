"""The picture of published models: mean score against gap, from result files of mteb.

``python benchmarks/published_gaps.py mteb_SIB200Classification.csv mteb_MassiveIntent….csv`` writes
``docs/images/published-gaps.png`` from any files or folders that ``lingap gap scores`` reads.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lingap.gap import score_gaps
from lingap.report.scores_page import scores_figure
from lingap.report.summary import ReportData


def main() -> None:
    """Read the files, draw, and say how many systems and languages they have."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    given = parser.parse_args()
    found, _ = score_gaps(given.paths, n_resamples=0, compare=False)
    tasks: dict[str, list[int]] = {}
    for level in found.levels:
        tasks.setdefault(level.task, []).append(level.n_languages)
    for task, languages in tasks.items():
        print(f"{task}: {len(languages)} systems, {max(languages)} languages")
    data = ReportData(title="published", performance=found.performance, levels=found.levels)
    target = given.out / "published-gaps.png"
    target.write_bytes(scores_figure(data, kind="png"))
    print(f"Written: {target}")


if __name__ == "__main__":
    main()
