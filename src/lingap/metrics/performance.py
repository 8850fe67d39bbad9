"""How far scores differ between languages: relative percentage difference, its mean, and Std."""

from __future__ import annotations

from collections.abc import Mapping
from typing import overload

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, to_numpy
from lingap.metrics.score_tables import mean_rpds, rpds, rpds_of_pairs, stds

_UNDEFINED = "Two scores are 0: their relative difference is undefined."

Scores = Mapping[str, float] | ArrayInput


def as_scores(scores: Scores, *, min_languages: int = 1) -> Array:
    """Return (n_languages,) float64 scores.

    Raises:
        MetricError: For a negative or non-finite score, or fewer than `min_languages`; the
            message names the language of a mapping.
    """
    if isinstance(scores, Mapping):
        names = [str(name) for name in scores]
        values = to_numpy(list(scores.values()), "scores").astype(np.float64)
    else:
        values = np.atleast_1d(to_numpy(scores, "scores").astype(np.float64))
        names = [str(i) for i in range(values.size)]
    if values.ndim != 1 or values.size < min_languages:
        raise MetricError(
            f"scores must be one number per language, of at least {min_languages} "
            f"language{'s' if min_languages > 1 else ''}; got shape {values.shape}."
        )
    check_scores(values, names)
    return values


def check_scores(values: Array, names: list[str] | None = None) -> None:
    """Raise MetricError that names the first negative or non-finite score."""
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        where = "" if names is None else f" of {names[at]!r}"
        raise MetricError(f"Score{where} is {values.flat[at]}; scores must be finite and >= 0.")


@overload
def relative_percentage_difference(first: float, second: float) -> float: ...
@overload
def relative_percentage_difference(first: ArrayInput, second: ArrayInput) -> Array | float: ...
@checked(MetricError)
def relative_percentage_difference(first: ArrayInput, second: ArrayInput) -> Array | float:
    """Difference of two scores relative to their mean, |a - b| / ((a + b) / 2) x 100.

    Shapes: any two that broadcast; two scalars give a float. Unit: percent, 0 (equal) to 200 (one
    score is 0). Scores are >= 0, of one metric, on one scale, which cancels.

    Raises:
        MetricError: For a negative or non-finite score, and for 0 against 0 (undefined).

    Source: Jung et al. (2024), equation 1.

    >>> round(relative_percentage_difference(80.80, 62.93), 2)
    24.87
    >>> relative_percentage_difference(90.0, [60.0, 90.0])
    array([40.,  0.])
    """
    a, b = (to_numpy(v, "scores").astype(np.float64) for v in (first, second))
    check_scores(a)
    check_scores(b)
    try:
        result = rpds(a, b)
    except ValueError:
        raise MetricError(
            f"Scores of shapes {a.shape} and {b.shape} do not broadcast to pair up."
        ) from None
    if np.isnan(result).any():
        raise MetricError(_UNDEFINED)
    return float(result) if result.ndim == 0 else result


@checked(MetricError)
def rpd_matrix(scores: Scores) -> Array:
    """Relative percentage difference of every pair of languages.

    Shapes: scores (n_languages,) or a mapping language -> score; result (n_languages,
    n_languages), symmetric, 0 on the diagonal. Unit: percent.

    Raises:
        MetricError: As :func:`relative_percentage_difference`, for two languages that score 0.
    """
    result = rpds_of_pairs(as_scores(scores))
    if np.isnan(result).any():
        raise MetricError(_UNDEFINED)
    return result


@checked(MetricError)
def mean_rpd(scores: Scores) -> float:
    """Mean relative percentage difference over all pairs of at least two languages, in percent.

    Raises:
        MetricError: As :func:`rpd_matrix`, and for a single language.

    Source: Jung et al. (2024), table 1.

    >>> round(mean_rpd({"eng": 90.0, "swa": 60.0, "urd": 90.0}), 3)
    26.667
    """
    values = as_scores(scores, min_languages=2)
    result = float(mean_rpds(values))
    if np.isnan(result):
        raise MetricError(_UNDEFINED)
    return result


@checked(MetricError)
def score_std(scores: Scores) -> float:
    """Standard deviation of scores over at least two languages, with n - 1, in the scores' unit.

    The paper's table 1 uses n - 1 in three rows and n in one (NER, phoneme: 0.0259, which is
    0.0273 with n - 1); lingap uses n - 1 everywhere.

    >>> score_std([0.9, 0.6, 0.9])
    0.17320508075688776
    """
    return float(stds(as_scores(scores, min_languages=2)))


@checked(MetricError)
def absolute_gap(source: float, target: float) -> float:
    """Source score minus target score, in the scores' unit; negative if the target is better.

    >>> round(absolute_gap(80.80, 61.57), 2)
    19.23
    """
    a, b = as_scores([source, target])
    return float(a - b)
