"""How often intervals hold the truth: simulations through the functions that users call.

    python benchmarks/coverage.py              # all parts, at 300 tables a row
    python benchmarks/coverage.py gaps seeds   # some
    python benchmarks/coverage.py --write      # and the table of docs/explanation/uncertainty.md

Everything is seeded; a row's share is within 0.025 of the true one (two standard errors at 300).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from lingap import performance_gaps
from lingap.metrics import compare_over_seeds, compare_over_sentences, mean_rpd, score_std
from lingap.records import Interval, Score

PAGE = Path(__file__).parents[1] / "docs/explanation/uncertainty.md"
BEGIN, END = "<!-- coverage: begin -->", "<!-- coverage: end -->"
ENOUGH = 0.90
NOISE = 0.02  # standard error of a score


@dataclass(frozen=True)
class Row:
    """One setting: what was simulated, and how it came out."""

    interval: str
    setting: str
    truth: float
    plain: float  # median of the plain estimate
    corrected: float  # median of the corrected one
    coverage: float


def truths(kind: str, n: int) -> np.ndarray:
    """True scores of n languages."""
    at = (np.arange(n) + 0.5) / n
    return {
        "equal": np.full(n, 0.6),
        "spread as the noise": 0.6 + NOISE * np.sqrt(12) * (at - 0.5),
        "spread 3 x noise": 0.6 + 3 * NOISE * np.sqrt(12) * (at - 0.5),
        "one outlier": np.where(at < 1 / n, 0.3, 0.6),
        "two groups": np.where(at < 0.5, 0.5, 0.6),
        "0.15 to 0.85": 0.15 + 0.7 * at,
    }[kind]


KINDS = (
    "equal", "spread as the noise", "spread 3 x noise", "one outlier", "two groups",
    "0.15 to 0.85",
)  # fmt: skip
GAP = {"mean RPD": ("mean_rpd", mean_rpd), "Std": ("std", score_std)}
Ends = tuple[float, float, Interval]


def _row(interval: str, setting: str, truth: float, found: list[Ends]) -> Row:
    held = [ends.low - 1e-9 <= truth <= ends.high + 1e-9 for _, _, ends in found]
    plain, corrected = (float(np.median([one[k] for one in found])) for k in (0, 1))
    return Row(interval, setting, truth, plain, corrected, float(np.mean(held)))


def _gap_rows(
    label: str,
    setting: str,
    true: np.ndarray,
    draw: Callable[[], list[Score]],
    n_tables: int,
) -> Iterator[Row]:
    gaps = [performance_gaps(draw())[0] for _ in range(n_tables)]
    for title, (name, formula) in GAP.items():
        found = [
            (getattr(g, name), getattr(g, f"{name}_corrected"), getattr(g, f"{name}_interval"))
            for g in gaps
        ]
        yield _row(f"{title}, {label}", setting, formula(true), found)


def gaps(n_tables: int) -> Iterator[Row]:
    """One seed: intervals of gaps from those of the scores."""
    rng = np.random.default_rng(0)
    for n in (3, 10, 50, 200):
        for kind in KINDS:
            true = truths(kind, n)

            def draw(true: np.ndarray = true) -> list[Score]:
                half = 1.96 * NOISE
                return [
                    Score(
                        "s", "t", f"l{i}", "m", v, interval=Interval(v - half, v + half, 0.95, "")
                    )
                    for i, v in enumerate(np.abs(true + NOISE * rng.standard_normal(len(true))))
                ]

            few = n_tables if n < 100 else max(50, n_tables // 4)
            yield from _gap_rows("one seed", f"{n} languages, {kind}", true, draw, few)


def seeds(n_tables: int) -> Iterator[Row]:
    """Several seeds: intervals of gaps over seeds, with noise that is shared, own, and unlike."""
    rng = np.random.default_rng(1)
    for n_seeds in (2, 3, 5, 10):
        for n in (3, 10, 50):
            for kind, unlike in (
                ("equal", 1.0), ("spread as the noise", 1.0), ("two groups", 1.0),
                ("spread as the noise", 2.5),
            ):  # fmt: skip
                true = truths(kind, n)
                noise = NOISE * np.sqrt(n_seeds) * np.geomspace(1 / unlike, unlike, n)[:, None]

                def draw(
                    true: np.ndarray = true, noise: np.ndarray = noise, k: int = n_seeds
                ) -> list[Score]:
                    table = true[:, None] + noise * rng.standard_normal((len(true), k))
                    table = np.abs(table + 0.02 * rng.standard_normal(k))
                    return [
                        Score("s", "t", f"l{i}", "m", float(table[i, j]), j)
                        for i, j in np.ndindex(table.shape)
                    ]

                what = f"{n_seeds} seeds, {n} languages, {kind}"
                what += f", noise unlike by {unlike**2:.3g}" if unlike > 1 else ""
                yield from _gap_rows("over seeds", what, true, draw, n_tables // 2)


def differences(n_tables: int) -> Iterator[Row]:
    """Difference of two systems' gaps: over seeds and over test sentences."""
    rng = np.random.default_rng(2)
    pairs = (("equal", "equal"), ("equal", "two groups"), ("two groups", "0.15 to 0.85"))
    for n in (3, 10):
        for a, b in pairs:
            truth = mean_rpd(truths(a, n)) - mean_rpd(truths(b, n))
            for n_seeds in (3, 5):
                noise = NOISE * np.sqrt(n_seeds)
                found = []
                for _ in range(n_tables):
                    tables = [
                        np.abs(truths(k, n)[:, None] + noise * rng.standard_normal((n, n_seeds)))
                        for k in (a, b)
                    ]
                    test = compare_over_seeds(*tables, n_permutations=1)
                    found.append((test.difference, test.corrected, test.interval))
                what = f"{n_seeds} seeds, {n} languages, {a} against {b}"
                yield _row("difference of mean RPD, over seeds", what, truth, found)
            found = []
            for _ in range(n_tables // 2):
                counts = [
                    {f"l{i}": _counts(rng, rate) for i, rate in enumerate(truths(k, n))}
                    for k in (a, b)
                ]
                test = compare_over_sentences(
                    *counts, lambda sums: sums[:, 0] / sums[:, 1], n_permutations=1, n_resamples=300
                )
                found.append((test.difference, test.corrected, test.interval))
            what = f"500 sentences, {n} languages, {a} against {b}"
            yield _row("difference of mean RPD, over sentences", what, truth, found)


def _counts(rng: np.random.Generator, rate: float, n: int = 500) -> np.ndarray:
    return np.stack([rng.random(n) < rate, np.ones(n)], axis=1).astype(float)


PARTS = {"gaps": gaps, "seeds": seeds, "differences": differences}


def table(rows: list[Row]) -> str:
    """Markdown; a row below 0.90 is marked."""
    lines = [
        "| interval | setting | true | plain, median | corrected, median | holds the truth |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for r in rows:
        mark = "" if r.coverage >= ENOUGH else " **below 0.90**"
        lines.append(
            f"| {r.interval} | {r.setting} | {r.truth:.3g} | {r.plain:.3g} | {r.corrected:.3g} | "
            f"{r.coverage:.3f}{mark} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"{', '.join(PARTS)}; all by default")
    parser.add_argument("--tables", type=int, default=300, help="simulated tables a row")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.name}")
    options = parser.parse_args()
    rows = [row for name in options.parts or PARTS for row in PARTS[name](options.tables)]
    print(json.dumps([asdict(r) for r in rows], indent=1) if options.json else table(rows))
    if options.write:
        text = PAGE.read_text(encoding="utf-8")
        head, tail = text.split(BEGIN)[0], text.split(END)[1]
        PAGE.write_text(f"{head}{BEGIN}\n{table(rows)}\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
