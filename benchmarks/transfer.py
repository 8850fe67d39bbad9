"""Zero-shot transfer across scripts: every source language to every target, by representation.

    python benchmarks/transfer.py --write docs/reference/transfer.md

Matched encoders are pre-trained together on names of Unicode CLDR in 24 languages, fine-tuned for
named entities in one source language, and scored in all languages, as `lingap demo` does it in
language. Stated before the first run: the pairs below are the related ones; all pairs of languages
of two different families are the control; a number is the mean over the pairs of a group, and
its interval is Student's over seeds of fine-tuning. If interrupted, it resumes; `--show` writes
what is there.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from lingap.experiments import Experiment, ExperimentResult
from lingap.languages import get_language
from study_page import put

RELATED = {
    "Hindi, Urdu": ("hin", "urd"),
    "Indo-Aryan": ("hin", "urd", "mar", "nep", "ben", "guj", "pan"),
    "Serbian, Cyrillic and Latin": ("srp", "srp_Latn"),
    "Turkic": ("tur", "aze", "uzb", "kaz", "kir"),
    "Persian, Tajik": ("fas", "tgk"),
    "Slavic": ("rus", "bul", "ukr", "srp", "srp_Latn"),
}
"""Groups of related languages; a pair in a smaller group is also one of the larger."""

OTHERS = ("deu", "kor", "fin", "eng", "swa")
SOURCES = (
    "hin", "urd", "tur", "srp", "srp_Latn", "fas", "tgk", "rus", "kaz", "ben", "bul", "uzb",
    "mar", "eng", "kor", "fin",
)  # fmt: skip
REPRESENTATIONS: tuple[dict[str, Any], ...] = (
    {"name": "subword", "options": {"vocabulary_size": 8000}},
    {"name": "character"},
    {"name": "romanized"},
    {"name": "phoneme"},
    {"name": "articulatory"},
    {"name": "phoneme-subword", "options": {"vocabulary_size": 8000}},
    {"name": "mixed"},
)


def languages() -> tuple[str, ...]:
    """All languages, each once."""
    named = [code for group in RELATED.values() for code in group] + [*OTHERS]
    return tuple(dict.fromkeys(get_language(code).code for code in named))


def plan(seeds: int, steps: int, sources: tuple[str, ...]) -> dict[str, Any]:
    """The experiment."""
    return {
        "name": "Transfer across scripts",
        "task": "ner",
        "corpus": {"name": "cldr"},
        "languages": languages(),
        "protocol": "zero-shot",
        "source": sources,
        "representations": REPRESENTATIONS,
        "encoder": {
            "hidden_size": 96, "layers": 2, "heads": 4, "feed_forward_size": 384,
            "max_units": 192, "dropout": 0.0,
        },
        "pretraining": {
            "text": {"name": "cldr_text"},
            "training": {
                "steps": steps, "batch_size": 48, "learning_rate": 2e-3, "schedule": "linear",
            },
            "mask_share": 0.25,
        },
        "finetuning": {"epochs": 4, "batch_size": 32, "learning_rate": 1e-3},
        "seeds": list(range(seeds)),
    }  # fmt: skip


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


def groups(sources: tuple[str, ...]) -> dict[str, list[tuple[str, str]]]:
    """Name to pairs of source and target: in language, related, and of different families."""
    every = [(a, b) for a in sources for b in languages()]
    found = {"In the language itself": [(a, b) for a, b in every if a == b]}
    for name, named in RELATED.items():
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


def page(result: ExperimentResult, given: dict[str, Any]) -> str:
    """The tables, from what is stored."""
    values = values_of(result)
    systems = list(dict.fromkeys(system for system, _, _ in values))
    done = tuple(
        source
        for source in given["source"]
        if all(len(values.get((s, source, source), {})) for s in systems)
    )
    n_seeds = min(len(of) for of in values.values())
    parts = [
        "# Transfer across scripts",
        "Written by `python benchmarks/transfer.py`. "
        + " ".join((__doc__ or "").split("\n\n", 2)[2].split()),
        f"Span F1, percent; {len(done)} of {len(given['source'])} sources, {n_seeds} to "
        f"{len(given['seeds'])} seeds; {len(result.missing)} runs are missing.",
        "## Means over pairs",
    ]
    head = ["| Pairs | n |", *(f" {system} |" for system in systems)]
    rows = ["".join(head), "| :--- | ---: |" + " ---: |" * len(systems)]
    for name, pairs in groups(done).items():
        cells = (over_seeds(values, system, pairs) for system in systems)
        told = " | ".join(f"{mean:.1f} ± {half:.1f}" for mean, half in cells)
        rows.append(f"| {name} | {len(pairs)} | {told} |")
    parts.append("\n".join(rows))
    for system in systems:
        rows = ["| from \\ to | " + " | ".join(languages()) + " |"]
        rows.append("| :--- |" + " ---: |" * len(languages()))
        for source in done:
            cells = [np.mean([*values[system, source, code].values()]) for code in languages()]
            rows.append(f"| {source} | " + " | ".join(f"{value:.0f}" for value in cells) + " |")
        parts += [f"## {system}", "\n".join(rows)]
    return "\n\n".join(parts) + "\n"


def main() -> None:
    """Run what is not done and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("transfer"), help="its folder")
    parser.add_argument("--write", type=Path, help="page to write")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=1500, help="of pre-training")
    parser.add_argument("--sources", default=",".join(SOURCES), help="separated by commas")
    parser.add_argument("--workers", type=int)
    parser.add_argument("--show", action="store_true", help="write finished runs, run nothing")
    given = parser.parse_args()
    config = plan(given.seeds, given.steps, tuple(given.sources.split(",")))
    if given.show:
        result = ExperimentResult.read(given.out)
    else:
        from lingap.cli.experiment_progress import watch_jobs

        result = Experiment(config).run(given.out, n_workers=given.workers, watch=watch_jobs)
    text = page(result, config)
    put(text, given.write)


if __name__ == "__main__":
    main()
