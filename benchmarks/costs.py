"""What lingap says of costs before they are paid, against what they were; and two extrapolations.

    python benchmarks/costs.py                    # measures, and prints the page
    python benchmarks/costs.py --write            # writes docs/reference/costs.md
    python benchmarks/costs.py --flores DIR       # lengths of sentences from a folder of FLORES+

Processor time is measured, so that other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import re
import statistics
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "costs.md"
G2P_PAGE = PAGE.with_name("g2p-speed.md")

_TINY = {
    "name": "tiny", "task": "ner", "languages": ["eng", "kor"],
    "corpus": {"name": "cldr", "options": {"train_size": 24, "dev_size": 8, "test_size": 12}},
    "representations": [{"name": "character"}, {"name": "byte"}],
    "encoder": {"hidden_size": 16, "layers": 1, "heads": 2, "feed_forward_size": 32},
    "pretraining": {
        "text": {"name": "cldr_text", "options": {"train_size": 24}},
        "training": {"steps": 4, "batch_size": 16},
    },
    "finetuning": {"epochs": 1, "batch_size": 16},
}  # fmt: skip
_SMALL = _TINY | {
    "name": "small",
    "corpus": {"name": "cldr"},
    "representations": [{"name": "character"}],
    "encoder": {"hidden_size": 64, "layers": 2, "heads": 2, "feed_forward_size": 128},
    "pretraining": {
        "text": {"name": "cldr_text", "options": {"train_size": 400}},
        "training": {"steps": 60, "batch_size": 64},
    },
    "finetuning": {"epochs": 3, "batch_size": 32},
}
_WIDE = _SMALL | {
    "name": "wide",
    "languages": ["eng"],
    "encoder": {"hidden_size": 256, "layers": 4, "heads": 4, "feed_forward_size": 1024},
    "pretraining": _SMALL["pretraining"] | {"training": {"steps": 10, "batch_size": 32}},  # type: ignore[operator]
    "finetuning": {"epochs": 1, "batch_size": 32},
}
_READING = _SMALL | {
    "name": "reading",
    "languages": ["eng", "kor", "fin", "tur"],
    "protocol": "zero-shot",
    "source": "eng",
    "corpus": {"name": "cldr", "options": {"train_size": 100, "dev_size": 50, "test_size": 1500}},
    "parallel": {"name": "cldr_names"},
    "pretraining": _SMALL["pretraining"] | {"training": {"steps": 10, "batch_size": 32}},  # type: ignore[operator]
    "finetuning": {"epochs": 1, "batch_size": 32},
}
"""Scores and parallel text cost more than training."""

FLORES_LANGUAGES, REPRESENTATIONS, SEEDS = 220, 5, 3
SENTENCES, EPOCHS, BATCH = 700, 10, 32  # of each language, as SIB-200 has them
UNITS_A_CHARACTER = {
    "subword": 0.35,
    "character": 1.0,
    "byte": 1.6,
    "phoneme": 0.9,
    "romanized": 1.1,
}
SHAPES = {"2 layers of 128": (128, 2, 512), "12 layers of 768 (BERT-base)": (768, 12, 3072)}
GPU_OPERATIONS = 1e14  # a second, assumed of a current data-centre GPU in bfloat16
WIKIPEDIA_WORDS = 5e9  # running words in all languages, roughly
WIKIPEDIA_LANGUAGES = 100


def main() -> None:
    """Measure, and print or write the page."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true")
    arguments.add_argument("--flores", type=Path)
    given = arguments.parse_args()
    page = "\n".join([*_head(), *_estimates(), *_flores(given.flores), *_wikipedia()]) + "\n"
    if given.write:
        PAGE.write_text(page, encoding="utf-8")
    print(page)


def _head() -> list[str]:
    return [
        "# Costs, before they are paid",
        "",
        "Made by `python benchmarks/costs.py`; one core, also running other work, no GPU, "
        "processor time.",
        "",
        "`lingap run --dry-run` trains a random encoder of each size in the plan for a "
        "second, measures what a part of a batch, a position and a",
        "step cost, and adds up steps, dev and test scores, parallel text and a fixed time for "
        "each job. "
        "Once jobs are done, the rest is scaled by their times; while an",
        "experiment runs, the time that remains is scaled likewise.",
        "",
    ]


def _estimates() -> list[str]:
    from lingap.experiments import Experiment, engine
    from lingap.experiments.cost import Lengths, job_seconds
    from lingap.experiments.speed import measured_speed

    rows = []
    took: dict[str, float] = {}
    run_job = engine.run_job

    def timed(job: Any, *others: Any) -> Any:
        begun = time.process_time()
        result = run_job(job, *others)
        took[job.id] = time.process_time() - begun
        return result

    engine.run_job = timed
    speed = cache(measured_speed)
    with tempfile.TemporaryDirectory() as folder:
        Experiment(_TINY | {"name": "first"}).run(Path(folder) / "first", n_workers=0)  # warm-up
        for config in (_TINY, _SMALL, _WIDE, _READING):
            experiment = Experiment(config)
            plan = experiment.plan()
            encoders = {job.id: job for job in plan.of("pretraining")}
            lengths = Lengths()
            told = {job.id: job_seconds(job, encoders, lengths, speed) for job in plan.jobs}
            took.clear()
            experiment.run(Path(folder) / str(config["name"]), plan=plan, n_workers=0)
            for kind in ("pretraining", "runs"):
                ids = [job.id for job in plan.of(kind)]
                said, true = sum(told[i] for i in ids), sum(took[i] for i in ids)
                encoder = experiment.config.encoder
                assert encoder is not None
                size = f"{encoder.layers} × {encoder.hidden_size}"
                rows.append(
                    f"| {config['name']}, {kind} | {len(ids)} | {size} | {said:.1f} | "
                    f"{true:.1f} | {said / true:.2f} |"
                )
    engine.run_job = run_job
    return [
        "## Told and true",
        "",
        "Seconds of one core for the jobs of four experiments, told by the dry run and taken.",
        "",
        "| experiment, jobs | jobs | layers × width | told | true | ratio |",
        "| --- | ---: | --- | ---: | ---: | ---: |",
        *rows,
        "",
    ]


