"""Matched encoders over four representations, on real text: parts of speech and names.

    python benchmarks/matched.py ../shared/data --write docs/reference/matched-encoders.md

Encoders that differ in nothing but the representation (characters, subwords, phonemes, phonemes by
articulatory features) are pre-trained on parallel text (PUD, TICO-19) and the training part of
UD's dev files, then fine-tuned in each language for parts of speech (ten languages) and named
entities (eight). The samples have no training files for most languages, so every language is
trained on nine tenths of its dev file, with the epoch selected on the last tenth, and scored on all
of test. If interrupted, it resumes.
"""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

from lingap.errors import MetricError
from lingap.evaluation import read_predictions
from lingap.metrics import compare_over_sentences, f1_of_sums, holm, span_f1
from lingap.report.folder import read_folder
from lingap.report.markdown import table_lines
from lingap.report.result_tables import result_tables
from lingap.report.side_tables import comparison_table, pretraining_table
from lingap.report.summary import RunRow
from lingap.report.verdict import answer
from lingap.tasks.scoring import right_and_wrong
from study import carry_out, options, put

POS = ("eng", "fra", "rus", "ita", "hun", "ukr", "kor", "tur", "fin", "urd")
NER = ("eng", "fra", "hun", "ita", "kor", "fin", "ukr", "swa")
PUD = ("eng", "fra", "rus", "ita", "kor", "tur", "fin", "hin")
TICO = ("eng", "fra", "rus", "hin", "swa", "urd")


def plan(
    data: Path, n_seeds: int, steps: int, epochs: int, tasks: tuple[str, ...]
) -> dict[str, Any]:
    """The experiment. NER takes four times the optimizer steps: most words are not names."""
    tuning = {"epochs": epochs, "batch_size": 32, "learning_rate": 1e-3}
    carved = {"splits": {"train": "dev"}, "dev_share": 0.1}
    ud = {"name": "ud", "path": str(data / "ud-treebanks"), **carved}

    def lines(name: str, languages: tuple[str, ...]) -> dict[str, Any]:
        return {
            "name": "flores", "path": str(data / "parallel" / name),
            "splits": {"train": "devtest"}, "languages": languages,
        }  # fmt: skip

    found: dict[str, Any] = {
        "name": "Matched encoders on real text",
        "languages": sorted({*POS, *NER, *PUD, *TICO}, key=(*POS, *NER, *PUD, *TICO).index),
        "tasks": [
            {"task": "pos", "corpus": ud, "languages": POS},
            {
                "task": "ner",
                "corpus": {
                    "name": "ner", "path": str(data / "ner"), "options": {"foreign": "drop"},
                    **carved,
                },
                "languages": NER,
                "finetuning": {**tuning, "batch_size": 8},
            },
        ],
        "parallel": {"name": "flores", "path": str(data / "parallel" / "pud")},
        "parallel_languages": PUD,
        "representations": [
            {"name": "subword", "options": {"vocabulary_size": 8000}},
            {"name": "character"},
            {"name": "phoneme", "options": {"backend": "epitran"}},
            {"name": "articulatory", "options": {"backend": "epitran"}},
        ],
        "encoder": {
            "hidden_size": 96, "layers": 2, "heads": 4, "feed_forward_size": 384,
            "max_units": 256, "dropout": 0.0,
        },
        "pretraining": {
            "text": [{**ud, "languages": POS}, lines("pud", PUD), lines("tico19", TICO)],
            "training": {
                "steps": steps, "batch_size": 32, "learning_rate": 2e-3, "schedule": "linear",
            },
            "mask_share": 0.25,
        },
        "finetuning": tuning,
        "seeds": list(range(n_seeds)),
    }  # fmt: skip
    found["tasks"] = [task for task in found["tasks"] if task["task"] in tasks]
    return found


