"""Ridge regression whose error is that in groups which it has not seen.

Languages of one family are alike in scores and features alike, so a model that has seen a sister
knows too much. Here whole groups are left out, and the penalty is chosen without them, too.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.metrics.arrays import Array, ArrayInput, as_matrix, members_of, to_numpy

PENALTIES = (0.01, 0.1, 1.0, 10.0, 100.0)
"""Penalties tried, per observation, for features of variance 1; the last is nearly the mean."""

_Groups = list[NDArray[np.intp]]


@checked(MetricError)
def left_out_predictions(
    features: ArrayInput,
    targets: ArrayInput,
    groups: Sequence[Hashable],
    *,
    penalties: Sequence[float] = PENALTIES,
) -> tuple[Array, Array]:
    """What ridge regression, and the mean, predict of each group from all others.

    For every group left out, the penalty with the smallest squared error in the groups that remain,
    each predicted from the rest of them, is chosen (nested cross-validation).

    Args:
        features: (n, p), p >= 1; they are standardized.
        targets: (n,), or (n, k) for k targets, each with penalties of its own.
        groups: (n,) labels, of at least 3 groups.
        penalties: Above 0, per observation.

    Returns:
        Predictions of the model and of the mean of the other groups' observations, each shaped
        like `targets`.

    Raises:
        MetricError: For fewer than 3 groups, other shapes, values that are not finite, or a penalty
            that is not above 0.

    Source: Hoerl and Kennard (1970); Stone (1974).
    """
    x = standardized(features)
    y = _targets(targets, len(x))
    parts = _parts(groups, len(x))
    _check_penalties(penalties)
    predicted, mean = np.empty_like(y), np.empty_like(y)
    for part in parts:
        rest = np.setdiff1d(np.arange(len(x)), part)
        inner = _parts([groups[i] for i in rest], len(rest), least=2)
        coefficients, _ = _tuned(x[rest], y[rest], inner, penalties)
        predicted[part] = _with_one(x[part]) @ coefficients
        mean[part] = y[rest].mean(axis=0)
    shape = np.shape(to_numpy(targets, "targets"))
    return predicted.reshape(shape), mean.reshape(shape)


@checked(MetricError)
def ridge_fit(
    features: ArrayInput,
    target: ArrayInput,
    groups: Sequence[Hashable],
    *,
    penalties: Sequence[float] = PENALTIES,
) -> tuple[Array, float]:
    """Coefficients on all observations, with the penalty that predicts left-out groups best.

    Args:
        features: (n, p); they are standardized.
        target: (n,).
        groups: (n,) labels, of at least 2 groups.
        penalties: As in :func:`left_out_predictions`.

    Returns:
        The intercept and p coefficients, per standard deviation of each feature; the penalty.

    Raises:
        MetricError: As :func:`left_out_predictions`.
    """
    x = standardized(features)
    y = _targets(target, len(x))
    parts = _parts(groups, len(x), least=2)
    _check_penalties(penalties)
    coefficients, chosen = _tuned(x, y, parts, penalties)
    return coefficients[:, 0], float(chosen[0])


def standardized(features: ArrayInput) -> Array:
    """Columns with mean 0 and variance 1 (over n); a constant one becomes 0."""
    x = as_matrix(features, "features")
    centred = x - x.mean(axis=0)
    scale = centred.std(axis=0)
    varies = scale > 1e-12
    return np.where(varies, centred / np.where(varies, scale, 1.0), 0.0)


def studentized(residuals: ArrayInput) -> Array:
    """Each left-out residual over the root mean square of all others, (n,) to (n,).

    Under normal residuals of one variance it follows Student's t with n - 1 degrees of freedom.

    Raises:
        MetricError: For fewer than 3 residuals, or some that are 0 but for one.

    >>> studentized([1.0, -1.0, 2.0]).round(2)
    array([ 0.63, -0.63,  2.  ])
    """
    e = to_numpy(residuals, "residuals").astype(np.float64)
    if e.ndim != 1 or len(e) < 3:
        raise MetricError(f"residuals: expected (n,), n >= 3; got shape {e.shape}.")
    others = ((e * e).sum() - e * e) / (len(e) - 1)
    if (others <= 1e-24).any():
        raise MetricError("residuals: all but one are 0, so that there is no scale.")
    return np.asarray(e / np.sqrt(others))


def _with_one(x: Array) -> Array:
    return np.column_stack([np.ones(len(x)), x])


def _inverse(x: Array, penalty: float) -> Array:
    """Of Z'Z + penalty, Z with a first column of ones, which is not penalized."""
    z = _with_one(x)
    weights = np.full(z.shape[1], penalty * len(x))
    weights[0] = 0.0
    return np.asarray(np.linalg.inv(z.T @ z + np.diag(weights)), dtype=np.float64)


def _tuned(x: Array, y: Array, parts: _Groups, penalties: Sequence[float]) -> tuple[Array, Array]:
    """Coefficients (1 + p, k) with the penalty (k,) that predicts left-out groups best."""
    least, chosen = np.full(y.shape[1], np.inf), np.empty(y.shape[1])
    found = np.empty((1 + x.shape[1], y.shape[1]))
    for penalty in penalties:
        inverse = _inverse(x, penalty)
        coefficients = inverse @ (_with_one(x).T @ y)
        off = _left_out_residuals(x, y, coefficients, parts, inverse)
        error = (off * off).sum(axis=0)
        better = error < least
        least[better], chosen[better] = error[better], penalty
        found[:, better] = coefficients[:, better]
    return found, chosen


def _left_out_residuals(
    x: Array, y: Array, coefficients: Array, parts: _Groups, inverse: Array
) -> Array:
    """Residuals of each group under the model fitted without it, by the hat matrix.

    With the penalty of the whole, e_(-G) = (I - H_GG)^-1 e_G: no model is fitted anew.
    """
    z = _with_one(x)
    off = np.asarray(y - z @ coefficients)
    alone = np.array([part[0] for part in parts if len(part) == 1], dtype=np.intp)
    if len(alone):
        leverage = np.einsum("ij,jk,ik->i", z[alone], inverse, z[alone])
        off[alone] /= (1 - leverage)[:, None]
    for part in parts:
        if len(part) > 1:
            own = np.eye(len(part)) - z[part] @ inverse @ z[part].T
            off[part] = np.linalg.solve(own, off[part])
    return np.asarray(off, dtype=np.float64)


def _targets(targets: ArrayInput, n: int) -> Array:
    y = to_numpy(targets, "targets").astype(np.float64)
    if y.ndim not in (1, 2) or len(y) != n:
        raise MetricError(f"targets: expected ({n},) or ({n}, k), got shape {y.shape}.")
    if not np.isfinite(y).all():
        raise MetricError("targets: a value is not finite.")
    return y.reshape(n, -1)


def _parts(groups: Sequence[Hashable], n: int, least: int = 3) -> _Groups:
    if len(groups) != n:
        raise MetricError(f"{len(groups)} labels of groups for {n} rows of features.")
    parts = [*members_of(groups).values()]
    if len(parts) < least:
        raise MetricError(f"At least {least} groups are needed; got {len(parts)}.")
    return parts


def _check_penalties(penalties: Sequence[float]) -> None:
    if not penalties or min(penalties) <= 0:
        raise MetricError(f"penalties: expected numbers above 0, got {tuple(penalties)}.")
