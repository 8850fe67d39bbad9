"""Specifications of jobs: everything that can change the outcome of one, frozen and typed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from lingap.experiments.config_parts import (
    Closed,
    Corpora,
    CorpusChoice,
    DataRole,
    OwnLanguage,
    PretrainingConfig,
    Protocol,
    RepresentationSettings,
    Role,
    TaskName,
)
from lingap.models.encoder import EncoderConfig
from lingap.storage.digests import digest_of
from lingap.training.settings import TrainingSettings

Progress = Callable[[int, int], None]
"""Called with the steps so far and their number."""

Kind = Literal["pretraining", "trials", "runs"]
"""What a job does, and the folder of the store that holds its result."""

ROLES: tuple[Role, ...] = ("train", "dev", "test")

_NOT_HASHED: Any = {
    "kind": True,
    "corpus": {"path", "by_language"},
    "parallel": {"__all__": {"path", "by_language"}},
    "pretraining": {"text": {"__all__": {"path", "by_language"}}},
    "own": {"__all__": {"name", "family"}},
}
"""The kind; what is said of corpora by digests of what is there; what names a language."""


class _Spec(Closed):
    """What all jobs have; `recipe` is raised when the code computes other numbers from the rest."""

    OPTIONAL: ClassVar[tuple[str, ...]] = (
        "encoder", "published", "spelling", "name", "own", "parallel_sentences"
    )  # fmt: skip

    recipe: str
    languages: tuple[str, ...]
    own: tuple[OwnLanguage, ...] | None = None  # languages that the user describes

    def digest(self, *, without: str = "") -> str:
        """Twelve hexadecimal digits, the job's id; of all fields but `without`."""
        content = self.model_dump(mode="json", exclude=_NOT_HASHED | ({without: True}))
        for name in self.OPTIONAL:
            if content.get(name, ...) is None:
                del content[name]
        if len(texts := content.get("parallel", ())) < 2:  # as before there were several
            content |= {"parallel": texts[0] if texts else None} if "parallel" in content else {}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return digest_of(text, 12)


class PretrainSpec(_Spec):
    """Masked language modelling of a new encoder, or continued pre-training of a published one."""

    kind: Literal["pretraining"] = "pretraining"
    representation: RepresentationSettings
    spelling: Mapping[str, str]
    encoder: EncoderConfig | None = None  # the size of a new one
    published: Mapping[str, str] | None = None  # commit or digest of a published one
    pretraining: PretrainingConfig
    text: tuple[Mapping[str, str], ...]  # per corpus: language to the digest of its text

    @property
    def reads(self) -> RepresentationSettings:
        """The encoder's representation."""
        return self.representation

    @property
    def candidates(self) -> tuple[TrainingSettings, ...]:
        """Its one set of hyperparameters."""
        return (self.pretraining.training,)


class _FinetuneSpec(_Spec):
    """Fine-tuning of one encoder for one task in some languages."""

    task: TaskName
    representation: str  # its name in tables
    protocol: Protocol
    train_languages: tuple[str, ...]
    encoder: str | Mapping[str, str]  # id of the job that makes it; facts of a published one
    spelling: Mapping[str, str] | None = None  # of a published one; else the job's id fixes it
    choice: RepresentationSettings
    corpus: CorpusChoice
    pooling: Literal["mean", "first", "gated"]
    seed: int
    data: Mapping[str, tuple[str, ...]]  # digests: train and dev (if trained on), test, parallel

    @property
    def title(self) -> str:
        """The name of the task in tables."""
        return self.task

    @property
    def reads(self) -> RepresentationSettings:
        """The encoder's representation."""
        return self.choice

    def fingerprint(self, language: str, role: DataRole) -> str:
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
        """Its one set of hyperparameters."""
        return (self.finetuning,)


class RunSpec(_FinetuneSpec):
    """One fine-tuning that is scored."""

    kind: Literal["runs"] = "runs"
    name: str | None = None  # of the task in tables, if not the task itself
    test_languages: tuple[str, ...]
    layers: tuple[str, ...]
    parallel: Corpora
    parallel_languages: tuple[str, ...]  # of the scored ones, those that the parallel text has
    parallel_sentences: int | None = None
    finetuning: tuple[TrainingSettings, ...]  # candidates, or one set
    trials: tuple[str, ...]  # ids of the jobs that try them, in order; empty without a grid

    @property
    def title(self) -> str:
        """The name of the task in tables."""
        return self.name or self.task

    @property
    def candidates(self) -> tuple[TrainingSettings, ...]:
        """The hyperparameters to choose from."""
        return self.finetuning


FinetuneSpec = TrialSpec | RunSpec
Spec = Annotated[PretrainSpec | TrialSpec | RunSpec, Field(discriminator="kind")]
