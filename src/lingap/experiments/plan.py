"""From a configuration to jobs, each named by a hash of all that can change its outcome."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lingap.corpora import CorpusSplit, load_corpus
from lingap.errors import LanguageError
from lingap.experiments.config import CorpusChoice, ExperimentConfig, RepresentationChoice
from lingap.experiments.store import Kind
from lingap.representations import load_representation
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


def corpus_split(
    choice: CorpusChoice, language: str, split: str, languages: tuple[str, ...]
) -> CorpusSplit:
    """A split of a configured corpus; corpora that depend on the set of languages are told it."""
    from lingap.corpora import CORPORA

    options = dict(choice.options)
    if "languages" in CORPORA[choice.name].options:
        options.setdefault("languages", languages)
    return load_corpus(choice.name, language=language, split=split, path=choice.path, **options)


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
    if choice.name == "subword":  # its vocabulary is trained on the text, which is hashed too
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
        MissingExtra: When a part that the plan needs is not installed.
    """
    languages = config.languages
    text = {
        code: corpus_split(config.pretraining.text, code, "train", languages) for code in languages
    }
    n_train = {
        code: sum(1 for _ in corpus_split(config.corpus, code, "train", languages))
        for code in languages
    }
    data = {
        code: [
            corpus_split(config.corpus, code, split, languages).fingerprint
            for split in ("train", "dev", "test")
        ]
        + [corpus_split(config.parallel, code, _parallel_split(config), languages).fingerprint]
        for code in languages
    }
    pretrainings, runs = [], []
    for choice in config.representations:
        spelling = spelling_provenance(choice, languages)
        first = _job(
            "pretraining",
            {
                "representation": choice.model_dump(mode="json", exclude={"label"}),
                "spelling": spelling,
                "encoder": config.encoder.model_dump(mode="json"),
                "pretraining": config.pretraining.model_dump(mode="json"),
                "text": {code: split.fingerprint for code, split in text.items()},
                "languages": languages,
            },
            (),
            config.pretraining.training.steps or 0,
            f"pre-train {choice.title}",
        )
        pretrainings.append(first)
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
                            "encoder": first.id,
                            "choice": choice.model_dump(mode="json", exclude={"label"}),
                            "corpus": config.corpus.model_dump(mode="json"),
                            "parallel": config.parallel.model_dump(mode="json"),
                            "languages": languages,
                            "data": {code: data[code] for code in {*trained, *scored}},
                            "finetuning": settings.model_dump(mode="json"),
                            "pooling": config.pooling,
                        },
                        (first.id,),
                        n_steps,
                        f"{choice.title} {'+'.join(trained)} seed {seed}",
                    )
                )
    return Plan(config, (*pretrainings, *runs))


def _parallel_split(config: ExperimentConfig) -> str:
    from lingap.corpora import CORPORA

    return CORPORA[config.parallel.name].splits[0]
