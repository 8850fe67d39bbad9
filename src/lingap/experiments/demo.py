"""The demo: a small complete experiment on the names of Unicode CLDR."""

from __future__ import annotations

from collections.abc import Sequence

from lingap.errors import ConfigError
from lingap.experiments.config import ExperimentConfig

DEMO_LANGUAGES = ("eng", "fra", "rus", "hun", "kor", "tur", "fin", "hin", "urd")
"""Nine of the paper's twelve languages, in five scripts."""


def demo_config(
    languages: Sequence[str] = DEMO_LANGUAGES, *, seeds: Sequence[int] = (0,)
) -> ExperimentConfig:
    """A plan that two cores finish in a few minutes: three matched encoders, NER per language.

    Args:
        languages: Codes of languages that CLDR and a G2P back end have.
        seeds: One fine-tuning per seed.

    Raises:
        ConfigError: For fewer than two languages, or what the schema refuses.
    """
    if len(set(languages)) < 2:
        raise ConfigError(
            "The demo measures gaps between languages: expected two or more, got "
            f"{', '.join(languages) or 'none'}. Name two, such as eng and kor."
        )
    return ExperimentConfig.parse(
        {
            "name": "lingap demo",
            "task": "ner",
            "corpus": {"name": "cldr"},
            "parallel": {"name": "cldr_names"},
            "languages": tuple(languages),
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
