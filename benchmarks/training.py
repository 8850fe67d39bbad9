"""Training: throughput beside the token-classification example of ``transformers``, start-up, kills.

    python benchmarks/training.py throughput DATA      # DATA/ud-treebanks, as UD releases them
    python benchmarks/training.py start-up
    python benchmarks/training.py kills

*throughput* fine-tunes one encoder (RoBERTa, the class of XPhoneBERT) for parts of speech over
phonemes on the dev part of each treebank, once by lingap's loop and once as the example does it:
``AutoModelForTokenClassification`` under the plain Trainer, batches of 128 in random order, each
padded to its longest sentence. Same weights to begin with, same sentences, same number of steps;
the two take turns. Real words a second, by the clock.

*start-up* is the time of a run on warm caches before its first optimizer step, without imports.

*kills* runs a sweep of 45 tiny runs once undisturbed and once killed (SIGKILL) at 20 random moments,
and compares the rows.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

LANGUAGES = ("eng", "fra", "rus", "ita", "hun", "ukr", "kor", "tur", "fin", "urd")
BATCH, STEPS = 128, 4


def _data(root: Path, language: str) -> tuple[list[Any], Any, Any, list[Any]]:
    """Sentences of the dev part, the vocabulary, the task, and the instances."""
    from lingap import load_corpus, load_representation
    from lingap.representations import Vocabulary
    from lingap.tasks import make_task

    sentences = list(load_corpus("ud", language=language, split="dev", path=root / "ud-treebanks"))
    random.Random(0).shuffle(sentences)
    sentences = sentences[: BATCH * STEPS]
    spell = load_representation("phoneme", language=language)
    vocabulary = Vocabulary.of(spell.encode(sentence) for sentence in sentences)
    task = make_task("pos", [label for s in sentences for label in s.labels])
    instances, _ = task.instances(sentences, spell, vocabulary, max_units=512)
    return sentences, vocabulary, task, instances


def _encoder(vocabulary: Any, width: int, layers: int) -> Any:
    import torch
    from transformers import RobertaConfig

    torch.manual_seed(0)
    return RobertaConfig(
        vocab_size=len(vocabulary), hidden_size=width, num_hidden_layers=layers,
        num_attention_heads=max(2, width // 32), intermediate_size=4 * width,
        max_position_embeddings=514, pad_token_id=0, type_vocab_size=1,
    )  # fmt: skip


def _ours(config: Any, vocabulary: Any, task: Any, instances: list[Any]) -> dict[str, float]:
    import torch
    from transformers import RobertaModel

    from lingap.models import ItemClassifier
    from lingap.training import Collator, TrainingSettings, train

    torch.manual_seed(0)
    model = ItemClassifier(RobertaModel(config, add_pooling_layer=False), len(task.labels), seed=0)
    settings = TrainingSettings(epochs=1, batch_size=BATCH, learning_rate=1e-3)
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        result = train(
            model, instances, Collator(vocabulary.pad_id), settings, seed=0, workspace=Path(folder)
        )
        seconds = time.perf_counter() - started
    return {"seconds": seconds, "padding": result.padded_share, "steps": result.steps}


def _example(config: Any, vocabulary: Any, task: Any, instances: list[Any]) -> dict[str, float]:
    """What ``run_ner.py`` of the transformers examples does, with the same ids."""
    import torch
    from transformers import (
        AutoModelForTokenClassification,
        DataCollatorForTokenClassification,
        Trainer,
        TrainingArguments,
    )
    from transformers import PreTrainedTokenizerFast as Fast

    torch.manual_seed(0)
    config.num_labels = len(task.labels)
    model = AutoModelForTokenClassification.from_config(config)
    rows = []
    for instance in instances:
        first = np.flatnonzero(np.diff(instance.item_of_unit, prepend=-1) > 0)
        labels = np.full(len(instance.ids), -100)
        labels[first] = instance.labels[instance.item_of_unit[first]]
        rows.append(
            {
                "input_ids": instance.ids.tolist(),
                "attention_mask": [1] * len(instance.ids),
                "labels": labels.tolist(),
            }
        )
    with tempfile.TemporaryDirectory() as folder:
        vocabulary.save(Path(folder))
        collator = DataCollatorForTokenClassification(Fast.from_pretrained(folder))
        arguments = TrainingArguments(
            output_dir=folder, num_train_epochs=1, per_device_train_batch_size=BATCH,
            learning_rate=1e-3, save_strategy="no", disable_tqdm=True, report_to="none",
        )  # fmt: skip
        padded: list[tuple[int, int]] = []

        def counted(batch: Any) -> Any:
            made = collator(batch)
            padded.append((made["input_ids"].numel(), int(made["attention_mask"].sum())))
            return made

        started = time.perf_counter()
        trainer = Trainer(model=model, args=arguments, train_dataset=rows, data_collator=counted)
        trainer.train()
        seconds = time.perf_counter() - started
    positions, units = np.array(padded).sum(0)
    return {
        "seconds": seconds,
        "padding": float(positions / units),
        "steps": trainer.state.global_step,
    }


def throughput(data: Path, width: int, layers: int, languages: list[str], rounds: int) -> None:
    """Print a row a treebank and the geometric mean."""
    import torch
    import transformers

    transformers.utils.logging.set_verbosity_error()
    print(
        f"RoBERTa of {layers} layers of width {width}, phonemes, batches of {BATCH}, float32, "
        f"{torch.get_num_threads()} threads, {STEPS} steps a treebank, {rounds} rounds\n"
    )
    print(
        "| treebank | words | words/s lingap | words/s example | ratio | padding lingap | example |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    ratios = []
    for language in languages:
        sentences, vocabulary, task, instances = _data(data, language)
        words = sum(len(s.words) for s in sentences)
        sides: dict[str, tuple[Callable[..., dict[str, float]], list[dict[str, float]]]] = {
            "lingap": (_ours, []),
            "example": (_example, []),
        }
        for _ in range(rounds):
            for run, found in sides.values():
                found.append(run(_encoder(vocabulary, width, layers), vocabulary, task, instances))
        seconds = {name: min(r["seconds"] for r in found) for name, (_, found) in sides.items()}
        assert {r["steps"] for _, found in sides.values() for r in found} == {
            -(-len(sentences) // BATCH)
        }
        ratios.append(seconds["example"] / seconds["lingap"])
        padding = [found[0]["padding"] for _, found in sides.values()]
        print(
            f"| {language} | {words:,} | {words / seconds['lingap']:,.0f} | "
            f"{words / seconds['example']:,.0f} | {ratios[-1]:.2f} | {padding[0]:.3f} | "
            f"{padding[1]:.2f} |",
            flush=True,
        )
    print(f"\nGeometric mean of the ratios: {np.exp(np.log(ratios).mean()):.2f}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    fast = verbs.add_parser("throughput")
    fast.add_argument("data", type=Path)
    fast.add_argument("--width", type=int, default=128)
    fast.add_argument("--layers", type=int, default=2)
    fast.add_argument("--languages", default=",".join(LANGUAGES))
    fast.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    if given.verb == "throughput":
        throughput(given.data, given.width, given.layers, given.languages.split(","), given.rounds)


if __name__ == "__main__":
    main()
