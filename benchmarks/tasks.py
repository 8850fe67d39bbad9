"""Small matched encoders on real data: Hungarian POS, Swahili NER, XNLI from dev to test.

    python benchmarks/tasks.py --data ../shared/data --write docs/reference/tasks-shown.md

If interrupted, it resumes; ``--tasks`` selects what to run now, and the page always shows all
finished runs. The prediction file of each run is read again and must give the stored score.

The figures show that every representation works from text to scores on the same words; the encoders
and their training text are far too small to rank anything.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from lingap.evaluation import score_file
from lingap.experiments import Experiment, Store
from lingap.experiments.analysis import check_same_words, finished_runs
from lingap.experiments.records import RunRecord
from lingap.languages import get_language

REPRESENTATIONS = [
    {"name": "subword", "options": {"vocabulary_size": 3000}},
    {"name": "character"},
    {"name": "phoneme", "options": {"backend": "epitran"}},
]
SIZE = {
    "hidden_size": 64, "layers": 2, "heads": 2, "feed_forward_size": 256, "max_units": 256,
    "dropout": 0.0,
}  # fmt: skip


def plans(data: Path, n_seeds: int) -> dict[str, dict[str, Any]]:
    """The three experiments: name to configuration."""
    ud = {"name": "ud", "path": str(data / "ud-treebanks")}
    ner = {"name": "ner", "path": str(data / "ner"), "options": {"foreign": "drop"}}
    xnli = {
        "name": "xnli", "path": str(data / "xnli" / "XNLI-1.0"), "splits": {"train": "dev"},
        "dev_share": 0.1,
    }  # fmt: skip
    tico = {
        "name": "flores", "path": str(data / "parallel" / "tico19"), "splits": {"train": "devtest"},
    }  # fmt: skip

    def plan(
        name: str, task: str, languages: list[str], corpus: Any, text: Any, steps: int, epochs: int,
        parallel: Any = None,
    ) -> dict[str, Any]:  # fmt: skip
        return {
            "name": name,
            "task": task,
            "languages": languages,
            "corpus": corpus,
            "parallel": parallel,
            "representations": REPRESENTATIONS,
            "encoder": SIZE,
            "pretraining": {
                "text": text,
                "training": {
                    "steps": steps, "batch_size": 32, "learning_rate": 2e-3, "schedule": "linear",
                },
                "mask_share": 0.25,
            },
            "finetuning": {"epochs": epochs, "batch_size": 32, "learning_rate": 1e-3},
            "seeds": list(range(n_seeds)),
        }  # fmt: skip

    names = {"name": "cldr_names"}
    return {
        "pos": plan("Hungarian Szeged, POS", "pos", ["hun"], ud, ud, 150, 5),
        "ner": plan("Swahili, NER", "ner", ["swa"], ner, ner, 150, 3),
        "nli": plan(
            "XNLI, dev to test", "nli", ["eng", "swa", "urd"], xnli, tico, 150, 1, parallel=names
        ),
    }


def check_predictions(folder: Path, run: RunRecord) -> None:
    """Check that the prediction file gives exactly the stored scores of the run."""
    again = score_file(folder / "runs" / run.run_id / "predictions.parquet", run.config.task)
    for score in run.own_scores:
        found = again[score.language]
        assert (found.value, found.n_items) == (score.value, score.n_words), score
        assert score.interval is not None
        assert found.interval == (score.interval.low, score.interval.high), score


def shown(folder: Path, plan: dict[str, Any], runs: Sequence[RunRecord]) -> list[str]:
    """A table of one experiment, from its finished runs."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for run in runs:
        check_predictions(folder, run)
        for score in run.scores:
            found[score.language, score.system].append(
                asdict(score) | {"details": run.details[score.language], "coverage": run.coverage}
            )
    more = {
        "pos": ("macro_f1", "xtreme_span_f1"),
        "ner": ("precision", "recall"),
        "nli": ("recall_entailment", "recall_neutral", "recall_contradiction"),
    }[plan["task"]]
    metric = next(iter(found.values()))[0]["metric"]
    head = [
        "language", "representation", "seeds", f"{metric} × 100", "95 % interval", "Std of seeds",
        *(f"{name} × 100" for name in more),
        "scored", "unspelled", "unknown", "truncated", "of words", "unmapped",
    ]  # fmt: skip
    lines = [f"| {' | '.join(head)} |", f"| {' | '.join('---' for _ in head)} |"]
    systems = [choice["name"] for choice in plan["representations"]]
    for language in plan["languages"]:
        for system in systems:
            rows = found[language, system]
            if not rows:
                continue
            values = np.array([row["value"] for row in rows])
            low, high = (np.mean([row["interval"][end] for row in rows]) for end in ("low", "high"))
            counts = rows[0]["counts"]
            mine = [row for row in rows[0]["coverage"] if row["language"] == language]
            unmapped = sum(sum(row["unmapped"].values()) for row in mine)
            spread = f"{100 * values.std(ddof=1):.2f}" if len(values) > 1 else "–"
            details = [np.mean([row["details"].get(name, 0.0) for row in rows]) for name in more]
            cells = [
                get_language(language).name, system, str(len(rows)), f"{100 * values.mean():.2f}",
                f"{100 * low:.2f} to {100 * high:.2f}", spread,
                *(f"{100 * value:.2f}" for value in details),
                str(rows[0]["n_words"]), str(counts.get("words_unspelled", 0)),
                str(counts["words_unknown"]), str(counts["words_truncated"]), str(counts["words"]),
                str(unmapped) if mine else "–",
            ]  # fmt: skip
            lines.append(f"| {' | '.join(cells)} |")
    path = folder / "gaps.json"
    gaps = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if gaps.get("outputs"):
        pairs = [("eng", other) for other in plan["languages"][1:]]
        lines += [
            "",
            "| representation | "
            + " | ".join(f"Sinkhorn distance × 1000, {a}–{b}" for a, b in pairs)
            + " |",
            "| --- |" + " --- |" * len(pairs),
        ]
        for gap in gaps["outputs"]:
            place = {code: i for i, code in enumerate(gap["languages"])}
            far = [1000 * gap["distance"][place[a]][place[b]] for a, b in pairs]
            lines.append(f"| {gap['system']} | " + " | ".join(f"{v:.3f}" for v in far) + " |")
    return lines


