"""The paper's experiments (Jung et al. 2024) as plans over the available data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lingap.corpora import load_corpus
from lingap.errors import ConfigError, CorpusError, LanguageError
from lingap.experiments.config import ExperimentConfig
from lingap.experiments.correlation import FEWEST_SEEDS
from lingap.experiments.table5 import paper_settings
from lingap.gap.correlation import FEWEST_PAIRS
from lingap.languages import get_language
from lingap.registry import Registry

TAGGING_LANGUAGES = ("eng", "fra", "rus", "ita", "hun", "ukr", "kor", "tur", "fin", "hin")
INFERENCE_LANGUAGES = ("eng", "swa", "urd")

_CORPORA: Mapping[str, tuple[str, str, tuple[str, ...], Mapping[str, Any]]] = {
    # task: corpus, folder under the data, the paper's languages, options
    "ner": ("ner", "ner", TAGGING_LANGUAGES, {"foreign": "drop"}),
    "pos": ("ud", "ud-treebanks", TAGGING_LANGUAGES, {}),
    "nli": ("xnli", "xnli/XNLI-1.0", INFERENCE_LANGUAGES, {}),
}
_PARALLEL = ("flores", "tico19", "pud")  # folders under parallel/, the paper's own first

SMALL: Mapping[str, Any] = {
    "encoder": {
        "hidden_size": 96, "layers": 2, "heads": 4, "feed_forward_size": 384, "dropout": 0.0,
    },
    "pretraining": {
        "training": {"steps": 1200, "batch_size": 32, "learning_rate": 2e-3, "schedule": "linear"},
        "mask_share": 0.25,
    },
    "finetuning": {"epochs": 4, "batch_size": 32, "learning_rate": 1e-3},
}  # fmt: skip
"""Matched encoders that a laptop can train; the paper fine-tuned published ones."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One table or figure of the paper."""

    name: str
    tasks: tuple[str, ...]  # one experiment each
    representations: tuple[str, ...]
    n_seeds: int
    train_share: float | None  # of the training data; None for all
    about: str  # what to look at in the report


@dataclass(frozen=True, slots=True)
class PresetPlan:
    """An experiment over the available data; notes say how it differs from the paper."""

    task: str
    config: ExperimentConfig
    notes: tuple[str, ...]


_OF_THE_PAPER: dict[str, dict[str, Any]] = {"phoneme": {"options": {"backend": "epitran"}}}

PRESETS: Registry[Preset] = Registry("preset")
for _preset in (
    Preset("table1", ("ner", "pos"), ("character", "phoneme"), 1, None,
           "scores, Std, mean RPD and mean CKA of the input embeddings"),
    Preset("table2", ("nli",), ("subword", "character", "phoneme"), 1, None,
           "accuracy and the gap to English, relative and absolute"),
    Preset("table3", ("nli",), ("phoneme",), 15, 0.1,
           "rank correlation of the performance gap with CKA and Sinkhorn distance"),
    Preset("figure2", ("ner",), ("character", "phoneme"), 1, None,
           "heat map of CKA, one representation a triangle, and the t-SNE of parallel sentences"),
    Preset("figure3", ("nli",), ("subword", "character", "phoneme"), 1, None,
           "performance difference, CKA and Sinkhorn distance, one bar a representation"),
):  # fmt: skip
    PRESETS.add(_preset.name, _preset)


def _has(corpus: str, path: Path | None, language: str, split: str, options: Any) -> str | None:
    """None if the split can be read, else the reason."""
    try:
        load_corpus(corpus, language=language, split=split, path=path, **options).head(1)
    except (CorpusError, LanguageError) as error:
        return str(error)
    return None


