"""Zero-shot transfer across scripts: every source language to every target, by representation.

    python benchmarks/transfer.py --write docs
    python benchmarks/transfer.py --data ../shared/data --matrix tags --write docs
    python benchmarks/transfer.py --data ../shared/data --matrix topics --write docs

Matched encoders are pre-trained together, fine-tuned in one source language, and scored in all.
NAMES: names of territories and languages of Unicode CLDR in 25 languages (of currencies it has 13
in Yiddish, too few to share), tagged as entities, as `lingap demo` does it in language. TAGS: parts
of speech in 11 treebanks of Universal Dependencies, trained on dev parts (of Hungarian the train
part, of Hindi HDTB of the first version, its CONJ read as CCONJ) of 1,000 sentences at most, scored
on 400 sentences of test at most (of Hindi, PUD), pre-trained on FLORES-200's dev sentences in these
languages. TOPICS: topics of sentences, SIB-200 in 24 languages, over pieces alone, as single units
of encoders this small learn no topics; pre-trained on FLORES-200's dev sentences, without their
topics, of which some are test sentences of SIB-200. Stated before the first run: the pairs below
are the related ones; all pairs of languages of two different families are the control; a number is
the mean over the pairs of a group, and its interval is Student's over seeds of fine-tuning; each
encoder is pre-trained once. If interrupted, it resumes; `--show` writes what is there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lingap.corpora import load_corpus
from lingap.experiments import ExperimentResult
from lingap.languages import get_language
from lingap.records import Sentence
from study import carry_out, options, put, put_between
from whole_treebanks import describe_columns, write_columns


@dataclass(frozen=True)
class Matrix:
    """What is trained on and scored.

    Args:
        name: Of the page's file.
        title: Of the page.
        measure: What its numbers are.
        related: Name to a group of related languages; a pair in a smaller group is also one of the
            larger.
        others: Further languages.
        sources: Languages trained on.
        representations: What is compared.
    """

    name: str
    title: str
    measure: str
    related: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...]
    sources: tuple[str, ...]
    representations: tuple[dict[str, Any], ...]

    @property
    def languages(self) -> tuple[str, ...]:
        """All languages, each once."""
        named = [code for group in self.related.values() for code in group] + [*self.others]
        return tuple(dict.fromkeys(get_language(code).code for code in named))


REPRESENTATIONS: tuple[dict[str, Any], ...] = (
    {"name": "subword", "options": {"vocabulary_size": 8000}},
    {"name": "character"},
    {"name": "romanized"},
    {"name": "phoneme"},
    {"name": "articulatory"},
    {"name": "phoneme-subword", "options": {"vocabulary_size": 8000}},
    {"name": "mixed"},
)
PIECES = (
    REPRESENTATIONS[0],
    {"name": "romanized-subword", "options": {"vocabulary_size": 8000}},
    {"name": "phoneme-subword", "options": {"vocabulary_size": 8000}},
    {
        "name": "phoneme-subword",
        "label": "broad phoneme-subword",
        "options": {"vocabulary_size": 8000, "inventory": "broad"},
    },
)
RELATED = {
    "Hindi, Urdu": ("hin", "urd"),
    "Indo-Aryan": ("hin", "urd", "mar", "nep", "ben", "guj", "pan"),
    "Serbian, Cyrillic and Latin": ("srp", "srp_Latn"),
    "Turkic": ("tur", "aze", "uzb", "kaz", "kir"),
    "Persian, Tajik": ("fas", "tgk"),
    "Slavic": ("rus", "bul", "ukr", "srp", "srp_Latn"),
    "German, Yiddish": ("deu", "yid"),
}
OTHERS = ("kor", "fin", "eng", "swa")
SOURCES = (
    "hin", "urd", "srp", "srp_Latn", "fas", "tgk", "deu", "yid", "rus", "ukr", "bul", "tur",
    "kaz", "eng", "mar", "ben", "pan", "nep", "guj", "aze", "uzb", "kir",
)  # fmt: skip


NAMES = Matrix(
    "transfer", "Transfer across scripts", "Span F1", RELATED, OTHERS, SOURCES, REPRESENTATIONS
)
TOPICS = Matrix(
    "transfer-topic",
    "Transfer of topics",
    "Accuracy",
    {name: tuple(code for code in own if code != "srp_Latn") for name, own in RELATED.items()},
    OTHERS,
    tuple(code for code in SOURCES if code != "srp_Latn"),
    PIECES,
)
TAGS = Matrix(
    "transfer-pos", "Transfer of parts of speech", "F1 of tags",
    {
        "Hindi, Urdu": ("hin", "urd"), "Russian, Ukrainian": ("rus", "ukr"),
        "French, Italian": ("fra", "ita"), "Hungarian, Finnish": ("hun", "fin"),
    },
    ("eng", "tur", "kor"),
    ("hin", "urd", "rus", "ukr", "fra", "eng", "tur"),
    REPRESENTATIONS,
)  # fmt: skip
MATRICES = {"names": NAMES, "tags": TAGS, "topics": TOPICS}
TREEBANKS = {
    "hin": "ud-with-train/UD_Hindi-HDTB", "urd": "UD_Urdu-UDTB", "rus": "UD_Russian-Taiga",
    "ukr": "UD_Ukrainian-IU", "fra": "UD_French-GSD", "ita": "UD_Italian-ISDT",
    "hun": "UD_Hungarian-Szeged", "fin": "UD_Finnish-TDT", "eng": "UD_English-EWT",
    "tur": "UD_Turkish-Kenet", "kor": "UD_Korean-Kaist",
}  # fmt: skip
MOST_TRAINED, MOST_SCORED = 1000, 400


def plan(matrix: Matrix, sources: tuple[str, ...], seeds: int, steps: int) -> dict[str, Any]:
    """The experiment, without its corpus."""
    return {
        "name": matrix.title,
        "languages": matrix.languages,
        "protocol": "zero-shot",
        "source": sources,
        "representations": matrix.representations,
        "encoder": {
            "hidden_size": 96, "layers": 2, "heads": 4, "feed_forward_size": 384,
            "max_units": 192, "dropout": 0.0,
        },
        "pretraining": {
            "training": {
                "steps": steps, "batch_size": 48, "learning_rate": 2e-3, "schedule": "linear",
            },
            "mask_share": 0.25,
        },
        "seeds": list(range(seeds)),
    }  # fmt: skip


def with_names(config: dict[str, Any]) -> dict[str, Any]:
    """Names of CLDR, and their text."""
    kinds = {"kinds": ["territory", "language"]}
    config["pretraining"]["text"] = {"name": "cldr_text", "options": kinds}
    tuned = {"epochs": 4, "batch_size": 32, "learning_rate": 1e-3}
    corpus = {"name": "cldr", "options": kinds}
    return {**config, "task": "ner", "corpus": corpus, "finetuning": tuned}


def with_topics(config: dict[str, Any], data: Path) -> dict[str, Any]:
    """Topics of SIB-200, and FLORES-200's text."""
    config["pretraining"]["text"] = flores(data)
    tuned = {"epochs": 8, "batch_size": 32, "learning_rate": 1e-3}
    corpus = {"name": "sib200", "path": str(data / "sib200")}
    return {**config, "task": "topic", "corpus": corpus, "finetuning": tuned}


