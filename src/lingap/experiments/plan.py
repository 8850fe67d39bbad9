"""From a configuration to jobs, each named by a hash of all that can change its outcome."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from lingap.corpora import find_corpus
from lingap.errors import ConfigError, LanguageError
from lingap.experiments.choices import PretrainingConfig, RepresentationChoice, TaskChoice
from lingap.experiments.config import ExperimentConfig, PretrainConfig
from lingap.experiments.data import Role, corpus_split, n_rows, parallel_split, role_split
from lingap.experiments.store import Kind
from lingap.languages import get_language
from lingap.representations import load_representation
from lingap.representations.checkpoint import checkpoint_config, checkpoint_facts, local_folder
from lingap.representations.protocol import check_options
from lingap.representations.published import published_side
from lingap.representations.subword import (
    check_vocabulary_size,
    tokenizers_version,
    train_subwords,
)
from lingap.training.settings import TrainingSettings

RECIPE = "3"
"""Part of every job's hash; raised when the code makes other numbers of the same configuration."""


PRETRAIN = "pre-train "
"""How the title of a job begins that makes an encoder; the labels that it serves follow."""

_ROLES: tuple[Role, ...] = ("train", "dev", "test")


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to compute.

    Args:
        kind: ``pretraining``, ``trials`` or ``runs``.
        id: Twelve hexadecimal digits, a hash of `config`.
        config: Everything that can change the outcome, as JSON.
        needs: Ids of jobs that must end first.
        n_steps: Optimizer steps, about; for progress and cost.
        title: For people.
        trackers: Told of its training; they change no number.
    """

    kind: Kind
    id: str
    config: Mapping[str, Any]
    needs: tuple[str, ...]
    n_steps: int
    title: str
    trackers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All jobs of an experiment, in an order in which they can be done."""

    config: ExperimentConfig
    jobs: tuple[Job, ...]

    def of(self, kind: Kind) -> tuple[Job, ...]:
        """The jobs of one kind."""
        return tuple(job for job in self.jobs if job.kind == kind)


