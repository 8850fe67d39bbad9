"""From a configuration to jobs, each named by a hash of all that can change its outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from lingap.corpora import find_corpus
from lingap.errors import ConfigError, LanguageError
from lingap.experiments.config import ExperimentConfig, PretrainConfig
from lingap.experiments.config_parts import (
    PretrainingConfig,
    RepresentationChoice,
    RepresentationSettings,
    TaskChoice,
)
from lingap.experiments.data import n_rows, parallel_fingerprint, role_split
from lingap.experiments.lacking import drop_offered, preparing, speller, without_lacking
from lingap.experiments.records import PlannedJob
from lingap.experiments.specs import ROLES, Kind, PretrainSpec, RunSpec, Spec, TrialSpec
from lingap.representations.checkpoint import checkpoint_facts, local_folder
from lingap.representations.pieces import (
    FEWEST_PIECES,
    OF_PIECES,
    check_pieces,
    tokenizers_version,
)
from lingap.representations.protocol import REPRESENTATIONS
from lingap.representations.published import published_representation
from lingap.representations.subword import is_learned
from lingap.storage.model_config import read_model_config, refuse_without_masked_model
from lingap.text.display import in_a_title
from lingap.training.settings import TrainingSettings

RECIPE = "4"
"""Part of every job's hash; raised when the code computes other numbers from a configuration."""


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to compute.

    Args:
        spec: Everything that can change the outcome.
        needs: Ids of jobs that must end first.
        n_steps: Optimizer steps, estimated; for progress and cost.
        title: For progress and messages.
        labels: Of a pre-training, the names in tables of the representations it serves.
        trackers: Where its training is logged; they do not affect the result.
        id: Twelve hexadecimal digits, the digest of `spec`.
    """

    spec: Spec
    needs: tuple[str, ...]
    n_steps: int
    title: str
    labels: tuple[str, ...] = ()
    trackers: tuple[str, ...] = ()
    id: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", self.id or self.spec.digest())

    @property
    def kind(self) -> Kind:
        """What the job does."""
        return self.spec.kind

    @property
    def planned(self) -> PlannedJob:
        """The entry of ``experiment.json``."""
        return PlannedJob(id=self.id, title=self.title, config=self.spec, labels=self.labels)


@dataclass(frozen=True, slots=True)
class Plan:
    """All jobs of an experiment, each after those that it needs."""

    config: ExperimentConfig
    jobs: tuple[Job, ...]
    dropped: tuple[str, ...] = ()  # a line on each language that is left out, and of what

    def of(self, kind: Kind) -> tuple[Job, ...]:
        """The jobs of one kind."""
        return tuple(job for job in self.jobs if job.kind == kind)


def spelling_provenance(choice: RepresentationChoice, languages: tuple[str, ...]) -> dict[str, str]:
    """Versions and options that determine a representation's output; checks all languages.

    Raises:
        LanguageError: Naming all languages that it cannot spell.
    """
    spell, learned = speller(choice), {}
    if is_learned(choice.name):  # the text or the encoder, also hashed, gives its vocabulary
        learned = {"representation": choice.name, "tokenizers": tokenizers_version()}
        if choice.encoder is None:
            pieces = {key: choice.options[key] for key in OF_PIECES if key in choice.options}
            check_pieces(**pieces, fewest=FEWEST_PIECES)
            if marks := getattr(spell, "marks", ""):
                learned["apart"] = marks
    if spell is None:
        return learned
    faults, prepare = [], preparing(spell)
    for language in languages:
        try:
            prepare(language)
        except LanguageError as error:
            faults.append(str(error))
    if faults:
        raise LanguageError("\n".join(faults))
    return {**spell.provenance(), **learned}


def make_plan(config: ExperimentConfig) -> Plan:
    """All jobs of an experiment.

    Raises:
        LanguageError: When a corpus or a G2P back end lacks one of the languages.
        CorpusError: When a corpus cannot be read.
        ConfigError: When a corpus is of another task, or an encoder of another representation.
        MissingExtra: When the plan needs an extra that is not installed.
    """
    config.use_own_languages()
    _check_tasks(config)
    config, dropped = without_lacking(config) if config.lacking == "drop" else (config, ())
    for choice in config.representations:
        check_shape(config, choice, _shape_of(config, choice))
    with drop_offered(config.languages):
        sides = [_side(config, choice, config.pretraining) for choice in config.representations]
    pretrainings = distinct_jobs(
        side.pretraining[seed] for seed in config.seeds for side in sides if side.pretraining
    )
    trainings = [job for task in config.trained_tasks for job in _jobs_of(config, task, sides)]
    trials = [job for job in trainings if job.kind == "trials"]
    # By seed, so that an interrupted sweep has complete seeds over all tasks.
    runs = [
        job
        for seed in config.seeds
        for job in trainings
        if isinstance(job.spec, RunSpec) and job.spec.seed == seed
    ]
    return Plan(config, (*pretrainings, *trials, *runs), dropped)


def distinct_jobs(pretrainings: Iterable[Job]) -> list[Job]:
    """Each encoder once; representations that differ only in their label share it."""
    found: dict[str, Job] = {}
    for job in pretrainings:
        if job.id in found:
            labels = tuple(dict.fromkeys((*found[job.id].labels, *job.labels)))
            ending = job.title.removeprefix(f"pre-train {', '.join(job.labels)}")
            title = f"pre-train {', '.join(labels)}{ending}"
            job = replace(job, title=title, labels=labels)
        found[job.id] = job
    return list(found.values())


def pretraining_jobs(config: PretrainConfig) -> tuple[Job, ...]:
    """The jobs of pre-training alone: of matched encoders and continued of published ones.

    Raises:
        ConfigError, CorpusError, LanguageError, MissingExtra: As :func:`make_plan`.
    """
    config.use_own_languages()
    return tuple(
        _pretraining(
            config, config.pretraining, choice, spelling_provenance(choice, config.languages)
        )
        for choice in config.representations
    )


@dataclass(frozen=True, slots=True)
class _Side:
    """A representation, and by seed the job that makes its encoder; none of a published one."""

    choice: RepresentationChoice
    pretraining: Mapping[int, Job]
    published: Mapping[str, Any]

    def needs(self, seed: int) -> tuple[str, ...]:
        return (self.pretraining[seed].id,) if self.pretraining else ()

    def read(self, seed: int) -> Mapping[str, Any]:
        """The encoder's part of a spec."""
        return {"encoder": self.pretraining[seed].id} if self.pretraining else self.published


