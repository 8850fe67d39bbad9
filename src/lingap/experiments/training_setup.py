"""The parts of one training: data, encoder, task and model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from lingap.errors import StoreError
from lingap.experiments.config_parts import DataRole, Role
from lingap.experiments.data import role_split, rows
from lingap.experiments.encoded import Encoded, cached, read_encoded, write_encoded
from lingap.experiments.records import CoverageRecord
from lingap.experiments.specs import FinetuneSpec
from lingap.experiments.store import Store
from lingap.records import Record, Sentence
from lingap.representations import Representation, UnitIds, Vocabulary, load_representation
from lingap.representations.checkpoint import find_checkpoint
from lingap.representations.published import published_representation
from lingap.representations.subword import is_learned, learned_representation
from lingap.representations.views import thinning
from lingap.storage.json_file import read_json, write_json

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, slots=True)
class TrainingSetup:
    """The parts of a training and its test."""

    spec: FinetuneSpec
    store: Store
    model: Any
    vocabulary: UnitIds
    representation: Representation
    task: Any
    collator: Any
    max_units: int
    train: list[Any]
    dev: list[Any]

    def instances(self, role: DataRole, codes: Sequence[str], examples: Sequence[Any]) -> Encoded:
        """Encode examples and count what is lost; shared with other jobs.

        Args:
            role: What the examples are for; parallel text has no labels.
            codes: Their languages.
            examples: In order.
        """
        from lingap.tasks import text_instances

        def make() -> Encoded:
            spell = self.reader(role)
            before = dict(spell.counts())
            read = spell, self.vocabulary
            encode = text_instances if role == "parallel" else self.task.instances
            made, counts = encode(examples, *read, max_units=self.max_units)
            after = spell.counts()
            lost = {k: n - before.get(k, 0) for k, n in after.items() if k != "words"}
            return made, {**counts, **lost}

        labels = [] if role == "parallel" else self.task.labels
        key = self._key(role, codes) | {"labels": labels, "max_units": self.max_units}
        return cached(self.store.shared, key, make, write=write_encoded, read=read_encoded)

    def reader(self, role: DataRole) -> Representation:
        """What spells examples of a role: a representation may read less of what is scored."""
        if role in ("test", "parallel"):
            found: Representation = getattr(self.representation, "at_test", self.representation)
            return found
        return self.representation

    def coverage(self, code: str, examples: Sequence[Record]) -> list[CoverageRecord]:
        """Coverage of the test words, if the representation measures it."""
        measure = getattr(self.representation, "coverage", None)
        if measure is None:
            return []
        sentences = [sentence for one in examples for sentence in one.sentences]
        ids = self.vocabulary
        known = ids.units if isinstance(ids, Vocabulary) else getattr(ids, "table", None)

        def make() -> list[dict[str, Any]]:
            return [found.as_dict() for found in measure(sentences, known and tuple(known))]

        key = self._key("test", (code,)) | {"what": "coverage"}
        rows = cached(self.store.shared, key, make, write=write_json, read=_read_rows)
        return [CoverageRecord.model_validate(row) for row in rows]

    def _key(self, role: DataRole, codes: Sequence[str]) -> dict[str, Any]:
        """What determines the examples and their encoding."""
        spec = self.spec
        of_run = {"recipe", "task", "choice", "encoder", "spelling", "languages"}
        corpus = spec.corpus.model_dump(mode="json", exclude={"path"})
        drawn = role == "train" and spec.corpus.draw == "per-seed"
        n_parallel = getattr(spec, "parallel_sentences", None) if role == "parallel" else None
        return {
            **spec.model_dump(mode="json", include=of_run),
            **({} if n_parallel is None else {"sentences": n_parallel}),
            "corpus": None if role == "parallel" else corpus,
            "seed": spec.seed if drawn else None,
            "role": role,
            "data": [(code, spec.fingerprint(code, role)) for code in codes],
        }

    def logits(self, examples: Sequence[Any], made: Any) -> Any:
        """The model's logits of each item."""
        from lingap.evaluation import item_logits

        n_items = [self.task.n_items(example) for example in examples]
        return item_logits(self.model, made, self.collator, n_items=n_items)


def _read_rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read_json(path)
    try:
        TypeAdapter(list[CoverageRecord]).validate_python(found)
    except ValidationError as error:
        raise StoreError(f"{path} is damaged: {error}") from error
    return found


def set_up(spec: FinetuneSpec, store: Store) -> TrainingSetup:
    """Read the data and build the model of a trial or run."""
    from lingap.models import ItemClassifier, max_units, padding_multiple
    from lingap.tasks import make_task
    from lingap.training import Collator, best_device

    corpus, languages, trained = spec.corpus, spec.languages, spec.train_languages

    def read(role: Role) -> list[Any]:
        return [
            row for code in trained for row in rows(corpus, code, role, languages, seed=spec.seed)
        ]

    train, dev = read("train"), read("dev")
    encoder, vocabulary, representation = _encoder(spec, store)
    multiple = padding_multiple(encoder)
    n_units = min(max_units(encoder), spec.choice.max_units or max_units(encoder))
    n_units -= n_units % multiple
    splits = [role_split(corpus, code, "train", languages) for code in trained]
    declared = [label for split in splits for label in split.labels or ()]
    task = make_task(spec.task, [*declared, *labels_of(train), *labels_of(dev)])
    model = ItemClassifier(encoder, len(task.labels), pooling=spec.pooling, seed=spec.seed)
    model.to(best_device())
    thin = thinning(representation, vocabulary)
    collator = Collator(vocabulary.pad_id, multiple=multiple, thin=thin, seed=spec.seed)
    return TrainingSetup(
        spec, store, model, vocabulary, representation, task, collator, n_units, train, dev
    )


def _encoder(spec: FinetuneSpec, store: Store) -> tuple[torch.nn.Module, UnitIds, Representation]:
    """The encoder, its unit ids and its representation."""
    from lingap.models import load_encoder, load_published

    choice = spec.choice
    if choice.encoder is not None:
        folder = find_checkpoint(choice.encoder, choice.revision, representation=choice.name)
        representation, ids = published_representation(choice.name, folder, choice.options)
        return load_published(folder, ids), ids, representation
    assert isinstance(spec.encoder, str)  # id of the job that made it
    folder = store.folder("pretraining", spec.encoder)
    encoder, vocabulary = load_encoder(folder)
    if is_learned(choice.name):
        return encoder, vocabulary, learned_representation(choice.name, folder, choice.options)
    return encoder, vocabulary, load_representation(choice.name, **choice.options)


def labels_of(examples: Iterable[Record]) -> Iterable[str]:
    """The gold labels of all items."""
    for example in examples:
        if isinstance(example, Sentence):
            yield from example.labels or ()
        elif example.label is not None:
            yield example.label
