"""The claimed properties of lingap's measures, as data that tests check."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from lingap.metrics.cka import linear_cka
from lingap.metrics.performance import relative_percentage_difference
from lingap.metrics.retrieval import mexa, retrieval_accuracy
from lingap.metrics.transport import sinkhorn_distance, sinkhorn_divergence
from lingap.metrics.units import compression_distance, inventory_overlap, ngram_jsd
from lingap.registry import Registry

Invariance = Literal["rotation", "isotropic_scaling", "translation", "row_order"]
Takes = Literal["scores", "parallel_vectors", "clouds", "sentences_of_units"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure between two languages and its properties.

    Args:
        name: Stable; a measure that changes gets a new name.
        fn: Function of two inputs that returns a float.
        takes: The kind of both inputs.
        unit: Of the value: ``percent``, ``1``, ``bit`` or ``cost``.
        bounds: Lowest and highest value; None where there is none.
        better: Whether ``lower`` or ``higher`` values mean closer languages.
        symmetric: Whether the order of the inputs is immaterial.
        identity: Value of an input against itself; None where it depends on the input.
        invariant_to: Transformations of *one* input that keep the value.
        jointly_invariant_to: Transformations of *both* inputs that keep the value.
    """

    name: str
    fn: Callable[[Any, Any], float]
    takes: Takes
    unit: str
    bounds: tuple[float | None, float | None]
    better: Literal["lower", "higher"]
    symmetric: bool
    identity: float | None
    invariant_to: tuple[Invariance, ...] = ()
    jointly_invariant_to: tuple[Invariance, ...] = ()


def _debiased_cka(x: Any, y: Any) -> float:
    return linear_cka(x, y, estimator="debiased")


MEASURES: Registry[Measure] = Registry("measure")
for _measure in (
    Measure(
        "rpd", relative_percentage_difference, "scores", "percent", (0, 200), "lower", True, 0.0,
        jointly_invariant_to=("isotropic_scaling",),
    ),
    Measure(
        "cka", linear_cka, "parallel_vectors", "1", (0, 1), "higher", True, 1.0,
        invariant_to=("rotation", "isotropic_scaling", "translation"),
        jointly_invariant_to=("rotation", "isotropic_scaling", "translation", "row_order"),
    ),
    Measure(
        "cka_debiased", _debiased_cka, "parallel_vectors", "1", (-1, 1), "higher", True, 1.0,
        invariant_to=("rotation", "isotropic_scaling", "translation"),
        jointly_invariant_to=("rotation", "isotropic_scaling", "translation", "row_order"),
    ),
    Measure(
        "retrieval_accuracy", retrieval_accuracy, "parallel_vectors", "1", (0, 1), "higher",
        False, None, invariant_to=("isotropic_scaling",),
        jointly_invariant_to=("rotation", "isotropic_scaling", "row_order"),
    ),
    Measure(
        "mexa", mexa, "parallel_vectors", "1", (0, 1), "higher", True, None,
        invariant_to=("isotropic_scaling",),
        jointly_invariant_to=("rotation", "isotropic_scaling", "row_order"),
    ),
    Measure(
        "sinkhorn_distance", sinkhorn_distance, "clouds", "cost", (0, None), "lower", True, None,
        invariant_to=("row_order",), jointly_invariant_to=("rotation", "translation", "row_order"),
    ),
    Measure(
        "sinkhorn_divergence", sinkhorn_divergence, "clouds", "cost", (0, None), "lower", True,
        0.0, invariant_to=("row_order",),
        jointly_invariant_to=("rotation", "translation", "row_order"),
    ),
    Measure(
        "inventory_overlap", inventory_overlap, "sentences_of_units", "1", (0, 1), "higher", True,
        1.0, invariant_to=("row_order",),
    ),
    Measure(
        "ngram_jsd", ngram_jsd, "sentences_of_units", "bit", (0, 1), "lower", True, 0.0,
        invariant_to=("row_order",),
    ),
    Measure(
        "compression_distance", compression_distance, "sentences_of_units", "1", (0, None),
        "lower", True, None,
    ),
):  # fmt: skip
    MEASURES.add(_measure.name, _measure)