def _flores(folder: Path | None) -> list[str]:
    from lingap.experiments.speed import measured_speed

    characters, source = 130.0, "assumed"
    if folder is not None:
        means = []
        for path in sorted(folder.iterdir()):
            lines = path.read_text(encoding="utf-8").splitlines()
            means.append(statistics.mean(map(len, lines)))
        characters, source = statistics.mean(means), f"the mean of {len(means)} languages"
    n_runs = FLORES_LANGUAGES * REPRESENTATIONS * SEEDS
    steps = EPOCHS * -(-SENTENCES // BATCH)
    lines = [
        "## An estimate: FLORES+ in 220 languages",
        "",
        f"{FLORES_LANGUAGES} languages × {REPRESENTATIONS} representations × {SEEDS} seeds are"
        f" {n_runs:,} fine-tunings, each of {SENTENCES} sentences in {EPOCHS} epochs and",
        f"batches of {BATCH}: {steps} steps. A sentence has {characters:.0f} characters "
        f"({source}); units a character are assumed: "
        + ", ".join(f"{name} {ratio:g}" for name, ratio in UNITS_A_CHARACTER.items())
        + ".",
        "A run is its steps as measured on this core (first columns), or its operations (six "
        "per weight and unit) over an assumed",
        f"{GPU_OPERATIONS:.0e} a second of a GPU. Scores and data are a tenth on top. Neither "
        "was run.",
        "",
        "| encoder | a run, core | all, core hours | operations of all | all, GPU hours "
        "(assumed rate) |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, (width, layers, inner) in SHAPES.items():
        fast = measured_speed(width, layers, inner)
        weights = layers * (4 * width**2 + 2 * width * inner)
        seconds = operations = 0.0
        for ratio in UNITS_A_CHARACTER.values():
            units = round(characters * ratio)
            seconds += steps * (fast.training_step([units] * BATCH) + 0.003) * 1.1
            operations += 6.0 * weights * units * SENTENCES * EPOCHS * 1.1
        runs_each = FLORES_LANGUAGES * SEEDS
        lines.append(
            f"| {name} | {seconds / REPRESENTATIONS:,.0f} s | {runs_each * seconds / 3600:,.0f} | "
            f"{runs_each * operations:.1e} | {runs_each * operations / GPU_OPERATIONS / 3600:,.1f}"
            " |"
        )
    return [
        *lines,
        "",
        "Small encoders do not reach that rate: a run also takes some three milliseconds a "
        "step and a start, "
        f"{n_runs * (steps * 0.003 + 0.3) / 3600:,.1f} hours in all, which `--gpu-share` "
        "divides by the jobs on one GPU.",
        "",
    ]


def _wikipedia() -> list[str]:
    rows = re.findall(
        r"^\| (\w{3}) \| [\d,]+ \| ([\d,]+) \|.*?\| ([\d,]+) \|.*"
        r"\| ([\d,]+), ([\d,]+) \| [\d.]+ \|$",
        G2P_PAGE.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert rows, "the page of G2P speed has another table"
    number = lambda text: float(text.replace(",", ""))  # noqa: E731
    warm = [number(row[2]) for row in rows]
    auto_cold, auto_warm = [number(row[3]) for row in rows], [number(row[4]) for row in rows]
    # Cold speed is over all words of a text; a new word costs the difference, per word of the text.
    words = WIKIPEDIA_WORDS
    hours = words / statistics.harmonic_mean(warm) / 3600
    auto = words / statistics.harmonic_mean(auto_warm) / 3600
    extra = [1e6 * (1 / cold - 1 / kept) for cold, kept in zip(auto_cold, auto_warm, strict=True)]
    once = WIKIPEDIA_LANGUAGES * statistics.mean(extra) / 3600
    return [
        "## An estimate: G2P of Wikipedia",
        "",
        f"Some {words / 1e9:g} billion running words in {WIKIPEDIA_LANGUAGES} languages (an "
        "assumption), at the speeds of "
        f"[the page of G2P speed](g2p-speed.md) on two cores ({', '.join(row[0] for row in rows)};"
        " harmonic mean).",
        "",
        "| part | arithmetic | hours on two cores |",
        "| --- | --- | ---: |",
        f"| known words, `epitran` | {words:.0e} / {statistics.harmonic_mean(warm):,.0f} a "
        f"second | {hours:,.1f} |",
        f"| known words, `auto` | {words:.0e} / {statistics.harmonic_mean(auto_warm):,.0f} a "
        f"second | {auto:,.1f} |",
        f"| new words, `auto`, once | {WIKIPEDIA_LANGUAGES} languages × the extra time of a "
        f"first million words, {statistics.mean(extra):,.0f} s | {once:,.1f} |",
        "",
        "New words grow with less than the text (Heaps' law, an exponent of 0.65 in `lingap "
        "phonemize --dry-run`), and the word cache keeps",
        "them: of a second billion words few are new. Time falls with the cores; a folder of "
        "files is spread with `--engine ray`.",
    ]


if __name__ == "__main__":
    main()