def page(folder: Path, title: str, said: str) -> str:
    """The tables, from what is stored."""
    data = read_folder(folder)
    done = [run for run in data.runs if run.status == "done"]
    seconds = sum(run.seconds or 0 for run in done) + sum(
        row.seconds or 0 for row in data.pretraining
    )
    parts = [
        f"# {title}",
        f"{said} {len(done)} of {len(data.runs)} runs, {seconds / 3600:.1f} hours of one core in "
        "total.",
        answer(data),
    ]
    tables = [pretraining_table(data), *result_tables(data), comparison_table(data)]
    for table in tables:
        if table.rows:
            rows = "\n".join(table_lines(table))
            parts.append(f"## {table.title}\n\n{rows}\n\n{table.caption}".rstrip())
    parts += data.notes
    parts.append(sentence_tests(folder, done))
    return "\n\n".join(parts) + "\n"


def sentence_tests(folder: Path, done: list[RunRow]) -> str:
    """Test for each seed whether A's mean RPD is below B's, by exchanging test sentences."""
    counts: dict[tuple[str, int], dict[str, dict[str, Any]]] = {}
    for run in done:
        if run.task not in ("pos", "ner"):
            continue
        found = read_predictions(folder / "runs" / run.run_id / "predictions.parquet")
        of_seed = counts.setdefault((run.task, run.seed), {}).setdefault(run.system, {})
        of_seed[run.languages[0]] = (
            right_and_wrong(found)
            if run.task == "pos"
            else span_f1([p.gold for p in found], [p.predicted for p in found]).counts
        )
    rows, tests, undefined = [], [], []
    for (task, seed), systems in sorted(counts.items()):
        for a, b in combinations(systems, 2):
            if list(systems[a]) != list(systems[b]):
                continue
            row = (task, seed, a, b)
            try:
                test = compare_over_sentences(systems[a], systems[b], f1_of_sums, seed=seed)
            except MetricError:
                undefined.append(row)
            else:
                rows.append(row)
                tests.append(test)
    table = ["| Task | Seed | A | B | A − B | p |", "| :--- | ---: | :--- | :--- | ---: | ---: |"]
    for row, test, p in zip(rows, tests, holm([t.p_value for t in tests]), strict=True):
        assert test.interval is not None
        ends = f"\\[{test.interval.low:+.2f}, {test.interval.high:+.2f}\\]"
        told = " | ".join(map(str, row))
        table.append(f"| {told} | {test.difference:+.2f} {ends} | {p:.3f} |")
    parts = [
        "## Performance gaps compared over test sentences",
        "Mean RPD of A minus that of B, in percentage points, and the p-value of no difference, "
        "Holm-adjusted over all rows. For single seeds: exchanging test sentences tests whether "
        "the two differ on other sentences, not whether they would after another training.",
        "\n".join(table),
    ]
    if undefined:
        left_out = "; ".join(f"{task}, seed {seed}, {a} and {b}" for task, seed, a, b in undefined)
        parts.append(
            f"Not compared, since two languages score 0 in one or in an exchange: {left_out}."
        )
    return "\n\n".join(parts) if rows else ""


def main() -> None:
    """Run what is not done and write the page."""
    parser = options(__doc__ or "", "matched")
    parser.add_argument("data", type=Path, help="ud-treebanks, ner, parallel")
    parser.add_argument(
        "--tasks", default="pos,ner", help="separated by commas; encoders are shared"
    )
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--epochs", type=int, default=3)
    given = parser.parse_args()
    tasks = tuple(given.tasks.split(","))
    config = plan(given.data, given.seeds, given.steps, given.epochs, tasks)
    if not given.show:
        carry_out(config, given.out, given)
    about = config["encoder"]
    said = (
        "Written by `python benchmarks/matched.py`. "
        f"{about['layers']} layers of width {about['hidden_size']}, "
        f"{given.steps} steps of masked language modelling over the "
        "same text (PUD, TICO-19, and the part of UD's dev files that is trained on; the one train "
        "file of the sample, Hungarian, is left out, so that languages are treated alike), then "
        "fine-tuned for each task in each language on nine tenths of its dev file "
        f"({given.epochs} epochs, the best chosen on the last tenth; batches of "
        "32 for parts of speech, of 8 for names) and scored "
        f"on all of test; {given.seeds} seeds of fine-tuning."
    )
    text = page(given.out, "Matched encoders on real text", said)
    put(text, given.write)
    (given.out / "plan.json").write_text(json.dumps(config, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
