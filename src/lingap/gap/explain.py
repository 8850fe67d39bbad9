"""Why is a language behind? What features of languages explain of their scores and gaps."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lingap.arguments import checked
from lingap.errors import MetricError
from lingap.gap.explanation import (
    LEVEL,
    Explanation,
    FeatureEffect,
    LanguageResidual,
    PairEffect,
    ScorePrediction,
)
from lingap.gap.language_features import LanguageFeatures
from lingap.metrics.arrays import Array
from lingap.metrics.family_permutations import (
    Association,
    category_association,
    family_gain_p_value,
    number_association,
)
from lingap.metrics.language_permutations import mantel_test
from lingap.metrics.multiple_tests import holm, holm_of_known
from lingap.metrics.ridge import left_out_predictions, ridge_fit, studentized
from lingap.metrics.score_tables import rpds_of_pairs
from lingap.metrics.student import t_quantile
from lingap.metrics.threads import single_threaded
from lingap.records import Interval
from lingap.text.display import counted, first_of

FEWEST = 6
"""Languages that know a feature, below which its correlation says nothing."""
FEWEST_OF_MODEL = 12
_FEWEST_FAMILIES = 4
_FEWEST_OF_SCRIPT = 3
_MOST_NAMED = 6


@checked(MetricError)
def explain_scores(
    scores: Mapping[str, float],
    features: LanguageFeatures,
    *,
    system: str = "",
    task: str = "",
    metric: str = "",
    reference: str = "eng",
    n_permutations: int = 1999,
    seed: int = 0,
) -> Explanation:
    """Explain the scores of languages by their features.

    Numbers are correlated by rank, categories by the share of the variance of ranks between them.
    A ridge regression on all of them predicts each language from those of other families; features
    known of fewer than half of the languages stay out of it, and the mean stands for a value that
    is missing. Languages of `features` that have no score get a predicted one.

    Args:
        scores: Language to score, 0 to 1.
        features: Of these languages at least, see
            :func:`~lingap.gap.language_features.language_features`.
        system: Whose scores, for tables.
        task: The task, for tables.
        metric: The measure, for tables.
        reference: The language that distances are measured from, for tables.
        n_permutations: For p-values and intervals, at least 99.
        seed: Of all draws.

    Raises:
        MetricError: For fewer than six languages, scores that are all equal or no shares, or a
            language without features.
    """
    if n_permutations < 99:
        raise MetricError(f"n_permutations must be at least 99; got {n_permutations}.")
    if len(scores) < FEWEST:
        raise MetricError(
            f"{system or 'The scores'} ({task}): {len(scores)} languages; at least {FEWEST} are "
            "needed to explain anything."
        )
    if lacking := [code for code in scores if code not in features.languages]:
        raise MetricError(f"No features of {', '.join(lacking)}; collect them for all languages.")
    y = np.array([*scores.values()], dtype=np.float64)
    if not np.isfinite(y).all() or y.min() < 0 or y.max() > 1:
        raise MetricError(f"{system} ({task}): scores must be numbers from 0 to 1.")
    if np.ptp(y) == 0:
        raise MetricError(f"{system} ({task}): all languages score {y[0]:g}: nothing to explain.")
    at = np.array([features.languages.index(code) for code in scores])
    families = [features.families[i] for i in at]
    effects = _effects(y, at, families, features, n_permutations, seed)
    found = Explanation(
        system=system, task=task, metric=metric, reference=reference, scores=dict(scores),
        n_families=len(set(families)),
        features=effects,
        pairs=_pairs(y, at, features, min(n_permutations, 999), seed),
        warnings=(*features.sources, *map(_missing_note, (e for e in effects if e.missing))),
    )  # fmt: skip
    with single_threaded():
        return _with_model(found, y, at, families, features, seed)


def _missing_note(effect: FeatureEffect) -> str:
    n, shown = len(effect.missing), first_of(effect.missing, _MOST_NAMED)
    return f"{effect.feature}: unknown in {counted(n, 'language')} ({shown})."


def _effects(
    y: Array, at: Array, families: Sequence[str], features: LanguageFeatures, n: int, seed: int
) -> tuple[FeatureEffect, ...]:
    codes = [features.languages[i] for i in at]
    found = []
    table: dict[str, Sequence[object]] = {
        "family": families,
        **{name: [own[i] for i in at] for name, own in features.categories.items()},
        **{name: own[at].tolist() for name, own in features.numbers.items()},
    }
    for name, values in table.items():
        is_number = name in features.numbers
        known = [
            k
            for k, v in enumerate(values)
            if v != "" and not (isinstance(v, float) and math.isnan(v))
        ]
        effect = FeatureEffect(
            feature=name,
            measure="spearman" if is_number else "eta_squared",
            n_known=len(known),
            missing=tuple(codes[k] for k in range(len(codes)) if k not in set(known)),
        )
        if len(known) < FEWEST:
            found.append(replace(effect, note=f"known of fewer than {FEWEST} languages"))
            continue
        own_y, own = y[known], [values[k] for k in known]
        blocks = [families[k] for k in known]
        try:
            if is_number:
                one: Association = number_association(
                    own_y, np.array(own, dtype=float), blocks, n_permutations=n, n_resamples=n,
                    seed=seed,
                )  # fmt: skip
            else:
                one = category_association(own_y, own, blocks, n_permutations=n, seed=seed)
        except MetricError:
            found.append(replace(effect, note="the same in all, or another in each, language"))
            continue
        found.append(
            replace(
                effect, value=one.value, interval=one.interval, p_value=one.p_value,
                p_within=None if name == "family" else one.p_within,
            )
        )  # fmt: skip
    raised = holm_of_known([one.p_within for one in found])
    return tuple(replace(one, p_holm=p) for one, p in zip(found, raised, strict=True))


def _pairs(
    y: Array, at: Array, features: LanguageFeatures, n: int, seed: int
) -> tuple[PairEffect, ...]:
    gaps = rpds_of_pairs(y)
    found = []
    for name, matrix in features.distances.items():
        keep = _complete(matrix[np.ix_(at, at)])
        gone = tuple(features.languages[at[k]] for k in range(len(at)) if k not in set(keep))
        effect = PairEffect(distance=name, n_languages=len(keep), left_out=gone)
        own_gaps = gaps[np.ix_(keep, keep)]
        if len(keep) < FEWEST:
            found.append(replace(effect, note=f"known of fewer than {FEWEST} languages"))
            continue
        if np.isnan(own_gaps).any():
            found.append(replace(effect, note="two languages score 0: no relative difference"))
            continue
        try:
            own = matrix[np.ix_(at[keep], at[keep])]
            value, p_value = mantel_test(own_gaps, own, n_permutations=n, seed=seed)
        except MetricError:
            found.append(replace(effect, note="the same between all languages"))
            continue
        found.append(replace(effect, spearman=value, p_value=p_value))
    raised = holm_of_known([one.p_value for one in found])
    return tuple(replace(one, p_holm=p) for one, p in zip(found, raised, strict=True))


def _complete(matrix: Array) -> list[int]:
    """Rows to keep so that no distance is unknown: the row with most unknown goes first."""
    keep = list(range(len(matrix)))
    while keep:
        unknown = np.isnan(matrix[np.ix_(keep, keep)]).sum(axis=1)
        if not unknown.any():
            break
        del keep[int(unknown.argmax())]
    return keep


def _with_model(
    found: Explanation,
    y: Array,
    at: Array,
    families: Sequence[str],
    features: LanguageFeatures,
    seed: int,
) -> Explanation:
    if len(y) < FEWEST_OF_MODEL or found.n_families < _FEWEST_FAMILIES:
        why = (
            f"{len(y)} languages of {found.n_families} families: no model below {FEWEST_OF_MODEL} "
            f"languages and {_FEWEST_FAMILIES} families."
        )
        return replace(found, warnings=(*found.warnings, why))
    columns = _columns(at, features)
    if not columns:
        why = "No feature varies and is known of half of the languages: no model."
        return replace(found, warnings=(*found.warnings, why))
    x = np.column_stack([values for _, values in columns.values()])
    names, owners = list(columns), [owner for owner, _ in columns.values()]
    predicted, mean = left_out_predictions(x[at], y, families)
    gains = (y - mean) ** 2 - (y - predicted) ** 2
    skill = float(gains.sum() / ((y - mean) ** 2).sum())
    alone, alone_mean = left_out_predictions(x[at], y, range(len(y)))
    fit, penalty = ridge_fit(x[at], y, families)
    effects = []
    for one in found.features:
        mine = [k for k, owner in enumerate(owners) if owner == one.feature]
        if not mine:
            note = "the model's left-out groups" if one.feature == "family" else "not in the model"
            effects.append(replace(one, note=one.note or note))
            continue
        rest = [k for k in range(len(names)) if k not in mine]
        without = 0.0
        if rest:
            guess, _ = left_out_predictions(x[at][:, rest], y, families)
            without = 1 - float(((y - guess) ** 2).sum() / ((y - mean) ** 2).sum())
        weight = float(fit[1 + mine[0]]) if one.measure == "spearman" else None
        effects.append(replace(one, weight=weight, unique=skill - without))
    made = replace(
        found, features=tuple(effects), model_features=tuple(names), penalty=penalty, skill=skill,
        skill_p=family_gain_p_value(gains, families, seed=seed),
        residuals=_residuals(y, predicted, at, features),
        error_language=_rms(y - alone), mean_error_language=_rms(y - alone_mean),
        error_family=_rms(y - predicted), mean_error_family=_rms(y - mean),
    )  # fmt: skip
    made = replace(made, predictions=_predictions(made, x, at, fit, families, features))
    if made.is_explained:
        return made
    why = (
        "The features do not predict languages of unseen families better than the mean does: what "
        "is above or below their prediction says little."
    )
    return replace(made, warnings=(*made.warnings, why))


def _columns(at: Array, features: LanguageFeatures) -> dict[str, tuple[str, Array]]:
    """Columns of the model over all languages: name to its feature and values, gaps filled."""
    columns: dict[str, tuple[str, Array]] = {}
    for name, values in features.numbers.items():
        own = values[at]
        known = ~np.isnan(own)
        if 2 * known.sum() >= len(at) and np.ptp(own[known]) > 0:
            columns[name] = name, np.where(np.isnan(values), own[known].mean(), values)
    for name, labels in features.categories.items():
        own_labels = [labels[i] for i in at]
        for label in dict.fromkeys(own_labels):
            n = own_labels.count(label)
            if label and _FEWEST_OF_SCRIPT <= n < len(at):
                column = np.array([float(one == label) for one in labels])
                columns[f"{name} {label}"] = name, column
    return columns


def _residuals(
    y: Array, predicted: Array, at: Array, features: LanguageFeatures
) -> tuple[LanguageResidual, ...]:
    from scipy.special import stdtr

    off = studentized(y - predicted)
    p_values = holm(stdtr(len(y) - 1, off))
    rows = [
        LanguageResidual(
            language=features.languages[i], family=features.families[i], score=float(y[k]),
            predicted=float(predicted[k]), studentized=float(off[k]), p_holm=float(p_values[k]),
            is_below=bool(p_values[k] <= LEVEL),
        )
        for k, i in enumerate(at)
    ]  # fmt: skip
    return tuple(sorted(rows, key=lambda one: one.studentized))


def _predictions(
    made: Explanation,
    x: Array,
    at: Array,
    fit: Array,
    families: Sequence[str],
    features: LanguageFeatures,
) -> tuple[ScorePrediction, ...]:
    centre, scale = x[at].mean(axis=0), x[at].std(axis=0)
    used = {name for name in features.numbers if name in made.model_features}
    known, found = set(made.scores), []
    for i, code in enumerate(features.languages):
        if code in known:
            continue
        by = "language" if features.families[i] in families else "family"
        error = made.error_language if by == "language" else made.error_family
        value = float(fit[0] + ((x[i] - centre) / scale) @ fit[1:])
        half = t_quantile(1 - LEVEL, len(at) - 1) * float(error or 0.0)
        method = f"Student's t, error in one {by} left out"
        low, high = (min(1.0, max(0.0, value + side * half)) for side in (-1, 1))
        missing = [name for name in used if np.isnan(features.numbers[name][i])]
        found.append(
            ScorePrediction(
                language=code, predicted=min(1.0, max(0.0, value)),
                interval=Interval(low, high, 1 - LEVEL, method), by=by,
                missing=tuple(sorted(missing)),
            )
        )  # fmt: skip
    return tuple(found)


def _rms(values: Array) -> float:
    return float(np.sqrt((values * values).mean()))
