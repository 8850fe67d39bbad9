"""The demo: a small complete experiment on the names of Unicode CLDR."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lingap.errors import ConfigError
from lingap.experiments.config import ExperimentConfig

DEMO_LANGUAGES = ("eng", "kor", "tur", "fin", "hin")
"""Each trained on and scored in itself: three scripts, five families."""

DEMO_TRANSFER = {"hin": ("urd", "mar", "nep", "ben", "guj", "pan"), "srp": ("srp_Latn",)}
"""Language trained on to those scored: one language in two scripts, twice, and relatives."""

_NAMES: Mapping[str, Any] = {"task": "ner", "corpus": {"name": "cldr"}}


def demo_config(
    languages: Sequence[str] = DEMO_LANGUAGES,
    *,
    transfer: Mapping[str, Sequence[str]] | None = None,
    seeds: Sequence[int] = (0,),
) -> ExperimentConfig:
    """A plan that two cores finish in a few minutes: matched encoders, NER in and across languages.

    Args:
        languages: Codes of languages that CLDR and a G2P back end have; each is trained on.
        transfer: Language trained on to the languages that are scored then, itself besides.
        seeds: One fine-tuning per seed.

    Raises:
        ConfigError: For fewer than two languages, or what the schema refuses.
    """
    if len(set(languages)) < 2:
        raise ConfigError(
            "The demo measures gaps between languages: expected two or more, got "
            f"{', '.join(languages) or 'none'}. Name two, such as eng and kor."
        )
    across = [
        {**_NAMES, "name": f"ner from {source}", "source": source, "languages": (source, *targets)}
        for source, targets in (transfer or {}).items()
    ]
    scored = dict.fromkeys(code for one in across for code in one["languages"])
    return ExperimentConfig.parse(
        {
            "name": "lingap demo",
            "tasks": ({**_NAMES, "languages": tuple(languages) if across else None}, *across),
            "parallel": {"name": "cldr_names"},
            "languages": (*languages, *(code for code in scored if code not in languages)),
            "representations": (
                {"name": "subword", "options": {"vocabulary_size": 4000}},
                {"name": "character"},
                {"name": "phoneme"},
            ),
            "encoder": {
                "hidden_size": 96, "layers": 2, "heads": 4, "feed_forward_size": 384,
                "max_units": 192, "dropout": 0.0,
            },
            "pretraining": {
                "text": {"name": "cldr_text"},
                "training": {
                    "steps": 600, "batch_size": 48, "learning_rate": 2e-3, "schedule": "linear",
                },
                "mask_share": 0.25,
            },
            "finetuning": {"epochs": 4, "batch_size": 32, "learning_rate": 1e-3},
            "seeds": tuple(seeds),
        },
        where="the demo",
    )  # fmt: skip