def _parallel(data: Path | None, languages: Sequence[str]) -> tuple[str | None, list[str]]:
    """The folder of parallel text with most of the languages, and those languages."""
    if data is None:
        return None, list(languages)
    best: tuple[str | None, list[str]] = (None, [])
    for name in _PARALLEL:
        folder = data / "parallel" / name
        if not folder.is_dir():
            continue
        found = [c for c in languages if _has("flores", folder, c, "devtest", {}) is None]
        if len(found) > len(best[1]):
            best = (str(folder), found)
    return best


def _missing(preset: Preset, languages: Sequence[str], parallel: Sequence[str]) -> list[str]:
    """What the table or figure will lack, whatever the trainings give."""
    said = []
    if len(parallel) < 2:
        lost = {"figure2": "the figure, which is of CKA and t-SNE", "table1": "its CKA column"}
        said.append(
            f"Missing: {lost.get(preset.name, 'CKA')}. It needs parallel text in two languages or "
            f"more; of {', '.join(languages)} {f'only {parallel[0]}' if parallel else 'none'} has "
            f"any under {' or '.join(f'parallel/{name}' for name in _PARALLEL)}. Add it, or choose "
            "other languages."
        )
    if preset.name == "table3" and preset.n_seeds < FEWEST_SEEDS:
        said.append(
            f"Missing: the correlations, which are the table. They need {FEWEST_SEEDS} seeds or "
            f"more, and {preset.n_seeds} are planned: the points of one seed are not independent. "
            f"Ask for {FEWEST_SEEDS} seeds."
        )
    n_pairs = len(languages) * (len(languages) - 1) // 2
    if preset.name == "figure2" and n_pairs < FEWEST_PAIRS:
        said.append(
            f"{len(languages)} languages make {n_pairs} pairs: enough for the heat map, too few "
            f"for a correlation with the performance gap ({FEWEST_PAIRS} pairs)."
        )
    return said


class TooFewLanguages(ConfigError):
    """Fewer than two languages have data for a task of a preset."""


def plan_preset(
    name: str,
    *,
    data: Path | None = None,
    languages: Sequence[str] = (),
    n_seeds: int | None = None,
    encoders: Mapping[str, Mapping[str, Any]] | None = None,
    grid: bool = False,
    steps: int | None = None,
) -> list[PresetPlan]:
    """The experiments of a table or figure, over the available data.

    Languages without test data are left out, and tasks with fewer than two languages; if one
    language has no training data, all are trained on dev. Each plan's notes say so.

    Args:
        name: ``table1``, ``table2``, ``table3``, ``figure2`` or ``figure3``.
        data: A folder with ``ud-treebanks``, ``ner``, ``xnli/XNLI-1.0`` and ``parallel`` in the
            layouts of their releases; None loads data from the hub.
        languages: Any codes, in place of the paper's.
        n_seeds: Number of seeds, in place of the preset's.
        encoders: Representation to its ``encoder`` (and ``revision``), fine-tuned with the paper's
            hyperparameters. None trains small matched encoders.
        grid: Search the paper's grid, in place of what it chose; needs `encoders`.
        steps: Of each small encoder's pre-training, and of each fine-tuning, in place of 1200 and
            4 epochs: a trial of the whole in little time. Not with `encoders`.

    Raises:
        UnknownName: For another name.
        ConfigError: When fewer than two languages have data, an encoder is missing, or steps are
            given for published ones.
    """
    preset = PRESETS[name]
    if grid and encoders is None:
        raise ConfigError(
            "The paper's grid is for published encoders: name them, or omit the grid."
        )
    if steps is not None and encoders is not None:
        raise ConfigError(
            "steps are of the small encoders trained here; published ones have the paper's epochs. "
            "Omit steps, or the encoders."
        )
    if encoders is not None and (absent := set(preset.representations) - set(encoders)):
        raise ConfigError(f"{name} compares {', '.join(sorted(absent))} too: name an encoder.")
    if n_seeds is not None:
        preset = replace(preset, n_seeds=n_seeds)
    codes = tuple(get_language(code).code for code in languages)
    plans: list[PresetPlan] = []
    lacking: list[TooFewLanguages] = []
    for task in preset.tasks:
        try:
            plans.append(_plan(preset, task, data, codes, encoders, grid, steps))
        except TooFewLanguages as error:
            lacking.append(error)
    if not plans:
        raise ConfigError("\n".join(map(str, lacking)))
    said = tuple(f"Left out: {error}" for error in lacking)
    return [replace(plans[0], notes=(*said, *plans[0].notes)), *plans[1:]]


