"""Two hundred languages: matched encoders and topics of sentences, by representation.

    python benchmarks/two_hundred.py ../shared/data --write docs

Encoders that differ in nothing but the representation are pre-trained on dev sentences of
FLORES-200 in every language that lingap reads with the extra `g2p` (texts without spaces uncut),
the same sentences in all, and fine-tuned for the topics of SIB-200, *zero-shot* from English, Hindi
and Arabic, *joint*, in all languages, and *in language*, each of a subset. Scores are accuracies
over SIB-200's 204 test sentences a language; the linguistic gap is debiased CKA of the input
embeddings over sentences of FLORES-200's devtest. SIB-200 labels sentences of dev and devtest: some
of its test sentences are, without their labels, in the text of pre-training, in all languages and
for all representations.

Stated before the first run: the protocols, the measures, the pairs of representations that are
compared (pieces of phonemes with subwords, phonemes with characters and with romanized characters),
and the features that the gain by phonemes is correlated with; p-values permute within families.
Stated before their runs: pieces of romanized text are compared with both, articulatory features and
letters with phonemes (*mixed*, pairs of both) with characters.
Added when the first scores were seen: languages are compared only where one of the two
representations is above the baseline; numbers of relatives are among the features. A first run
(width 64, 400 steps) had taught the encoders almost nothing; width, steps and text were raised
until a trial of subwords learned the task in most languages when trained on all. Phonemes of one
alphabet for all languages (*broad*) were added when relatives of Hindi were seen to fall whose back
ends write the same sounds otherwise; pieces of romanized text when phonemes were seen to gain where
letters are not Latin: their 16,000 pieces, too, are shared by all languages. Seeds are of
fine-tuning, as many as the table says; each encoder is pre-trained once. Single units (characters,
phonemes ...) have one seed and are not trained in language: where subwords learn the task, they do
not. If interrupted, it resumes; `--show` measures and writes what is there.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lingap.experiments import (
    ExperimentConfig,
    Job,
    Plan,
    Store,
    StoredExperiment,
)
from lingap.experiments.analysis import analyse
from lingap.experiments.stored import GAPS
from lingap.languages import get_language
from lingap.storage.json_file import read_json
from study import carry_out, options
from two_hundred_page import figures, page, read_study

SOURCES = ("eng", "hin", "ara")
"""Languages trained on alone, under zero-shot."""

PIECES: tuple[dict[str, Any], ...] = (
    {"name": "subword", "options": {"vocabulary_size": 16000}},
    {"name": "romanized-subword", "options": {"vocabulary_size": 16000}},
    {"name": "phoneme-subword", "options": {"vocabulary_size": 16000}},
    {
        "name": "phoneme-subword",
        "label": "broad phoneme-subword",
        "options": {"vocabulary_size": 16000, "inventory": "broad"},
    },
)
UNITS: tuple[dict[str, Any], ...] = (
    {"name": "character"},
    {"name": "phoneme"},
    {"name": "romanized"},
    {"name": "articulatory"},
    {"name": "mixed", "options": {"join": "sum"}},
)

IN_LANGUAGE = (
    "eng", "fra", "rus", "hin", "urd", "ben", "fas", "ell", "hye", "sqi", "lit", "cym",
    "ara", "heb", "amh", "hau", "swa", "yor", "zul", "wol", "tur", "kaz", "fin", "hun",
    "kat", "eus", "tam", "tel", "kan", "ind", "tgl", "mri", "vie", "khm", "tha", "kor",
    "jpn", "zho", "bod", "quy",
)  # fmt: skip
"""The subset trained in language: of every large family, and most scripts."""


def languages(data: Path) -> list[str]:
    """All languages of which both FLORES-200 and SIB-200 have text."""
    topics = {path.name for path in (data / "sib200").iterdir() if path.is_dir()}
    texts = sorted((data / "parallel/flores200/dev").iterdir())
    return [get_language(path.stem).code for path in texts if path.stem in topics]


def plan(
    data: Path,
    codes: Sequence[str],
    *,
    representations: Sequence[dict[str, Any]],
    seeds: int,
    steps: int,
    in_language: bool = False,
) -> dict[str, Any]:
    """The experiment of these representations."""
    flores = {"name": "flores", "path": str(data / "parallel/flores200")}
    topics = {"name": "sib200", "path": str(data / "sib200")}
    alone = {"epochs": 8, "batch_size": 32, "learning_rate": 1e-3}
    tasks: list[dict[str, Any]] = [
        {"name": f"from {source}", "source": source, "corpus": topics, "finetuning": alone}
        for source in SOURCES
    ]
    tasks.append({"name": "joint", "corpus": {**topics, "dev_share": 0.02}})
    if in_language:
        own = [get_language(code).code for code in IN_LANGUAGE]
        tasks.append(
            {
                "name": "in language", "protocol": "in-language", "corpus": topics,
                "languages": [code for code in own if code in codes], "finetuning": alone,
            }
        )  # fmt: skip
    return {
        "name": "Two hundred languages",
        "languages": codes,
        "lacking": "drop",
        "protocol": "joint",
        "tasks": [{"task": "topic", **one} for one in tasks],
        "parallel": flores,
        "parallel_sentences": 64,
        "layers": ["input"],
        "representations": representations,
        "encoder": {
            "hidden_size": 128, "layers": 2, "heads": 2, "feed_forward_size": 256,
            "max_units": 256, "dropout": 0.0,
        },
        "pretraining": {
            "text": {**flores, "splits": {"train": "dev"}, "train_share": 0.3},
            "training": {
                "steps": steps, "batch_size": 32, "learning_rate": 2e-3, "schedule": "linear",
            },
            "mask_share": 0.25,
        },
        "finetuning": {"steps": 4000, "batch_size": 32, "learning_rate": 1e-3},
        "seeds": list(range(seeds)),
    }  # fmt: skip


def stages(given: argparse.Namespace) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Folders and plans that each have more than the one before: each ends with its analysis."""
    codes = given.languages.split(",") if given.languages else languages(given.data)
    common = {"data": given.data, "codes": codes, "steps": given.steps}
    pieces, units = folders(given.out)
    yield pieces, plan(**common, representations=PIECES, seeds=1, in_language=True)
    yield units, plan(**common, representations=UNITS, seeds=1)
    for seeds in range(2, given.seeds + 1):
        yield pieces, plan(**common, representations=PIECES, seeds=seeds, in_language=True)


