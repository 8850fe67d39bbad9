"""From the finished runs of a plan to its gaps: what the report reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from lingap.errors import MetricError, StoreError
from lingap.experiments.choices import TaskChoice
from lingap.experiments.correlation import SeedGaps, correlate_over_seeds
from lingap.experiments.finetuning import OUTPUTS
from lingap.experiments.output_gaps import SeedOutputGaps, mean_output_gap, output_gaps
from lingap.experiments.plan import Job, Plan
from lingap.experiments.store import Store, write_json
from lingap.gap import linguistic_gap, performance_gaps
from lingap.gap.seeds import mean_over_seeds
from lingap.records import Interval, Score

UNKNOWN_SHARE = 0.01
"""Of the units of parallel text: with more of them unknown to the vocabulary, the gap says so."""

Arrays = dict[str, npt.NDArray[np.float32]]


def score_of(row: dict[str, Any]) -> Score:
    """A score row of the store as a record."""
    interval = row.get("interval")
    return Score(**{**row, "interval": Interval(**interval) if interval else None})


def _done(store: Store, plan: Plan) -> Iterator[tuple[Job, dict[str, Any]]]:
    """The plan's finished runs, in its order, with their records."""
    for job in plan.of("runs"):
        record = store.record("runs", job.id)
        if record is not None and record["status"] == "done":
            yield job, record


def scores(store: Store, plan: Plan) -> list[Score]:
    """Every score of the plan's finished runs, in the order of the plan."""
    return [
        score_of({**row, "run_id": job.id})
        for job, record in _done(store, plan)
        for row in record["scores"]
    ]


def check_same_words(store: Store, plan: Plan) -> None:
    """Refuse scores that rest on different words: for one language and split, all are the same.

    Raises:
        StoreError: Naming the runs.
    """
    seen: dict[tuple[str, str, str], dict[int, str]] = defaultdict(dict)
    for job, record in _done(store, plan):
        trained = "+".join(job.config["train_languages"])
        counted = {(split, trained): n for split, n in record.get("n_items", {}).items()}
        if job.config["corpus"]["draw"] == "per-seed" and "train" in record.get("n_items", {}):
            del counted["train", trained]  # each seed learns from sentences of its own
        counted |= {("test", row["language"]): row["n_words"] for row in record["scores"]}
        for place, n in counted.items():
            seen[job.config["corpus"]["name"], *place].setdefault(
                n, f"{n} in run {job.id} ({job.title})"
            )
    for (corpus, split, language), numbers in seen.items():
        if len(numbers) > 1:
            raise StoreError(
                f"{corpus}, {language}, {split}: runs do not rest on the same "
                f"words: {', '.join(numbers.values())}. A run or the corpus was changed; delete "
                "these folders under runs to have them computed again."
            )


