"""One small experiment of invented scores: written as experiments write, read as a report reads."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import stored_records
from lingap.experiments.records import BeforeAndAfter, PlannedJob, PlanRecord
from lingap.experiments.store import Store
from lingap.experiments.stored import GAPS
from lingap.gap import GapResults, compare_gaps, linguistic_gap, performance_gaps
from lingap.records import Interval, Score
from lingap.report.folder import read_folder
from lingap.report.summary import ReportData
from lingap.storage.json_file import write_json

LANGUAGES = ("eng", "fra", "rus", "kor", "tur", "fin", "hin", "urd")
SYSTEMS = ("character", "subword", "phoneme")
HOSTILE = "<script>window.hacked = true</script>"
LINK = "<a href='javascript:window.hacked = true'>x</a>"
TEXTS = {
    "eng": ("South Korea", HOSTILE, "Thursday"),
    "kor": ("대한민국", LINK, "목요일"),
    "hin": ("दक्षिण कोरिया", "जर्मनी", "गुरुवार"),
    "urd": ("جنوبی کوریا", "جرمنی", "جمعرات"),
}


def make_scores(seeds: int = 3, spread: float = 0.05) -> list[Score]:
    rng = np.random.default_rng(0)
    rows = []
    for system_at, system in enumerate(SYSTEMS):
        for at, language in enumerate(LANGUAGES):
            for seed in range(seeds):
                value = 0.8 + spread * math.sin(at * 1.7 + system_at) + rng.normal() * 0.01
                ends = Interval(value - 0.02, value + 0.02, 0.95, "bootstrap over sentences")
                rows.append(Score(system, "ner", language, "span_f1", value, seed, 900, {}, ends))
    return rows


def make_embeddings(noise: float, n: int = 60, width: int = 16) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    base = rng.normal(size=(n, width))
    return {code: base + noise * rng.normal(size=(n, width)) for code in LANGUAGES}


def make_history(at: int) -> tuple[dict, ...]:
    return tuple(
        {
            "step": step,
            "learning_rate": 1e-3 * (1 - step / 200),
            "loss": 2.0 * math.exp(-step / 60) + 0.02 * at,
            "dev_span_f1": 1 - math.exp(-step / 50),
        }
        for step in range(0, 201, 20)
    )


def make_records() -> list:
    """Encoders; a run for each score; one more run that failed."""
    found = [
        stored_records.pretrain_record(
            f"encoder{system[0]}", config=stored_records.pretrain_spec(system), representation=system,
            n_parameters=1_234_567 + at, vocabulary_size=300 * (at + 1), seconds=61.0,
            heldout_bits_per_character=BeforeAndAfter(before=4.0, after=2.1 - 0.2 * at),
            history=tuple({"step": s, "loss": 5 / (1 + s / 50), "bits_per_character": 3 / (1 + s / 50)} for s in range(0, 300, 30)),
        )
        for at, system in enumerate(SYSTEMS)
    ]  # fmt: skip
    found += [
        stored_records.run_record(
            f"run{score.system[0]}{score.language}{score.seed}",
            stored_records.run_spec(score.system, (score.language,), seed=score.seed),
            scores=(score,), seconds=12.5, history=make_history(LANGUAGES.index(score.language)),
        )
        for score in make_scores()
    ]  # fmt: skip
    spec = stored_records.run_spec("character", ("fra",), seed=3)
    reason = f"the loss is no number {HOSTILE}"
    return [*found, stored_records.failed_record("runcfra3", spec, reason)]


COVERAGE = (
    ("eng", "gruut-lang-en", 4210, 1450, 0, {}, 0, {}),
    ("kor", "epitran", 2600, 1270, 1, {"中": 1}, 1, {"中": ["中國"]}),
    ("hin", "epitran", 3120, 1211, 0, {"ॉ": 7}, 7, {"ॉ": ["डॉलर"]}),
    ("urd", "epitran", 3300, 1190, 2, {"ۂ": 12, "ۓ": 4, "<": 1}, 17, {"ۂ": ["مکۂ"], "<": [HOSTILE]}),
)  # fmt: skip


def write_experiment(root: Path) -> None:
    """A folder as an experiment leaves it, with a run that failed and one that has not ended."""
    store = Store(root)
    records = make_records()
    for record in records:
        store.commit(record.config.kind, record.run_id, lambda folder, record=record: record)
    jobs = [PlannedJob(id=record.run_id, title="x", config=record.config) for record in records]
    later = stored_records.run_spec("character", ("tur",), seed=3)
    plan = PlanRecord(
        config={"name": f"Names in eight languages {HOSTILE}", "seeds": [0, 1, 2], "note": LINK},
        pretraining=tuple(job for job in jobs if job.config.kind == "pretraining"),
        runs=(*(job for job in jobs if job.config.kind == "runs"), PlannedJob(id="runctur3", title="x", config=later)),
        versions={"lingap": "0.1.0", "numpy": "2.4.6"},
        planned="2026-11-03T10:00:00+00:00",
    )  # fmt: skip
    write_json(root / "experiment.json", plan.model_dump(mode="json"))
    linguistic = tuple(
        linguistic_gap(
            make_embeddings(noise),
            system=system,
            layer=layer,
            corpus="CLDR names",
            n_permutations=20,
        )
        for layer, factor in (("input", 1.0), ("last", 0.6))
        for system, noise in zip(SYSTEMS, (1.6 * factor, 1.2 * factor, 0.8 * factor), strict=True)
    )
    scores = make_scores()
    gaps = GapResults(
        performance=tuple(performance_gaps(scores, n_resamples=200)),
        comparisons=tuple(compare_gaps(scores, n_resamples=200)),
        linguistic=linguistic,
    )
    write_json(root / GAPS, gaps.with_correlations().to_dict())
    names = ("language", "backend", "words", "types", "empty_words", "unmapped", "words_with_unmapped", "examples")  # fmt: skip
    rows = [{"task": "ner", "system": "phoneme", **dict(zip(names, row, strict=True))} for row in COVERAGE]  # fmt: skip
    write_json(root / "coverage.json", rows)
    rng = np.random.default_rng(2)
    drawn = [
        {
            "system": system, "layer": "input", "method": "t-SNE", "texts": TEXTS,
            "points": [
                {"language": code, "row": row, "x": rng.normal(), "y": rng.normal()}
                for code in TEXTS for row in range(3)
            ],
        }
        for system in ("character", "phoneme")
    ]  # fmt: skip
    write_json(root / "projection.json", drawn)


@pytest.fixture(scope="session")
def data(tmp_path_factory) -> ReportData:
    root = tmp_path_factory.mktemp("experiment")
    write_experiment(root)
    found = read_folder(root)
    assert found.miniature
    assert not found.notes
    return found


@pytest.fixture(scope="session")
def make(data):
    """The maker of that experiment's report, whose parts a test may change."""
    return lambda **changes: replace(data, **changes)
