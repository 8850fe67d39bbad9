"""The demo: a small complete experiment on the names of Unicode CLDR."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lingap.corpora.sources.cldr_records import ENTITY_KINDS
from lingap.errors import ConfigError
from lingap.experiments.config import ExperimentConfig

DEMO_TRANSFER = {"hin": ("urd", "guj", "pan"), "srp": ("srp_Latn",)}
"""Language trained on to those that are scored besides: near to it, and in another script."""

_REPRESENTATIONS: tuple[dict[str, Any], ...] = (
    {"name": "subword", "options": {"vocabulary_size": 4000}},
    {"name": "character"},
    {"name": "romanized"},
    {"name": "phoneme"},
    {"name": "articulatory"},
)
_SIZES = {"train_size": 640, "dev_size": 80, "test_size": 300}  # records; as small as serves
_IN_LANGUAGE = ("subword", "character", "phoneme")  # as in the paper
_SEEDS = (0, 1, 2)


def demo_config(
    languages: Sequence[str] = (),
    *,
    seeds: Sequence[int] | None = None,
) -> ExperimentConfig:
    """A plan that two cores finish in minutes: matched encoders, named entities, both gaps.

    Args:
        languages: Codes of languages that CLDR and a G2P back end have: each is trained on and
            scored in itself, with the representations of the paper. None for transfer across
            scripts: trained on one language, scored in itself and in others
            (:data:`DEMO_TRANSFER`), with five representations.
        seeds: One fine-tuning per seed; three for transfer, else one, by default.

    Raises:
        ConfigError: For a single language, or what the schema refuses.
    """
    if languages and len(set(languages)) < 2:
        raise ConfigError(
            "The demo measures gaps between languages: expected two or more, got "
            f"{', '.join(languages)}. Name two, such as eng and kor."
        )
    across = DEMO_TRANSFER if not languages else {}
    every = languages or tuple(code for source, to in across.items() for code in (source, *to))
    # Records of the same names in every language, whatever a task compares.
    names = {"name": "cldr", "options": {**_SIZES, "languages": every} if across else {}}
    tasks = [
        {
            "task": "ner", "name": f"ner from {source}", "corpus": names, "source": source,
            "languages": (source, *targets),
        }
        for source, targets in across.items()
    ]  # fmt: skip
    return ExperimentConfig.parse(
        {
            "name": "lingap demo",
            "tasks": tasks or [{"task": "ner", "corpus": names}],
            "parallel": {
                "name": "cldr_names", "options": {"kinds": ENTITY_KINDS} if across else {},
            },
            "languages": every,
            "representations": [
                one for one in _REPRESENTATIONS if across or one["name"] in _IN_LANGUAGE
            ],
            "encoder": {
                "hidden_size": 96, "layers": 2, "heads": 4, "feed_forward_size": 384,
                "max_units": 192, "dropout": 0.0,
            },
            "pretraining": {
                "text": {"name": "cldr_text"},
                "training": {
                    "steps": 300 if across else 600, "batch_size": 32 if across else 48,
                    "learning_rate": 2e-3, "schedule": "linear",
                },
                "mask_share": 0.25,
            },
            "finetuning": {
                "epochs": 4, "batch_size": 16 if across else 32, "learning_rate": 1e-3,
            },
            "seeds": tuple(seeds or (_SEEDS if across else _SEEDS[:1])),
        },
        where="the demo",
    )  # fmt: skip
