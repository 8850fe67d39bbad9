"""The report's and the explorer's figures: time, memory and size of a large experiment's page.

    python benchmarks/report.py            # 12 languages × 3 representations × 15 seeds × 3 tasks
    python benchmarks/report.py --seeds 3  # smaller

The store is invented (no training), read from disk and written as a page in a process of its own,
whose peak memory is given. The explorer is started the way a user starts it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from lingap.experiments.config_parts import CorpusChoice, RepresentationSettings
from lingap.experiments.projecting import draw_projections
from lingap.experiments.records import ItemCounts, PlannedJob, PlanRecord, RunRecord
from lingap.experiments.specs import RunSpec
from lingap.experiments.stored import StoredExperiment
from lingap.gap import linguistic_gap, performance_gaps
from lingap.records import Interval, Score
from lingap.training.settings import TrainingSettings

LANGUAGES = ("eng", "fra", "rus", "ita", "hun", "ukr", "kor", "tur", "fin", "hin", "swa", "urd")
SYSTEMS = ("character", "subword", "phoneme")
TASKS = {"ner": "span_f1", "pos": "accuracy", "nli": "accuracy"}
LINE = {"text": "Paris is the capital of France.", "language": "eng", "backends": ["gruut-lang-en"]}


def make_store(root: Path, n_seeds: int) -> None:
    """Runs with curves and scores, gaps, and vectors of 300 parallel sentences."""
    rng = np.random.default_rng(0)
    rows, planned = [], []
    for task, metric in TASKS.items():
        for system in SYSTEMS:
            for language in LANGUAGES:
                for seed in range(n_seeds):
                    value = float(rng.uniform(0.7, 0.9))
                    run_id = f"{task}{system[0]}{language}{seed:02}"
                    ends = Interval(value - 0.01, value + 0.01, 0.95, "bootstrap")
                    rows.append(
                        Score(system, task, language, metric, value, seed, 9000, {}, ends, run_id)
                    )
                    record = invented_run(rows[-1])
                    write(root / "runs" / run_id / "run.json", record.model_dump(mode="json"))
                    planned.append(PlannedJob(id=run_id, title=run_id, config=record.config))
    base = rng.normal(size=(300, 64))
    similarity = [
        linguistic_gap(
            {code: base + rng.normal(size=base.shape) for code in LANGUAGES},
            system=system, layer=layer, corpus="parallel", n_permutations=0,
        ).to_dict()
        for system in SYSTEMS for layer in ("input", "last")
    ]  # fmt: skip
    gaps = [gap.to_dict() for gap in performance_gaps(rows, n_resamples=500)]
    write(root / "gaps.json", {"performance": gaps, "linguistic": similarity})
    config = {"name": "Large", "task": "ner", "languages": LANGUAGES, "parallel": {"name": "none"}}
    plan = PlanRecord(config=config, runs=tuple(planned))
    write(root / "experiment.json", plan.model_dump(mode="json"))
    for system in SYSTEMS:
        for language in LANGUAGES:
            vectors = (base + rng.normal(size=base.shape)).astype(np.float32)
            path = root / "runs" / f"ner{system[0]}{language}00" / "embeddings.safetensors"
            save_file({f"{language}/input": vectors}, path)
    draw_projections(StoredExperiment.read(root))


def invented_run(score: Score) -> RunRecord:
    """The record of a run that never was, with a curve of 60 points."""
    settings, languages = TrainingSettings(epochs=4), (score.language,)
    spec = RunSpec(
        recipe="2", languages=LANGUAGES, task=score.task, representation=score.system,
        protocol="in-language", train_languages=languages, test_languages=languages,
        encoder="e1", choice=RepresentationSettings(name=score.system),
        corpus=CorpusChoice(name="cldr"), pooling="mean", seed=score.seed, data={},
        layers=("input",), parallel=None, parallel_languages=(), finetuning=(settings,), trials=(),
    )  # fmt: skip
    curve = (
        {"step": 20 * k, "loss": 3 / (1 + k / 9), "dev": 1 - 1 / (1 + k / 5)} for k in range(60)
    )
    return RunRecord(
        run_id=score.run_id, config=spec, seconds=60.0, history=tuple(curve), scores=(score,),
        details={}, parallel_counts={}, n_items=ItemCounts(train=900, dev=90), n_parameters=10**6,
        settings=settings, labels=("O",),
    )  # fmt: skip


def write(path: Path, content: object) -> None:
    """JSON into a folder that may not be there yet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def page(root: Path) -> None:
    """In a process of its own: the page from the store, with time and peak memory."""
    started = time.perf_counter()
    from lingap.report.export import write_report
    from lingap.report.folder import read_folder

    data = read_folder(root)
    read = time.perf_counter()
    (path,) = write_report(data, root)
    done = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"page of {len(data.runs)} runs: read {read - started:.1f} s, write {done - read:.1f} s, "
        f"{path.stat().st_size / 1e6:.1f} MB, peak memory {peak:.0f} MiB"
    )


def explorer(root: Path) -> None:
    """From the command to the page, and from a sentence to its phonemes."""
    started = time.perf_counter()
    command = [sys.executable, "-u", "-m", "lingap", "explore", str(root), "--port", "18721"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        address = next(word for word in child.stdout.readline().split() if word[:4] == "http")
        urllib.request.urlopen(f"{address}api/start", timeout=60).read()
        ready = time.perf_counter() - started
        times = []
        for at in range(21):
            text = LINE["text"].replace("Paris", f"Paris{'abcdefghijklmnopqrstu'[at]}")
            body = json.dumps({"lines": [{**LINE, "text": text}]}).encode()
            begun = time.perf_counter()
            headers = {"Content-Type": "application/json"}
            urllib.request.urlopen(
                urllib.request.Request(f"{address}api/text", body, headers), timeout=60
            ).read()
            times.append(time.perf_counter() - begun)
    finally:
        child.terminate()
        child.wait()
    later = sorted(times[1:])
    print(
        f"explorer: ready in {ready:.1f} s, first sentence {times[0] * 1000:.0f} ms, later ones "
        f"{later[len(later) // 2] * 1000:.0f} ms (median), {later[-1] * 1000:.0f} ms (slowest)"
    )


def main() -> None:
    """Make the store and measure both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=15)
    parser.add_argument("--page", type=Path, help="only make the page of this folder")
    options = parser.parse_args()
    if options.page:
        page(options.page)
        return
    with tempfile.TemporaryDirectory() as folder:
        make_store(Path(folder), options.seeds)
        subprocess.run([sys.executable, __file__, "--page", folder], check=True)
        explorer(Path(folder))


if __name__ == "__main__":
    main()
