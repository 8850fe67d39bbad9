"""Tables of models, layer by layer and language by language, and what they mean in a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lingap.report import rounding
from lingap.report.summary import language_name
from lingap.report.tables import Building, Table, methods

if TYPE_CHECKING:
    from lingap.gap import LayerGap, ModelGap

CURVES: dict[str, tuple[str, Callable[[LayerGap], float | None]]] = {
    "mexa": ("MEXA", lambda one: one.mean_mexa),
    "retrieval": (
        "Retrieval, both directions",
        lambda one: (one.mean_retrieval_to + one.mean_retrieval_from) / 2,
    ),
    "debiased": ("CKA, debiased", lambda one: one.mean_cka_debiased),
    "cka": ("CKA as in the paper", lambda one: one.mean_cka),
    "floor": ("Floor: CKA of shuffled sentences", lambda one: one.mean_floor),
    "cosine": ("Mean cosine of different sentences", lambda one: one.mean_anisotropy),
}
"""Measure of a layer to its heading and value, for curves over layers."""

_HIGH = 0.5  # share of sentences; above it, a layer is called aligned


def model_tables(gaps: Sequence[ModelGap], *, most: int | None = None) -> list[Table]:
    """A table of models, then of each its layers, and its languages, the lowest MEXA first."""
    tables = [models_table(gaps)] if len(gaps) > 1 else []
    for at, gap in enumerate(gaps):
        number = f"-{at + 1}" if len(gaps) > 1 else ""
        tables += [_layers(gap, f"layers{number}"), _languages(gap, f"aligned{number}", most)]
    return tables


def models_table(gaps: Sequence[ModelGap]) -> Table:
    """One row per model, at its chosen layer."""
    return (
        Building(gaps)
        .text("Model", lambda gap: gap.system)
        .text("Layer", lambda gap: f"{gap.chosen} of {gap.depth}")
        .text("Pooling", lambda gap: gap.pooling)
        .count("Width", lambda gap: gap.best.width)
        .value("MEXA", lambda gap: gap.best.mean_mexa, 3, ends=lambda gap: gap.best.mexa_interval)
        .value(
            "CKA debiased", lambda gap: gap.best.mean_cka_debiased, 3,
            ends=lambda gap: gap.best.mean_cka_debiased_interval,
        )
        .value("Mean cosine", lambda gap: gap.best.mean_anisotropy, 3)
        .text("Farthest", lambda gap: f"{language_name(gap.farthest)} ({gap.farthest})")
        .table("models", "Models, each at its chosen layer", _text_of(gaps[0]))
    )  # fmt: skip


def _layers(gap: ModelGap, name: str) -> Table:
    base = gap.reference
    return (
        Building(gap.layers)
        .text("Layer", lambda one: f"{one.layer}{' *' if one.layer == gap.chosen else ''}")
        .value("MEXA", lambda one: one.mean_mexa, 3, _MEXA, lambda one: one.mexa_interval)
        .value(f"to {base}", lambda one: one.mean_retrieval_to, 3, "retrieval from each language")
        .value(f"from {base}", lambda one: one.mean_retrieval_from, 3, "retrieval in each language")
        .value(
            "CKA", lambda one: one.mean_cka, 3, "mean over all pairs of languages",
            lambda one: one.mean_cka_interval,
        )
        .value(
            "debiased", lambda one: one.mean_cka_debiased, 3, "the same without its bias",
            lambda one: one.mean_cka_debiased_interval,
        )
        .value("floor", lambda one: one.mean_floor, 3, "CKA of shuffled sentences")
        .value("Mean cosine", lambda one: one.mean_anisotropy, 3, "near 1: a collapsed space")
        .table(
            name,
            f"{gap.system}, layer by layer",
            f"{_text_of(gap)} * is the layer shown in full. By chance {gap.chance:.4f} of the "
            "sentences find their translation. "
            + methods(
                end
                for one in gap.layers
                for end in (one.mexa_interval, one.mean_cka_debiased_interval)
            ),
        )
    )  # fmt: skip


_MEXA = "share of sentences nearer to their translation than all other pairs with either"


def _languages(gap: ModelGap, name: str, most: int | None) -> Table:
    best = gap.best
    ordered = sorted(best.mexa, key=best.mexa.__getitem__)
    made = (
        Building(ordered[:most])
        .text("Language", lambda code: f"{language_name(code)} ({code})")
        .value("MEXA", best.mexa.get, 3, _MEXA)
        .value(f"to {gap.reference}", best.retrieval_to.get, 3)
        .value(f"from {gap.reference}", best.retrieval_from.get, 3)
        .value(f"CKA with {gap.reference}", best.cka_debiased.get, 3, "debiased")
        .value("Mean cosine", best.anisotropy.get, 3)
    )
    if gap.n_cut:
        made.count("Cut", lambda code: gap.n_cut.get(code, 0), "sentences longer than it reads")
    few = "" if most is None or len(ordered) <= most else (
        f"The {most} lowest of {len(ordered)}; --json has all. "
    )  # fmt: skip
    return made.table(name, f"{gap.system}, languages at layer {gap.chosen}", few)


def _text_of(gap: ModelGap) -> str:
    prefix = f", each after {gap.prefix!r}" if gap.prefix else ""
    return (
        f"{len(gap.languages)} languages, {gap.n_sentences:,} parallel sentences{prefix}; "
        f"reference {language_name(gap.reference)}, pooling {gap.pooling}."
    )


def meaning(gap: ModelGap) -> tuple[str, str]:
    """What a model's layers mean: a sentence, and its figures."""
    best, base = gap.best, language_name(gap.reference)
    share = rounding.fixed(100 * best.mean_mexa, 1)
    says = (
        f"{gap.system}: languages are closest to {base} at layer {best.layer} of {gap.depth}, where"
        if len(gap.layers) > 1 and best.mean_mexa == max(one.mean_mexa for one in gap.layers)
        else f"{gap.system}: at layer {best.layer} of {gap.depth},"
    )
    far = gap.farthest
    least = rounding.fixed(100 * best.mexa[far], 1)
    farthest = f"The farthest is {language_name(far)} with {least} %. " * (len(best.mexa) > 1)
    verdict = f"{says} {share} % of the sentences and their translations are each other's nearest."
    return verdict, f"{farthest}{_spread(gap)}"


def _spread(gap: ModelGap) -> str:
    """What CKA and mean cosine add to alignment."""
    best = gap.best
    cka = best.mean_cka_debiased
    if cka is None:
        return "Debiased CKA is undefined here."
    text = f"Debiased CKA over all pairs is {rounding.fixed(cka, 2)}"
    if best.mean_anisotropy > 0.9 and best.mean_mexa < _HIGH:
        return (
            f"{text}, but all vectors point nearly one way (mean cosine "
            f"{rounding.fixed(best.mean_anisotropy, 2)}): the space is narrow, not shared."
        )
    if cka < 0.2 and best.mean_mexa > _HIGH:
        return f"{text}: translations are neighbours, while the spaces as wholes differ."
    if cka > 0.5 and best.mean_mexa < _HIGH:
        return f"{text}: the spaces are shaped alike, while most translations are not neighbours."
    return f"{text}."
