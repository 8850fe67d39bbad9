"""The parts of a configuration: corpora, texts, tasks, representations, pre-training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from lingap.experiments.config_errors import explain
from lingap.languages import Language, get_language, own_language
from lingap.training.settings import LARGEST_SEED, TrainingSettings

TaskName = Literal["ner", "nli", "pos", "topic"]
Protocol = Literal["in-language", "zero-shot", "joint"]
Role = Literal["train", "dev", "test"]
DataRole = Role | Literal["parallel"]


class Closed(BaseModel, frozen=True, extra="forbid", ser_json_inf_nan="constants"):
    """A frozen part of a configuration; unknown settings are refused."""


class OwnLanguage(Closed):
    """A language of a code that the table lacks, or with other facts than the table's."""

    code: str = Field(description="As in the other settings, files and tables.")
    name: str = Field("", description="English name; needed for a code that lingap lacks.")
    script: str = Field("", description="ISO 15924 code; needed for a code that lingap lacks.")
    family: str = Field("", description="Top-level family.")

    @property
    def row(self) -> Language:
        """The language; LanguageError where the facts are none."""
        return own_language(self.code, name=self.name, script=self.script, family=self.family)


def own_language_of(given: Any) -> OwnLanguage:
    """A language from its facts; ValueError with what is wrong of them."""
    if isinstance(given, OwnLanguage):
        return given
    try:
        return OwnLanguage.model_validate(given)
    except ValidationError as error:
        faults = "; ".join(line.strip() for line in explain(error, OwnLanguage, given))
        raise ValueError(f"languages, {dict(given)}: {faults}") from None


def by_code(given: Any) -> Any:
    """A mapping from languages, its keys in the form of the language table."""
    if not isinstance(given, Mapping):
        return given
    found = {get_language(code).code: value for code, value in given.items()}
    if len(found) < len(given):
        raise ValueError(f"a language is named twice: {', '.join(map(str, given))}")
    return found


def one_or_several(given: Any) -> Any:
    """A list, where one of its entries or nothing is given."""
    return () if given is None else (given,) if isinstance(given, Mapping | BaseModel) else given


