"""Masked language modelling, equal for every representation, of new or published encoders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from lingap.errors import ConfigError
from lingap.experiments.checks import vocabulary_note
from lingap.experiments.config_parts import PretrainingConfig, RepresentationSettings
from lingap.experiments.data import rows
from lingap.experiments.plan import Job
from lingap.experiments.records import BeforeAndAfter, PretrainRecord
from lingap.experiments.specs import PretrainSpec, Progress
from lingap.experiments.store import Store
from lingap.models.encoder import EncoderConfig
from lingap.records import Sentence
from lingap.representations import (
    Representation,
    UnitIds,
    Vocabulary,
    learn_words,
    load_representation,
)
from lingap.representations.checkpoint import find_checkpoint
from lingap.representations.protocol import REPRESENTATIONS
from lingap.representations.published import published_representation
from lingap.representations.subword import SUBWORDS, Subwords, is_learned
from lingap.representations.unit_ids import TableIds
from lingap.representations.views import thinning
from lingap.representations.vocabulary import Reads
from lingap.text.units import UNKNOWN

if TYPE_CHECKING:
    import torch


_READS: dict[str, Reads] = {"byte": "bytes", "character": "characters"}


@dataclass(frozen=True, slots=True)
class _Start:
    """A masked language model before training, and how to save it after."""

    model: torch.nn.Module
    representation: Representation
    ids: UnitIds
    max_units: int
    added: tuple[str, ...]
    save: Callable[[Path], None]
    notes: tuple[str, ...] = ()


def pretrain(job: Job, store: Store, folder: Path, progress: Progress) -> PretrainRecord:
    """Pre-train an encoder: write it to `folder` and return its record."""
    import numpy as np

    from lingap.models import MaskedLanguageModel, n_parameters
    from lingap.tasks import text_instances
    from lingap.training import MaskedUnits, Tracking, best_device, heldout_bits, train

    spec = job.spec
    assert isinstance(spec, PretrainSpec)
    choice, settings = spec.representation, spec.pretraining
    text: list[Sentence] = [
        sentence
        for one in settings.text
        for code in one.languages or spec.languages
        for row in rows(one, code, "train", one.languages or spec.languages)
        for sentence in row.sentences  # of pairs, both
    ]
    order = np.random.default_rng(settings.own_seed).permutation(len(text))
    n_heldout = max(1, int(len(text) * settings.heldout_share))
    learned = [text[i] for i in sorted(order[n_heldout:])]
    read = {(sentence.language, sentence.words) for sentence in learned}
    heldout = [s for s in (text[i] for i in order[:n_heldout]) if (s.language, s.words) not in read]
    if not heldout:
        raise ConfigError(
            f"pretraining.text: all {n_heldout} held-out sentences are also in the training text, "
            "so there is no text to measure the loss on; give text with fewer repetitions, or a "
            "larger heldout_share."
        )

    if spec.encoder is not None:
        start = _new(choice, spec.encoder, settings, learned)
    else:
        start = _published(choice, settings, learned)
    instances, counts = text_instances(
        learned, start.representation, start.ids, max_units=start.max_units
    )
    heldout_instances, heldout_counts = text_instances(
        heldout, start.representation, start.ids, max_units=start.max_units
    )
    masker = MaskedUnits(
        start.ids,
        share=settings.mask_share,
        whole_words=settings.whole_words,
        seed=settings.own_seed,
        thin=thinning(start.representation, start.ids),
    )
    n_characters = sum(len(word) for sentence in heldout for word in sentence.words)
    model = MaskedLanguageModel(start.model).to(best_device())

    def bits() -> float:
        return heldout_bits(model, heldout_instances, masker, n_characters=n_characters)

    before = bits()
    result = train(
        model,
        instances,
        masker,
        settings.training,
        seed=settings.own_seed,
        workspace=store.workspace(job.id),
        progress=progress,
        tracking=Tracking(job.trackers, job.title, store.root / "logs" / job.id),
    )
    after = bits()
    start.save(folder)
    notes = start.notes
    if isinstance(start.representation, Subwords) and spec.encoder is not None:
        asked = choice.options.get("vocabulary_size")
        told = vocabulary_note(choice.name, asked, start.representation.n_pieces)
        notes += (told,) if told else ()
    result = replace(result, notes=(*result.notes, *notes))
    return PretrainRecord(
        run_id=job.id,
        config=spec,
        representation=choice.name,
        provenance=start.representation.provenance(),
        n_parameters=n_parameters(start.model),
        vocabulary_size=len(start.ids),
        units_added=start.added,
        n_sentences=len(learned),
        counts=counts,
        n_heldout=len(heldout),
        n_heldout_repeated=n_heldout - len(heldout),
        heldout_counts=heldout_counts,
        heldout_characters=n_characters,
        heldout_bits_per_character=BeforeAndAfter(before=before, after=after),
        **asdict(result),
    )


def _new(
    choice: RepresentationSettings,
    size: EncoderConfig,
    settings: PretrainingConfig,
    learned: list[Sentence],
) -> _Start:
    """A matched encoder with the vocabulary of the text."""
    from lingap.models import build_encoder, save_encoder

    make = REPRESENTATIONS[choice.name]
    spell: Representation = (
        make.learned(learned, **choice.options)
        if is_learned(choice.name)
        else load_representation(choice.name, **choice.options)
    )
    learn_words(spell, learned)
    vocabulary = Vocabulary.of(
        (spell.encode(sentence) for sentence in learned), known=getattr(spell, "units", ())
    )
    features_of = getattr(spell, "unit_features", None)
    model = build_encoder(
        size,
        vocabulary,
        seed=settings.own_seed,
        features=None if features_of is None else features_of(vocabulary.units),
    )

    def save(folder: Path) -> None:
        numbered = spell.numbered if isinstance(spell, Subwords) else None
        reads = _READS.get(choice.name, "units")
        save_encoder(model, vocabulary, folder, reads=reads, numbered=numbered)
        if isinstance(spell, Subwords):
            (folder / SUBWORDS).write_text(spell.to_json(), encoding="utf-8")

    return _Start(model, spell, vocabulary, size.max_units, (), save)


def _published(
    choice: RepresentationSettings, settings: PretrainingConfig, learned: list[Sentence]
) -> _Start:
    """A published encoder, extended by the units of the text that it lacks."""
    from lingap.models import max_units
    from lingap.models.continued import add_units, load_masked_model, save_continued

    assert choice.encoder is not None
    source = find_checkpoint(choice.encoder, choice.revision, representation=choice.name)
    spell, ids = published_representation(choice.name, source, choice.options)
    model, is_new = load_masked_model(source, seed=settings.own_seed)
    new: tuple[str, ...] = ()
    if settings.extend_vocabulary and isinstance(ids, TableIds) and not is_learned(choice.name):
        new = _lacking(spell, ids, learned)
        ids = add_units(model, ids, new, _nearest(choice.name, new, ids), seed=settings.own_seed)
    n_units = min(max_units(model), choice.max_units or max_units(model))
    known = ids

    def save(folder: Path) -> None:
        reads = _READS.get(choice.name, "units")
        save_continued(model, known, source, folder, added=len(new), reads=reads)

    notes = (_NEW_HEAD,) if is_new else ()
    return _Start(model, spell, known, n_units, new, save, notes)


_NEW_HEAD = "the checkpoint has no head for masked language modelling; a new one was trained"

FEWEST_OCCURRENCES = 5
"""A rarer unit of the text gets no embedding; it stays unknown."""


def _lacking(spell: Representation, ids: TableIds, learned: list[Sentence]) -> tuple[str, ...]:
    """Units of the text that an encoder lacks, the most frequent first."""
    seen: Counter[str] = Counter()
    learn_words(spell, learned)
    for sentence in learned:
        seen.update(spell.encode(sentence).units)
    return tuple(
        unit
        for unit, n in seen.most_common()
        if n >= FEWEST_OCCURRENCES and unit not in ids and unit != UNKNOWN
    )


def _nearest(name: str, units: tuple[str, ...], ids: TableIds) -> dict[str, str]:
    """New phonemes to the known ones of the most similar articulation."""
    if name != "phoneme" or not units:
        return {}
    from lingap.g2p.ipa.vocabulary import fit_units

    fit = fit_units(units, tuple(ids.table), policy="nearest")
    return {unit: nearest.unit for unit, nearest in fit.mapping.items()}
