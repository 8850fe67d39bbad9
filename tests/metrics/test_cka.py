"""CKA equals independent implementations and the definition; its floor is what shuffling gives."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lingap.errors import MetricError
from lingap.metrics import (
    cka_floor,
    cka_of_moments,
    gram_moments,
    jackknife_cka,
    linear_cka,
    pairwise_cka,
    pairwise_floor,
    participation_ratio,
)
from lingap.metrics.streaming_cka import StreamingCka

ESTIMATORS = ("biased", "debiased")


def by_definition(x, y, estimator):
    """Gram matrices, centred (biased) or without diagonal (Song et al. 2012, equation 5)."""
    n = len(x)

    def hsic(k, m):
        if estimator == "biased":
            h = np.eye(n) - 1 / n
            return np.trace(k @ h @ m @ h)
        k, m = (g - np.diag(np.diag(g)) for g in (k, m))
        one = np.ones(n)
        return (
            np.trace(k @ m)
            + (one @ k @ one) * (one @ m @ one) / ((n - 1) * (n - 2))
            - 2 / (n - 2) * (one @ k @ m @ one)
        )

    k, m = x @ x.T, y @ y.T
    return hsic(k, m) / np.sqrt(hsic(k, k) * hsic(m, m))


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_it_is_the_definition(pair, estimator):
    assert linear_cka(*pair, estimator=estimator) == pytest.approx(
        by_definition(*pair, estimator), rel=1e-10
    )


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_it_equals_ckatorch(pair, estimator):
    torch = pytest.importorskip("torch")
    core = pytest.importorskip("ckatorch.core")
    x, y = map(torch.tensor, pair)
    theirs = core.cka_base(x, y, kernel="linear", unbiased=estimator == "debiased").item()
    assert linear_cka(*pair, estimator=estimator) == pytest.approx(theirs, rel=1e-6)


def test_all_pairs_equal_pytorch_cka(languages):
    torch = pytest.importorskip("torch")
    peer = pytest.importorskip("cka")
    tensors = [torch.tensor(x) for x in languages.values()]
    theirs = peer.cka_from_features(tensors, tensors).numpy()
    found = pairwise_cka(languages, estimator="debiased")
    np.testing.assert_allclose(np.maximum(found, 0), theirs, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("memory", [1 << 30, 20_000])
def test_all_pairs_equal_one_by_one(languages, estimator, memory):
    found = pairwise_cka(languages, estimator=estimator, memory_bytes=memory)
    one_by_one = [
        [linear_cka(x, y, estimator=estimator) for y in languages.values()]
        for x in languages.values()
    ]
    np.testing.assert_allclose(found, one_by_one, atol=1e-12)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_many_rows_are_compared_by_columns(languages, estimator, monkeypatch):
    from lingap.metrics import all_pairs

    expected = pairwise_cka(languages, estimator=estimator)
    monkeypatch.setattr(all_pairs, "_MANY_ROWS", 1)
    monkeypatch.setattr(all_pairs, "_sweeps", None)  # not called on this way
    found = pairwise_cka(languages, estimator=estimator)
    np.testing.assert_allclose(found, expected, atol=1e-12)


@pytest.mark.parametrize("cores", [1, 3])
def test_the_number_of_cores_changes_nothing(languages, cores, monkeypatch):
    """Parts are summed in one order, whatever thread made them."""
    from lingap.metrics import all_pairs, threads

    monkeypatch.setattr(all_pairs, "_COLUMNS", 100)  # many parts, the last one short
    moments = gram_moments(languages)
    errors = jackknife_cka(languages, moments)
    monkeypatch.setattr(threads, "n_cores", lambda: cores)
    again = gram_moments(languages)
    np.testing.assert_allclose(again.hsic, moments.hsic, rtol=1e-14)
    for found, expected in zip(jackknife_cka(languages, again), errors, strict=True):
        np.testing.assert_allclose(found.pairs, expected.pairs, rtol=1e-9)


def test_threads_give_results_in_order_and_the_first_error(monkeypatch):
    from lingap.metrics import threads

    monkeypatch.setattr(threads, "n_cores", lambda: 4)
    assert list(threads.in_threads(lambda i: i * i, range(50))) == [i * i for i in range(50)]
    with pytest.raises(ZeroDivisionError):
        list(threads.in_threads(lambda i: 1 / (3 - i), range(50)))
    assert list(threads.in_threads(lambda i: i, [])) == []


def test_float32_is_near_enough(languages):
    wide = pairwise_cka(languages)
    narrow = pairwise_cka({k: v.astype(np.float32) for k, v in languages.items()})
    np.testing.assert_allclose(narrow, wide, atol=1e-5)
    half = pairwise_cka({k: v.astype(np.float16) for k, v in languages.items()})
    np.testing.assert_allclose(half, wide, atol=1e-2)


def test_an_array_and_tensors_do_as_well(languages):
    torch = pytest.importorskip("torch")
    cube = np.stack([v[:, :6] for v in languages.values()])
    expected = pairwise_cka(cube)
    np.testing.assert_allclose(pairwise_cka(torch.tensor(cube)), expected, atol=1e-12)
    tensors = {str(i): torch.tensor(x) for i, x in enumerate(cube)}
    np.testing.assert_allclose(pairwise_cka(tensors), expected, atol=1e-12)
    assert linear_cka(tensors["0"], tensors["1"]) == pytest.approx(expected[0, 1])
    brain = torch.tensor(cube[0]).bfloat16()
    assert linear_cka(brain, cube[0]) == pytest.approx(1.0, abs=1e-3)


def test_the_accelerators_path_computes_the_same(languages, monkeypatch):
    """The code that runs on an accelerator, run here on the CPU by torch."""
    torch = pytest.importorskip("torch")
    from lingap.metrics import all_pairs

    expected = pairwise_cka(languages)
    monkeypatch.setattr(all_pairs, "_namespace", lambda items: torch)
    tensors = {k: torch.tensor(v) for k, v in languages.items()}
    np.testing.assert_allclose(pairwise_cka(tensors), expected, atol=1e-12)


@pytest.mark.gpu
def test_on_a_gpu(languages):
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    tensors = {k: torch.tensor(v, device="cuda") for k, v in languages.items()}
    np.testing.assert_allclose(pairwise_cka(tensors), pairwise_cka(languages), atol=1e-10)


@settings(deadline=None, max_examples=50)
@given(
    n=st.integers(4, 12),
    d=st.integers(1, 6),
    scale=st.floats(1e-150, 1e150),
    seed=st.integers(0, 1000),
)
def test_bounds_symmetry_and_scale(n, d, scale, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(n, d)), rng.normal(size=(n, d + 1))
    value = linear_cka(x, y)
    assert 0 <= value <= 1
    assert linear_cka(y, x) == pytest.approx(value, rel=1e-9)
    assert linear_cka(x * scale, y) == pytest.approx(value, rel=1e-6)
    assert linear_cka(x, x) == pytest.approx(1.0, abs=1e-9)


def test_the_floor_of_independent_clouds_is_what_the_docs_say(rng):
    x, y = rng.normal(size=(2, 1012, 768))
    assert linear_cka(x, y) == pytest.approx(0.43, abs=0.005)
    floor = cka_floor(x, y, n_permutations=3)
    assert floor.mean == pytest.approx(0.43, abs=0.005)
    assert abs(linear_cka(x, y, estimator="debiased")) < 0.01
    falling = np.arange(1, 769) ** -0.5
    assert linear_cka(x * falling, y * falling) == pytest.approx(0.03, abs=0.01)


def test_the_exact_floor_is_the_mean_over_shuffles(pair, rng):
    x, y = pair
    shuffled = [linear_cka(x, y[rng.permutation(60)]) for _ in range(4000)]
    floor = cka_floor(x, y, n_permutations=4000, seed=1)
    assert floor.mean == pytest.approx(np.mean(shuffled), rel=0.02)
    assert floor.high == pytest.approx(np.quantile(shuffled, 0.95), rel=0.03)
    assert floor.p_value == pytest.approx(1 / 4001)
    mean, sd = pairwise_floor(gram_moments({"x": x, "y": y}))
    assert mean[0, 1] == pytest.approx(floor.mean)
    assert sd[0, 1] == pytest.approx(np.std(shuffled), rel=0.05)
    ratios = participation_ratio(x) * participation_ratio(y)
    assert mean[0, 1] == pytest.approx(np.sqrt(ratios) / 59)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_jackknife_errors_are_those_of_leaving_out(languages, estimator):
    moments = gram_moments(languages)
    errors = jackknife_cka(languages, moments)[ESTIMATORS.index(estimator)]
    left = np.array(
        [
            pairwise_cka(
                {k: np.delete(v, i, axis=0) for k, v in languages.items()}, estimator=estimator
            )
            for i in range(60)
        ]
    )
    np.testing.assert_allclose(errors.pairs, np.sqrt(59 * left.var(axis=0)), atol=1e-12)
    means = left[:, *np.triu_indices(5, 1)].mean(axis=1)
    assert errors.mean == pytest.approx(np.sqrt(59 * means.var()))


def test_jackknife_errors_are_the_spread_over_new_sentences():
    """Standard errors against 200 fresh samples from one population."""
    rng = np.random.default_rng(5)
    maps = rng.normal(size=(2, 4, 6))
    values, errors = [], []
    for _ in range(200):
        meaning = rng.normal(size=(80, 4))
        clouds = {str(i): meaning @ m + rng.normal(size=(80, 6)) for i, m in enumerate(maps)}
        moments = gram_moments(clouds)
        values.append(cka_of_moments(moments, estimator="debiased")[0, 1])
        errors.append(jackknife_cka(clouds, moments)[1].mean)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.2)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("offset", [0.0, 1e4])
def test_streaming_equals_all_at_once(pair, estimator, offset):
    x, y = pair[0] + offset, pair[1] - offset
    running = StreamingCka()
    for at in range(0, 60, 17):
        running.update(x[at : at + 17], y[at : at + 17])
    assert running.n == 60
    assert running.compute(estimator=estimator) == pytest.approx(
        linear_cka(x, y, estimator=estimator), rel=1e-6
    )


@pytest.mark.parametrize(
    ("x", "y", "match"),
    [
        (np.ones((5, 2)), np.eye(5), "x: all rows are equal"),
        (np.full((5, 2), 0.1), np.eye(5), "x: all rows are equal"),
        (np.eye(5), np.eye(4), "rows differ in number"),
        (np.ones((3, 8)), np.ones((8, 3)), "transposed"),
        (np.ones((3, 8)), np.ones((8, 5)), "transposed"),
        (np.ones((3, 8)), np.ones((5, 3)), "transposed"),
        (np.ones((3, 8)), np.ones((5, 8)), "Row i of both must be the same sentence"),
        (np.eye(5), [1, 2, 3, 4, 5], r"y must have two axes"),
        (np.eye(5), np.diag([1, 1, np.nan, 1, 1]), r"y: row 2 .*NaN"),
        (np.eye(1), np.eye(1), "needs 2 rows"),
        (np.eye(5), np.array([["a"] * 5] * 5), "real numbers"),
        (np.eye(5), [[1], [2, 3]], "rectangular"),
        (np.eye(5), np.eye(5) * 1j, "real numbers"),
    ],
)
def test_bad_input_is_named(x, y, match):
    with pytest.raises(MetricError, match=match):
        linear_cka(x, y)


def test_rows_without_common_variance_have_no_debiased_cka(pair):
    """Rows at right angles: all that varies is each row's own, which debiasing takes away."""
    x, apart = pair[0][:5], np.eye(5)
    for at, both in enumerate([(apart, x), (x, apart)]):
        with pytest.raises(MetricError, match=f"the rows of input {at} share no variance"):
            linear_cka(*both, estimator="debiased")
    assert linear_cka(x, apart) > 0  # the biased one has a value