def flores(data: Path) -> dict[str, Any]:
    """The text of pre-training."""
    return {"name": "flores", "path": str(data / "parallel/flores200"), "splits": {"train": "dev"}}


def with_tags(config: dict[str, Any], data: Path, folder: Path) -> dict[str, Any]:
    """Treebanks, and FLORES-200's text; the treebanks are written to `folder`, cut."""
    config["pretraining"]["text"] = flores(data)
    tuned = {"steps": 300, "batch_size": 32, "learning_rate": 1e-3}
    corpus = {"name": str(cut_treebanks(data, folder).resolve())}
    return {**config, "task": "pos", "corpus": corpus, "finetuning": tuned}


def cut_treebanks(data: Path, folder: Path) -> Path:
    """All treebanks in two columns; returns the description that lingap reads."""
    for code, name in TREEBANKS.items():
        own = folder / code
        own.mkdir(parents=True, exist_ok=True)
        if code == "hin":
            train = first_version(data / name / "hi_hdtb-ud-dev.conllu")
            place = data / "ud-treebanks/UD_Hindi-PUD"
        else:
            place = data / "ud-treebanks" / name
            part = "train" if code == "hun" else "dev"
            train = [*load_corpus("ud", language=code, split=part, path=place)]
        test = [*load_corpus("ud", language=code, split="test", path=place)]
        train = train[:: max(1, len(train) // MOST_TRAINED)][:MOST_TRAINED]
        parts = {
            "train": [one for at, one in enumerate(train) if at % 10],
            "dev": train[::10],
            "test": test[:: max(1, len(test) // MOST_SCORED)][:MOST_SCORED],
        }
        for part, sentences in parts.items():
            write_columns(sentences, own / f"{part}.txt")
    return describe_columns(folder)


def first_version(path: Path) -> list[Sentence]:
    """A treebank of the first version of Universal Dependencies, its CONJ as CCONJ."""
    found = []
    for at, block in enumerate(path.read_text(encoding="utf-8").strip().split("\n\n")):
        rows = [line.split("\t") for line in block.splitlines() if not line.startswith("#")]
        rows = [row for row in rows if row[0].isdigit()]
        tags = tuple("CCONJ" if row[3] == "CONJ" else row[3] for row in rows)
        found.append(Sentence(str(at), "hin", tuple(row[1] for row in rows), labels=tags))
    return found


Values = dict[tuple[str, str, str], dict[int, float]]
"""Representation, source, target to the F1 under each seed, in percent."""


def values_of(result: ExperimentResult) -> Values:
    """Every score by representation, source and target."""
    found: Values = defaultdict(dict)
    for score in result.scores:
        source = score.task.rpartition(" ")[2]
        found[score.system, source, score.language][score.seed or 0] = 100 * score.value
    return found


def family(code: str) -> str:
    """The family of a language, by Glottolog."""
    return get_language(code).family


def groups(matrix: Matrix, sources: tuple[str, ...]) -> dict[str, list[tuple[str, str]]]:
    """Name to pairs of source and target: in language, related, and of different families."""
    every = [(a, b) for a in sources for b in matrix.languages]
    found = {"In the language itself": [(a, b) for a, b in every if a == b]}
    for name, named in matrix.related.items():
        members = [get_language(code).code for code in named]
        found[name] = [(a, b) for a, b in every if a != b and {a, b} <= set(members)]
    found["Of different families"] = [(a, b) for a, b in every if family(a) != family(b)]
    return {name: pairs for name, pairs in found.items() if pairs}


def over_seeds(values: Values, system: str, pairs: list[tuple[str, str]]) -> tuple[float, float]:
    """Mean over pairs and half the width of its Student interval over seeds (95 %)."""
    from scipy.stats import t

    by_pair = [values[system, a, b] for a, b in pairs if values.get((system, a, b))]
    seeds = set.intersection(*map(set, by_pair))
    means = np.array([np.mean([of[seed] for of in by_pair]) for seed in sorted(seeds)])
    if len(means) < 2:
        return float(means.mean()), float("nan")
    half = t.ppf(0.975, len(means) - 1) * means.std(ddof=1) / np.sqrt(len(means))
    return float(means.mean()), float(half)


def page(result: ExperimentResult, matrix: Matrix, given: dict[str, Any]) -> tuple[str, str]:
    """The tables, from what is stored, and that of means alone."""
    values = values_of(result)
    systems = list(dict.fromkeys(system for system, _, _ in values))
    done = tuple(
        source
        for source in (get_language(code).code for code in given["source"])
        if all(len(values.get((s, source, source), {})) for s in systems)
    )
    n_seeds = min(len(of) for of in values.values())
    ran = {(system, source, seed) for (system, source, _), of in values.items() for seed in of}
    planned = len(matrix.representations) * len(given["source"]) * len(given["seeds"])
    parts = [
        f"# {matrix.title}",
        "Written by `python benchmarks/transfer.py`. "
        + " ".join((__doc__ or "").split("\n\n", 2)[2].split()),
        f"{matrix.measure}, percent; {len(done)} of {len(given['source'])} sources, {n_seeds} of "
        f"{len(given['seeds'])} seeds of each; {planned - len(ran)} of {planned} runs are missing.",
        "## Means over pairs",
    ]
    head = ["| Pairs | n |", *(f" {system} |" for system in systems)]
    rows = ["".join(head), "| :--- | ---: |" + " ---: |" * len(systems)]
    for name, pairs in groups(matrix, done).items():
        cells = (over_seeds(values, system, pairs) for system in systems)
        told = " | ".join(
            f"{mean:.1f}" + ("" if np.isnan(half) else f" ± {half:.1f}") for mean, half in cells
        )
        rows.append(f"| {name} | {len(pairs)} | {told} |")
    means = "\n".join(rows)
    parts.append(means)
    for system in systems:
        rows = ["| from \\ to | " + " | ".join(matrix.languages) + " |"]
        rows.append("| :--- |" + " ---: |" * len(matrix.languages))
        for source in done:
            cells = [np.mean([*values[system, source, code].values()]) for code in matrix.languages]
            rows.append(f"| {source} | " + " | ".join(f"{value:.0f}" for value in cells) + " |")
        parts += [f"## {system}", "\n".join(rows)]
    return "\n\n".join(parts) + "\n", means


def main() -> None:
    """Run what is not done and write the page."""
    parser = options(__doc__ or "", None, writes="folder docs: pages to write")
    parser.add_argument("--matrix", choices=MATRICES, default="names")
    parser.add_argument("--data", type=Path, help="of tags and topics")
    parser.add_argument("--steps", type=int, default=1500, help="of pre-training")
    parser.add_argument("--sources", help="separated by commas")
    given = parser.parse_args()
    matrix = MATRICES[given.matrix]
    if matrix is not NAMES and not given.data and not given.show:
        parser.error(f"--matrix {given.matrix} needs --data")
    if given.write:
        put_between(None, given.write / "explanation" / "transfer.md", matrix.name)
    out = given.out or Path(matrix.name)
    sources = tuple(given.sources.split(",")) if given.sources else matrix.sources
    config = plan(matrix, sources, given.seeds, given.steps)
    if given.show:
        result = ExperimentResult.read(out)
    else:
        if matrix is TAGS:
            config = with_tags(config, given.data, out.with_name(f"{out.name}-text"))
        elif matrix is TOPICS:
            config = with_topics(config, given.data)
        else:
            config = with_names(config)
        result = carry_out(config, out, given)
    text, means = page(result, matrix, config)
    if given.write is None:
        print(text)
        return
    put(text, given.write / "reference" / f"{matrix.name}.md")
    put_between(means, given.write / "explanation" / "transfer.md", matrix.name)


if __name__ == "__main__":
    main()
