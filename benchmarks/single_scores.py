"""How often the test of two systems that were scored once finds a difference where there is none.

``python benchmarks/single_scores.py [--draws 400]``: both systems have the same true scores, so
their gaps are equal; each score is observed with normal noise of a known error.
"""

from __future__ import annotations

import argparse

import numpy as np

from lingap.metrics.paired import compare_estimates

CASES = {
    "5 languages, wide": np.array([0.9, 0.8, 0.7, 0.65, 0.5]),
    "5 languages, equal": np.full(5, 0.7),
    "14 languages, wide": np.linspace(0.5, 0.85, 14),
}


def main() -> None:
    """Print the share of p <= 0.05 for independent errors, and for errors that go together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--error", type=float, default=0.02)
    given = parser.parse_args()
    rng = np.random.default_rng(0)
    print(f"| scores | errors | p ≤ 0.05 of {given.draws} |\n| --- | --- | --- |")
    for name, truth in CASES.items():
        for shared in (0.0, 0.7):
            found = 0
            for draw in range(given.draws):
                both = rng.normal(0, given.error * shared**0.5, truth.shape)
                own = rng.normal(0, given.error * (1 - shared) ** 0.5, (2, len(truth)))
                errors = np.full((2, len(truth)), given.error)
                test = compare_estimates(truth + both + own, errors, n_draws=300, seed=draw)
                found += test.p_value <= 0.05
            kind = "independent" if not shared else f"correlation {shared}"
            print(f"| {name} | {kind} | {found / given.draws:.3f} |", flush=True)


if __name__ == "__main__":
    main()
