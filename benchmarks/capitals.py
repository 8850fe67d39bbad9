"""Names in phonemes with and without their capitals, beside letters.

    python benchmarks/capitals.py ../shared/data --write docs/reference/capitals.md

Sounds have no letter case, and names are told by it. Matched encoders over subwords, characters,
phonemes, and phonemes with marks of capitals (`case: mark`) are pre-trained on the training parts
of named-entity corpora in French, Italian, Swahili and Ukrainian, and fine-tuned in each. Stated
before the first run: the question is how much of the difference between characters and phonemes the
marks take away. If interrupted, it resumes; `--show` writes what is there.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matched import page
from study import carry_out, options, put

LANGUAGES = ("fra", "ita", "swa", "ukr")


def plan(data: Path, seeds: int) -> dict[str, Any]:
    """The experiment."""
    names = {"name": "ner", "path": str(data / "ner"), "options": {"foreign": "drop"}}
    return {
        "name": "Names and capitals",
        "task": "ner",
        "languages": LANGUAGES,
        "corpus": names,
        "representations": [
            {"name": "subword", "options": {"vocabulary_size": 8000}},
            {"name": "character"},
            {"name": "phoneme"},
            {"name": "phoneme", "label": "phoneme, capitals", "options": {"case": "mark"}},
        ],
        "encoder": {
            "hidden_size": 96, "layers": 2, "heads": 4, "feed_forward_size": 384,
            "max_units": 256, "dropout": 0.0,
        },
        "pretraining": {
            "text": names,
            "training": {
                "steps": 800, "batch_size": 32, "learning_rate": 2e-3, "schedule": "linear",
            },
            "mask_share": 0.25,
        },
        "finetuning": {"steps": 400, "batch_size": 16, "learning_rate": 1e-3},
        "seeds": list(range(seeds)),
    }  # fmt: skip


def main() -> None:
    """Run what is not done and write the page."""
    about = (__doc__ or "").split("\n\n", 2)[2]
    parser = options(__doc__ or "", "capitals")
    parser.add_argument("data", type=Path, help="with ner")
    given = parser.parse_args()
    for seeds in () if given.show else range(1, given.seeds + 1):  # all before another seed
        carry_out(plan(given.data, seeds), given.out, given)
    said = f"Written by `python benchmarks/capitals.py`. {' '.join(about.split())}"
    put(page(given.out, "Names and capitals", said), given.write)


if __name__ == "__main__":
    main()