def folders(out: Path) -> tuple[Path, Path]:
    """Of the experiments over pieces and over single units."""
    return out / "pieces", out / "units"


def measure(folder: Path) -> None:
    """Measure the gaps of the runs that are done, as the end of a stage does."""
    stored = StoredExperiment.read(folder, planned=True)
    if (folder / GAPS).is_file() and set(stored.done) == set(read_json(folder / GAPS)["runs"]):
        return
    config = ExperimentConfig.parse(stored.plan.config.model_dump(mode="json"))
    planned = [job.planned for job in (*stored.encoders, *stored.runs)]
    jobs = tuple(Job(one.config, (), 0, one.title, one.labels, (), one.id) for one in planned)
    analyse(Store(folder), Plan(config, jobs))


def main() -> None:
    """Run what is not done, and write the page and the figures."""
    about = (__doc__ or "").split("\n\n", 2)[2]
    parser = options(__doc__ or "", "two-hundred", writes="folder docs: page and figures to write")
    parser.add_argument("data", type=Path, help="with parallel/flores200 and sib200")
    parser.add_argument("--steps", type=int, default=1500, help="of pre-training")
    parser.add_argument("--languages", help="separated by commas; all by default")
    given = parser.parse_args()
    if given.show:
        for folder in folders(given.out):
            if folder.is_dir():
                measure(folder)
    else:
        for folder, config in stages(given):
            carry_out(config, folder, given)
    study = read_study(*folders(given.out))
    text = page(study, " ".join(about.split()))
    if given.write:
        target = given.write / "reference" / "two-hundred-languages.md"
        target.write_text(text, encoding="utf-8")
        figures(study, given.write / "images")
    else:
        print(text)


if __name__ == "__main__":
    main()