def _job(
    kind: Kind,
    config: dict[str, Any],
    needs: tuple[str, ...],
    n_steps: int,
    title: str,
    trackers: tuple[str, ...],
) -> Job:
    config = json.loads(json.dumps({"recipe": RECIPE, **config}, default=list))
    text = json.dumps(without_places(config), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Job(kind, digest, config, needs, n_steps, title, trackers)


def without_places(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration without the paths of corpora: fingerprints tell what lies there."""

    def placeless(corpus: Any) -> Any:
        return corpus and {name: value for name, value in corpus.items() if name != "path"}

    found = dict(config)
    for part in {"corpus", "parallel"} & set(config):
        found[part] = placeless(config[part])
    if "text" in (settings := found.get("pretraining") or {}):
        found["pretraining"] = {**settings, "text": [placeless(one) for one in settings["text"]]}
    return found


def spelling_provenance(choice: RepresentationChoice, languages: tuple[str, ...]) -> dict[str, str]:
    """What fixes a representation's output; it is checked here that it serves every language.

    Raises:
        LanguageError: Naming all languages that it cannot spell.
    """
    if choice.name == "subword" and choice.encoder is None:
        check_options("subword", train_subwords, choice.options, given=("sentences",))
        check_vocabulary_size(choice.options.get("vocabulary_size", 1))
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


def _trainings(
    config: ExperimentConfig, task: TaskChoice
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Pairs of (languages trained on, languages scored) under the protocol."""
    every = config.languages_of(task)
    if config.protocol == "in-language":
        return [((language,), (language,)) for language in every]
    if config.protocol == "zero-shot":
        assert config.source is not None
        return [((get_language(config.source).code,), every)]
    return [(every, every)]


def make_plan(config: ExperimentConfig) -> Plan:
    """All jobs of an experiment.

    Raises:
        LanguageError: When a corpus or a G2P back end lacks one of the languages.
        CorpusError: When a corpus cannot be read.
        ConfigError: When a corpus is of another task, or an encoder of another representation.
        MissingExtra: When a part that the plan needs is not installed.
    """
    _check_tasks(config)
    sides = [_side(config, choice, config.pretraining) for choice in config.representations]
    pretrainings = distinct_jobs(s.pretraining for s in sides if s.pretraining is not None)
    trainings = [job for task in config.tasks for job in _jobs_of(config, task, sides)]
    trials = [job for job in trainings if job.kind == "trials"]
    # A sweep that is stopped has whole seeds, over all tasks, before parts of the last.
    runs = [
        job
        for seed in config.seeds
        for job in trainings
        if job.kind == "runs" and job.config["seed"] == seed
    ]
    return Plan(config, (*pretrainings, *trials, *runs))


def distinct_jobs(pretrainings: Iterable[Job]) -> list[Job]:
    """Each encoder once; representations that differ in their labels alone share it."""
    found: dict[str, Job] = {}
    for job in pretrainings:
        if job.id in found:
            label = job.title.removeprefix(PRETRAIN)
            job = replace(job, title=f"{found[job.id].title}, {label}")
        found[job.id] = job
    return list(found.values())


def pretraining_jobs(config: PretrainConfig) -> tuple[Job, ...]:
    """The jobs of pre-training alone: matched encoders, and published ones that read on.

    Raises:
        ConfigError, CorpusError, LanguageError, MissingExtra: As :func:`make_plan`.
    """
    return tuple(
        _pretraining(
            config, config.pretraining, choice, spelling_provenance(choice, config.languages)
        )
        for choice in config.representations
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """A representation with what makes its encoder."""

    choice: RepresentationChoice
    pretraining: Job | None
    read: Mapping[str, Any]

    @property
    def needs(self) -> tuple[str, ...]:
        return () if self.pretraining is None else (self.pretraining.id,)


def _side(
    config: ExperimentConfig, choice: RepresentationChoice, pretraining: PretrainingConfig | None
) -> _Side:
    spelling = spelling_provenance(choice, config.languages)
    if choice.encoder is not None:
        return _Side(choice, None, {"encoder": _published(choice), "spelling": spelling})
    assert pretraining is not None  # the configuration is consistent
    job = _pretraining(config, pretraining, choice, spelling)
    return _Side(choice, job, {"encoder": job.id})


def _jobs_of(config: ExperimentConfig, task: TaskChoice, sides: Sequence[_Side]) -> Iterator[Job]:
    """Of every training, the trials of the grid and the runs that need them."""
    languages = config.languages_of(task)
    learned = {code for trained, _ in _trainings(config, task) for code in trained}
    n_train = {code: n_rows(task.corpus, code, "train", languages) for code in learned}
    data = {code: _fingerprints(config, task, code, learned=code in learned) for code in languages}
    for side in sides:
        for trained, scored in _trainings(config, task):
            what = (side.choice.title, *([task.task] if len(config.tasks) > 1 else []))
            title = f"{' '.join(what)} {'+'.join(trained)}"
            shared = {
                "task": task.task,
                "representation": side.choice.title,
                "protocol": config.protocol,
                "train_languages": trained,
                **side.read,
                "choice": side.choice.model_dump(mode="json", exclude={"label"}),
                "corpus": task.corpus.model_dump(mode="json"),
                "languages": languages,
                "pooling": config.pooling,
            }
            candidates = config.candidates(task, side.choice.title, trained)
            n_sentences = sum(n_train[code] for code in trained)
            steps = [_n_steps(settings, n_sentences) for settings in candidates]
            trials = []
            for number, (settings, n_steps) in enumerate(zip(candidates, steps, strict=True), 1):
                if len(candidates) > 1:
                    trial = {
                        **shared,
                        "seed": config.seeds[0],
                        "data": {code: data[code][:2] for code in trained},  # no test data
                        "finetuning": settings.model_dump(mode="json"),
                    }
                    about = f"{title} trial {number}"
                    trials.append(
                        _job("trials", trial, side.needs, n_steps, about, config.trackers)
                    )
            yield from trials
            for seed in config.seeds:
                run = {
                    **shared,
                    "test_languages": scored,
                    "seed": seed,
                    "layers": config.layers,
                    "parallel": config.parallel and config.parallel.model_dump(mode="json"),
                    "parallel_languages": [
                        code for code in scored if code in config.measured_languages
                    ],
                    "data": {code: data[code] for code in {*trained, *scored}},
                    "finetuning": [settings.model_dump(mode="json") for settings in candidates],
                    "trials": [trial.id for trial in trials],
                }
                needs = (*side.needs, *(trial.id for trial in trials))
                about = f"{title} seed {seed}"
                yield _job("runs", run, needs, max(steps), about, config.trackers)


def _n_steps(settings: TrainingSettings, n_sentences: int) -> int:
    return settings.steps or (settings.epochs or 0) * -(-n_sentences // settings.batch_size)


def _check_tasks(config: ExperimentConfig) -> None:
    """A corpus of another task has no labels, or others than are meant."""
    wanted = [(task.corpus, str(task.task)) for task in config.tasks]
    if config.parallel is not None:
        wanted.append((config.parallel, "parallel"))
    for choice, kind in wanted:
        if (found := find_corpus(choice.name).task) != kind:
            raise ConfigError(f"{choice.name} is a corpus for {found}, not for {kind}.")


def _pretraining(
    config: ExperimentConfig | PretrainConfig,
    settings: PretrainingConfig,
    choice: RepresentationChoice,
    spelling: Mapping[str, str],
) -> Job:
    """The job that makes an encoder, or has a published one read on."""
    languages = config.languages
    read = [
        {
            code: role_split(text, code, "train", text.languages or languages).fingerprint
            for code in text.languages or languages
        }
        for text in settings.text
    ]
    if unread := set(languages).difference(*read):
        raise ConfigError(f"pretraining.text has no corpus for {', '.join(sorted(unread))}.")
    made: dict[str, Any] = {"encoder": config.encoder.model_dump(mode="json")}
    if choice.encoder is not None:
        made = {"published": _published(choice)}
        if choice.encoder in ("canine", "canine-c") or _type_of(choice.encoder) == "canine":
            raise ConfigError(
                f"{choice.encoder} cannot be pre-trained on: transformers has no masked language "
                "model of CANINE."
            )
    return _job(
        "pretraining",
        {
            "representation": choice.model_dump(mode="json", exclude={"label"}),
            "spelling": spelling,
            **made,
            "pretraining": settings.model_dump(mode="json"),
            "text": read,
            "languages": languages,
        },
        (),
        settings.training.steps or 0,
        f"{PRETRAIN}{choice.title}",
        config.trackers,
    )


def _type_of(source: str) -> str:
    """The type of a checkpoint that lies here, or nothing."""
    folder = local_folder(source)
    return "" if folder is None else str(checkpoint_config(folder)["model_type"])


def _published(choice: RepresentationChoice) -> dict[str, str]:
    """What fixes a published encoder; one that lies here is checked to fit the representation."""
    source = choice.encoder
    assert source is not None
    if (folder := local_folder(source)) is not None:
        published_side(choice.name, folder, choice.options)
    return checkpoint_facts(source, choice.revision, representation=choice.name)


def fingerprint_of(
    given: Mapping[str, Any], language: str, role: Role | Literal["parallel"]
) -> str:
    """What fixes the data of a role in one language, by the configuration of a trial or run."""
    found: Sequence[str] = given["data"][language]
    if role == "parallel":
        return found[-1]
    return found[_ROLES.index(role) if language in given["train_languages"] else 0]


def _fingerprints(
    config: ExperimentConfig, task: TaskChoice, language: str, *, learned: bool
) -> list[str]:
    """What fixes the data of one language: train and dev if it is learned, test, parallel text."""
    roles = _ROLES if learned else ("test",)
    languages = config.languages_of(task)
    found = [role_split(task.corpus, language, role, languages) for role in roles]
    if config.parallel is not None and language in config.measured_languages:
        split = parallel_split(config.parallel)
        found.append(corpus_split(config.parallel, language, split, languages))
    return [split.fingerprint for split in found]
