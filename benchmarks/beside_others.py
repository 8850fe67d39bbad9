"""lingap's numbers beside those that mteb itself wrote, over the same files.

    python benchmarks/beside_others.py SCORES

`SCORES` holds `mteb-results/` (results of mteb, a folder per model and revision) and tables
`mteb_<Task>.csv`. The `main_score` of each language is read from the JSON without lingap; mean and
mean RPD are computed from it in a few lines, and all are compared with what `lingap gap scores`
makes of the folder, and with the table.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from itertools import combinations
from pathlib import Path

from lingap.gap import score_gaps
from lingap.gap.language_names import language_code

Table = dict[tuple[str, str], dict[str, float]]
"""Task and model to language to score."""


def plainly(folder: Path) -> Table:
    """`main_score` of the test split of each language, as the JSON has it; a mean of repeats."""
    found: Table = defaultdict(dict)
    for path in sorted(folder.glob("*/*/*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        scores = content.get("scores", {})
        rows = scores.get("test") or next(iter(scores.values()), [])
        for row in rows if isinstance(rows, list) else ():
            code = language_code(row["hf_subset"]) or row["hf_subset"]
            found[content["task_name"], path.parent.parent.name][code] = row["main_score"]
    return found


def of_tables(folder: Path) -> Table:
    """The same of the tables."""
    found: Table = defaultdict(dict)
    for path in sorted(folder.glob("mteb_*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                code = language_code(row["language"]) or row["language"]
                found[row["task"], row["system"]][code] = float(row["score"])
    return found


def mean_rpd(scores: dict[str, float]) -> float:
    """Mean relative percentage difference over all pairs, by its definition."""
    pairs = list(combinations(scores.values(), 2))
    return sum(200 * abs(a - b) / (a + b) for a, b in pairs) / len(pairs)


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scores", type=Path)
    options = parser.parse_args()
    folder = options.scores / "mteb-results"
    theirs, tables = plainly(folder), of_tables(options.scores)
    found, _ = score_gaps([folder], n_resamples=0, compare=False)
    ours: Table = {(gap.task, gap.system): dict(gap.scores) for gap in found.performance}
    gaps = {(gap.task, gap.system): gap.mean_rpd for gap in found.performance}
    for task in dict.fromkeys(task for task, _ in ours):
        keys = [key for key in ours if key[0] == task]
        off = [abs(score - theirs[k][c]) for k in keys for c, score in ours[k].items()]
        beside = [
            abs(score - tables[k][c])
            for k in keys
            for c, score in ours[k].items()
            if c in tables.get(k, {})
        ]
        rpd = [abs((gaps[k] or 0.0) - mean_rpd({c: theirs[k][c] for c in ours[k]})) for k in keys]
        print(
            f"{task}: {len(keys)} models, {len(off)} scores; largest difference from the JSON "
            f"{max(off):.1e}, from the table {max(beside, default=float('nan')):.1e} "
            f"({len(beside)} scores), of mean RPD from its definition {max(rpd):.1e}"
        )


if __name__ == "__main__":
    main()