def distinct_codes(given: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Language codes in the form of the language table."""
    if given is None:
        return None
    codes = tuple(get_language(code).code for code in given)
    if len(set(codes)) < len(codes):
        raise ValueError(f"a language is named twice: {', '.join(given)}")
    return codes


class CorpusPlace(Closed):
    """Where a corpus is, its options and splits."""

    path: str | None = Field(None, description="Folder or file of the release, if it needs one.")
    options: Mapping[str, Any] = Field(default_factory=dict, description="Options of the corpus.")
    splits: Mapping[Role, str] = Field(
        default_factory=dict, description="Splits to read for train, dev and test, if not these."
    )


class CorpusChoice(CorpusPlace):
    """A corpus by name, its path and options."""

    HAS_DEV: ClassVar[bool] = True  # whether its dev data are read

    name: str = Field(description="As in `lingap corpora list`.")
    by_language: Annotated[Mapping[str, CorpusPlace], BeforeValidator(by_code)] = Field(
        default_factory=dict,
        description="Path, options and splits of some languages, in place of those for all.",
    )
    dev_share: float | None = Field(
        None, gt=0, lt=1, description="Share of train to use as dev, for a corpus without dev."
    )
    train_share: float | None = Field(
        None, gt=0, lt=1, description="Share of train to train on, sampled at random."
    )
    draw_seed: int = Field(0, ge=0, le=LARGEST_SEED, description="Seed of these two samples.")
    draw: Literal["fixed", "per-seed"] = Field(
        "fixed", description="Whether train_share is one sample or one for each seed."
    )

    def of_language(self, code: str) -> CorpusChoice:
        """The corpus as it is read in one language."""
        own = self.by_language.get(code)
        if own is None:
            return self
        settings = {name: getattr(self, name) for name in CorpusChoice.model_fields}
        return CorpusChoice(
            **settings
            | {
                "path": own.path if own.path is not None else self.path,
                "options": {**self.options, **own.options},
                "splits": {**self.splits, **own.splits},
                "by_language": {},
            }
        )

    def split_of(self, role: Role) -> str:
        """The split of the corpus that a role is read from."""
        if role == "dev" and self.dev_share is not None:
            return self.split_of("train")
        return self.splits.get(role, role)

    @model_validator(mode="after")
    def _test_is_apart(self) -> CorpusChoice:
        train, dev, test = (self.split_of(role) for role in ("train", "dev", "test"))
        if test in (train, dev):
            raise ValueError(
                f"the test split {test!r} is also read for {'train' if test == train else 'dev'}; "
                "test data must not be used for training or selection"
            )
        if self.dev_share is not None and "dev" in self.splits:
            raise ValueError("dev comes from splits or from dev_share, not from both")
        if self.HAS_DEV and self.dev_share is None and train == dev:
            raise ValueError(
                f"train and dev are both read from {train!r}; give dev_share to split it"
            )
        for code in self.by_language:
            self.of_language(code)  # its splits are apart, too
        return self


Corpora = Annotated[tuple[CorpusChoice, ...], BeforeValidator(one_or_several)]


class TextChoice(CorpusChoice):
    """Text for pre-training; of a labelled corpus, the sentences of train."""

    HAS_DEV: ClassVar[bool] = False

    languages: tuple[str, ...] | None = Field(
        None, description="Languages to read; all of the experiment by default."
    )

    _codes = field_validator("languages")(distinct_codes)


class TaskChoice(Closed):
    """One of several tasks of an experiment."""

    task: TaskName = Field(description="The task.")
    name: str = Field(
        "", description="Name in tables, so that a task can be listed twice; the task by default."
    )
    source: str | None = Field(
        None,
        description="The language trained on, of a task under zero-shot beside others; the "
        "experiment's by default.",
    )
    protocol: Protocol | None = Field(
        None, description="Of this task beside others; the experiment's by default."
    )
    corpus: CorpusChoice = Field(description="Labelled data: train, dev and test.")
    languages: tuple[str, ...] | None = Field(
        None, description="Languages that the corpus has; all of the experiment by default."
    )
    finetuning: TrainingSettings | None = Field(
        None, description="Hyperparameters in place of the experiment's."
    )

    _codes = field_validator("languages")(distinct_codes)

    @field_validator("source")
    @classmethod
    def _known(cls, given: str | None) -> str | None:
        return None if given is None else get_language(given).code

    @model_validator(mode="after")
    def _source_is_of_zero_shot(self) -> Self:
        if self.source is not None and self.protocol not in (None, "zero-shot"):
            raise ValueError(
                f"a task with a source is zero-shot, not {self.protocol}: leave out one of them"
            )
        return self

    @property
    def title(self) -> str:
        """The name in tables."""
        return self.name or self.task


class Override(Closed):
    """Other hyperparameters for some of the runs, as in the paper's Table 5."""

    settings: Mapping[str, Any] = Field(description="As under finetuning, such as learning_rate.")
    tasks: tuple[TaskName, ...] | None = Field(None, description="Tasks; all by default.")
    representations: tuple[str, ...] | None = Field(
        None, description="Names in tables; all by default."
    )
    languages: tuple[str, ...] | None = Field(
        None, description="Languages trained on; all by default."
    )

    _codes = field_validator("languages")(distinct_codes)

    @property
    def said(self) -> str:
        """The runs that it is for, in words."""
        named = (self.tasks, self.representations, self.languages)
        return ", ".join(" or ".join(names) for names in named if names) or "any kind"

    def serves(self, task: str, representation: str, trained: Sequence[str]) -> bool:
        """Whether it applies to a run."""
        return (
            (self.tasks is None or task in self.tasks)
            and (self.representations is None or representation in self.representations)
            and (self.languages is None or set(trained) <= set(self.languages))
        )


class RepresentationSettings(Closed):
    """A representation and its encoder, without their name in tables."""

    name: str = Field(description="character, phoneme, subword or any registered name.")
    options: Mapping[str, Any] = Field(
        default_factory=dict, description="`backend` for phonemes, `vocabulary_size` for subwords."
    )
    encoder: str | None = Field(
        None, description="A published encoder: folder, hub id, mbert, canine or xphonebert."
    )
    revision: str | None = Field(None, description="Commit of a hub id.")
    max_units: int | None = Field(
        None, ge=16, le=65_536, description="Window length of a published encoder, if shorter."
    )

    @model_validator(mode="after")
    def _of_an_encoder(self) -> Self:
        if self.encoder is None and (self.revision or self.max_units):
            raise ValueError("revision and max_units need a published encoder; name it")
        return self


class RepresentationChoice(RepresentationSettings):
    """A representation, its encoder and its name in tables."""

    label: str = Field("", description="Name in tables; the representation's name by default.")

    @property
    def title(self) -> str:
        """The name in tables."""
        return self.label or self.name

    @property
    def unlabelled(self) -> RepresentationSettings:
        """All that can change a result."""
        return RepresentationSettings(
            **{name: getattr(self, name) for name in RepresentationSettings.model_fields}
        )


def describe_one(field: dict[str, Any]) -> None:
    """Describe to editors what :func:`one_or_several` accepts."""
    several = {key: field.pop(key) for key in ("items", "minItems", "type") if key in field}
    field["anyOf"] = [several["items"], several]


def with_short_forms(schema: dict[str, Any]) -> dict[str, Any]:
    """Add to a schema, in place, a single task, a single parallel text and numbers as layers."""
    written, of_task = schema["properties"], schema["$defs"]["TaskChoice"]["properties"]
    written["task"], written["corpus"] = of_task["task"], of_task["corpus"]
    schema["required"].remove("tasks")
    alone = [{"required": ["task"]}, {"required": ["corpus"]}]
    several = {"required": ["tasks"], "not": {"anyOf": alone}}
    single = {"required": ["task", "corpus"], "not": {"required": ["tasks"]}}
    schema["oneOf"] = [several, single]
    describe_one(written["parallel"])
    numbers = {"type": "integer", "minimum": 0}
    written["layers"]["items"] = {"anyOf": [{"type": "string"}, numbers]}
    return schema


def _one_text(schema: dict[str, Any]) -> None:
    describe_one(schema["properties"]["text"])


class PretrainingConfig(Closed):
    """Masked language modelling, equal for every representation."""

    model_config = ConfigDict(json_schema_extra=_one_text)

    text: tuple[TextChoice, ...] = Field(
        min_length=1, description="One corpus or several, without dev and test."
    )
    training: TrainingSettings = Field(description="Steps, batch size, learning rate …")
    mask_share: float = Field(0.15, gt=0, lt=1, description="Share of the units to mask.")
    whole_words: bool = Field(False, description="Mask whole words, not single units.")
    heldout_share: float = Field(0.05, gt=0, lt=0.5, description="Share held out for the loss.")
    seed: Annotated[int, Field(ge=0, le=LARGEST_SEED)] | Literal["per-seed"] = Field(
        0,
        description="Of weights, order and masking. `per-seed`: each of the experiment's seeds "
        "fine-tunes an encoder of its own, pre-trained with that seed.",
    )
    extend_vocabulary: bool = Field(
        True, description="Add units that a published phoneme or character encoder lacks."
    )

    _one_or_several = field_validator("text", mode="before")(one_or_several)

    @field_validator("seed", mode="before")
    @classmethod
    def _number_or_each(cls, given: Any) -> Any:
        if given == "per-seed":
            return given
        try:
            number = -1 if isinstance(given, bool) else int(given)
            known = 0 <= number <= LARGEST_SEED and number == float(given)
        except (TypeError, ValueError, OverflowError):
            known = False
        if not known:
            raise ValueError(f"expected a whole number from 0 to {LARGEST_SEED:,}, or per-seed")
        return number

    @property
    def own_seed(self) -> int:
        """The seed of one encoder; a plan has replaced `per-seed` by each."""
        assert self.seed != "per-seed"
        return self.seed

    @model_validator(mode="after")
    def _counted_in_steps(self) -> PretrainingConfig:
        if self.training.steps is None or self.training.patience is not None:
            raise ValueError(
                "pre-training is counted in steps, equal for every representation: give steps, "
                "not epochs or patience"
            )
        return self


def _with_one_seed(given: PretrainingConfig) -> PretrainingConfig:
    """Settings of encoders outside an experiment, which has the seeds."""
    if given.seed == "per-seed":
        raise ValueError("seed: per-seed takes the seeds of an experiment; here, give a number")
    return given


OnePretraining = Annotated[PretrainingConfig, AfterValidator(_with_one_seed)]


def check_apart(text: CorpusChoice, corpus: CorpusChoice) -> None:
    """Refuse pre-training text that is not kept apart from dev and test."""
    pairs: dict[str, tuple[Any, Any]] = {}
    if text.name == "cldr_text" and corpus.name == "cldr":
        for option, default in (("seed", 0), ("case", "lower"), ("kinds", None)):
            ours, theirs = (c.options.get(option, default) for c in (corpus, text))
            pairs[f"option {option}"] = ours, theirs
    if text.name == corpus.name and _same_place(text.path, corpus.path):
        for setting in ("splits", "dev_share", "draw_seed"):
            pairs[setting] = getattr(corpus, setting), getattr(text, setting)
    for setting, (ours, theirs) in pairs.items():
        if ours != theirs:
            raise ValueError(
                f"{setting} is {ours!r} in corpus but {theirs!r} in pretraining.text: both must "
                "split the data alike, or dev and test would be pre-trained on"
            )


def _same_place(one: str | None, other: str | None) -> bool:
    """Whether two paths lead to the same files."""
    if one is None or other is None:
        return one == other
    try:
        return Path(one).expanduser().resolve() == Path(other).expanduser().resolve()
    except (OSError, RuntimeError, ValueError):  # a circle of links, or nobody's home folder
        return one == other
