"""Arguments of a wrong kind, for every public function: the error names argument, expected, found."""

import inspect
import warnings

import numpy as np
import pytest

import lingap
from lingap import LingapError, metrics

RNG = np.random.default_rng(0)
ROWS = [
    {"system": name, "eng": 0.9, "kor": 0.8 + i / 50, "swa": 0.6, "seed": seed}
    for i, name in enumerate("AB")
    for seed in (0, 1)
]
X, Y = RNG.normal(size=(2, 12, 3))
P, Q = (metrics.softmax(v) for v in (X, Y))
TEXT = [["a", "b"], ["b", "c"], ["a"], ["c", "b", "a"], ["b"]]
COUNTS = {name: RNG.integers(1, 5, size=(6, 3)) for name in ("eng", "kor")}
FEW = {"n_permutations": 9, "n_resamples": 100}
REPEATS = metrics.Repeats(np.array([0.6, 0.5, 0.55]), errors=np.array([0.02, 0.01, 0.02]))
MOMENTS = metrics.gram_moments({"eng": X, "kor": Y})
GIVEN = {
    "compare_gaps": {
        "scores": ROWS, "gap": "std", "n_resamples": 100, "seed": 0, "items": {},
        "against": "A", "tell": print,
    },
    "correlate_gaps": {
        "gaps": [1.0, 2.0, 3.0, 5.0], "predictors": {"x": [1.0, 3.0, 2.0, 4.0]},
        "seeds": [0, 1, 2, 3], "languages": None, "n_permutations": 99, "n_resamples": 100,
        "seed": 0, "task": "", "system": "",
    },
    "get_language": {"code": "eng"},
    "linguistic_gap": {
        "embeddings": {"eng": X, "kor": Y}, "system": "s", "layer": "l", "corpus": "c",
        "n_permutations": 9, "seed": 0, "level": 0.95,
    },
    "load_corpus": {"name": "wikiann", "language": "eng", "split": "test", "path": None, "cache": None},
    "load_parallel": {"name": "pud", "languages": ["eng", "kor"], "split": None, "path": None},
    "load_representation": {"name": "character", "language": "eng"},
    "output_gap": {
        "outputs": {"eng": P, "kor": Q}, "system": "s", "corpus": "", "cost": "euclidean",
        "regularisation": 0.05, "exact": False, "level": 0.95,
    },
    "performance_gaps": {
        "scores": ROWS, "n_resamples": 100, "seed": 0, "level": 0.95, "tell": print,
    },
    "read_scores": {"table": ROWS, "scale": "auto", "languages": None, "ignore": ["x"]},
    "text_gap": {
        "texts": {"eng": TEXT, "kor": TEXT}, "representation": "character", "corpus": "",
        "ngram": 2, "classifier": True, "compression": None, "level": 0.95, "seed": 0,
    },
    "to_dataset": {"results": lingap.performance_gaps(ROWS)},
    "to_pandas": {"results": lingap.performance_gaps(ROWS)},
    "absolute_gap": {"source": 0.9, "target": 0.8},
    "accuracy": {"gold": ["a", "b"], "predicted": ["a", "a"]},
    "alignment": {"x": X, "y": Y},
    "anisotropy": {"x": X},
    "bootstrap_interval": {
        "rows": X[:, 0], "statistic": None, "n_resamples": 100, "level": 0.95, "seed": 0,
        "unit": "sentences",
    },
    "chance_share": {"n_labels": 4},
    "cka_floor": {"x": X, "y": Y, "n_permutations": 9, "seed": 0},
    "cka_of_moments": {"moments": MOMENTS, "estimator": "biased"},
    "compare_means": {"first": REPEATS, "second": REPEATS, "level": 0.95},
    "compare_over_seeds": {
        "first": [[0.9, 0.8], [0.5, 0.6]], "second": [[0.8, 0.8], [0.6, 0.6]], "gap": "std",
        **FEW, "level": 0.95, "seed": 0,
    },
    "compare_over_sentences": {
        "first": COUNTS, "second": COUNTS, "score": metrics.f1_of_sums, "gap": "std", **FEW,
        "level": 0.95, "seed": 0,
    },
    "compression_distance": {"x": TEXT, "y": TEXT},
    "exact_transport_cost": {"p": P, "q": Q, "cost": "euclidean"},
    "f1_of_sums": {"sums": COUNTS["eng"]},
    "gap_change": {
        "first": [0.9, 0.6], "second": [0.8, 0.7], "gap": "std",
        "errors": ([0.01, 0.02], [0.02, 0.01]), "df": (3.0, 9.0), "n_draws": 100, "level": 0.95,
        "seed": 0,
    },
    "gram_moments": {"embeddings": {"eng": X, "kor": Y}, "precision": "auto", "memory_bytes": 1 << 20},
    "h_divergence": {
        "x": X, "y": Y, "family": "linear", "n_folds": 2, "n_resamples": 100, "level": 0.95,
        "seed": 0,
    },
    "hdh_divergence": {
        "x": X, "y": Y, "n_folds": 2, "n_resamples": 100, "level": 0.95, "seed": 0,
    },
    "holm": {"p_values": [0.1, 0.2], "n_tests": 3},
    "inventory_overlap": {"x": TEXT, "y": TEXT},
    "chance_span_f1": {"learned": [["B-PER", "O"]], "gold": [["O", "B-PER"]]},
    "is_at_baseline": {"score": 0.34, "baseline": 0.3, "error": 0.01, "level": 0.95},
    "jackknife_cka": {
        "embeddings": {"eng": X, "kor": Y}, "moments": MOMENTS, "precision": "auto",
        "memory_bytes": 1 << 20,
    },
    "kendall_p_value": {"value": 0.5, "n": 5, "exact": True},
    "linear_cka": {"x": X, "y": Y, "estimator": "biased"},
    "looks_like_guessing": {"scores": [0.333, 0.335, 0.331]},
    "macro_f1": {"gold": ["a", "b"], "predicted": ["a", "a"]},
    "majority_share": {"gold": ["a", "b"]},
    "mean_rpd": {"scores": {"eng": 0.9, "kor": 0.8}},
    "mexa": {"x": X, "y": Y},
    "micro_f1": {"gold": ["a", "b"], "predicted": ["a", "a"], "ignore": ["b"]},
    "ngram_divergence": {
        "x": TEXT, "y": TEXT, "max_n": 2, "n_folds": 2, "n_resamples": 100, "level": 0.95,
        "seed": 0,
    },
    "ngram_jsd": {"x": TEXT, "y": TEXT, "n": 2},
    "pairwise_cka": {
        "embeddings": [X, Y], "estimator": "biased", "precision": "auto", "memory_bytes": 1 << 20,
    },
    "pairwise_floor": {"moments": MOMENTS},
    "pairwise_sinkhorn": {
        "clouds": {"eng": P, "kor": Q}, "kind": "distance", "regularisation": 0.1,
        "cost": "euclidean", "tolerance": 1e-6, "max_iterations": 1000,
    },
    "pairwise_transport": {
        "clouds": {"eng": P, "kor": Q}, "regularisation": 0.1, "cost": "euclidean",
        "tolerance": 1e-6, "max_iterations": 1000, "parallel": True, "bias": True, "seed": 0,
    },
    "participation_ratio": {"x": X},
    "performance_gap_bound": {"divergence": 0.5, "n": 100, "dimension": 3, "delta": 0.05},
    "rank_correlation": {
        "gap": [1.0, 2.0, 3.0, 5.0], "predictor": [1.0, 3.0, 2.0, 4.0], "blocks": [0, 1, 2, 3],
        "languages": list("abcd"), "n_permutations": 99, "n_resamples": 99, "level": 0.95,
        "seed": 0,
    },
    "relative_percentage_difference": {"first": 0.9, "second": [0.8, 0.7]},
    "retrieval_accuracy": {"x": X, "y": Y, "centre": False},
    "rpd_matrix": {"scores": [0.9, 0.8]},
    "score_interval": {"repeats": REPEATS, "level": 0.95},
    "score_std": {"scores": [0.9, 0.8]},
    **{
        name: {
            "p": P, "q": Q, "regularisation": 0.1, "cost": "euclidean", "tolerance": 1e-6,
            "max_iterations": 1000,
        }
        for name in ("sinkhorn", "sinkhorn_distance", "sinkhorn_divergence")
    },
    "softmax": {"logits": X, "name": "logits"},
    "span_f1": {"gold": [["B-PER", "O"]], "predicted": [["O", "O"]]},
    "spearman_p_value": {"value": 0.5, "n": 5},
    "token_overlap": {"x": TEXT, "y": TEXT},
}  # fmt: skip
FUNCTIONS = {
    name: thing
    for room in (lingap, metrics)
    for name in room.__all__
    if inspect.isroutine(thing := getattr(room, name))
}
WRONG = {
    "None": lambda: None,
    "a fraction": lambda: 1.5,
    "a negative number": lambda: -1,
    "no number": lambda: float("nan"),
    "infinity": lambda: float("inf"),
    "a complex number": lambda: 1j,
    "text": lambda: "x",
    "bytes": lambda: b"x",
    "an object": object,
    "a type": lambda: dict,
    "an empty list": list,
    "an empty mapping": dict,
    "a list of None": lambda: [None, None],
    "a list of objects": lambda: [object(), object()],
    "a list of numbers and text": lambda: [1, "x"],
    "a mapping to None": lambda: {"eng": None, "kor": None},
    "a mapping to numbers": lambda: {"eng": 1, "kor": 2},
    "a mapping of numbers": lambda: {1: X, 2: Y},
    "a mapping to text": lambda: {"eng": "abc", "kor": "abd"},
    "a set": lambda: {1, 2},
    "a generator": lambda: (x for x in (1, 2)),
    "a generator of text": lambda: (x for x in ("a", "b")),
    "a function": lambda: len,
    "ragged rows": lambda: [[1.0], [1.0, 2.0]],
    "an array of objects": lambda: np.array([None, "x"], dtype=object),
    "no axes": lambda: np.array(1.0),
    "three axes": lambda: np.ones((2, 2, 2)),
}