def _arrays(store: Store, jobs: Iterable[Job], file: str) -> Iterator[tuple[Job, Arrays]]:
    """Those of the runs that are finished, and what their file of arrays holds."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    for job in jobs:
        if not store.is_done("runs", job.id):
            continue
        path = store.folder("runs", job.id) / file
        try:
            arrays = load_file(path)
        except (OSError, SafetensorError) as error:
            raise StoreError(
                f"{path} is damaged ({error}). Delete {path.parent} to have it computed again."
            ) from error
        yield job, arrays


def _of_task(plan: Plan, task: TaskChoice) -> list[Job]:
    return [job for job in plan.of("runs") if job.config["task"] == task.task]


def _linguistic(store: Store, plan: Plan, task: TaskChoice) -> SeedGaps:
    """The gap of each system and layer under each seed, between encoders tuned for one task."""
    config, parallel = plan.config, plan.config.parallel
    languages = [c for c in config.languages_of(task) if c in config.measured_languages]
    if parallel is None:
        return {}
    vectors: dict[tuple[str, str, int], Arrays] = defaultdict(dict)
    losses: dict[str, dict[str, str]] = defaultdict(dict)
    measured = [job for job in _of_task(plan, task) if job.config["parallel_languages"]]
    for job, arrays in _arrays(store, measured, "embeddings.safetensors"):
        for name, array in arrays.items():
            language, _, layer = name.partition("/")
            vectors[job.config["representation"], layer, job.config["seed"]][language] = array
        losses[job.config["representation"]] |= _parallel_losses(store, job)
    by_place: SeedGaps = defaultdict(dict)
    several = len(config.tasks) > 1
    for (system, layer, seed), found in vectors.items():
        if set(found) != set(languages):  # a seed whose runs are not all there yet
            continue
        try:
            gap = linguistic_gap(
                {code: found[code] for code in languages},
                system=system,
                layer=layer,
                corpus=f"{parallel.name} ({task.task})" if several else parallel.name,
                n_permutations=0,  # the floor from exact moments over all pairings
            )
        except MetricError as error:
            raise MetricError(f"{system}, {layer} layer, seed {seed}: {error}") from error
        lost = [losses[system][code] for code in languages if code in losses[system]]
        by_place[system, layer][seed] = replace(
            gap, task=task.task if several else "", warnings=(*gap.warnings, *lost)
        )
    return by_place


def _parallel_losses(store: Store, job: Job) -> dict[str, str]:
    """What the vectors of a run's parallel text rest on less than all of, by language."""
    found = {}
    for code, n in (store.record("runs", job.id) or {}).get("parallel_counts", {}).items():
        said = []
        if n["words_truncated"]:
            said.append(
                f"{n['words_truncated']} of {n['words']} words were cut at the encoder's end"
            )
        if n["units_unknown"] > UNKNOWN_SHARE * n["units"]:
            share = n["units_unknown"] / n["units"]
            said.append(f"{share:.1%} of the units are not in the vocabulary")
        if said:
            found[code] = f"In the parallel text of {code} {' and '.join(said)}."
    return found


def _outputs(store: Store, plan: Plan, task: TaskChoice) -> SeedOutputGaps:
    """The output gap of each system under each seed, for a task of pairs in several languages."""
    languages = plan.config.languages_of(task)
    if task.task != "nli" or len(languages) < 2:
        return {}
    runs = (
        (job.config["representation"], job.config["seed"], arrays)
        for job, arrays in _arrays(store, _of_task(plan, task), OUTPUTS)
    )
    return output_gaps(runs, languages, corpus=task.corpus.name)


def analyse(store: Store, plan: Plan) -> None:
    """Measure the gaps over the finished runs and write ``gaps.json`` and ``coverage.json``.

    Raises:
        StoreError: When a file is damaged, or runs were not scored on the same words.
    """
    check_same_words(store, plan)
    rows = scores(store, plan)
    found: dict[str, list[Any]] = {
        "performance": [gap.to_dict() for gap in performance_gaps(rows)],
        "linguistic": [],
        "output": [],
        "correlations": [],
    }
    for task in plan.config.tasks:
        linguistic, outputs = _linguistic(store, plan, task), _outputs(store, plan, task)
        found["linguistic"] += [
            mean_over_seeds([*g.values()]).to_dict() for g in linguistic.values()
        ]
        found["output"] += [mean_output_gap([*g.values()]).to_dict() for g in outputs.values()]
        correlations = correlate_over_seeds(
            [row for row in rows if row.task == task.task],
            linguistic,
            outputs,
            languages=plan.config.languages_of(task),
            all_seeds=plan.config.seeds,
            about=f"{task.task}, " if len(plan.config.tasks) > 1 else "",
        )
        found["correlations"] += [row.to_dict() for row in correlations]
    write_json(store.root / "gaps.json", found)
    coverage = {
        (job.config["task"], job.config["representation"], row["language"], row["backend"]): {
            "task": job.config["task"], "system": job.config["representation"], **row
        }
        for job, record in _done(store, plan)
        for row in record.get("coverage", [])
    }  # fmt: skip
    write_json(store.root / "coverage.json", list(coverage.values()))
