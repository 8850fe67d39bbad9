"""Classification, bootstrap, retrieval, anisotropy, paired tests, Holm."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap import metrics
from lingap.errors import MetricError
from lingap.metrics.bootstrap import resampled_counts, resampled_sums

label = st.sampled_from("abcd")
labels = st.lists(st.tuples(label, label), min_size=1, max_size=40)


@given(labels)
def test_f1_and_accuracy_equal_scikit_learn(rows):
    sk = pytest.importorskip("sklearn.metrics")
    gold, said = zip(*rows, strict=True)
    assert metrics.accuracy(gold, said) == pytest.approx(sk.accuracy_score(gold, said))
    kinds = sorted(set(gold) | set(said))
    for average, ours in (("micro", metrics.micro_f1), ("macro", metrics.macro_f1)):
        theirs = sk.f1_score(gold, said, labels=kinds, average=average, zero_division=0)
        assert ours(gold, said) == pytest.approx(theirs)
    kept = [k for k in kinds if k != "a"]
    if kept:
        theirs = sk.f1_score(gold, said, labels=kept, average="micro", zero_division=0)
        assert metrics.micro_f1(gold, said, ignore=["a"]) == pytest.approx(theirs)


def test_where_every_label_is_ignored_f1_is_0():
    assert metrics.micro_f1(["a", "a"], ["a", "a"], ignore=["a"]) == 0.0


def test_labels_that_do_not_pair():
    with pytest.raises(MetricError, match="2 gold but 1"):
        metrics.accuracy(["a", "b"], ["a"])
    with pytest.raises(MetricError, match="empty"):
        metrics.macro_f1([], [])


def test_the_bootstrap_of_a_mean_has_the_known_width(rng):
    values = rng.normal(size=400)
    found = metrics.bootstrap_interval(values, n_resamples=4000)
    half = 1.96 * values.std() / 20
    assert found.low == pytest.approx(values.mean() - half, abs=0.015)
    assert found.high == pytest.approx(values.mean() + half, abs=0.015)


def test_the_bootstrap_of_f1_counts_sentences(rng):
    counts = rng.integers(0, 4, size=(300, 3))
    found = metrics.bootstrap_interval(counts, metrics.f1_of_sums)
    here = metrics.f1_of_sums(counts.sum(axis=0, keepdims=True))[0]
    assert found.low < here < found.high
    again = metrics.bootstrap_interval(counts, metrics.f1_of_sums)
    assert found == again


def test_kinds_of_sentences_are_the_same_bootstrap_as_sentences(rng):
    counts = rng.integers(3, size=(80, 3))
    spread = [
        metrics.f1_of_sums(draw(counts, n_resamples=20_000, seed=1)).std()
        for draw in (resampled_counts, resampled_sums)
    ]
    assert spread[0] == pytest.approx(spread[1], rel=0.03)
    one_kind = resampled_counts(np.full((7, 3), 2), n_resamples=100, seed=0)
    assert (one_kind == 14).all()


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_softmax_equals_scipy_and_does_not_overflow(rng, dtype):
    special = pytest.importorskip("scipy.special")
    logits = (rng.normal(size=(30, 4)) * 300).astype(dtype)
    found = metrics.softmax(logits)
    np.testing.assert_allclose(found, special.softmax(logits.astype(float), axis=1), atol=1e-15)
    assert found.dtype == np.float64
    with pytest.raises(MetricError, match=r"eng: row 1 .*NaN"):
        metrics.softmax([[0.0, 1.0], [np.nan, 1.0]], "eng")
    with pytest.raises(MetricError, match="two axes"):
        metrics.softmax([0.0, 1.0])


def test_the_bootstrap_refuses():
    with pytest.raises(MetricError, match="at least 100"):
        metrics.bootstrap_interval([1.0], n_resamples=10)
    with pytest.raises(MetricError, match="NaN"):
        metrics.bootstrap_interval([1.0, float("nan")])
    with pytest.raises(MetricError, match="statistic"):
        metrics.bootstrap_interval([[1, 2], [3, 4]])
    with pytest.raises(MetricError, match="undefined"):
        metrics.bootstrap_interval([[0, 1], [1, 0]], lambda s: np.where(s[:, 0] > 0, 1, np.nan))


def test_retrieval_finds_translations_and_not_in_a_collapsed_space(rng):
    x = rng.normal(size=(50, 8))
    assert metrics.retrieval_accuracy(x, 3 * x + 0.01 * rng.normal(size=x.shape)) == 1.0
    assert metrics.retrieval_accuracy(x, x[::-1]) < 0.1
    assert metrics.retrieval_accuracy(np.ones((50, 8)), np.ones((50, 8))) == pytest.approx(0.02)
    # A large common offset hides what is there until both sides are centred.
    y = x + 0.5 * rng.normal(size=x.shape)
    offset = 1000 * np.ones(8)
    assert metrics.retrieval_accuracy(x + offset, y - offset, centre=True) > 0.8
    assert metrics.retrieval_accuracy(x + offset, y - offset) < 0.5


def test_retrieval_in_blocks_equals_all_at_once(rng, monkeypatch):
    from lingap.metrics import retrieval

    x, y = rng.normal(size=(2, 50, 3))
    whole = metrics.alignment(x, y)
    monkeypatch.setattr(retrieval, "_BLOCK_ROWS", 7)
    parts = metrics.alignment(x, y)
    assert parts.there.tolist() == whole.there.tolist()
    assert parts.back.tolist() == whole.back.tolist()
    assert parts.mutual.tolist() == whole.mutual.tolist()


@given(st.integers(2, 12), st.integers(1, 3), st.integers(0, 99))
def test_alignment_is_what_its_definition_counts(n, d, seed):
    """One pair at a time; whole numbers make many ties."""
    rng = np.random.default_rng(seed)
    x, y = rng.integers(1, 4, size=(2, n, d)).astype(float)
    x[:, 0] *= rng.choice([-1, 1], size=n)
    u, v = (z / np.linalg.norm(z, axis=1, keepdims=True) for z in (x, y))
    cosines = np.round(u @ v.T, 10)
    found = metrics.alignment(x, y)
    for side, table in ((found.there, cosines), (found.back, cosines.T)):
        for i, row in enumerate(table):
            ties = (row == row[i]).sum()
            assert side[i] == ((1 / ties) if row[i] == row.max() else 0)
    pairs = [
        c > max(np.delete(cosines[i], i).max(), np.delete(cosines[:, i], i).max())
        for i, c in enumerate(np.diag(cosines))
    ]
    assert found.mutual.tolist() == pairs
    assert metrics.mexa(x, y) == np.mean(pairs)


def test_a_collapsed_space_has_cka_1_and_anisotropy_near_1(rng):
    """What the checks are for: CKA alone takes a collapsed space for a perfect one."""
    x = 100 + rng.normal(size=(80, 1)) @ np.ones((1, 6))
    y = 100 + x[:, :1] @ np.ones((1, 6))
    assert metrics.linear_cka(x, y) == pytest.approx(1.0)
    assert metrics.anisotropy(x) > 0.99
    assert metrics.retrieval_accuracy(x, y) < 0.1
    assert metrics.participation_ratio(x) == pytest.approx(1.0)


@given(st.integers(2, 20), st.integers(1, 6), st.integers(0, 99))
def test_anisotropy_is_the_mean_cosine(n, d, seed):
    x = np.random.default_rng(seed).normal(size=(n, d))
    u = x / np.linalg.norm(x, axis=1, keepdims=True)
    cosines = (u @ u.T)[np.triu_indices(n, 1)]
    assert metrics.anisotropy(x) == pytest.approx(cosines.mean(), abs=1e-9)


def test_two_rows_have_a_direction():
    rows = [[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]]
    assert metrics.anisotropy(rows) == pytest.approx(0.6)
    assert metrics.participation_ratio(rows) == pytest.approx(1.0)
    with pytest.raises(MetricError, match="at least 2 rows"):
        metrics.participation_ratio(rows[:1])


def test_directions_need_a_direction():
    with pytest.raises(MetricError, match="row 1 .*zeros"):
        metrics.anisotropy([[1.0, 0.0], [0.0, 0.0]])
    with pytest.raises(MetricError, match="one space"):
        metrics.retrieval_accuracy(np.eye(3), np.eye(3)[:, :2])
    with pytest.raises(MetricError, match="one row"):
        metrics.mexa([[1.0]], [[1.0]])


def systems(rng, n_seeds, spread):
    """Scores (4 languages, n_seeds) whose means fall by `spread` from language to language."""
    return (0.9 - spread * np.arange(4))[:, None] + 0.003 * rng.normal(size=(4, n_seeds))


@pytest.mark.parametrize("n_seeds", [8, 20])
def test_a_smaller_gap_is_found(rng, n_seeds):
    a, b = systems(rng, n_seeds, 0.02), systems(rng, n_seeds, 0.05)
    found = metrics.compare_over_seeds(a, b)
    assert found.difference == pytest.approx(
        metrics.mean_rpd(a.mean(axis=1)) - metrics.mean_rpd(b.mean(axis=1))
    )
    assert found.p_value <= 0.01
    assert found.p_smaller <= found.p_value
    assert found.interval.high < 0
    turned = metrics.compare_over_seeds(b, a)
    assert turned.difference == -found.difference
    assert turned.p_smaller > 0.9


def test_all_exchanges_of_few_seeds_by_hand(rng):
    a, b = systems(rng, 2, 0.02), systems(rng, 2, 0.05)
    found = metrics.compare_over_seeds(a, b, gap="std")
    # Of four exchanges, none and both give the observed difference up to its sign.
    assert found.p_value == 0.5
    assert found.smallest_p == 0.5
    assert found.n_units == 2


def test_no_difference_is_rarely_called_one():
    rng = np.random.default_rng(0)
    p = [
        metrics.compare_over_seeds(systems(rng, 6, 0.03), systems(rng, 6, 0.03)).p_value
        for _ in range(200)
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.09


def test_sentences_that_change_systems(rng):
    def counts(rate, n=300):
        right = rng.random(n) < rate
        return np.stack([right, np.ones(n)], axis=1).astype(float)

    def accuracy(sums):
        return sums[:, 0] / sums[:, 1]

    even = {k: counts(0.8) for k in ("eng", "swa", "urd")}
    uneven = {"eng": counts(0.95), "swa": counts(0.6), "urd": counts(0.5)}
    found = metrics.compare_over_sentences(even, uneven, accuracy)
    assert found.difference < 0
    assert found.p_value < 0.01
    assert found.interval.high < 0
    assert found.n_units == 900
    same = metrics.compare_over_sentences(even, even, accuracy)
    assert same.difference == 0
    assert same.p_value == 1
    with pytest.raises(MetricError, match="Expected the same 2 or more languages; got"):
        metrics.compare_over_sentences(even, {"eng": even["eng"]}, accuracy)


def test_paired_tests_refuse(rng):
    a = systems(rng, 3, 0.02)
    with pytest.raises(MetricError, match="paired"):
        metrics.compare_over_seeds(a, a[:, :2])
    with pytest.raises(MetricError, match="One seed"):
        metrics.compare_over_seeds(a[:, :1], a[:, :1])
    with pytest.raises(MetricError, match="negative"):
        metrics.compare_over_seeds(a, -a)
    with pytest.raises(MetricError, match="'range'"):
        metrics.compare_over_seeds(a, a, gap="range")
    with pytest.raises(MetricError, match="undefined"):
        metrics.compare_over_seeds(np.zeros((2, 3)), a[:2])


def test_holm_by_hand_and_in_any_order():
    assert metrics.holm([0.01, 0.04, 0.03, 0.005]).tolist() == pytest.approx(
        [0.03, 0.06, 0.06, 0.02]
    )
    assert metrics.holm([0.9, 0.8]).tolist() == [1.0, 1.0]
    with pytest.raises(MetricError, match=r"\[0, 1\]"):
        metrics.holm([1.2])
