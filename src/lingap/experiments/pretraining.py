"""Pre-training a matched encoder: masked language modelling, equal for every representation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingap.experiments.config import CorpusChoice, PretrainingConfig, RepresentationChoice
from lingap.experiments.data import rows
from lingap.experiments.plan import Job
from lingap.experiments.store import Store
from lingap.models.encoder import EncoderConfig
from lingap.records import Sentence, SentencePair
from lingap.representations import Representation, Vocabulary, load_representation
from lingap.representations.subword import SUBWORDS, Subwords, train_subwords

if TYPE_CHECKING:
    import torch


def _text(choice: CorpusChoice, code: str, languages: tuple[str, ...]) -> list[Sentence]:
    """Sentences to learn from; of pairs, both."""
    found: list[Sentence] = []
    for row in rows(choice, code, "train", languages):
        found += (row.first, row.second) if isinstance(row, SentencePair) else (row,)
    return found


def pretrain(
    job: Job, store: Store, folder: Path, progress: Callable[[int, int], None]
) -> dict[str, Any]:
    """Fill `folder` with an encoder and give its record."""
    import numpy as np

    from lingap.models import MaskedLanguageModel, build_encoder, n_parameters, save_encoder
    from lingap.tasks import text_instances
    from lingap.training import MaskedUnits, heldout_bits, train

    given = job.config
    choice = RepresentationChoice.model_validate(given["representation"])
    settings = PretrainingConfig.model_validate(given["pretraining"])
    size = EncoderConfig.model_validate(given["encoder"])
    languages = tuple(given["languages"])
    text = [s for code in languages for s in _text(settings.text, code, languages)]
    order = np.random.default_rng(settings.seed).permutation(len(text))
    n_heldout = max(1, int(len(text) * settings.heldout_share))
    heldout = [text[i] for i in order[:n_heldout]]
    learned = [text[i] for i in sorted(order[n_heldout:])]

    if choice.name == "subword":
        representation: Representation = train_subwords(learned, **choice.options)
    else:
        representation = load_representation(choice.name, **choice.options)
    vocabulary = Vocabulary.of(representation.encode(sentence) for sentence in learned)
    instances, counts = text_instances(
        learned, representation, vocabulary, max_units=size.max_units
    )
    heldout_instances, heldout_counts = text_instances(
        heldout, representation, vocabulary, max_units=size.max_units
    )
    masker = MaskedUnits(
        vocabulary,
        share=settings.mask_share,
        whole_words=settings.whole_words,
        seed=settings.seed,
    )
    n_characters = sum(len(word) for sentence in heldout for word in sentence.words)

    def bits(model: torch.nn.Module) -> float:
        return heldout_bits(model, heldout_instances, masker, n_characters=n_characters)

    encoder = build_encoder(size, vocabulary, seed=settings.seed)
    model = MaskedLanguageModel(encoder)
    before = bits(model)
    result = train(
        model,
        instances,
        masker,
        settings.training,
        seed=settings.seed,
        workspace=store.workspace(job.id),
        progress=progress,
    )
    after = bits(model)
    save_encoder(encoder, vocabulary, folder)
    if isinstance(representation, Subwords):
        (folder / SUBWORDS).write_text(representation.to_json(), encoding="utf-8")
    return {
        "representation": choice.name,
        "provenance": representation.provenance(),
        "n_parameters": n_parameters(encoder),
        "vocabulary_size": len(vocabulary),
        "n_sentences": len(learned),
        "counts": counts,
        "heldout_counts": heldout_counts,
        "heldout_bits_per_character": {"before": before, "after": after},
        "padded_share": result.padded_share,
        "steps": result.steps,
        "history": result.history,
    }