def test_every_public_function_is_tried_with_all_its_arguments():
    assert set(GIVEN) == set(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        parameters = inspect.signature(function).parameters.values()
        named = {p.name for p in parameters if p.kind is not p.VAR_KEYWORD}
        if name.startswith("sinkhorn"):
            named.discard("epsilon")
        assert set(GIVEN[name]) == named, name


@pytest.mark.parametrize(
    ("name", "argument"), [(name, argument) for name in sorted(GIVEN) for argument in GIVEN[name]]
)
def test_an_argument_of_a_wrong_kind_is_told(name, argument):
    for kind, make in WRONG.items():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", RuntimeWarning)
                FUNCTIONS[name](**GIVEN[name] | {argument: make()})
        except LingapError:
            continue
        except Exception as error:
            pytest.fail(f"{name}({argument}={kind}): {type(error).__name__}: {error}")


@pytest.mark.parametrize(
    ("name", "argument", "value", "told"),
    [
        ("text_gap", "seed", 1.5, "seed: expected a whole number from 0, got 1.5 (float)."),
        ("h_divergence", "seed", -1, "seed: expected a whole number from 0, got -1 (int)."),
        (
            "performance_gaps", "level", None,
            "level: expected a finite number between 0 and 1, got None (NoneType).",
        ),
        ("pairwise_transport", "bias", 1, "bias: expected True or False, got 1 (int)."),
        ("accuracy", "gold", None, "gold: expected a list of hashable values, got None (NoneType)."),
        ("output_gap", "outputs", [P], "outputs: expected a mapping, got "),
        ("rank_correlation", "seed", True, "seed: expected a whole number from 0, got True (bool)."),
        ("read_scores", "languages", 3, "languages: expected text or a list of text or None, got 3"),
        ("get_language", "code", 3, "code: expected text or Language, got 3 (int)."),
        ("to_pandas", "results", [3], "results: expected gaps or other results of lingap, got 3"),
        ("compare_over_sentences", "score", len, "score: expected a function from sums (9, 3)"),
        ("text_gap", "texts", {"eng": [[1, 2]], "kor": TEXT}, "texts: expected a mapping"),
    ],
)  # fmt: skip
def test_the_message_names_argument_expected_and_found(name, argument, value, told):
    with pytest.raises(LingapError) as caught:
        FUNCTIONS[name](**GIVEN[name] | {argument: value})
    assert str(caught.value).startswith(told)


def test_right_kinds_of_numbers_are_taken():
    assert metrics.spearman_p_value(np.float32(0.5), np.int64(30)) > 0
    assert metrics.absolute_gap(np.array(0.9), 1) == pytest.approx(-0.1)
    gold = np.array(["a", "b"])
    assert metrics.accuracy(gold, gold) == 1
    assert lingap.read_scores(iter(ROWS), languages="eng").scores


@pytest.mark.parametrize(
    ("make", "argument"),
    [
        (lambda: lingap.Phonemizer("eng", backend=5), "backend"),
        (lambda: lingap.Phonemizer("eng", policies=3), "policies"),
        (lambda: lingap.Phonemizer("eng", remember="x"), "remember"),
        (lambda: lingap.Phonemizer(None), "language"),
        (lambda: lingap.Experiment(5), "config"),
        (lambda: lingap.performance_gaps(ROWS)[0].gap_to(["x"]), "source"),
    ],
)
def test_classes_name_the_argument_too(make, argument):
    with pytest.raises(LingapError, match=f"{argument}: expected"):
        make()
