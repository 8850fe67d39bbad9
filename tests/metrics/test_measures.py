"""Every claim of every measure is put to the test."""

import numpy as np
import pytest

from lingap.metrics import MEASURES

RNG = np.random.default_rng(7)
ROTATION, _ = np.linalg.qr(RNG.normal(size=(6, 6)))
ORDER = RNG.permutation(40)


def parallel():
    meaning = RNG.normal(size=(40, 3))
    return tuple(meaning @ RNG.normal(size=(3, 6)) + RNG.normal(size=(40, 6)) for _ in "xy")


def texts():
    return tuple(
        [list(RNG.choice(list(letters), size=15)) for _ in range(40)]
        for letters in ("abcdef", "cdefgh")
    )


INPUTS = {
    "scores": lambda: (0.9, 0.6),
    "parallel_vectors": parallel,
    "clouds": lambda: (RNG.normal(size=(40, 6)), RNG.normal(size=(40, 6)) + 0.5),
    "sentences_of_units": texts,
}
CHANGES = {
    "rotation": lambda x: x @ ROTATION,
    "isotropic_scaling": lambda x: x * 3.7,
    "translation": lambda x: x + 11.0,
    "row_order": lambda x: [x[i] for i in ORDER] if isinstance(x, list) else x[ORDER],
}
ALL = [MEASURES[name] for name in MEASURES]
BOUNDS = (float("-inf"), float("inf"))


def of(measures):
    return pytest.mark.parametrize("measure", measures, ids=lambda m: m.name)


@of(ALL)
def test_bounds(measure):
    low, high = (b if b is not None else end for b, end in zip(measure.bounds, BOUNDS, strict=True))
    for _ in range(5):
        value = measure.fn(*INPUTS[measure.takes]())
        assert isinstance(value, float)
        assert low <= value <= high
    assert low > BOUNDS[0]  # all of them have a least value


@of([m for m in ALL if m.symmetric])
def test_symmetry(measure):
    x, y = INPUTS[measure.takes]()
    assert measure.fn(y, x) == pytest.approx(measure.fn(x, y), rel=1e-6)


@of([m for m in ALL if m.identity is not None])
def test_identity(measure):
    x, y = INPUTS[measure.takes]()
    assert measure.fn(x, x) == pytest.approx(measure.identity, abs=1e-6)
    assert measure.fn(x, y) != pytest.approx(measure.identity, abs=1e-3)


@of([m for m in ALL if not m.symmetric])
def test_an_asymmetric_measure_is_asymmetric(measure):
    rng = np.random.default_rng(0)
    found = [measure.fn(*rng.normal(size=(2, 12, 3))) for _ in range(20)]
    rng = np.random.default_rng(0)
    turned = [measure.fn(*rng.normal(size=(2, 12, 3))[::-1]) for _ in range(20)]
    assert found != turned


@pytest.mark.parametrize(
    ("measure", "change"),
    [(m, c) for m in ALL for c in m.invariant_to],
    ids=lambda v: getattr(v, "name", v),
)
def test_one_side_may_change(measure, change):
    x, y = INPUTS[measure.takes]()
    assert measure.fn(x, CHANGES[change](y)) == pytest.approx(measure.fn(x, y), rel=1e-6)


@pytest.mark.parametrize(
    ("measure", "change"),
    [(m, c) for m in ALL for c in m.jointly_invariant_to],
    ids=lambda v: getattr(v, "name", v),
)
def test_both_sides_may_change(measure, change):
    x, y = INPUTS[measure.takes]()
    both = CHANGES[change](x), CHANGES[change](y)
    assert measure.fn(*both) == pytest.approx(measure.fn(x, y), rel=1e-6)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("cka", "row_order"),
        ("retrieval_accuracy", "rotation"),
        ("sinkhorn_distance", "translation"),
    ],
)
def test_what_is_not_claimed_matters(name, change):
    """A change that a measure does not claim to ignore moves it, so the tests above can fail."""
    measure = MEASURES[name]
    x = RNG.normal(size=(40, 6))
    y = x + 0.3 * RNG.normal(size=(40, 6))
    assert measure.fn(x, CHANGES[change](y)) != pytest.approx(measure.fn(x, y), rel=0.01)


def test_better_means_closer():
    """Every measure prefers a language to a noisier copy of it."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, 6))
    near, far = x + 0.1 * rng.normal(size=x.shape), x + 2 + 2 * rng.normal(size=x.shape)
    a, b = texts()
    cases = {
        "scores": (0.9, 0.89, 0.5),
        "parallel_vectors": (x, near, far),
        "clouds": (x, near, far),
        "sentences_of_units": (a, a, b),
    }
    for measure in ALL:
        one, close, distant = cases[measure.takes]
        gain = measure.fn(one, close) - measure.fn(one, distant)
        assert gain > 0 if measure.better == "higher" else gain < 0, measure.name
