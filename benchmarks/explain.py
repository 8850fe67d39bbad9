"""How often `lingap gap explain` finds what is not there: random features of 93 languages.

    python benchmarks/explain.py --tables 400 --models 100

Prints the table of docs/how-to/explain.md.
"""

from __future__ import annotations

import argparse

import numpy as np

from lingap.metrics.family_permutations import family_gain_p_value, number_association
from lingap.metrics.ridge import left_out_predictions

SIZES = [30, 15, 10, 8, 5, 4, 3, 2, 2, 2] + [1] * 12
FAMILY = np.repeat(np.arange(len(SIZES)), SIZES)
SETTINGS = {"neither": (0.0, 0.0), "scores by half": (0.0, 0.5), "both by half": (0.5, 0.5)}


def draw(rng: np.random.Generator, follows: float) -> np.ndarray:
    """Values of which a share `follows` of the variance lies between families."""
    of_family = rng.normal(size=len(SIZES))[FAMILY]
    return follows**0.5 * of_family + (1 - follows) ** 0.5 * rng.normal(size=len(FAMILY))


def main() -> None:
    """Print a row for each setting."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=400)
    parser.add_argument("--models", type=int, default=100, help="tables that get a model, too")
    given = parser.parse_args()
    families = FAMILY.tolist()
    print("| features and scores follow families | skill's p | p in families | p |")
    print("| --- | ---: | ---: | ---: |")
    for name, (of_features, of_scores) in SETTINGS.items():
        rng = np.random.default_rng(0)
        free = within = skill = 0
        for k in range(given.tables):
            y, x = draw(rng, of_scores), np.column_stack([draw(rng, of_features) for _ in range(6)])
            one = number_association(
                y, x[:, 0], families, n_permutations=199, n_resamples=0, seed=1000 + k
            )
            free += (one.p_value or 0.0) <= 0.05
            within += (one.p_within or 0.0) <= 0.05
            if k < given.models:
                model, mean = left_out_predictions(x, y, families)
                gains = (y - mean) ** 2 - (y - model) ** 2
                skill += gains.sum() > 0 and family_gain_p_value(gains, families) <= 0.05
        shares = skill / given.models, within / given.tables, free / given.tables
        print(f"| {name} | {' | '.join(f'{share:.1%}' for share in shares)} |", flush=True)


if __name__ == "__main__":
    main()
