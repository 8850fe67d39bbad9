"""Everything that can change a number, in one closed schema."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from lingap.errors import ConfigError
from lingap.languages import get_language
from lingap.models.encoder import EncoderConfig
from lingap.training.settings import TrainingSettings


class _Closed(BaseModel, frozen=True, extra="forbid"):
    pass


class CorpusChoice(_Closed):
    """A corpus by name, where it lies, and its options."""

    name: str = Field(description="As in `lingap corpora list`.")
    path: str | None = Field(None, description="Folder or file of the release, if it needs one.")
    options: Mapping[str, Any] = Field(default_factory=dict, description="The corpus' own options.")
    splits: Mapping[Literal["train", "dev", "test"], str] = Field(
        default_factory=dict, description="What is read for train, dev and test, if not these."
    )
    dev_share: float | None = Field(
        None, gt=0, lt=1, description="Part of train that is dev, for a corpus without its own."
    )
    train_share: float | None = Field(
        None, gt=0, lt=1, description="Part of train that is learned, drawn at random."
    )
    draw_seed: int = Field(0, ge=0, description="Of the two drawings.")

    def split_of(self, role: Literal["train", "dev", "test"]) -> str:
        """The corpus' split that a role is read from."""
        if role == "dev" and self.dev_share is not None:
            return self.split_of("train")
        return self.splits.get(role, role)

    @model_validator(mode="after")
    def _test_is_apart(self) -> CorpusChoice:
        train, dev, test = (self.split_of(role) for role in ("train", "dev", "test"))
        if test in (train, dev):
            raise ValueError(
                f"the test split {test!r} is also read for {'train' if test == train else 'dev'}; "
                "nothing may be learned or selected on test data"
            )
        if self.dev_share is not None and "dev" in self.splits:
            raise ValueError("dev comes from splits or from dev_share, not from both")
        if self.dev_share is None and train == dev:
            raise ValueError(
                f"train and dev are both read from {train!r}; give dev_share to part it"
            )
        return self


class RepresentationChoice(_Closed):
    """A representation by name and its options."""

    name: str = Field(description="character, phoneme, subword or any registered name.")
    options: Mapping[str, Any] = Field(
        default_factory=dict, description="`backend` for phonemes, `vocabulary_size` for subwords."
    )
    label: str = Field("", description="Name in tables; the representation's name by default.")
    encoder: str | None = Field(
        None, description="A published encoder: folder, hub id, mbert, canine or xphonebert."
    )
    revision: str | None = Field(None, description="The commit of a hub id that is read.")
    max_units: int | None = Field(
        None, ge=16, description="Units that a published encoder is given at once, if fewer."
    )

    @model_validator(mode="after")
    def _of_an_encoder(self) -> RepresentationChoice:
        if self.encoder is None and (self.revision or self.max_units):
            raise ValueError("revision and max_units are of a published encoder; name it")
        return self

    @property
    def title(self) -> str:
        """The name in tables."""
        return self.label or self.name


class PretrainingConfig(_Closed):
    """Masked language modelling, equal for every representation."""

    text: CorpusChoice = Field(description="Text of every language, without dev and test.")
    training: TrainingSettings = Field(description="Steps, batch size, learning rate …")
    mask_share: float = Field(0.15, gt=0, lt=1, description="Part of the units that is hidden.")
    whole_words: bool = Field(False, description="Hide whole words in place of single units.")
    heldout_share: float = Field(0.05, gt=0, lt=0.5, description="Sentences kept for the loss.")
    seed: int = Field(0, ge=0, description="Of weights, order and masking.")

    @model_validator(mode="after")
    def _counted_in_steps(self) -> PretrainingConfig:
        if self.training.steps is None or self.training.patience is not None:
            raise ValueError(
                "pre-training is counted in steps, equal for every representation: give steps, and "
                "neither epochs nor patience"
            )
        return self


