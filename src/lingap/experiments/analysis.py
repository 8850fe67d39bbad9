"""From the finished runs of a plan to its gaps: what the report reads."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from lingap.errors import StoreError
from lingap.experiments.plan import Plan
from lingap.experiments.store import Store, write_json
from lingap.gap import LinguisticGap, linguistic_gap, performance_gaps
from lingap.gap.seeds import mean_over_seeds
from lingap.records import Interval, Score


def score_of(row: dict[str, Any]) -> Score:
    """A score row of the store as a record."""
    interval = row.get("interval")
    return Score(**{**row, "interval": Interval(**interval) if interval else None})


def scores(store: Store, plan: Plan) -> list[Score]:
    """Every score of the plan's finished runs, in the order of the plan."""
    found = []
    for job in plan.of("runs"):
        record = store.record("runs", job.id)
        if record is not None and record["status"] == "done":
            found += [score_of({**row, "run_id": job.id}) for row in record["scores"]]
    return found


def _embeddings(store: Store, plan: Plan) -> dict[tuple[str, str, int], dict[str, np.ndarray]]:
    """(system, layer, seed) to the vectors of each language."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    found: dict[tuple[str, str, int], dict[str, np.ndarray]] = defaultdict(dict)
    for job in plan.of("runs"):
        if not store.is_done("runs", job.id):
            continue
        path = store.folder("runs", job.id) / "embeddings.safetensors"
        try:
            arrays = load_file(path)
        except (OSError, SafetensorError) as error:
            raise StoreError(
                f"{path} is damaged ({error}). Delete {path.parent} to have it computed again."
            ) from error
        for name, array in arrays.items():
            language, _, layer = name.partition("/")
            found[job.config["representation"], layer, job.config["seed"]][language] = array
    return found


def analyse(store: Store, plan: Plan) -> None:
    """Measure both gaps over the finished runs and write ``gaps.json`` and ``coverage.json``."""
    by_place: dict[tuple[str, str], list[LinguisticGap]] = defaultdict(list)
    languages = plan.config.languages
    for (system, layer, _), vectors in _embeddings(store, plan).items():
        if set(vectors) != set(languages):  # a seed whose runs are not all there yet
            continue
        by_place[system, layer].append(
            linguistic_gap(
                {code: vectors[code] for code in languages},
                system=system,
                layer=layer,
                corpus=plan.config.parallel.name,
                n_permutations=0,  # the floor from exact moments over all pairings
            )
        )
    linguistic = [mean_over_seeds(gaps) for gaps in by_place.values()]
    write_json(
        store.root / "gaps.json",
        {
            "performance": [gap.to_dict() for gap in performance_gaps(scores(store, plan))],
            "linguistic": [gap.to_dict() for gap in linguistic],
        },
    )
    coverage = {}
    for job in plan.of("runs"):
        record = store.record("runs", job.id)
        for row in (record or {}).get("coverage", []):
            coverage[row["language"], row["backend"]] = row
    write_json(store.root / "coverage.json", list(coverage.values()))
