"""A model and parallel text to its linguistic gap at every layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lingap.engines.each import MakePool
from lingap.engines.here import Here
from lingap.errors import MetricError
from lingap.gap.embedded_text import embed_text, place_of
from lingap.gap.language_names import reference_among
from lingap.gap.layers import ModelGap, ModelResult, layer_gaps, not_found
from lingap.gap.linguistic import with_checks
from lingap.gap.parallel_checks import notes_on_order
from lingap.gap.performance import PerformanceGap
from lingap.text.display import first_of

_FEW = 100  # sentences, of which MEXA's authors took that many
_FEWEST = 4
_PADDED = 0.9  # of the vectors are of units, in a table that is padded to a round size


def model_gap(
    folder: Path,
    texts: Mapping[str, Sequence[str]],
    *,
    system: str | None = None,
    reference: str = "eng",
    corpus: str = "",
    layers: str = "all",
    layer: str | None = None,
    pooling: str | None = None,
    prefix: str = "",
    kept: Path | None = None,
    performance: Sequence[PerformanceGap] = (),
    n_permutations: int = 100,
    seed: int = 0,
    tell: Callable[[str, int], None] = lambda *_: None,
    make_pool: MakePool[Any] = Here,
) -> ModelResult:
    """Embed parallel text once and compare the languages at each layer.

    Args:
        folder: The model's, see :class:`~lingap.evaluation.SentenceEncoder`; no code in it is run.
        texts: Language -> sentences; sentence i is the same in all, see
            :func:`~lingap.gap.parallel_lines`.
        system: The model's name; by default the folder's.
        reference: Any code of one of the languages.
        corpus: The text's name.
        layers: ``all``, ``last``, or numbers with commas; 0 is the input of the first layer.
        layer: The one to show in full; None for the one with the highest mean MEXA.
        pooling: ``mean``, ``cls``, ``last`` or ``weighted``; None for ``weighted`` where the model
            reads from left to right, else ``mean``.
        prefix: Before each sentence.
        kept: Folder for the vectors; None for one that is removed afterwards.
        performance: Performance gaps of this model, to correlate.
        n_permutations: As of :func:`~lingap.gap.linguistic_gap`.
        seed: Of all draws.
        tell: Hears of each language when it is embedded, with its number of sentences, and of each
            layer before it is compared, with 0.
        make_pool: The engine that embeds, see :mod:`lingap.engines`.

    Raises:
        MetricError: For fewer than two languages or four sentences, languages of different
            lengths, an absent reference, or no layer that can be compared.
        ConfigError: For a model that cannot read sentences, or an unknown layer or pooling.
        StoreError: For damaged files, or files of other vectors in `kept`.
    """
    from lingap.evaluation import SentenceEncoder

    name = system or folder.resolve().name
    base = _checked(texts, reference)
    n = len(texts[base])
    encoder = SentenceEncoder(folder, layers=layers, pooling=pooling, prefix=prefix)
    names, depth = encoder.layers, encoder.depth
    wanted = str(depth) if layer == "last" else layer
    if wanted is not None and wanted not in names:
        raise MetricError(f"{name}: layer {layer} is not among those read ({', '.join(names)}).")
    made = ModelGap(
        system=name, corpus=corpus, reference=base, languages=tuple(texts), n_sentences=n,
        pooling=encoder.pooling, layers=(), chosen="", depth=depth, prefix=prefix,
        max_units=encoder.max_units, origin=next(iter(encoder.facts.values()))[:12],
    )  # fmt: skip
    with place_of(encoder, texts, kept) as place:
        embedded = embed_text(encoder, texts, place, tell=tell, make_pool=make_pool)
        doubts = _doubts(encoder.n_known, encoder.n_embeddings)
        del encoder
        found = layer_gaps(
            made, embedded.read, names, chosen=wanted, performance=performance,
            n_permutations=n_permutations, seed=seed, tell=lambda number: tell(number, 0),
        )  # fmt: skip
        similarity = with_checks(found.similarity, embedded.read(found.gap.chosen))
    cut = {code: n_cut for code, n_cut in embedded.n_cut.items() if n_cut}
    gap = replace(found.gap, n_cut=cut)
    notes = (*doubts, *_notes(gap, texts), *gap.warnings)
    return replace(found, gap=replace(gap, warnings=notes), similarity=similarity)


def _checked(texts: Mapping[str, Sequence[str]], reference: str) -> str:
    """The reference's name, if the texts can be compared."""
    if len(texts) < 2:
        raise MetricError(f"Only one language ({', '.join(texts)}): no gap can be computed.")
    base = reference_among([*texts], reference)
    sizes = {name: len(lines) for name, lines in texts.items()}
    if len(set(sizes.values())) > 1:
        raise MetricError(f"Texts differ in their number of sentences: {sizes}.")
    if sizes[base] < _FEWEST:
        raise MetricError(f"Expected at least {_FEWEST} parallel sentences, got {sizes[base]}.")
    return base


def _notes(gap: ModelGap, texts: Mapping[str, Sequence[str]]) -> list[str]:
    notes = []
    if gap.n_sentences < _FEW:
        notes.append(
            f"Only {gap.n_sentences} sentences: one is easy to find among few, so compare "
            "retrieval and MEXA only with values of as many."
        )
    if gap.n_cut:
        most = max(gap.n_cut, key=gap.n_cut.__getitem__)
        notes.append(
            f"The model reads {gap.max_units:,} units at once: of {sum(gap.n_cut.values()):,} "
            f"sentences in {len(gap.n_cut)} languages ({most} {gap.n_cut[most]:,}) only the start."
        )
    if lost := not_found(gap.layers, gap.n_sentences):
        notes.append(
            f"Sentences of {first_of(lost, 6)} find their translation hardly more often than by "
            "chance at any layer: the model does not know the language, or its text is not "
            "parallel."
        )
    return notes + notes_on_order(texts)


def _doubts(n_known: int, n_embeddings: int) -> list[str]:
    """A note on a tokenizer that leaves more of the table unused than padding does."""
    if n_known >= _PADDED * n_embeddings:
        return []
    return [
        f"The tokenizer knows {n_known:,} units, and the model has vectors of {n_embeddings:,}: is "
        "it the model's own? Of another one, every unit would be read as some other."
    ]
