"""H-divergence of known distributions, and the bound by hand."""

import math

import numpy as np
import pytest
import scipy.stats

from lingap.errors import MetricError
from lingap.metrics import (
    h_divergence,
    hdh_divergence,
    ngram_divergence,
    performance_gap_bound,
)

pytest.importorskip("sklearn")

WIDER = np.sqrt(5 / 4)  # of five folds: other rows would train other classifiers


@pytest.mark.parametrize("family", ["linear", "mlp", "product"])
def test_equal_distributions_cannot_be_told_apart(family, rng):
    n = 150 if family == "mlp" else 400  # that one takes its time
    x, y = rng.normal(size=(2, n, 5))
    found = h_divergence(x, y, family=family)
    assert found.estimate < 0.25
    assert found.interval.low < 0.1
    assert (found.family, found.n, found.n_folds) == (family, n, 5)


def test_shifted_gaussians_by_the_formula(rng):
    """Two unit Gaussians 2 apart: the best error is Phi(-1), so the divergence is 2(1 - 2 Phi)."""
    x, y = rng.normal(size=(2, 4000, 3))
    y[:, 0] += 2
    expected = 2 * (1 - 2 * 0.15866)
    found = h_divergence(x, y)
    assert found.estimate == pytest.approx(expected, abs=0.05)
    assert found.interval.low <= expected <= found.interval.high
    assert float(found) == found.estimate


def test_clouds_far_apart_are_2(rng):
    x, y = rng.normal(size=(2, 100, 3))
    found = h_divergence(x, y + 100)
    assert found.estimate == found.interval.high == 2.0
    # No error among 100 sentences: the error may still be e where (1 - e)^100 is 0.025.
    assert found.interval.low == pytest.approx(2 * (1 - 2 * (1 - 0.025**0.01)))
    assert found.interval.method.endswith("widened to what no error among 100 allows")


def test_products_see_what_lines_do_not(rng):
    """Rings round one centre: no line parts them, a quadratic does."""
    angle = rng.uniform(0, 2 * np.pi, size=(2, 600))
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    x, y = ring[0], 3 * ring[1]
    assert h_divergence(x, y).estimate < 0.3
    assert hdh_divergence(x, y).estimate > 1.9
    assert h_divergence(x, y, family="mlp").estimate > 1.5


def test_sides_of_unlike_size(rng):
    found = h_divergence(rng.normal(size=(300, 2)), rng.normal([3, 0], size=(90, 2)))
    assert found.n == 90
    assert found.interval.low <= found.estimate <= found.interval.high
    assert found.estimate > 1.5


@pytest.mark.parametrize("sizes", [(1900, 100), (300, 200), (100, 1900)])
@pytest.mark.parametrize("family", ["linear", "product"])
def test_the_larger_side_is_not_favoured(sizes, family, rng):
    """Two unit Gaussians 1 apart: the best error is Phi(-1/2) on both sides, whatever their sizes."""
    expected = 2 * (1 - 2 * 0.308538)
    found = []
    for k in range(8):
        x, y = (rng.normal(size=(n, 2)) for n in sizes)
        y[:, 0] += 1
        found.append(h_divergence(x, y, family=family, seed=k))
    assert np.mean([one.estimate for one in found]) == pytest.approx(expected, abs=0.12)
    held = [one.interval.low <= expected <= one.interval.high for one in found]
    assert sum(held) >= 6


def test_a_network_does_not_answer_with_the_larger_side(rng):
    x, y = rng.normal(size=(400, 1)), rng.normal(1.5, size=(40, 1))
    assert h_divergence(x, y, family="mlp").estimate > 0.6  # 1.09 at best


def test_the_side_with_more_text_is_not_favoured(rng):
    """Sentences of one unit that says its language 3 times of 4: error 1/4, divergence 1."""

    def text(n, often):
        return [("a",) if rng.random() < often else ("b",) for _ in range(n)]

    found = ngram_divergence(text(1900, 0.75), text(100, 0.25))
    assert found.error == pytest.approx(0.25, abs=0.07)
    assert found.interval.low <= 1.0 <= found.interval.high
    # An n-gram that the short text happens to lack says little about its language.
    rare = [("a", *rng.choice(list("cdefghijklmnopqrstuvwxyz"), size=3)) for _ in range(1940)]
    assert ngram_divergence(rare[:1900], rare[1900:]).interval.low < 0.2


