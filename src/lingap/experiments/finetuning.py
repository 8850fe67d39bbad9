"""Fine-tuning an encoder on a task: scores, predictions, outputs and embeddings of one run."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from lingap.errors import ConfigError
from lingap.experiments.data import parallel_rows, rows
from lingap.experiments.grid_search import choose, trained
from lingap.experiments.plan import Job
from lingap.experiments.records import ItemCounts, RunRecord
from lingap.experiments.specs import Progress, RunSpec
from lingap.experiments.store import Store
from lingap.experiments.training_setup import labels_of, set_up
from lingap.records import Interval, Record, Score, Sentence

OUTPUTS = "outputs.safetensors"
"""The file of softmax values of test pairs: per language a matrix (n_pairs, n_labels), rows in the
order of the predictions, columns in the order of the labels."""


def finetune(job: Job, store: Store, folder: Path, progress: Progress) -> RunRecord:
    """Do a run: write its files to `folder` and return its record."""
    from safetensors.numpy import save_file

    from lingap.evaluation import best_labels, distributions, embed, write_predictions
    from lingap.models import n_parameters
    from lingap.tasks.scoring import LEVEL

    spec = job.spec
    assert isinstance(spec, RunSpec)
    chosen = choose(spec, store)
    setup = set_up(spec, store)
    tests = {code: rows(spec.corpus, code, "test", spec.languages) for code in spec.test_languages}
    unseen = {code: _unseen_labels(setup.train, test, code) for code, test in tests.items()}
    training = trained(setup, chosen, job, store, progress)
    task = setup.task
    scores, predictions, coverage = [], [], []
    outputs: dict[str, Any] = {}
    vectors: dict[str, Any] = {}
    details: dict[str, Any] = {}
    parallel_counts: dict[str, dict[str, int]] = {}
    for code, test in tests.items():
        made, counts = setup.instances("test", (code,), [_without_gold(one) for one in test])
        logits = setup.logits(test, made)
        predicted = task.predictions(test, best_labels(logits))
        scoring = task.score(predicted)
        predictions += predicted
        details[code] = dict(scoring.details)
        if task.of_whole_texts:
            outputs[code] = distributions(logits)
        interval = None
        if scoring.interval is not None:
            low, high = scoring.interval
            interval = Interval(low, high, LEVEL, "bootstrap over test sentences")
        scores.append(
            Score(
                system=spec.representation,
                task=spec.title,
                language=code,
                metric=scoring.metric,
                value=scoring.value,
                seed=spec.seed,
                n_words=scoring.n_items,
                counts={**counts, **unseen[code], **scoring.counts},
                interval=interval,
            )
        )
        coverage += setup.coverage(code, test)
        if spec.parallel and code in spec.parallel_languages:
            texts = parallel_rows(spec.parallel, code, spec.languages, spec.parallel_sentences)
            made, parallel_counts[code] = setup.instances("parallel", (code,), texts)
            found = embed(
                setup.model.encoder, made, setup.collator, n_sentences=len(texts),
                layers=spec.layers,
            )  # fmt: skip
            vectors |= {f"{code}/{layer}": array for layer, array in found.items()}
    write_predictions(folder / "predictions.parquet", predictions, run_id=job.id)
    if vectors:
        save_file(vectors, folder / "embeddings.safetensors")
    if outputs:
        save_file(outputs, folder / OUTPUTS, metadata={"labels": ",".join(task.labels)})
    chosen.forget(store, spec.seed)
    return RunRecord(
        run_id=job.id,
        config=spec,
        scores=tuple(scores),
        details=details,
        parallel_counts=parallel_counts,
        n_items=ItemCounts(
            train=sum(map(task.n_items, setup.train)), dev=sum(map(task.n_items, setup.dev))
        ),
        n_parameters=n_parameters(setup.model.encoder),
        settings=chosen.settings,
        candidates=chosen.candidates,
        labels=task.labels,
        coverage=tuple(coverage),
        chance={code: task.chance(setup.train, test) for code, test in tests.items()},
        **asdict(training),
    )


def _unseen_labels(learned: list[Record], test: list[Record], language: str) -> dict[str, int]:
    """Count the test items whose label is not in the training data.

    Raises:
        ConfigError: When training and test have no label in common.
    """
    known, gold = (Counter(labels_of(examples)) for examples in (learned, test))
    unseen = gold.keys() - known.keys()
    if gold and len(unseen) == len(gold):
        raise ConfigError(
            f"{language}: the test data have the labels {', '.join(sorted(gold)[:8])}, training "
            f"has {', '.join(sorted(known)[:8])}: expected labels in common, got none."
        )
    return {"labels_unseen": sum(gold[label] for label in unseen)} if unseen else {}


def _without_gold(example: Record) -> Record:
    """The example without its label."""
    if isinstance(example, Sentence):
        return replace(example, labels=None)
    return replace(example, label=None)
