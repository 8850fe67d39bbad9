"""The demonstration: the whole way, small, on the names of Unicode CLDR."""

from __future__ import annotations

from collections.abc import Sequence

from lingap.experiments.config import (
    CorpusChoice,
    ExperimentConfig,
    PretrainingConfig,
    RepresentationChoice,
)
from lingap.models.encoder import EncoderConfig
from lingap.training.settings import TrainingSettings

DEMO_LANGUAGES = ("eng", "fra", "rus", "hun", "kor", "tur", "fin", "hin", "urd")
"""Nine of the paper's twelve languages, in five scripts."""


def demo_config(
    languages: Sequence[str] = DEMO_LANGUAGES, *, seeds: Sequence[int] = (0, 1)
) -> ExperimentConfig:
    """A plan that two cores finish in a few minutes: three matched encoders, NER per language.

    Args:
        languages: Any common codes of languages that CLDR and Epitran know.
        seeds: One fine-tuning a seed.
    """
    return ExperimentConfig(
        name="lingap demo",
        task="ner",
        corpus=CorpusChoice(name="cldr"),
        parallel=CorpusChoice(name="cldr_names"),
        languages=tuple(languages),
        representations=(
            RepresentationChoice(name="subword", options={"vocabulary_size": 4000}),
            RepresentationChoice(name="character"),
            RepresentationChoice(name="phoneme", options={"backend": "epitran"}),
        ),
        encoder=EncoderConfig(
            hidden_size=128, layers=2, heads=4, feed_forward_size=512, max_units=192, dropout=0.0
        ),
        pretraining=PretrainingConfig(
            text=CorpusChoice(name="cldr_text"),
            training=TrainingSettings(
                steps=600, batch_size=32, learning_rate=3e-3, schedule="linear", warmup=0.1
            ),
            mask_share=0.25,
        ),
        finetuning=TrainingSettings(
            epochs=4, batch_size=32, learning_rate=5e-4, schedule="cosine", warmup=0.1
        ),
        seeds=tuple(seeds),
    )