def test_the_interval_of_unlike_sides_has_the_binomials_width(rng):
    """Two unit Gaussians 2 apart: each side errs at 0.159, and the small one is the less certain."""
    x, y = rng.normal(size=(4000, 2)), rng.normal([2, 0], size=(1000, 2))
    found = h_divergence(x, y)
    error = 0.15866
    spread = np.sqrt(error * (1 - error) * (1 / 4000 + 1 / 1000)) / 2
    width = found.interval.high - found.interval.low
    assert width == pytest.approx(4 * 2 * 1.96 * spread * WIDER, rel=0.25)


@pytest.mark.parametrize("sizes", [(30, 30), (40, 30), (400, 20)])
def test_the_interval_holds_the_mean_and_the_best_for_few_or_unlike_sentences(sizes):
    """Two unit Gaussians 1 apart in 3 dimensions; as wide as the bootstrap, some held 0.86."""
    best, found = 2 * (1 - 2 * 0.308538), []
    for k in range(60):
        rng = np.random.default_rng(k)
        x, y = (rng.normal(size=(n, 3)) for n in sizes)
        y[:, 0] += 1
        found.append(h_divergence(x, y, seed=k))
    for truth in (best, np.mean([one.estimate for one in found])):
        held = [one.interval.low <= truth <= one.interval.high for one in found]
        assert np.mean(held) >= 0.9


def test_the_interval_is_the_bootstrap_it_says_it_is(rng):
    """Sides of unlike size: rows of each side drawn with replacement, done here row by row."""
    x, y = rng.normal(size=(500, 2)), rng.normal([1.5, 0], size=(200, 2))
    found = h_divergence(x, y, n_resamples=20_000)
    assert (
        found.interval.method
        == "bootstrap over the held-out sentences of each side, widened for training"
    )
    same = h_divergence(x[:200], y)
    assert same.interval.method == "bootstrap over held-out sentences, widened for training"
    wrong = {}

    def spy(rows, labels):
        judge = linear(rows, labels)

        def judged(test):
            wrong.setdefault("labels", []).append(judge(test))
            return wrong["labels"][-1]

        return judged

    from lingap.metrics import domain

    linear = domain._linear
    folds = np.random.default_rng(0)
    fold = np.concatenate([folds.permutation(np.arange(n) % 5) for n in (500, 200)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(domain, "_linear", spy)
        h_divergence(x, y)
    judged = np.empty(700)
    for k, labels in enumerate(wrong["labels"]):
        judged[fold == k] = labels
    sides = (judged[:500] != 0), (judged[500:] != 1)
    assert found.error == pytest.approx(np.mean([s.mean() for s in sides]))
    draws = np.mean(
        [s[rng.integers(len(s), size=(20_000, len(s)))].mean(axis=1) for s in sides], axis=0
    )
    few = scipy.stats.t.ppf(0.975, 199) / scipy.stats.norm.ppf(0.975) * np.sqrt(200 / 199)
    ends = found.error + few * WIDER * (np.quantile(draws, [0.975, 0.025]) - found.error)
    low, high = 2 * (1 - 2 * ends)
    assert found.interval.low == pytest.approx(low, abs=0.01)
    assert found.interval.high == pytest.approx(high, abs=0.01)


def test_ngrams_tell_spellings_apart(rng):
    def text(units, n=80):
        return [tuple(rng.choice(list(units), size=20)) for _ in range(n)]

    assert ngram_divergence(text("abcd"), text("abcd")).estimate < 0.6
    assert ngram_divergence(text("abcd"), text("wxyz")).estimate == 2.0
    with pytest.raises(MetricError, match="got 5 folds for 3 and 4 rows"):
        ngram_divergence(text("ab", 3), text("ab", 4))


def test_the_bound_by_hand():
    expected = 0.5 * 0.8 + 2 * math.sqrt((10 * math.log(2000) + math.log(40)) / 1000)
    assert performance_gap_bound(0.8, n=1000, dimension=10, delta=0.05) == pytest.approx(expected)


@pytest.mark.parametrize(
    "change", [{"divergence": 2.1}, {"n": 0}, {"dimension": 0}, {"delta": 0}, {"delta": 1}]
)
def test_the_bound_refuses(change):
    arguments = {"divergence": 0.5, "n": 100, "dimension": 5, "delta": 0.05} | change
    with pytest.raises(MetricError, match="Expected"):
        performance_gap_bound(arguments.pop("divergence"), **arguments)


def test_bad_samples(rng):
    x = rng.normal(size=(20, 3))
    with pytest.raises(MetricError, match="one space"):
        h_divergence(x, x[:, :2])
    with pytest.raises(MetricError, match="folds"):
        h_divergence(x[:3], x[:3])
    with pytest.raises(MetricError, match="'forest'"):
        h_divergence(x, x, family="forest")
