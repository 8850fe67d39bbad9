"""Everything that can change a result, in one closed schema."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from itertools import combinations, product
from math import prod
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from lingap.errors import ConfigError
from lingap.experiments.config_errors import explain
from lingap.experiments.config_parts import (
    Closed,
    Corpora,
    OnePretraining,
    Override,
    OwnLanguage,
    PretrainingConfig,
    Protocol,
    RepresentationChoice,
    TaskChoice,
    check_apart,
    distinct_codes,
    own_language_of,
    with_short_forms,
)
from lingap.experiments.config_paths import from_folder
from lingap.languages import use_languages
from lingap.models.encoder import EncoderConfig
from lingap.renamed import current_name
from lingap.storage.yaml_file import read_yaml
from lingap.training.settings import LARGEST_SEED, TrainingSettings

_MOST_CANDIDATES = 1000  # of a grid; each is a training


class _Encoders(Closed):
    """What defines encoders: representations × text × size, in some languages."""

    name: str = Field(description="Title of the report.")
    languages: tuple[str, ...] = Field(
        description="Any common codes; or code, name, script and family of a language.",
        min_length=1,
    )
    own_languages: tuple[OwnLanguage, ...] = Field(
        (), description="Those of the languages that are given by their facts."
    )
    representations: tuple[RepresentationChoice, ...] = Field(min_length=1)
    encoder: EncoderConfig = Field(
        default_factory=EncoderConfig, description="Size of the matched encoders."
    )
    trackers: tuple[str, ...] = Field(
        (), description="Log every training: tensorboard, wandb, mlflow … as transformers can."
    )

    _codes = field_validator("languages")(distinct_codes)

    @model_validator(mode="before")
    @classmethod
    def _described(cls, given: Any) -> Any:
        """Have a language's facts known before its code is read, in this configuration alone."""
        use_languages((), only=True)
        listed = given.get("languages") if isinstance(given, Mapping) else None
        own = list(given.get("own_languages") or ()) if isinstance(given, Mapping) else []
        if isinstance(listed, list | tuple):
            own += [one for one in listed if isinstance(one, Mapping | OwnLanguage)]
        if not own:
            return given
        found = tuple(map(own_language_of, own))
        use_languages(one.row for one in found)
        codes = [
            own_language_of(one).code if isinstance(one, Mapping | OwnLanguage) else one
            for one in listed or ()
        ]
        return {**given, "languages": codes, "own_languages": found}

    def use_own_languages(self) -> None:
        """Have those that the configuration describes known in this process, and no others."""
        use_languages((), only=True)
        use_languages(one.row for one in self.own_languages)

    @model_validator(mode="after")
    def _titles(self) -> Self:
        titles = [choice.title for choice in self.representations]
        if len({title.casefold() for title in titles}) < len(titles):  # on many disks they are one
            raise ValueError(f"two representations have one name, {titles}: give one a label")
        return self

    @classmethod
    def parse(
        cls, given: Mapping[str, Any], *, where: str = "the configuration", text: str = ""
    ) -> Self:
        """Check a mapping; `text` is the YAML that it was read from, for messages.

        Raises:
            ConfigError: One line per fault: where, got what, expected what; near names offered.
        """
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise ConfigError(
                f"{where}:\n" + "\n".join(explain(error, cls, given, text))
            ) from error

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a YAML (or JSON) file.

        Raises:
            ConfigError: When the file cannot be read or violates the schema.
        """
        given, text = read_yaml(path, expected="an experiment's YAML")
        if not isinstance(given, dict):
            got = "nothing" if given is None else f"{given!r:.80}"
            raise ConfigError(f"{path}: expected a mapping of settings, got {got}.")
        return cls.parse(from_folder(given, path.parent), where=str(path), text=text)

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The schema for editors, including the short forms."""
        schema = super().model_json_schema(*args, **kwargs)
        written = schema["properties"]
        own = written.pop("own_languages")["items"]
        written["languages"]["items"] = {"anyOf": [written["languages"]["items"], own]}
        return schema


class PretrainConfig(_Encoders):
    """Encoders alone: matched ones, and continued pre-training of published ones."""

    pretraining: OnePretraining = Field(description="Masked language modelling.")


