"""Languages that a corpus or a back end lacks: left out for every representation alike, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lingap.errors import ConfigError, CorpusError, LanguageError, in_one_line
from lingap.experiments.config import ExperimentConfig
from lingap.experiments.config_parts import (
    CorpusChoice,
    RepresentationSettings,
    Role,
    TaskChoice,
    TextChoice,
)
from lingap.experiments.data import parallel_fingerprint, role_split
from lingap.experiments.specs import ROLES
from lingap.representations import load_representation
from lingap.representations.protocol import REPRESENTATIONS
from lingap.representations.subword import is_learned


def without_lacking(config: ExperimentConfig) -> tuple[ExperimentConfig, tuple[str, ...]]:
    """The configuration in the languages that can be run, and a line on each that cannot.

    A language that a representation cannot spell, or that no text for pre-training has, leaves the
    whole experiment, so that all representations are compared in the same languages; one that a
    task's corpus or the parallel text lacks leaves that task or that text.

    Raises:
        ConfigError: When fewer than one language is left, or a source language is lost.
    """
    said: list[str] = []

    def keep(codes: Sequence[str], use: Callable[[str], object], of: str) -> tuple[str, ...]:
        """The codes with which `use` does not fail; the others are told."""
        kept = []
        for code in codes:
            try:
                use(code)
            except (LanguageError, CorpusError) as error:
                said.append(f"{code} is left out of {of}: {in_one_line(error)}")
            else:
                kept.append(code)
        return tuple(kept)

    def keep_texts(texts: Sequence[TextChoice]) -> tuple[TextChoice, ...]:
        """The texts in the languages that they have; what no text has is told of in one line."""
        kept, before = [], len(said)
        for text in texts:
            wanted = [c for c in text.languages or languages if c in languages]
            has = keep(wanted, _reader(text, ("train",), languages), f"the text {text.name}")
            kept.append(text.model_copy(update={"languages": has}))
        read = {code for text in kept for code in text.languages or ()}
        lines, said[before:] = said[before:], []
        for code in languages:
            own = [line for line in lines if line.startswith(f"{code} ")]
            if code in read:
                said.extend(own)
                continue
            why = f": {own[0].partition(': ')[2]}" if own else "."
            said.append(
                f"{code} is left out of the experiment: no text for pre-training has it{why}"
            )
        return tuple(text for text in kept if text.languages)

    languages = config.languages
    for choice in config.representations:
        languages = keep(languages, preparing(speller(choice)), f"the experiment ({choice.title})")
    if config.pretraining is not None:
        texts = keep_texts(config.pretraining.text)
        read = {code for text in texts for code in text.languages or ()}
        languages = tuple(code for code in languages if code in read)
        config = config.model_copy(
            update={"pretraining": config.pretraining.model_copy(update={"text": texts})}
        )
    tasks = []
    for task in config.tasks:
        wanted = [code for code in task.languages or config.languages if code in languages]
        roles: tuple[Role, ...] = ("test",) if config.sources_of(task) else ROLES
        has = keep(wanted, _reader(task.corpus, roles, tuple(wanted)), f"the task {task.title}")
        tasks.append(task.model_copy(update={"languages": has}))
    languages = tuple(c for c in languages if any(c in (t.languages or ()) for t in tasks))
    measured = None
    if config.parallel:
        wanted = [code for code in config.measured_languages if code in languages]
        measured = keep(
            wanted, lambda code: parallel_fingerprint(config.parallel, code, languages),
            f"the parallel text {', '.join(text.name for text in config.parallel)}",
        )  # fmt: skip
    if not languages:
        raise ConfigError("No language is left:\n" + "\n".join(said))
    _check_sources(tasks, config, said)
    changed = {"languages": languages, "tasks": tuple(tasks), "parallel_languages": measured}
    return config.model_copy(update=changed), tuple(said)


@contextmanager
def drop_offered(languages: Sequence[str]) -> Iterator[None]:
    """Say in the error on a language that cannot be read that it may be left out of several."""
    try:
        yield
    except LanguageError as error:
        offer = " Or leave such languages out of all representations: lacking: drop."
        raise LanguageError(f"{error}{offer * (len(languages) > 1)}") from error


def speller(choice: RepresentationSettings) -> Any:
    """What spells words, or words before pieces are learned; None where nothing does."""
    if is_learned(choice.name):
        return REPRESENTATIONS[choice.name].base_of(choice.options)
    return load_representation(choice.name, **choice.options)


def preparing(spell: Any) -> Callable[[str], object]:
    """What makes a speller ready for a language; LanguageError where it cannot spell it."""
    prepare: Callable[[str], object] = getattr(spell, "prepare", lambda code: None)
    return prepare


def _reader(
    corpus: CorpusChoice, roles: Iterable[Role], languages: tuple[str, ...]
) -> Callable[[str], object]:
    def read(code: str) -> list[str]:
        return [role_split(corpus, code, role, languages).fingerprint for role in roles]

    return read


def _check_sources(tasks: Sequence[TaskChoice], config: ExperimentConfig, said: list[str]) -> None:
    for task in tasks:
        if lost := [code for code in config.sources_of(task) if code not in (task.languages or ())]:
            raise ConfigError(
                f"The source language {', '.join(lost)} of {task.title} is lost:\n"
                + "\n".join(said)
            )