class ExperimentConfig(_Closed):
    """A plan in one page: representations × languages × seeds, and what is measured."""

    name: str = Field(description="Title of the report.")
    task: Literal["ner", "nli", "pos"] = Field(description="What is learned.")
    corpus: CorpusChoice = Field(description="Labelled data: train, dev and test.")
    parallel: CorpusChoice | None = Field(
        None, description="The same sentences in every language; without it, no linguistic gap."
    )
    languages: tuple[str, ...] = Field(description="Any common codes.", min_length=1)
    parallel_languages: tuple[str, ...] | None = Field(
        None, description="Those of them that the parallel text has; all by default."
    )
    representations: tuple[RepresentationChoice, ...] = Field(min_length=1)
    protocol: Literal["in-language", "zero-shot", "joint"] = Field(
        "in-language", description="Which languages are trained on and which are scored."
    )
    source: str | None = Field(None, description="The language trained on under zero-shot.")
    encoder: EncoderConfig = Field(default_factory=EncoderConfig)
    pretraining: PretrainingConfig | None = Field(
        None, description="Of matched encoders; not needed where every encoder is published."
    )
    finetuning: TrainingSettings
    pooling: Literal["mean", "first"] = Field("mean", description="Units of a word to one vector.")
    seeds: tuple[int, ...] = Field((0,), min_length=1, description="One fine-tuning a seed.")

    @field_validator("languages", "parallel_languages")
    @classmethod
    def _codes(cls, given: tuple[str, ...] | None) -> tuple[str, ...] | None:
        if given is None:
            return None
        codes = tuple(get_language(code).code for code in given)
        if len(set(codes)) < len(codes):
            raise ValueError(f"a language is named twice: {', '.join(given)}")
        return codes

    @field_validator("seeds")
    @classmethod
    def _distinct_seeds(cls, given: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(given)) < len(given) or min(given) < 0:
            raise ValueError(f"seeds are distinct whole numbers from 0, not {given}")
        return given

    @model_validator(mode="after")
    def _consistent(self) -> ExperimentConfig:
        titles = [choice.title for choice in self.representations]
        if len(set(titles)) < len(titles):
            raise ValueError(f"two representations are called alike, {titles}: give one a label")
        matched = [choice.title for choice in self.representations if choice.encoder is None]
        if matched and self.pretraining is None:
            raise ValueError(
                f"pretraining is missing, and {', '.join(matched)} names no published encoder"
            )
        self._check_text_apart()
        parallel = self.parallel
        if parallel is not None and (
            parallel.splits or parallel.dev_share or parallel.train_share or parallel.draw_seed
        ):
            raise ValueError("parallel text is read whole: it takes no splits, shares or draw_seed")
        if (self.protocol == "zero-shot") != (self.source is not None):
            raise ValueError("source names the training language of zero-shot, and only there")
        if unknown := set(self.parallel_languages or ()).difference(self.languages):
            raise ValueError(f"parallel_languages {sorted(unknown)} are not among the languages")
        if self.source is not None and get_language(self.source).code not in self.languages:
            raise ValueError(f"source {self.source!r} is not among the languages")
        return self

    def _check_text_apart(self) -> None:
        """Refuse text for pre-training whose division does not keep it from dev and test."""
        if self.pretraining is None:
            return
        text, corpus = self.pretraining.text, self.corpus
        if text.name == "cldr_text" and corpus.name == "cldr":
            for option, default in (("seed", 0), ("case", "lower"), ("kinds", None)):
                ours, theirs = (c.options.get(option, default) for c in (corpus, text))
                if ours != theirs:
                    raise ValueError(
                        f"option {option} is {ours!r} in corpus but {theirs!r} in "
                        "pretraining.text: names of the test split would be pre-trained on"
                    )
        if text.name == corpus.name and text.path == corpus.path:
            for setting in ("splits", "dev_share", "draw_seed"):
                ours, theirs = getattr(corpus, setting), getattr(text, setting)
                if ours != theirs:
                    raise ValueError(
                        f"{setting} is {ours!r} in corpus but {theirs!r} in pretraining.text: both "
                        "must part the data alike, or dev and test would be pre-trained on"
                    )

    @property
    def measured_languages(self) -> tuple[str, ...]:
        """Languages between which the linguistic gap is measured."""
        if self.parallel is None:
            return ()
        return self.languages if self.parallel_languages is None else self.parallel_languages

    @classmethod
    def parse(
        cls, given: Mapping[str, Any], *, where: str = "the configuration"
    ) -> ExperimentConfig:
        """Check a mapping.

        Raises:
            ConfigError: One line a fault: where, what came, what was expected; near names offered.
        """
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise ConfigError(f"{where}:\n" + "\n".join(_explain(error, cls))) from error

    @classmethod
    def read(cls, path: Path) -> ExperimentConfig:
        """Read a YAML (or JSON) file.

        Raises:
            ConfigError: When the file cannot be read or breaks the schema.
        """
        try:
            given = yaml.safe_load(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise ConfigError(
                f"{path} does not exist; the YAML file of an experiment was expected."
            ) from error
        except OSError as error:
            raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
        except (UnicodeDecodeError, yaml.YAMLError) as error:
            raise ConfigError(f"{path} cannot be read as YAML: {error}") from error
        if not isinstance(given, dict):
            found = "nothing" if given is None else f"{given!r:.80}"
            raise ConfigError(f"{path}: a mapping of settings was expected, not {found}.")
        return cls.parse(given, where=str(path))


def _fields_at(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Names that are allowed at a place of the schema, as far as it can be followed."""
    for step in place:
        if isinstance(step, int):
            continue
        field = model.model_fields.get(str(step))
        if field is None:
            break
        inner = getattr(field.annotation, "__args__", (field.annotation,))
        found = [i for i in inner if isinstance(i, type) and issubclass(i, BaseModel)]
        if not found:
            return []
        model = found[0]
    return list(model.model_fields)


def _explain(error: ValidationError, model: type[BaseModel]) -> list[str]:
    lines = []
    for fault in error.errors():
        where = ".".join(str(step) for step in fault["loc"]) or "settings"
        if fault["type"] == "extra_forbidden":
            known = _fields_at(model, fault["loc"][:-1])
            near = difflib.get_close_matches(str(fault["loc"][-1]), known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" Known: {', '.join(known)}."
            lines.append(f"  {where}: no setting has that name.{hint}")
        elif fault["type"] == "missing":
            lines.append(f"  {where}: missing.")
        else:
            message = fault["msg"].removeprefix("Value error, ")
            given = fault["input"]
            got = "" if isinstance(given, Mapping | BaseModel) else f"; got {given!r:.120}"
            lines.append(f"  {where}: {message}{got}.")
    return lines