def _side(
    config: ExperimentConfig, choice: RepresentationChoice, pretraining: PretrainingConfig | None
) -> _Side:
    spelling = spelling_provenance(choice, config.languages)
    if choice.encoder is not None:
        return _Side(choice, {}, {"encoder": _published(choice), "spelling": spelling})
    assert pretraining is not None  # the configuration is consistent
    if pretraining.seed != "per-seed":
        job = _pretraining(config, pretraining, choice, spelling)
        return _Side(choice, dict.fromkeys(config.seeds, job), {})
    jobs = {}
    for seed in config.seeds:
        own = pretraining.model_copy(update={"seed": seed})
        job = _pretraining(config, own, choice, spelling)
        jobs[seed] = replace(job, title=f"{job.title} seed {seed}")
    return _Side(choice, jobs, {})


def _jobs_of(config: ExperimentConfig, task: TaskChoice, sides: Sequence[_Side]) -> Iterator[Job]:
    """For every training, the trials of the grid and the runs that need them."""
    languages = config.languages_of(task)
    learned = {code for trained, _ in config.trainings_of(task) for code in trained}
    n_train = cache(lambda code: n_rows(task.corpus, code, "train", languages))
    several = len(config.trained_tasks) > 1
    data = {code: _fingerprints(config, task, code, learned=code in learned) for code in languages}
    for side in sides:
        for trained, scored in config.trainings_of(task):
            about = f"{side.choice.title} {task.title}" if several else side.choice.title
            title = f"{about} {in_a_title(trained)}"
            shared: dict[str, Any] = {
                "recipe": RECIPE,
                "task": task.task,
                "representation": side.choice.title,
                "protocol": config.protocol_of(task),
                "train_languages": trained,
                "choice": side.choice.unlabelled,
                "corpus": task.corpus,
                "languages": languages,
                "own": config.own_languages or None,
                "pooling": config.pooling,
            }
            candidates = config.candidates(task, side.choice.title, trained)
            steps = [_n_steps(settings, trained, n_train) for settings in candidates]
            trials = [
                Job(
                    TrialSpec(
                        **shared,
                        **side.read(config.seeds[0]),
                        seed=config.seeds[0],
                        data={code: data[code][:2] for code in trained},  # no test data
                        finetuning=settings,
                    ),
                    side.needs(config.seeds[0]),
                    n_steps,
                    f"{title} trial {number}",
                    trackers=config.trackers,
                )
                for number, (settings, n_steps) in enumerate(zip(candidates, steps, strict=True), 1)
                if len(candidates) > 1
            ]
            yield from trials
            tried = tuple(trial.id for trial in trials)
            for seed in config.seeds:
                run = RunSpec(
                    **shared,
                    **side.read(seed),
                    name=task.name or None,
                    test_languages=scored,
                    seed=seed,
                    layers=config.layers,
                    parallel=config.parallel,
                    parallel_languages=[c for c in scored if c in config.measured_languages],
                    parallel_sentences=config.parallel_sentences,
                    data={code: data[code] for code in {*trained, *scored}},
                    finetuning=candidates,
                    trials=tried,
                )
                needs = (*side.needs(seed), *tried)
                yield Job(run, needs, max(steps), f"{title} seed {seed}", trackers=config.trackers)


