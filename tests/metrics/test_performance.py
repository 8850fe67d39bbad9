"""RPD, mean RPD and Std against the paper's printed numbers and hand counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap import metrics
from lingap.errors import MetricError
from lingap.metrics.score_tables import mean_rpds, stds
from lingap.metrics.student import t_quantile

TABLE_1 = {
    "ner character": (
        [87.13, 91.27, 91.80, 92.26, 93.14, 93.88, 84.11, 92.92, 90.45, 87.68], 4.02, 0.0316,
    ),
    "ner phoneme": (
        [83.61, 89.42, 89.60, 90.56, 91.89, 92.76, 87.19, 92.35, 89.23, 88.23], 3.52, 0.0259,
    ),
    "pos character": (
        [96.62, 95.54, 87.91, 96.06, 74.57, 85.79, 86.71, 90.49, 91.78, 96.81], 8.77, 0.0692,
    ),
    "pos phoneme": (
        [95.94, 96.35, 86.69, 96.37, 85.87, 91.32, 85.82, 91.11, 93.76, 96.94], 5.80, 0.0455,
    ),
}  # fmt: skip
score = st.floats(0.001, 1000)


@pytest.mark.parametrize("row", TABLE_1)
def test_table_1(row):
    scores, rpd, std = TABLE_1[row]
    if row == "ner phoneme":
        # Its RPD was printed from unrounded scores, its Std with n in place of n - 1.
        assert round(metrics.mean_rpd(scores), 2) == 3.53
        assert metrics.mean_rpd(scores) == pytest.approx(rpd, abs=0.011)
        assert round(metrics.score_std(scores) / 100, 4) == 0.0273
        assert round(float(np.std(scores)) / 100, 4) == std
    else:
        assert round(metrics.mean_rpd(scores), 2) == rpd
        assert round(metrics.score_std(scores) / 100, 4) == std


@pytest.mark.parametrize(
    ("eng", "other", "relative", "absolute"),
    [
        (80.80, 62.93, 24.87, 17.87), (80.80, 61.57, 27.01, 19.23),
        (75.02, 59.72, 22.71, 15.30), (75.02, 56.55, 28.08, 18.47),
        (71.89, 60.88, 16.59, 11.01), (71.89, 56.10, 24.67, 15.79),
    ],
)  # fmt: skip
def test_table_2(eng, other, relative, absolute):
    assert round(metrics.relative_percentage_difference(eng, other), 2) == relative
    assert round(metrics.absolute_gap(eng, other), 2) == absolute


@given(a=score, b=score, scale=st.floats(1e-3, 1e3))
def test_bounds_symmetry_scale_identity(a, b, scale):
    rpd = metrics.relative_percentage_difference
    assert 0 <= rpd(a, b) <= 200
    assert rpd(a, b) == rpd(b, a)
    assert rpd(a * scale, b * scale) == pytest.approx(rpd(a, b), abs=1e-9)
    assert rpd(a, a) == 0


@given(st.lists(score, min_size=2, max_size=8))
def test_many_at_once_equal_one_by_one(scores):
    table = np.array([scores, scores[::-1]])
    assert mean_rpds(table) == pytest.approx([metrics.mean_rpd(s) for s in table])
    assert stds(table) == pytest.approx([np.std(s, ddof=1) for s in table])


def test_arrays_of_any_kind():
    torch = pytest.importorskip("torch")
    values = torch.tensor([0.9, 0.6, 0.9], dtype=torch.float64)
    assert metrics.mean_rpd(values) == pytest.approx(80 / 3)
    assert metrics.relative_percentage_difference(0.9, values)[1] == pytest.approx(40)
    assert metrics.rpd_matrix({"a": 0.0, "b": 1.0}).tolist() == [[0, 200], [200, 0]]


@pytest.mark.parametrize(
    ("scores", "match"),
    [
        ({"eng": 0.9, "swa": -0.1}, "'swa' is -0.1"),
        ({"eng": 0.9, "swa": float("nan")}, "'swa' is nan"),
        ([0.5, float("inf")], "'1' is inf"),
        ([0.5], "at least 2"),
        ([], "at least 2"),
        ([[0.5, 0.6]], "shape"),
        (["a", "b"], "real numbers"),
        ([0.0, 0.0], "undefined"),
    ],
)
def test_bad_scores(scores, match):
    with pytest.raises(MetricError, match=match):
        metrics.mean_rpd(scores)


def test_undefined_pairs():
    with pytest.raises(MetricError, match="undefined"):
        metrics.relative_percentage_difference(0, 0)
    with pytest.raises(MetricError, match="pair up"):
        metrics.relative_percentage_difference([1, 2, 3], [1, 2])


@pytest.mark.parametrize("df", [1, 2, 3, 4, 5, 14, 29, 200])
@pytest.mark.parametrize("level", [0.5, 0.95, 0.999])
def test_student_equals_scipy(level, df):
    stats = pytest.importorskip("scipy.stats")
    assert t_quantile(level, df) == pytest.approx(stats.t.ppf((1 + level) / 2, df), rel=1e-9)


def test_intervals_over_few_seeds_hold_the_true_gap():
    """About 95 in 100 intervals of the mean RPD hold it, also for 3 seeds; percentiles do not."""
    from lingap.gap import performance_gaps
    from lingap.records import Score

    rng = np.random.default_rng(0)
    truth = np.array([0.80, 0.75, 0.70, 0.78, 0.66, 0.72])
    gap, inside = metrics.mean_rpd(truth), 0
    for _ in range(200):
        table = truth[:, None] + 0.02 * rng.normal(size=(6, 3))
        [found] = performance_gaps(
            Score("s", "t", f"l{i}", "m", float(table[i, k]), k) for i in range(6) for k in range(3)
        )
        interval = found.mean_rpd_interval
        inside += interval.low <= gap <= interval.high
    assert 0.90 <= inside / 200 <= 0.99
