"""What can be known of a plan before its work: encoders that can be read, and what it will lack."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from lingap.experiments.config import ExperimentConfig, PretrainConfig
from lingap.experiments.config_parts import PretrainingConfig, RepresentationChoice
from lingap.experiments.data import role_split
from lingap.experiments.plan import check_shape
from lingap.representations.checkpoint import find_checkpoint, find_config, local_folder
from lingap.representations.protocol import REPRESENTATIONS
from lingap.representations.subword import Subwords, is_learned
from lingap.storage.model_config import refuse_other_models

MOST_SENTENCES = 200_000
"""Of the text for pre-training that a vocabulary is learned from to see its size."""


def check_usable(config: ExperimentConfig | PretrainConfig) -> None:
    """Refuse what a configuration names and this machine cannot use: encoders, trackers.

    Published encoders are judged by their ``config.json``, local ones also by whether they have
    weights.

    Raises:
        ConfigError, StoreError: With the encoder or tracker, and what is wrong.
    """
    if config.trackers:  # looking takes seconds
        from lingap.training import check_trackers

        check_trackers(config.trackers)
    for choice in config.representations:
        if choice.encoder is None:
            continue
        found = find_config(choice.encoder, choice.revision, representation=choice.name)
        refuse_other_models(choice.encoder, found)
        if isinstance(config, ExperimentConfig):
            check_shape(config, choice, found)
        if (folder := local_folder(choice.encoder)) is not None:
            find_checkpoint(folder)


def notes_on(config: ExperimentConfig | PretrainConfig) -> list[str]:
    """What the plan asks for and will not get, a line each."""
    notes = [*_no_capitals(config)] if isinstance(config, ExperimentConfig) else []
    if isinstance(config, ExperimentConfig) and config.parallel:
        pairs = [
            " and ".join(pair)
            for pair in combinations(config.measured_languages, 2)
            if frozenset(pair) not in config.measured_pairs
        ]
        if pairs:
            more = f" and {len(pairs) - 5} more pairs" if len(pairs) > 5 else ""
            notes.append(
                f"No linguistic gap is measured between {'; '.join(pairs[:5])}{more}: no task has "
                "both languages."
            )
    if config.pretraining is not None:
        for choice in config.representations:
            notes += _vocabulary(choice, config.pretraining, config.languages)
    return notes


def _no_capitals(config: ExperimentConfig) -> Iterable[str]:
    """That marks of capitals are asked for and a task's corpus has none."""
    marked = [one.title for one in config.representations if one.options.get("case") == "mark"]
    for task in config.tasks if marked else ():
        if task.corpus.name == "cldr" and task.corpus.options.get("case", "lower") == "lower":
            yield (
                f"{', '.join(marked)}: case mark finds no capitals in {task.title}, whose corpus "
                "cldr has case lower; set its option case: keep, and that of cldr_text."
            )


def vocabulary_note(choice: str, asked: Any, got: int) -> str:
    """That a text gave fewer pieces than were asked for; empty where it did not."""
    if not isinstance(asked, int) or got >= asked:
        return ""
    return f"{choice}: vocabulary_size {asked:,} asked, {got:,} got; the text has no more pieces."


def _vocabulary(
    choice: RepresentationChoice, settings: PretrainingConfig, languages: tuple[str, ...]
) -> Iterable[str]:
    asked = choice.options.get("vocabulary_size")
    if choice.encoder is not None or asked is None or not is_learned(choice.name):
        return
    make: type[Subwords] = REPRESENTATIONS[choice.name]
    text = []
    for one in settings.text:
        codes = one.languages or languages
        for code in codes:
            for row in role_split(one, code, "train", codes):
                text += row.sentences
                if len(text) > MOST_SENTENCES:
                    return
    if note := vocabulary_note(choice.title, asked, make.learned(text, **choice.options).n_pieces):
        yield note
