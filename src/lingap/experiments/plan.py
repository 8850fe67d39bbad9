"""From a configuration to jobs, each named by a hash of all that can change its outcome."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lingap.corpora import find_corpus
from lingap.errors import ConfigError, LanguageError
from lingap.experiments.config import ExperimentConfig, RepresentationChoice
from lingap.experiments.data import Role, corpus_split, n_rows, parallel_split, role_split
from lingap.experiments.store import Kind
from lingap.representations import load_representation
from lingap.representations.checkpoint import checkpoint_facts
from lingap.representations.published import published_side
from lingap.representations.subword import tokenizers_version

RECIPE = "1"
"""Part of every job's hash; raised when the code makes other numbers of the same configuration."""


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to compute.

    Args:
        kind: ``pretraining`` or ``runs``.
        id: Twelve hexadecimal digits, a hash of `config`.
        config: Everything that can change the outcome, as JSON.
        needs: Ids of jobs that must end first.
        n_steps: Optimizer steps, about; for progress and cost.
        title: For people.
    """

    kind: Kind
    id: str
    config: Mapping[str, Any]
    needs: tuple[str, ...]
    n_steps: int
    title: str


@dataclass(frozen=True, slots=True)
class Plan:
    """All jobs of an experiment, in an order in which they can be done."""

    config: ExperimentConfig
    jobs: tuple[Job, ...]

    def of(self, kind: Kind) -> tuple[Job, ...]:
        """The jobs of one kind."""
        return tuple(job for job in self.jobs if job.kind == kind)


def _job(
    kind: Kind, config: dict[str, Any], needs: tuple[str, ...], n_steps: int, title: str
) -> Job:
    config = {"recipe": RECIPE, **config}
    text = json.dumps(config, sort_keys=True, ensure_ascii=False, default=list)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Job(kind, digest, json.loads(text), needs, n_steps, title)


def spelling_provenance(choice: RepresentationChoice, languages: tuple[str, ...]) -> dict[str, str]:
    """What fixes a representation's output; it is checked here that it serves every language.

    Raises:
        LanguageError: Naming all languages that it cannot spell.
    """
    if choice.name == "subword":  # its vocabulary is of the text or the encoder, hashed too
        return {"representation": "subword", "tokenizers": tokenizers_version()}
    spell = load_representation(choice.name, **choice.options)
    prepare = getattr(spell, "prepare", None)
    faults = []
    for language in languages:
        try:
            if prepare is not None:
                prepare(language)
        except LanguageError as error:
            faults.append(str(error))
    if faults:
        raise LanguageError("\n".join(faults))
    return spell.provenance()


def _trainings(config: ExperimentConfig) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Pairs of (languages trained on, languages scored) under the protocol."""
    every = config.languages
    if config.protocol == "in-language":
        return [((language,), (language,)) for language in every]
    if config.protocol == "zero-shot":
        assert config.source is not None
        from lingap.languages import get_language

        return [((get_language(config.source).code,), every)]
    return [(every, every)]


def make_plan(config: ExperimentConfig) -> Plan:
    """All jobs of an experiment.

    Raises:
        LanguageError: When a corpus or a G2P back end lacks one of the languages.
        CorpusError: When a corpus cannot be read.
        ConfigError: When the corpus is of another task, or an encoder of another representation.
        MissingExtra: When a part that the plan needs is not installed.
    """
    languages = config.languages
    _check_task(config)
    learned = {code for trained, _ in _trainings(config) for code in trained}
    n_train = {code: n_rows(config.corpus, code, "train", languages) for code in learned}
    data = {code: _fingerprints(config, code, learned=code in learned) for code in languages}
    pretrainings, runs = [], []
    for choice in config.representations:
        spelling = spelling_provenance(choice, languages)
        read: dict[str, Any]
        needs: tuple[str, ...]
        if choice.encoder is None:
            first = _pretraining(config, choice, spelling)
            pretrainings.append(first)
            needs, read = (first.id,), {"encoder": first.id}
        else:
            needs, read = (), {"encoder": _published(choice), "spelling": spelling}
        for seed in config.seeds:
            for trained, scored in _trainings(config):
                settings = config.finetuning
                n_sentences = sum(n_train[code] for code in trained)
                n_steps = settings.steps or (settings.epochs or 0) * -(
                    -n_sentences // settings.batch_size
                )
                runs.append(
                    _job(
                        "runs",
                        {
                            "task": config.task,
                            "representation": choice.title,
                            "protocol": config.protocol,
                            "train_languages": trained,
                            "test_languages": scored,
                            "seed": seed,
                            **read,
                            "choice": choice.model_dump(mode="json", exclude={"label"}),
                            "corpus": config.corpus.model_dump(mode="json"),
                            "parallel": config.parallel and config.parallel.model_dump(mode="json"),
                            "parallel_languages": [
                                code for code in scored if code in config.measured_languages
                            ],
                            "languages": languages,
                            "data": {code: data[code] for code in {*trained, *scored}},
                            "finetuning": settings.model_dump(mode="json"),
                            "pooling": config.pooling,
                        },
                        needs,
                        n_steps,
                        f"{choice.title} {'+'.join(trained)} seed {seed}",
                    )
                )
    return Plan(config, (*pretrainings, *runs))


def _check_task(config: ExperimentConfig) -> None:
    """A corpus of another task has no labels, or others than are meant."""
    for choice, wanted in ((config.corpus, config.task), (config.parallel, "parallel")):
        if choice is not None and (found := find_corpus(choice.name).task) != wanted:
            raise ConfigError(f"{choice.name} is a corpus for {found}, not for {wanted}.")


def _pretraining(
    config: ExperimentConfig, choice: RepresentationChoice, spelling: Mapping[str, str]
) -> Job:
    """The job that makes a matched encoder."""
    settings, languages = config.pretraining, config.languages
    assert settings is not None  # the configuration is consistent
    return _job(
        "pretraining",
        {
            "representation": choice.model_dump(mode="json", exclude={"label"}),
            "spelling": spelling,
            "encoder": config.encoder.model_dump(mode="json"),
            "pretraining": settings.model_dump(mode="json"),
            "text": {
                code: role_split(settings.text, code, "train", languages).fingerprint
                for code in languages
            },
            "languages": languages,
        },
        (),
        settings.training.steps or 0,
        f"pre-train {choice.title}",
    )


def _published(choice: RepresentationChoice) -> dict[str, str]:
    """What fixes a published encoder; one that lies here is checked to fit the representation."""
    source = choice.encoder
    assert source is not None
    if Path(source).is_dir():
        published_side(choice.name, Path(source), choice.options)
    return checkpoint_facts(source, choice.revision, representation=choice.name)


def _fingerprints(config: ExperimentConfig, language: str, *, learned: bool) -> list[str]:
    """What fixes the data of one language: train and dev if it is learned, test, parallel text."""
    roles: tuple[Role, ...] = ("train", "dev", "test") if learned else ("test",)
    found = [role_split(config.corpus, language, role, config.languages) for role in roles]
    if config.parallel is not None and language in config.measured_languages:
        split = parallel_split(config.parallel)
        found.append(corpus_split(config.parallel, language, split, config.languages))
    return [split.fingerprint for split in found]
