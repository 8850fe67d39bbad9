"""Matched encoders on whole treebanks: parts of speech, with Epitran's phonemes and those of auto.

    python benchmarks/whole_treebanks.py ../shared/data --write docs/reference/whole-treebanks.md

The table of parts of speech of `matched.py`, trained on training parts instead of dev files, in the
eight languages that have one: English EWT, French GSD, Russian Taiga, Italian ParTUT, Hungarian
Szeged, Korean GSD, Turkish IMST, and Ukrainian ParlaMint, which has no test part and is scored on
its dev part. A tenth of each training part (every tenth sentence) selects the best weights.
Every language gets the same number of optimizer steps, so the larger ones are seen in part.
Text of pre-training: PUD, TICO-19, and at most 1,500 sentences of each training part.
Stated before the first run: the question is whether the mean RPD with the phonemes of `auto`, the
back end measured best for each language, is below that with Epitran's.
If interrupted, it resumes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lingap.corpora import load_corpus
from lingap.records import Sentence
from matched import PUD, TICO, page
from matched import plan as plan_of_dev_files
from study import carry_out, options, put

UD = {
    "rus": "UD_Russian-Taiga", "ita": "UD_Italian-ParTUT", "hun": "UD_Hungarian-Szeged",
    "ukr": "UD_Ukrainian-ParlaMint", "kor": "UD_Korean-GSD", "tur": "UD_Turkish-IMST",
}  # fmt: skip
"""Language to its folder of CoNLL-U files; the others are there in two columns."""
COLUMNS = ("eng", "fra")
LANGUAGES = ("eng", "fra", "rus", "ita", "hun", "ukr", "kor", "tur")
MOST_OF_TEXT = 1500
REPRESENTATIONS: tuple[dict[str, Any], ...] = (
    {"name": "subword", "options": {"vocabulary_size": 8000}},
    {"name": "phoneme", "label": "phoneme, Epitran", "options": {"backend": "epitran"}},
    {"name": "phoneme", "label": "phoneme, auto"},
    {"name": "character"},
)


def write_columns(sentences: Iterable[Sentence], path: Path) -> None:
    """A word, a tab and its tag on a line."""
    text = "\n\n".join(
        "\n".join(f"{word}\t{tag}" for word, tag in zip(one.words, one.labels or (), strict=True))
        for one in sentences
    )
    path.write_text(text + "\n", encoding="utf-8")


def prepare(data: Path, folder: Path) -> Path:
    """All treebanks in two columns, split alike; returns the description that lingap reads."""
    folder.mkdir(parents=True, exist_ok=True)
    given = folder / "given.yaml"
    given.write_text(
        json.dumps(
            {
                "name": "given", "task": "pos", "format": "conll",
                "path": str((data / "pos").resolve() / "{iso3}" / "{split}.txt"),
                "options": {"scheme": "none", "delimiter": "space"},
            }
        ),
        encoding="utf-8",
    )  # fmt: skip
    for code in LANGUAGES:
        own = folder / code
        own.mkdir(exist_ok=True)
        if code in COLUMNS:
            read = {part: [*load_corpus(str(given), language=code, split=part)]
                    for part in ("train", "test")}  # fmt: skip
        else:
            place = data / "ud-with-train" / UD[code]
            tested = "dev" if code == "ukr" else "test"
            read = {
                part: [*load_corpus("ud", language=code, split=of, path=place)]
                for part, of in (("train", "train"), ("test", tested))
            }
        dev = read["train"][::10]
        train = [one for at, one in enumerate(read["train"]) if at % 10]
        step = max(1, len(train) // MOST_OF_TEXT)
        for part, sentences in {"train": train, "dev": dev, "test": read["test"]}.items():
            write_columns(sentences, own / f"{part}.txt")
        lines = [" ".join(one.words) for one in train[::step][:MOST_OF_TEXT]]
        (folder / f"{code}.train.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return describe_columns(folder)


def describe_columns(folder: Path) -> Path:
    """The description of a folder of :func:`write_columns`, a folder a language."""
    made = folder / "treebanks.yaml"
    made.write_text(
        json.dumps(
            {
                "name": "treebanks", "task": "pos", "format": "conll",
                "path": "{iso3}/{split}.txt",
                "options": {"scheme": "none", "delimiter": "tab"},
            }
        ),
        encoding="utf-8",
    )  # fmt: skip
    return made


def plan(data: Path, treebanks: Path, seeds: int, steps: int, tuning: int) -> dict[str, Any]:
    """The experiment of `matched.py` with other treebanks, representations and lengths."""
    found = plan_of_dev_files(data, seeds, steps, 1, ("pos",))
    _, *lines = found["pretraining"]["text"]
    found["pretraining"]["text"] = [
        {"name": "text", "path": str(treebanks.parent), "languages": LANGUAGES}, *lines
    ]  # fmt: skip
    return found | {
        "name": "Matched encoders on whole treebanks",
        "languages": sorted({*LANGUAGES, *PUD, *TICO}, key=(*LANGUAGES, *PUD, *TICO).index),
        "tasks": [
            {"task": "pos", "corpus": {"name": str(treebanks.resolve())}, "languages": LANGUAGES}
        ],
        "representations": REPRESENTATIONS,
        "parallel_sentences": 500,
        "finetuning": {"steps": tuning, "batch_size": 32, "learning_rate": 1e-3},
    }


def main() -> None:
    """Run what is not done and write the page."""
    parser = options(__doc__ or "", "whole-treebanks")
    parser.add_argument("data", type=Path, help="with pos, ud-with-train, parallel")
    parser.add_argument("--steps", type=int, default=400, help="of pre-training")
    parser.add_argument("--tuning", type=int, default=200, help="steps of fine-tuning")
    given = parser.parse_args()
    if not given.show:
        treebanks = prepare(given.data, given.out.with_name(f"{given.out.name}-text"))
    for seeds in () if given.show else range(1, given.seeds + 1):  # all before another seed
        config = plan(given.data, treebanks, seeds, given.steps, given.tuning)
        carry_out(config, given.out, given)
    said = " ".join((__doc__ or "").split("\n\n", 2)[2].split())
    lengths = (
        f"2 layers of width 96, {given.steps} steps of pre-training, {given.tuning} of fine-tuning "
        "in each language, 32 sentences a step."
    )
    said = f"Written by `python benchmarks/whole_treebanks.py`. {said} {lengths}"
    text = page(given.out, "Matched encoders on whole treebanks", said)
    put(text, given.write)


if __name__ == "__main__":
    main()
