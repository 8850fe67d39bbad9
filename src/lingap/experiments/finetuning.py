"""Fine-tuning an encoder on a task: scores, predictions, outputs and vectors of one run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from lingap.experiments.bench import Example, set_up
from lingap.experiments.choices import CorpusChoice
from lingap.experiments.data import corpus_split, parallel_split, rows
from lingap.experiments.plan import Job
from lingap.experiments.store import Store
from lingap.experiments.trials import choose, trained
from lingap.records import Interval, Score, Sentence
from lingap.representations import Representation, UnitIds, Vocabulary

Progress = Callable[[int, int], None]

OUTPUTS = "outputs.safetensors"
"""Where the softmax over labels of every test pair is kept: a table (n_pairs, n_labels) a language,
rows in the order of the predictions, columns in the order of the labels."""


def finetune(job: Job, store: Store, folder: Path, progress: Progress) -> dict[str, Any]:
    """Fill `folder` with what a run leaves and give its record."""
    from safetensors.numpy import save_file

    from lingap.evaluation import best_labels, distributions, embed, write_predictions
    from lingap.models import n_parameters
    from lingap.tasks import text_instances
    from lingap.tasks.scoring import LEVEL

    given = job.config
    corpus = CorpusChoice.model_validate(given["corpus"])
    languages = tuple(given["languages"])
    chosen = choose(given, store)
    bench = set_up(given, store)
    training = trained(bench, chosen, job, store, progress)
    task, representation = bench.task, bench.representation
    scores, predictions, coverage = [], [], []
    outputs: dict[str, Any] = {}
    vectors: dict[str, Any] = {}
    details: dict[str, Any] = {}
    parallel_counts: dict[str, dict[str, int]] = {}
    for code in given["test_languages"]:
        test = rows(corpus, code, "test", languages)
        before = dict(representation.counts())
        made, counts = bench.instances([_without_gold(example) for example in test])
        lost = {k: n - before.get(k, 0) for k, n in representation.counts().items() if k != "words"}
        said = bench.logits(test, made)
        predicted = task.predictions(test, best_labels(said))
        scoring = task.score(predicted)
        predictions += predicted
        details[code] = dict(scoring.details)
        if given["task"] == "nli":
            outputs[code] = distributions(said)
        interval = None
        if scoring.interval is not None:
            low, high = scoring.interval
            interval = Interval(low, high, LEVEL, "bootstrap over test sentences")
        scores.append(
            Score(
                system=given["representation"],
                task=given["task"],
                language=code,
                metric=scoring.metric,
                value=scoring.value,
                seed=int(given["seed"]),
                n_words=scoring.n_items,
                counts={**counts, **lost, **scoring.counts},
                interval=interval,
            )
        )
        coverage += _coverage(representation, test, bench.vocabulary)
        if code in given["parallel_languages"]:
            parallel = CorpusChoice.model_validate(given["parallel"])
            texts = list(corpus_split(parallel, code, parallel_split(parallel), languages))
            made, parallel_counts[code] = text_instances(
                texts, representation, bench.vocabulary, max_units=bench.room
            )
            found = embed(
                bench.model.encoder, made, bench.collator, n_sentences=len(texts),
                layers=given["layers"],
            )  # fmt: skip
            vectors |= {f"{code}/{layer}": array for layer, array in found.items()}
    write_predictions(folder / "predictions.parquet", predictions, run_id=job.id)
    if vectors:
        save_file(vectors, folder / "embeddings.safetensors")
    if outputs:
        save_file(outputs, folder / OUTPUTS, metadata={"labels": ",".join(task.labels)})
    chosen.forget(store, int(given["seed"]))
    return {
        "scores": [asdict(score) for score in scores],
        "details": details,
        "parallel_counts": parallel_counts,
        "n_items": {
            "train": sum(map(task.n_items, bench.learned)),
            "dev": sum(map(task.n_items, bench.dev)),
        },
        "n_parameters": n_parameters(bench.encoder),
        "settings": dict(chosen.settings),
        "candidates": chosen.candidates,
        **training,
        "labels": task.labels,
        "coverage": coverage,
    }


def _without_gold(example: Example) -> Example:
    """The example as a model is asked about it."""
    if isinstance(example, Sentence):
        return replace(example, labels=None)
    return replace(example, label=None)


def _coverage(
    representation: Representation, examples: list[Example], ids: UnitIds
) -> list[dict[str, Any]]:
    """What the spelling of the test words cost, where the representation can tell."""
    measure = getattr(representation, "coverage", None)
    if measure is None:
        return []
    sentences: list[Sentence] = []
    for example in examples:
        sentences += (
            (example,) if isinstance(example, Sentence) else (example.first, example.second)
        )
    known = ids.units if isinstance(ids, Vocabulary) else getattr(ids, "table", None)
    vocabulary = None if known is None else tuple(known)
    return [found.as_dict() for found in measure(sentences, vocabulary)]
