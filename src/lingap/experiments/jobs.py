"""What one job does, in its own process, from its configuration alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lingap.experiments.config import CorpusChoice, PretrainingConfig, RepresentationChoice
from lingap.experiments.plan import Job, corpus_split
from lingap.experiments.store import Store
from lingap.models.encoder import EncoderConfig
from lingap.records import Interval, Score, Sentence
from lingap.representations import Representation, Vocabulary, load_representation
from lingap.training.settings import TrainingSettings

if TYPE_CHECKING:
    import torch

Progress = Callable[[int, int], None]

CHECKPOINT_STEPS = 100
SUBWORDS = "subwords.json"


def run_job(job: Job, root: Path, progress: Progress) -> None:
    """Do a job and put its result into the store."""
    store = Store(root)
    work = {"pretraining": _pretrain, "runs": _finetune}[job.kind]
    started = time.monotonic()

    def fill(folder: Path) -> dict[str, Any]:
        record = work(job.config, store, store.workspace(job.id), folder, progress)
        return {
            "status": "done",
            "config": job.config,
            **record,
            "seconds": round(time.monotonic() - started, 2),
            "versions": versions(),
        }

    store.commit(job.kind, job.id, fill)


def versions() -> dict[str, str]:
    """Versions of what the numbers rest on."""
    import platform
    from importlib.metadata import version

    packages = ("lingap", "torch", "transformers", "numpy", "epitran", "babel", "segments")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}


def _representation(
    choice: RepresentationChoice, text: list[Sentence] | None = None, folder: Path | None = None
) -> Representation:
    """The representation; a subword vocabulary is trained on `text` or read from `folder`."""
    if choice.name != "subword":
        return load_representation(choice.name, **choice.options)
    from lingap.representations.subword import Subwords, train_subwords

    if text is not None:
        return train_subwords(text, **choice.options)
    assert folder is not None
    return Subwords(folder / SUBWORDS)


def _pretrain(
    given: Mapping[str, Any], store: Store, workspace: Path, folder: Path, progress: Progress
) -> dict[str, Any]:
    import numpy as np

    from lingap.models import build_encoder, n_parameters, save_encoder
    from lingap.tasks.tagging import Tagging
    from lingap.training import MaskedUnits, heldout_bits, train

    choice = RepresentationChoice.model_validate(given["representation"])
    settings = PretrainingConfig.model_validate(given["pretraining"])
    size = EncoderConfig.model_validate(given["encoder"])
    languages = tuple(given["languages"])
    text: list[Sentence] = []
    for code in languages:
        text += corpus_split(settings.text, code, "train", languages)
    order = np.random.default_rng(settings.seed).permutation(len(text))
    n_heldout = max(1, int(len(text) * settings.heldout_share))
    heldout = [text[i] for i in order[:n_heldout]]
    learned = [text[i] for i in sorted(order[n_heldout:])]

    representation = _representation(choice, learned)
    vocabulary = Vocabulary.of(representation.encode(sentence) for sentence in learned)
    reader = Tagging("text", (), lambda _: None)  # type: ignore[arg-type, return-value]
    instances, counts = reader.instances(
        learned, representation, vocabulary, max_units=size.max_units
    )
    heldout_instances, heldout_counts = reader.instances(
        heldout, representation, vocabulary, max_units=size.max_units
    )
    masker = MaskedUnits(
        vocabulary.pad_id,
        vocabulary.mask_id,
        len(vocabulary),
        share=settings.mask_share,
        whole_words=settings.whole_words,
        seed=settings.seed,
    )
    n_characters = sum(len(word) for sentence in heldout for word in sentence.words)

    def dev_score(model: torch.nn.Module) -> float:
        return -heldout_bits(model, heldout_instances, masker, n_characters=n_characters)

    model = build_encoder(size, vocabulary, seed=settings.seed)
    before = -dev_score(model)
    result = train(
        model,
        instances,
        masker,
        settings.training,
        seed=settings.seed,
        workspace=workspace,
        checkpoint_every=CHECKPOINT_STEPS,
        progress=progress,
    )
    after = -dev_score(model)
    save_encoder(model, vocabulary, folder)
    if choice.name == "subword":
        (folder / SUBWORDS).write_text(representation.to_json(), encoding="utf-8")  # type: ignore[attr-defined]
    return {
        "representation": choice.name,
        "provenance": representation.provenance(),
        "n_parameters": n_parameters(model),
        "vocabulary_size": len(vocabulary),
        "n_sentences": len(learned),
        "counts": counts,
        "heldout_counts": heldout_counts,
        "heldout_bits_per_character": {"before": before, "after": after},
        "padded_share": result.padded_share,
        "steps": result.steps,
        "history": result.history,
    }


def _finetune(
    given: Mapping[str, Any], store: Store, workspace: Path, folder: Path, progress: Progress
) -> dict[str, Any]:
    from safetensors.numpy import save_file

    from lingap.evaluation import embed, predict, write_predictions
    from lingap.models import ItemClassifier, load_encoder
    from lingap.tasks import make_task
    from lingap.training import Collator, train

    choice = RepresentationChoice.model_validate(given["choice"])
    corpus = CorpusChoice.model_validate(given["corpus"])
    parallel = CorpusChoice.model_validate(given["parallel"])
    languages = tuple(given["languages"])
    seed = int(given["seed"])

    def read(split: str, codes: list[str]) -> list[Sentence]:
        return [s for code in codes for s in corpus_split(corpus, code, split, languages)]

    learned = read("train", given["train_languages"])
    dev = read("dev", given["train_languages"])
    encoder_folder = store.folder("pretraining", given["encoder"])
    encoder, vocabulary = load_encoder(encoder_folder)
    max_units = int(encoder.config.max_position_embeddings)  # type: ignore[union-attr, arg-type]
    representation = _representation(choice, folder=encoder_folder)
    labels = [label for sentence in learned for label in sentence.labels or ()]
    task = make_task(given["task"], labels)
    collator = Collator(vocabulary.pad_id)
    instances, _ = task.instances(learned, representation, vocabulary, max_units=max_units)
    dev_instances, _ = task.instances(dev, representation, vocabulary, max_units=max_units)
    model = ItemClassifier(encoder, len(task.labels), pooling=given["pooling"], seed=seed)

    def answers(sentences: list[Sentence], made: Any) -> Any:
        n_items = [len(sentence.words) for sentence in sentences]
        return task.predictions(sentences, predict(model, made, collator, n_items=n_items))

    result = train(
        model,
        instances,
        collator,
        TrainingSettings.model_validate(given["finetuning"]),
        seed=seed,
        workspace=workspace,
        dev_score=lambda _: task.score(answers(dev, dev_instances)).value,
        progress=progress,
    )
    scores, predictions, vectors = [], [], {}
    for code in given["test_languages"]:
        test = read("test", [code])
        before = dict(representation.counts())
        made, counts = task.instances(test, representation, vocabulary, max_units=max_units)
        lost = {k: n - before.get(k, 0) for k, n in representation.counts().items() if k != "words"}
        predicted = answers(test, made)
        scoring = task.score(predicted)
        predictions += predicted
        interval = None
        if scoring.interval is not None:
            interval = Interval(*scoring.interval, 0.95, "bootstrap over test sentences")
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
        rows = list(_parallel_rows(parallel, code, languages))
        made, _ = task.instances(rows, representation, vocabulary, max_units=max_units)
        for layer, array in embed(model.encoder, made, collator, n_sentences=len(rows)).items():
            vectors[f"{code}/{layer}"] = array
    write_predictions(folder / "predictions.parquet", predictions)
    save_file(vectors, folder / "embeddings.safetensors")
    return {
        "scores": [asdict(score) for score in scores],
        "best_dev": result.best_dev,
        "best_epoch": result.best_epoch,
        "padded_share": result.padded_share,
        "steps": result.steps,
        "history": result.history,
        "labels": task.labels,
        "coverage": _coverage(representation, read("test", given["test_languages"])),
    }


def _parallel_rows(
    parallel: CorpusChoice, code: str, languages: tuple[str, ...]
) -> tuple[Sentence, ...]:
    from lingap.corpora import CORPORA

    split = CORPORA[parallel.name].splits[0]
    return tuple(corpus_split(parallel, code, split, languages))


def _coverage(representation: Representation, sentences: list[Sentence]) -> list[dict[str, Any]]:
    """What the spelling of the test words cost, where the representation can tell."""
    measure = getattr(representation, "coverage", None)
    return [] if measure is None else [found.as_dict() for found in measure(sentences)]
