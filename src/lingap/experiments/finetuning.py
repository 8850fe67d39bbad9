"""Fine-tuning an encoder on a task: scores, predictions, outputs and vectors of one run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingap.experiments.config import CorpusChoice, RepresentationChoice
from lingap.experiments.data import Role, corpus_split, parallel_split, role_split, rows
from lingap.experiments.plan import Job
from lingap.experiments.store import Store
from lingap.records import Interval, Score, Sentence, SentencePair
from lingap.representations import Representation, UnitIds, Vocabulary, load_representation
from lingap.representations.checkpoint import find_checkpoint
from lingap.representations.published import published_side
from lingap.representations.subword import SUBWORDS, Subwords
from lingap.training.settings import TrainingSettings

if TYPE_CHECKING:
    import torch

OUTPUTS = "outputs.safetensors"
"""Where the softmax over labels of every test pair is kept: a table (n_pairs, n_labels) a language,
rows in the order of the predictions, columns in the order of the labels."""

Example = Sentence | SentencePair


def finetune(
    job: Job, store: Store, folder: Path, progress: Callable[[int, int], None]
) -> dict[str, Any]:
    """Fill `folder` with what a run leaves and give its record."""
    from safetensors.numpy import save_file

    from lingap.evaluation import (
        best_labels,
        distributions,
        embed,
        item_logits,
        write_predictions,
    )
    from lingap.models import ItemClassifier, max_units, n_parameters, padding_multiple
    from lingap.tasks import make_task, text_instances
    from lingap.tasks.scoring import LEVEL
    from lingap.training import Collator, train

    given = job.config
    choice = RepresentationChoice.model_validate(given["choice"])
    corpus = CorpusChoice.model_validate(given["corpus"])
    languages, trained = tuple(given["languages"]), given["train_languages"]
    seed = int(given["seed"])

    def read(role: Role, codes: Iterable[str]) -> list[Any]:
        return [row for code in codes for row in rows(corpus, code, role, languages)]

    learned, dev = read("train", trained), read("dev", trained)
    encoder, vocabulary, representation = _encoder(given["encoder"], choice, store)
    multiple = padding_multiple(encoder)
    room = min(max_units(encoder), choice.max_units or max_units(encoder))
    room -= room % multiple
    task = make_task(
        given["task"],
        [*_declared(corpus, trained, languages), *_labels(learned), *_labels(dev)],
    )
    collator = Collator(vocabulary.pad_id, multiple=multiple)
    instances, _ = task.instances(learned, representation, vocabulary, max_units=room)
    dev_instances, _ = task.instances(dev, representation, vocabulary, max_units=room)
    model = ItemClassifier(encoder, len(task.labels), pooling=given["pooling"], seed=seed)

    def logits(examples: Sequence[Any], made: Any) -> Any:
        return item_logits(model, made, collator, n_items=[task.n_items(e) for e in examples])

    result = train(
        model,
        instances,
        collator,
        TrainingSettings.model_validate(given["finetuning"]),
        seed=seed,
        workspace=store.workspace(job.id),
        dev_score=lambda _: (
            task.score(task.predictions(dev, best_labels(logits(dev, dev_instances)))).value
        ),
        progress=progress,
    )
    scores, predictions, coverage = [], [], []
    outputs: dict[str, Any] = {}
    vectors: dict[str, Any] = {}
    details: dict[str, Any] = {}
    for code in given["test_languages"]:
        test = read("test", [code])
        before = dict(representation.counts())
        made, counts = task.instances(
            [_without_gold(example) for example in test],
            representation,
            vocabulary,
            max_units=room,
        )
        lost = {k: n - before.get(k, 0) for k, n in representation.counts().items() if k != "words"}
        said = logits(test, made)
        predicted = task.predictions(test, best_labels(said))
        scoring = task.score(predicted)
        predictions += predicted
        details[code] = dict(scoring.details)
        if given["task"] == "nli":
            outputs[code] = distributions(said)
        interval = None
        if scoring.interval is not None:
            interval = Interval(*scoring.interval, LEVEL, "bootstrap over test sentences")
        scores.append(
            Score(
                system=given["representation"],
                task=given["task"],
                language=code,
                metric=scoring.metric,
                value=scoring.value,
                seed=seed,
                n_words=scoring.n_items,
                counts={**counts, **lost, **scoring.counts},
                interval=interval,
            )
        )
        coverage += _coverage(representation, test)
        if code in given["parallel_languages"]:
            parallel = CorpusChoice.model_validate(given["parallel"])
            texts = list(corpus_split(parallel, code, parallel_split(parallel), languages))
            made, _ = text_instances(texts, representation, vocabulary, max_units=room)
            found = embed(model.encoder, made, collator, n_sentences=len(texts))
            vectors |= {f"{code}/{layer}": array for layer, array in found.items()}
    write_predictions(folder / "predictions.parquet", predictions, run_id=job.id)
    if vectors:
        save_file(vectors, folder / "embeddings.safetensors")
    if outputs:
        save_file(outputs, folder / OUTPUTS, metadata={"labels": ",".join(task.labels)})
    return {
        "scores": [asdict(score) for score in scores],
        "details": details,
        "n_items": {
            "train": sum(map(task.n_items, learned)),
            "dev": sum(map(task.n_items, dev)),
        },
        "n_parameters": n_parameters(encoder),
        "best_dev": result.best_dev,
        "best_epoch": result.best_epoch,
        "padded_share": result.padded_share,
        "steps": result.steps,
        "history": result.history,
        "labels": task.labels,
        "coverage": coverage,
    }


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


def _without_gold(example: Example) -> Example:
    """The example as a model is asked about it."""
    if isinstance(example, Sentence):
        return replace(example, labels=None)
    return replace(example, label=None)


def _coverage(representation: Representation, examples: list[Example]) -> list[dict[str, Any]]:
    """What the spelling of the test words cost, where the representation can tell."""
    measure = getattr(representation, "coverage", None)
    if measure is None:
        return []
    sentences: list[Sentence] = []
    for example in examples:
        sentences += (
            (example,) if isinstance(example, Sentence) else (example.first, example.second)
        )
    return [found.as_dict() for found in measure(sentences)]
