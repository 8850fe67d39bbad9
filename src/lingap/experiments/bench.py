"""The bench of a training: data, encoder, task and model of one job, ready."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lingap.experiments.choices import CorpusChoice, RepresentationChoice
from lingap.experiments.data import Role, role_split, rows
from lingap.experiments.store import Store
from lingap.records import Sentence, SentencePair
from lingap.representations import Representation, UnitIds, Vocabulary, load_representation
from lingap.representations.checkpoint import find_checkpoint
from lingap.representations.published import published_side
from lingap.representations.subword import SUBWORDS, Subwords

if TYPE_CHECKING:
    import torch

Example = Sentence | SentencePair


@dataclass(frozen=True, slots=True)
class Bench:
    """All that a training and its test need, ready."""

    model: Any
    encoder: torch.nn.Module
    vocabulary: UnitIds
    representation: Representation
    task: Any
    collator: Any
    room: int
    learned: list[Any]
    dev: list[Any]

    def instances(self, examples: Sequence[Any]) -> Any:
        """Examples in numbers, and what was lost."""
        return self.task.instances(
            examples, self.representation, self.vocabulary, max_units=self.room
        )

    def logits(self, examples: Sequence[Any], made: Any) -> Any:
        """What the model says of each item."""
        from lingap.evaluation import item_logits

        n_items = [self.task.n_items(example) for example in examples]
        return item_logits(self.model, made, self.collator, n_items=n_items)


def set_up(given: Mapping[str, Any], store: Store) -> Bench:
    """Make the bench of a trial or run from its configuration."""
    from lingap.models import ItemClassifier, max_units, padding_multiple
    from lingap.tasks import make_task
    from lingap.training import Collator, best_device

    choice = RepresentationChoice.model_validate(given["choice"])
    corpus = CorpusChoice.model_validate(given["corpus"])
    languages, trained = tuple(given["languages"]), given["train_languages"]
    seed = int(given["seed"])

    def read(role: Role) -> list[Any]:
        return [row for code in trained for row in rows(corpus, code, role, languages, seed=seed)]

    learned, dev = read("train"), read("dev")
    encoder, vocabulary, representation = _encoder(given["encoder"], choice, store)
    multiple = padding_multiple(encoder)
    room = min(max_units(encoder), choice.max_units or max_units(encoder))
    room -= room % multiple
    task = make_task(
        given["task"],
        [*_declared(corpus, trained, languages), *_labels(learned), *_labels(dev)],
    )
    model = ItemClassifier(encoder, len(task.labels), pooling=given["pooling"], seed=seed)
    model.to(best_device())
    collator = Collator(vocabulary.pad_id, multiple=multiple)
    return Bench(model, encoder, vocabulary, representation, task, collator, room, learned, dev)


def _encoder(
    given: Any, choice: RepresentationChoice, store: Store
) -> tuple[torch.nn.Module, UnitIds, Representation]:
    """The encoder, its numbers for units, and what it reads."""
    from lingap.models import load_encoder, load_published

    if choice.encoder is not None:
        folder = find_checkpoint(choice.encoder, choice.revision, representation=choice.name)
        representation, ids = published_side(choice.name, folder, choice.options)
        return load_published(folder, ids), ids, representation
    folder = store.folder("pretraining", given)
    encoder, vocabulary = load_encoder(folder)
    known: Vocabulary = vocabulary
    if choice.name == "subword":
        return encoder, known, Subwords(folder / SUBWORDS)
    return encoder, known, load_representation(choice.name, **choice.options)


def _declared(
    corpus: CorpusChoice, codes: Iterable[str], languages: tuple[str, ...]
) -> Iterable[str]:
    """Labels that the corpus is known to have."""
    for code in codes:
        yield from role_split(corpus, code, "train", languages).labels or ()


def _labels(examples: Iterable[Example]) -> Iterable[str]:
    for example in examples:
        if isinstance(example, Sentence):
            yield from example.labels or ()
        elif example.label is not None:
            yield example.label