def test_bad_tables_are_named(languages):
    with pytest.raises(MetricError, match="kor"):
        pairwise_cka({**languages, "kor": languages["kor"][:50]})
    bad = languages["kor"].copy()
    bad[3, 0] = np.inf
    with pytest.raises(MetricError, match=r"kor: row 3 .*NaN"):
        pairwise_cka({**languages, "kor": bad})
    for constant in (0.1, 0.0, 1e30):
        with pytest.raises(MetricError, match="kor: all rows are equal"):
            pairwise_cka({**languages, "kor": np.full((60, 3), constant)})
    with pytest.raises(MetricError, match="empty"):
        pairwise_cka({})
    with pytest.raises(MetricError, match="debiased CKA needs 4 rows"):
        pairwise_cka({k: v[:3] for k, v in languages.items()}, estimator="debiased")
    with pytest.raises(MetricError, match="'median'"):
        linear_cka(np.eye(5), np.eye(5), estimator="median")


def test_streaming_refuses_what_does_not_fit(pair):
    running = StreamingCka()
    with pytest.raises(MetricError, match="0 rows"):
        running.compute()
    running.update(*pair)
    with pytest.raises(MetricError, match="columns"):
        running.update(pair[0][:, :3], pair[1])
    flat = StreamingCka()
    flat.update(np.ones((5, 2)), pair[1][:5])
    with pytest.raises(MetricError, match="zero variance"):
        flat.compute()