def main() -> None:
    """Run what is not done and write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, required=True, help="ud-treebanks, ner, xnli, parallel"
    )
    parser.add_argument("--out", type=Path, default=Path("tasks-shown"), help="experiments' folder")
    parser.add_argument("--write", type=Path, help="page to write")
    parser.add_argument("--tasks", default="pos,ner,nli", help="what to run, separated by commas")
    parser.add_argument("--seeds", type=int, default=3, help="number of seeds")
    parser.add_argument("--workers", type=int)
    parser.add_argument("--show", action="store_true", help="write finished runs, run nothing")
    given = parser.parse_args()
    page = [
        "# Tasks shown on real data",
        "",
        "Written by `python benchmarks/tasks.py`. Three matched encoders "
        f"({SIZE['layers']} layers of width {SIZE['hidden_size']}, 150 steps of masked language "
        "modelling) fine-tuned in the language they are scored in. Figures are means over seeds; "
        "the interval is the 95 % bootstrap over test sentences or pairs, its ends averaged over "
        "seeds. *Scored* is the number of words (pairs for NLI), the same for every "
        "representation; the next four columns count words of the test text: without a spelling, "
        "without a known unit, truncated, all. *Unmapped* counts its characters that no rule of "
        "the phonemizer covers.",
        "",
        "The encoders and their training text are tiny: the tables show that each representation "
        "works from text to scores on the same words, not which one is best.",
    ]
    for task, plan in plans(given.data, given.seeds).items():
        experiment, folder = Experiment(plan), given.out / task
        run_now = task in given.tasks.split(",") and not given.show
        failures = experiment.run(folder, n_workers=given.workers).failures if run_now else ()
        for failure in failures:
            print(failure)
        if failures:
            raise SystemExit(f"{len(failures)} runs of {task} failed; call again to retry them.")
        runs = finished_runs(Store(folder), experiment.plan())
        check_same_words(runs)
        if not runs:
            page += ["", f"## {plan['name']}", "", "Not run here."]
            continue
        about = {
            "pos": "UD Hungarian-Szeged, its own train, dev and test; pre-training on train.",
            "ner": "MasakhaNER Swahili (PER, LOC, ORG; DATE dropped); pre-training on train.",
            "nli": "XNLI: trained on nine tenths of dev, epoch selected on one tenth, scored on "
            "all of test; pre-training on TICO-19 in the three languages.",
        }[task]
        page += [
            "",
            f"## {plan['name']}",
            "",
            about,
            "",
            *shown(folder, plan, runs),
        ]
        print("\n".join(page[-12:]), flush=True)
    if given.write is not None:
        given.write.write_text("\n".join(page) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
