"""Which representation for Swahili, and for Finnish: a trial as a user would run it.

    python benchmarks/swahili.py ../shared/data --write docs/reference/swahili.md

Three matched encoders (subword, character, phoneme) are pre-trained on the training text of
MasakhaNER's Swahili and of Finnish names, and fine-tuned for named entities in each language, six
seeds; scored on all of test. The page holds the report's answer and tables, as they are written for
every experiment. If interrupted, it resumes.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from lingap.report.folder import read_folder
from lingap.report.markdown import table_lines
from lingap.report.result_tables import result_tables
from lingap.report.side_tables import comparison_table
from lingap.report.verdict import answer
from study import carry_out, options, put

ROOT = Path(__file__).resolve().parents[1]
COMMITS = "commits.txt"  # in the experiment's folder: those whose code ran


def plan(data: Path, seeds: int) -> dict[str, Any]:
    """The experiment, as its YAML would say it."""
    ner = {"name": "ner", "path": str(data / "ner"), "options": {"foreign": "drop"}}
    return {
        "name": "Swahili and Finnish",
        "task": "ner",
        "corpus": ner,
        "languages": ["swa", "fin"],
        "representations": [
            {"name": "subword", "options": {"vocabulary_size": 4000}},
            {"name": "character"},
            {"name": "phoneme"},
        ],
        "encoder": {
            "hidden_size": 96, "layers": 2, "heads": 4, "feed_forward_size": 384,
            "max_units": 256, "dropout": 0.0,
        },
        "pretraining": {
            "text": ner,
            "training": {
                "steps": 300, "batch_size": 32, "learning_rate": 2e-3, "schedule": "linear",
            },
            "mask_share": 0.25,
        },
        "finetuning": {"steps": 500, "batch_size": 16, "learning_rate": 1e-3},
        "seeds": list(range(seeds)),
    }  # fmt: skip


def note_commit(folder: Path) -> None:
    """Add the commit that runs now to those that the folder names."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    now = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    folder.mkdir(parents=True, exist_ok=True)
    named = folder / COMMITS
    before = named.read_text("utf-8").split() if named.exists() else []
    named.write_text("\n".join(dict.fromkeys([*before, now.strip()])) + "\n", "utf-8")


def age(folder: Path) -> str:
    """A sentence on the code that computed the numbers."""
    commits = " and ".join(f"`{one}`" for one in (folder / COMMITS).read_text("utf-8").split())
    return f"Its numbers were computed at commit {commits}: changes since then are not in them."


def page(folder: Path, given: dict[str, Any]) -> str:
    """The answer and the tables of the report, from what is stored."""
    data = read_folder(folder)
    done = [run for run in data.runs if run.status == "done"]
    size, training = given["encoder"], given["pretraining"]["training"]
    parts = [
        "# Swahili and Finnish: a trial",
        "Made by `python benchmarks/swahili.py`. "
        f"Encoders of {size['layers']} layers of width {size['hidden_size']}, "
        f"{training['steps']} steps of masked language modelling in batches of "
        f"{training['batch_size']}, {given['finetuning']['steps']} steps of fine-tuning in batches "
        f"of {given['finetuning']['batch_size']}. {len(done)} of {len(data.runs)} runs. "
        "The encoders are tiny: the page shows what an answer looks like, not what a large model "
        "would say.",
        age(folder),
        answer(data),
    ]
    for table in (*result_tables(data), comparison_table(data)):
        if table.rows:
            rows = "\n".join(table_lines(table))
            parts.append(f"## {table.title}\n\n{rows}\n\n{table.caption}".rstrip())
    return "\n\n".join([*parts, *data.notes]) + "\n"


def main() -> None:
    """Run what is not done and write the page."""
    parser = options(__doc__ or "", "swahili")
    parser.add_argument("data", type=Path, help="with ner/swa and ner/fin")
    parser.set_defaults(seeds=6)
    given = parser.parse_args()
    config = plan(given.data, given.seeds)
    if not given.show:
        note_commit(given.out)
        carry_out(config, given.out, given)
    put(page(given.out, config), given.write)


if __name__ == "__main__":
    main()