class ExperimentConfig(_Encoders):
    """A plan in one page: tasks × representations × languages × seeds, and what is measured.

    A single task may be given as ``task`` and ``corpus``; several are listed under ``tasks``.
    """

    tasks: tuple[TaskChoice, ...] = Field(min_length=1, description="What to train on.")
    parallel: Corpora = Field(
        (),
        description="The same sentences in every language, needed for the linguistic gap; several "
        "texts are read one after the other.",
    )
    parallel_languages: tuple[str, ...] | None = Field(
        None, description="The languages that the parallel text has; all by default."
    )
    parallel_sentences: int | None = Field(
        None, ge=8, le=10_000_000,
        description="How many sentences of the parallel text are embedded, spread evenly over it; "
        "all by default.",
    )  # fmt: skip
    layers: tuple[str, ...] = Field(
        ("input", "last"),
        description="Layers of the encoders that embeddings are taken from: input, last, numbers.",
        min_length=1,
    )
    protocol: Protocol = Field(
        "in-language", description="Which languages are trained on and which are scored."
    )
    source: tuple[str, ...] | None = Field(
        None,
        description="The language trained on under zero-shot; several give a transfer matrix.",
    )
    lacking: Literal["error", "drop"] = Field(
        "error",
        description="What becomes of languages that a corpus or a back end lacks: an error, or "
        "left out for all representations alike, and told.",
    )
    pretraining: PretrainingConfig | None = Field(
        None, description="Of matched encoders; not needed if every encoder is published."
    )
    finetuning: TrainingSettings = Field(description="Hyperparameters of every run.")
    overrides: tuple[Override, ...] = Field(
        (), description="Other hyperparameters for some runs; all that match apply, in order."
    )
    grid: Mapping[str, Annotated[tuple[Any, ...], Field(min_length=1)]] = Field(
        default_factory=dict,
        description="Hyperparameter to the values to try; chosen on dev data of the languages "
        "trained on, per task, representation and training, with the first seed.",
    )
    pooling: Literal["mean", "first", "gated"] = Field(
        "mean",
        description="How the units of a word are pooled; gated learns how much each unit counts.",
    )
    seeds: tuple[Annotated[int, Field(ge=0, le=LARGEST_SEED, strict=True)], ...] = Field(
        (0,), min_length=1, max_length=10_000, description="One fine-tuning per seed."
    )

    _parallel_codes = field_validator("parallel_languages")(distinct_codes)

    @field_validator("source", mode="before")
    @classmethod
    def _one_or_several(cls, given: Any) -> Any:
        return given if given is None or isinstance(given, list | tuple) else (given,)

    _source_codes = field_validator("source")(distinct_codes)

    @field_validator("layers", mode="before")
    @classmethod
    def _layer_names(cls, given: Any) -> Any:
        names = tuple(map(str, given)) if isinstance(given, list | tuple) else given
        for name in names if isinstance(names, tuple) else ():
            if name not in ("input", "last") and not (name.isdecimal() and len(name) < 5):
                raise ValueError(f"layers are input, last or numbers, not {name!r}")
        return tuple(dict.fromkeys(names)) if isinstance(names, tuple) else names

    @classmethod
    def model_json_schema(cls, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The schema for editors, including the short forms: a single task, numbers as layers."""
        return with_short_forms(super().model_json_schema(*args, **kwargs))

    @model_validator(mode="before")
    @classmethod
    def _renamed(cls, given: Any) -> Any:
        """Accept keys under their old names, with a warning."""
        if not isinstance(given, Mapping) or "exceptions" not in given:
            return given
        if "overrides" in given:
            raise ValueError("give overrides only; exceptions is its old name")
        return {current_name("experiment configuration", key): given[key] for key in given}

    @model_validator(mode="before")
    @classmethod
    def _one_task(cls, given: Any) -> Any:
        """``task`` and ``corpus`` are short for ``tasks`` with one entry."""
        if not isinstance(given, Mapping) or not {"task", "corpus"} & set(given):
            return given
        if "tasks" in given:
            raise ValueError("give tasks, or task and corpus, not both")
        for missing in {"task", "corpus"} - set(given):
            near = difflib.get_close_matches(missing, set(given) - set(cls.model_fields), n=1)
            hint = f"; did you mean {missing!r} by {near[0]!r}?" if near else ""
            raise ValueError(f"{missing} is missing: task and corpus go together{hint}")
        rest = {key: value for key, value in given.items() if key not in ("task", "corpus")}
        return {**rest, "tasks": ({"task": given["task"], "corpus": given["corpus"]},)}

    @field_validator("seeds")
    @classmethod
    def _distinct_seeds(cls, given: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(given)) < len(given):
            raise ValueError(f"seeds are distinct whole numbers, not {given}")
        return given

    @model_validator(mode="after")
    def _consistent(self) -> ExperimentConfig:
        names = [choice.title for choice in self.tasks]
        if len(set(names)) < len(names):
            raise ValueError(
                f"a task is named twice: {', '.join(names)}; give each its own name in tables"
            )
        matched = [choice.title for choice in self.representations if choice.encoder is None]
        if matched and self.pretraining is None:
            raise ValueError(
                f"pretraining is missing, but {', '.join(matched)} has no published encoder"
            )
        for choice in self.tasks:
            for text in () if self.pretraining is None else self.pretraining.text:
                for code in self.languages_of(choice):
                    check_apart(text.of_language(code), choice.corpus.of_language(code))
            self._check_known(f"languages of {choice.title}", choice.languages)
        self._check_hyperparameters()
        self._check_by_language()
        for read in self.parallel:
            own = [read.of_language(code).splits for code in read.by_language]
            if any(own) or read.splits or read.dev_share or read.train_share or read.draw_seed:
                raise ValueError("parallel text is read as a whole: no splits, shares or draw_seed")
        protocols = {self.protocol_of(task) for task in self.tasks if task.source is None}
        if "zero-shot" in protocols and self.source is None:
            raise ValueError("give source, the training language, for zero-shot")
        if "zero-shot" not in protocols | {self.protocol} and self.source is not None:
            raise ValueError(f"protocol {self.protocol} has no source: remove it or say zero-shot")
        self._check_known("parallel_languages", self.parallel_languages)
        if self.parallel and len(self.languages) > 1 and not self.measured_pairs:
            raise ValueError(
                "parallel: no task has two of the parallel languages "
                f"({', '.join(self.measured_languages)}), so no linguistic gap can be measured; "
                "leave parallel out, or give a task more of them"
            )
        for choice in self.trained_tasks:
            if choice.source is not None and choice.source not in self.languages_of(choice):
                raise ValueError(f"source {choice.source!r} is not among the languages")
        return self

    def _check_known(self, setting: str, codes: Sequence[str] | None) -> None:
        if unknown := set(codes or ()).difference(self.languages):
            raise ValueError(f"{setting}: {sorted(unknown)} are not among the languages")

    def _check_by_language(self) -> None:
        """Refuse settings by language that no language of the plan would use."""
        texts = () if self.pretraining is None else self.pretraining.text
        corpora = (*(task.corpus for task in self.tasks), *self.parallel, *texts)
        for corpus in corpora:
            self._check_known(f"by_language of {corpus.name}", tuple(corpus.by_language))

    def _check_hyperparameters(self) -> None:
        """Refuse hyperparameters that no run could use."""
        titles = [choice.title for choice in self.representations]
        n = prod(map(len, self.grid.values()))
        if n > _MOST_CANDIDATES:
            raise ValueError(
                f"the grid has {n:,} candidates, more than {_MOST_CANDIDATES:,}; try fewer values"
            )
        for one in self.overrides:
            if unknown := set(one.representations or ()).difference(titles):
                raise ValueError(f"overrides name {sorted(unknown)}; known: {', '.join(titles)}")
            self._check_known("overrides", one.languages)
            if absent := set(one.tasks or ()).difference(task.task for task in self.tasks):
                raise ValueError(f"overrides: the plan has no task {', '.join(sorted(absent))}")
            if not any(
                one.serves(choice.task, representation, trained)
                for choice in self.trained_tasks
                for representation in titles
                for trained, _ in self.trainings_of(choice)
            ):
                raise ValueError(f"overrides: no training of the plan is one of {one.said}")
        for choice in self.tasks:
            for representation in titles:
                for code in self.languages:
                    self.candidates(choice, representation, (code,))

    @property
    def trained_tasks(self) -> tuple[TaskChoice, ...]:
        """The tasks as they are trained and compared: under zero-shot once for each source."""
        several = self.source is not None and len(self.source) > 1
        return tuple(
            choice.model_copy(
                update={
                    "source": source,
                    "name": f"{choice.title} from {source}" if several and source else choice.name,
                }
            )
            for choice in self.tasks
            for source in self.sources_of(choice) or (None,)
        )

    def protocol_of(self, choice: TaskChoice) -> Protocol:
        """The protocol of one task: zero-shot where it has a source of its own."""
        return "zero-shot" if choice.source is not None else choice.protocol or self.protocol

    def sources_of(self, choice: TaskChoice) -> tuple[str, ...]:
        """The languages that a task is trained on in turn under zero-shot; else none."""
        if choice.source is not None:
            return (choice.source,)
        return self.source or () if self.protocol_of(choice) == "zero-shot" else ()

    def languages_of(self, choice: TaskChoice) -> tuple[str, ...]:
        """The languages of one task."""
        return self.languages if choice.languages is None else choice.languages

    def trainings_of(self, choice: TaskChoice) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
        """Pairs of (languages trained on, languages scored) of one of the trained tasks."""
        every = self.languages_of(choice)
        if choice.source is not None:  # zero-shot
            return [((choice.source,), every)]
        if self.protocol_of(choice) == "in-language":
            return [((language,), (language,)) for language in every]
        return [(every, every)]

    def candidates(
        self, choice: TaskChoice, representation: str, trained: Sequence[str]
    ) -> tuple[TrainingSettings, ...]:
        """The hyperparameters to try for a training: one set, or those of the grid."""
        base = (choice.finetuning or self.finetuning).model_dump()
        for one in self.overrides:
            if one.serves(choice.task, representation, trained):
                base |= one.settings
        names = list(self.grid)
        found = []
        for values in product(*self.grid.values()):
            given = base | dict(zip(names, values, strict=True))
            try:
                found.append(TrainingSettings.model_validate(given))
            except ValidationError as error:
                line = explain(error, TrainingSettings, given)[0].strip()
                raise ValueError(f"grid or overrides, {line}") from error
        return tuple(dict.fromkeys(found))

    @property
    def measured_pairs(self) -> set[frozenset[str]]:
        """Pairs of parallel languages that are in one task, so that their gap is measured."""
        return {
            frozenset(pair)
            for choice in self.tasks
            for pair in combinations(
                [c for c in self.languages_of(choice) if c in self.measured_languages], 2
            )
        }

    @property
    def measured_languages(self) -> tuple[str, ...]:
        """Languages between which the linguistic gap is measured."""
        if not self.parallel:
            return ()
        return self.languages if self.parallel_languages is None else self.parallel_languages