def _n_steps(
    settings: TrainingSettings, trained: Sequence[str], n_train: Callable[[str], int]
) -> int:
    """Steps of a training; rows are counted only where epochs need it: the whole text is read."""
    if settings.steps is not None:
        return settings.steps
    return (settings.epochs or 0) * -(-sum(map(n_train, trained)) // settings.batch_size)


def _check_tasks(config: ExperimentConfig) -> None:
    """Refuse corpora of another task."""
    wanted = [(task.corpus, str(task.task)) for task in config.tasks]
    wanted += [(text, "parallel") for text in config.parallel]
    for choice, kind in wanted:
        if (found := find_corpus(choice.name).task) != kind:
            raise ConfigError(f"{choice.name}: expected a corpus for {kind}, got one for {found}.")


def _shape_of(config: ExperimentConfig, choice: RepresentationChoice) -> Mapping[str, Any]:
    """What is known of an encoder's shape; nothing of one that is not on this machine."""
    if choice.encoder is None:
        return {"num_hidden_layers": config.encoder.layers}
    folder = local_folder(choice.encoder)
    return {} if folder is None else read_model_config(folder)


def check_shape(
    config: ExperimentConfig, choice: RepresentationChoice, found: Mapping[str, Any]
) -> None:
    """Refuse layers and lengths that an encoder of this shape, as in ``config.json``, lacks."""
    numbers = [int(layer) for layer in config.layers if layer.isdecimal()]
    if numbers and config.parallel:
        if found.get("model_type") == "canine":
            raise ConfigError(
                f"layers: {choice.title} is a CANINE, of which only input and last have vectors."
            )
        n_layers = found.get("num_hidden_layers", found.get("num_layers", found.get("n_layers")))
        if isinstance(n_layers, int) and max(numbers) > n_layers:
            raise ConfigError(
                f"layers: {choice.title} has no layer {max(numbers)}; expected input, last, or a "
                f"number up to {n_layers}."
            )
    longest = found.get("max_position_embeddings")
    if choice.max_units and isinstance(longest, int) and choice.max_units > longest:
        raise ConfigError(
            f"max_units: {choice.title} reads {longest} units at most, not {choice.max_units}."
        )


def _pretraining(
    config: ExperimentConfig | PretrainConfig,
    settings: PretrainingConfig,
    choice: RepresentationChoice,
    spelling: Mapping[str, str],
) -> Job:
    """The job that pre-trains an encoder, or continues the pre-training of a published one."""
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
    published = None
    if choice.encoder is not None:
        published = _published(choice)
        if kind := _type_of(choice.encoder):
            refuse_without_masked_model(choice.encoder, kind)
    spec = PretrainSpec(
        recipe=RECIPE,
        representation=_as_trained(choice),
        spelling=spelling,
        encoder=config.encoder if published is None else None,
        published=published,
        pretraining=settings,
        text=tuple(read),
        languages=languages,
        own=config.own_languages or None,
    )
    n_steps = settings.training.steps or 0
    return Job(spec, (), n_steps, f"pre-train {choice.title}", (choice.title,), config.trackers)


def _as_trained(choice: RepresentationChoice) -> RepresentationSettings:
    """The representation without the options that only what is scored or embedded depends on."""
    of_test = getattr(REPRESENTATIONS[choice.name], "test_options", ())
    kept = {name: value for name, value in choice.options.items() if name not in of_test}
    return choice.unlabelled.model_copy(update={"options": kept})


def _type_of(source: str) -> str:
    """The model type of a checkpoint on this machine or of CANINE, else an empty string."""
    if (folder := local_folder(source)) is not None:
        return str(read_model_config(folder)["model_type"])
    return "canine" if source in ("canine", "canine-c") else ""


def _published(choice: RepresentationChoice) -> dict[str, str]:
    """What identifies a published encoder; a local one must fit the representation."""
    source = choice.encoder
    assert source is not None
    if (folder := local_folder(source)) is not None:
        published_representation(choice.name, folder, choice.options)
    return checkpoint_facts(source, choice.revision, representation=choice.name)


def _fingerprints(
    config: ExperimentConfig, task: TaskChoice, language: str, *, learned: bool
) -> list[str]:
    """Digests of one language's data: train and dev if trained on, test, parallel text."""
    roles = ROLES if learned else ("test",)
    languages = config.languages_of(task)
    found = [role_split(task.corpus, language, role, languages) for role in roles]
    digests = [split.fingerprint for split in found]
    if language in config.measured_languages:
        digests.append(parallel_fingerprint(config.parallel, language, languages))
        for text in config.parallel:  # its first sentences tell a text of another language
            next(iter(role_split(text, language, "parallel", languages)), None)
    return digests