def _plan(
    preset: Preset,
    task: str,
    data: Path | None,
    codes: tuple[str, ...],
    encoders: Mapping[str, Mapping[str, Any]] | None,
    grid: bool,
    steps: int | None,
) -> PresetPlan:
    corpus, under, wanted, options = _CORPORA[task]
    wanted = codes or wanted
    path = None if data is None else data / under
    if path is None and corpus == "ner":
        corpus, options = "wikiann", {}
    if path is not None and not path.is_dir():
        raise ConfigError(
            f"{data} has no folder {under}, where {corpus} is expected; "
            "`lingap reproduce --help` describes the layout."
        )
    languages, notes = [], []
    for code in wanted:
        reason = _has(corpus, path, code, "test", options) or _has(
            corpus, path, code, "dev", options
        )
        if reason is None:
            languages.append(code)
        else:
            notes.append(f"{code} is left out: {reason}")
    if len(languages) < 2:
        raise TooFewLanguages(
            f"{preset.name}, {task}: fewer than two languages have data.\n" + "\n".join(notes)
        )
    no_train = [c for c in languages if _has(corpus, path, c, "train", options) is not None]
    choice: dict[str, Any] = {
        "name": corpus, "path": None if path is None else str(path), "options": dict(options),
    }  # fmt: skip
    if no_train:
        choice |= {"splits": {"train": "dev"}, "dev_share": 0.1}
        notes.append(
            f"{', '.join(no_train)}: no training data, so every language is trained on nine tenths "
            "of its dev data, and the last tenth selects the epoch."
        )
    if preset.train_share is not None:
        choice["train_share"] = preset.train_share
    folder, parallel = _parallel(data, languages)
    given: dict[str, Any] = {
        "name": f"{preset.name}, {task}: {preset.about}",
        "task": task,
        "corpus": choice,
        "languages": languages,
        "representations": [
            {"name": r, **_OF_THE_PAPER.get(r, {}), **(encoders or {}).get(r, {})}
            for r in preset.representations
        ],
        "seeds": list(range(preset.n_seeds)),
    }
    if encoders is None:
        given |= {key: dict(value) for key, value in SMALL.items()}
        text = {k: v for k, v in choice.items() if k != "train_share"}
        given["pretraining"] |= {"text": text}
        if steps is not None:
            training = {**given["pretraining"]["training"], "steps": steps}
            given["pretraining"] |= {"training": training}
            finetuning = {k: v for k, v in given["finetuning"].items() if k != "epochs"}
            given["finetuning"] = {**finetuning, "steps": steps}
    else:
        given |= paper_settings(task, preset.representations, languages, grid=grid)
    if len(parallel) > 1:
        given |= {"parallel": {"name": "flores", "path": folder}, "parallel_languages": parallel}
    if without := [code for code in languages if code not in parallel]:
        notes.append(f"No parallel text in {', '.join(without)}: no linguistic gap to them.")
    if encoders is None:
        notes.append(
            "Small matched encoders, pre-trained here on the task's training text, in place of the "
            "paper's published ones: the figures show the method and are not the paper's."
        )
    else:
        chosen = ", chosen on dev data from its grid." if grid else " (its Table 5)."
        notes.append(f"Published encoders with the paper's hyperparameters{chosen}")
    notes = [*_missing(preset, languages, parallel), *notes]
    return PresetPlan(task, ExperimentConfig.parse(given, where=preset.name), tuple(notes))
