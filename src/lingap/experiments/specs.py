"""Specifications of jobs: everything that can change the outcome of one, frozen and typed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from lingap.experiments.config_parts import (
    Closed,
    CorpusChoice,
    PretrainingConfig,
    RepresentationSettings,
    Role,
    TaskName,
)
from lingap.models.encoder import EncoderConfig
from lingap.training.settings import TrainingSettings

Kind = Literal["pretraining", "trials", "runs"]
"""What a job does; the folder of the store that its result lies in is called the same."""

ROLES: tuple[Role, ...] = ("train", "dev", "test")

_NO_PLACES: Any = {
    "kind": True,
    "corpus": {"path"},
    "parallel": {"path"},
    "pretraining": {"text": {"__all__": {"path"}}},
}
"""What names no job: paths of corpora, whose digests tell what lies there, and the kind."""


class _Spec(Closed):
    """What all jobs have.

    Args:
        recipe: Raised when the code makes other numbers of the same specification.
        languages: All of the experiment or task.
        spelling: Versions and options of what spells the text, where no job is named for it.
    """

    OPTIONAL: ClassVar[tuple[str, ...]] = ("encoder", "published", "spelling")

    recipe: str
    languages: tuple[str, ...]

    def digest(self, *, without: str = "") -> str:
        """Twelve hexadecimal digits that name the job, whatever the paths of its corpora.

        Args:
            without: A field that is left out.
        """
        content = self.model_dump(mode="json", exclude=_NO_PLACES | ({without: True}))
        for name in self.OPTIONAL:
            if content.get(name, ...) is None:
                del content[name]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


class PretrainSpec(_Spec):
    """Masked language modelling: a new encoder (`encoder`) or more of a published one.

    Args:
        representation: What the encoder reads.
        encoder: The size of a new encoder.
        published: Commit or digest of a published encoder.
        pretraining: Text and hyperparameters.
        text: Language to the digest of its text, for each corpus.
    """

    kind: Literal["pretraining"] = "pretraining"
    representation: RepresentationSettings
    spelling: Mapping[str, str]
    encoder: EncoderConfig | None = None
    published: Mapping[str, str] | None = None
    pretraining: PretrainingConfig
    text: tuple[Mapping[str, str], ...]

    @property
    def reads(self) -> RepresentationSettings:
        """The representation."""
        return self.representation

    @property
    def candidates(self) -> tuple[TrainingSettings, ...]:
        """The hyperparameters: one set."""
        return (self.pretraining.training,)


class _FinetuneSpec(_Spec):
    """Fine-tuning of one encoder for one task in some languages.

    Args:
        representation: Its name in tables.
        protocol: As configured.
        train_languages: Those trained on.
        encoder: The id of the job that makes it, or commit or digest of a published one.
        choice: What the encoder reads.
        corpus: Labelled data.
        pooling: As configured.
        seed: Of the training.
        data: Language to digests of train and dev (if it is trained on), test and parallel text.
    """

    task: TaskName
    representation: str
    protocol: Literal["in-language", "zero-shot", "joint"]
    train_languages: tuple[str, ...]
    encoder: str | Mapping[str, str]
    spelling: Mapping[str, str] | None = None
    choice: RepresentationSettings
    corpus: CorpusChoice
    pooling: Literal["mean", "first"]
    seed: int
    data: Mapping[str, tuple[str, ...]]

    @property
    def reads(self) -> RepresentationSettings:
        """The representation."""
        return self.choice

    def fingerprint(self, language: str, role: Role | Literal["parallel"]) -> str:
        """The digest of the data of a role in one language."""
        found = self.data[language]
        if role == "parallel":
            return found[-1]
        return found[ROLES.index(role) if language in self.train_languages else 0]


class TrialSpec(_FinetuneSpec):
    """One candidate of a grid of hyperparameters; test data are not read."""

    kind: Literal["trials"] = "trials"
    finetuning: TrainingSettings

    @property
    def candidates(self) -> tuple[TrainingSettings, ...]:
        """The hyperparameters: one set."""
        return (self.finetuning,)


class RunSpec(_FinetuneSpec):
    """One fine-tuning that is scored.

    Args:
        test_languages: Those scored.
        layers: Where vectors are taken.
        parallel: Parallel text, for the linguistic gap.
        parallel_languages: Those of the languages scored that are in it.
        finetuning: Candidates of hyperparameters, or one set.
        trials: Ids of the jobs that try them, in their order; empty without a grid.
    """

    kind: Literal["runs"] = "runs"
    test_languages: tuple[str, ...]
    layers: tuple[str, ...]
    parallel: CorpusChoice | None
    parallel_languages: tuple[str, ...]
    finetuning: tuple[TrainingSettings, ...]
    trials: tuple[str, ...]

    @property
    def candidates(self) -> tuple[TrainingSettings, ...]:
        """The hyperparameters that are chosen from."""
        return self.finetuning


FinetuneSpec = TrialSpec | RunSpec
Spec = Annotated[PretrainSpec | TrialSpec | RunSpec, Field(discriminator="kind")]
