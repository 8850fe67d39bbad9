"""Real weights through `lingap run`: a published encoder fine-tuned once, small.

    python benchmarks/published_encoder.py ENCODER DATA --out FOLDER [--languages eng,kor,swa]

`ENCODER` is the folder of a published encoder over subwords, `DATA` holds `sib200/`. It is
fine-tuned on a part of English SIB-200, one seed, and scored in all languages.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from lingap import Experiment
from lingap.experiments import ExperimentConfig


def config(options: argparse.Namespace) -> ExperimentConfig:
    """The experiment."""
    languages = options.languages.split(",")
    corpus = {
        "name": "sib200", "path": str((options.data / "sib200").resolve()),
        "train_share": options.train_share,
    }  # fmt: skip
    return ExperimentConfig.model_validate(
        {
            "name": "A published encoder, zero-shot",
            "task": "topic",
            "languages": languages,
            "protocol": "zero-shot",
            "source": languages[0],
            "representations": [{"name": "subword", "encoder": str(options.encoder.resolve())}],
            "corpus": corpus,
            "finetuning": {"epochs": options.epochs, "batch_size": 8, "learning_rate": 2e-4},
            "seeds": [0],
        }
    )


def main() -> None:
    """Run, and print scores and seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--languages", default="eng,kor,swa")
    parser.add_argument("--train-share", type=float, default=0.3)
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    start = time.process_time()
    found = Experiment(config(options)).run(options.out, n_workers=0)
    print(f"{time.process_time() - start:.0f} s of the processor")
    for score in found.scores:
        print(f"{score.language}: {score.metric} {score.value:.3f} of {score.n_words or ''}")
    for failure in found.failures:
        print(f"failed: {failure}")


if __name__ == "__main__":
    main()
