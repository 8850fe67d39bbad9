"""Training: throughput against the example of ``transformers``, start-up, killed sweeps.

    python benchmarks/training.py throughput --data DATA  # DATA/ud-treebanks, as UD releases them
    python benchmarks/training.py scores --data DATA
    python benchmarks/training.py start-up --data DATA
    python benchmarks/training.py kills

*throughput* fine-tunes one encoder (RoBERTa, the class of XPhoneBERT) for parts of speech over
phonemes on the dev part of each treebank, once by lingap's loop and once as the example does it:
``AutoModelForTokenClassification`` under the plain Trainer, batches of 128 in random order, each
padded to its longest sentence. Same initial weights, sentences and number of steps; the two take
turns, and the fastest round of each counts. Words per second, without padding.

*scores* checks whether the parts lower the score: the same model is fine-tuned on nine tenths of a
dev file for several epochs by lingap's loop and by the plain Trainer, each batch of which is
padded and computed at once; both are scored on the last tenth.

*start-up* is the time of a run on warm caches before its first optimizer step, without imports:
a published encoder of BERT-base size is read from its folder, the training data of Hungarian
Szeged are read, spelled in phonemes and numbered, and the Trainer is made.

*kills* runs a sweep of 45 tiny runs once undisturbed and once killed (SIGKILL, with its worker
processes) at 20 random moments, and compares the rows.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import shutil
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
    settings = TrainingSettings(epochs=1, batch_size=BATCH, learning_rate=1e-3, precision="float32")
    with tempfile.TemporaryDirectory() as folder:
        started, busy = time.perf_counter(), time.process_time()
        result = train(
            model, instances, Collator(vocabulary.pad_id), settings, seed=0, workspace=Path(folder)
        )
        seconds, busy = time.perf_counter() - started, time.process_time() - busy
    padding = result.padded_share
    return {"seconds": seconds, "busy": busy, "padding": padding, "steps": result.steps}


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

        started, busy = time.perf_counter(), time.process_time()
        trainer = Trainer(model=model, args=arguments, train_dataset=rows, data_collator=counted)
        trainer.train()
        seconds, busy = time.perf_counter() - started, time.process_time() - busy
    positions, units = np.array(padded).sum(0)
    return {
        "seconds": seconds,
        "busy": busy,
        "padding": float(positions / units),
        "steps": trainer.state.global_step,
    }


def throughput(data: Path, width: int, layers: int, languages: list[str], rounds: int) -> None:
    """Print a row per treebank and the geometric mean."""
    import torch
    import transformers

    transformers.utils.logging.set_verbosity_error()
    print(
        f"RoBERTa of {layers} layers of width {width}, phonemes, batches of {BATCH}, float32, "
        f"{torch.get_num_threads()} threads, {STEPS} steps per treebank, {rounds} rounds\n"
    )
    print(
        "| treebank | words | words/s lingap | example | ratio by the clock | by processor time "
        "| padding lingap | example |"
    )
    print("| --- " * 8 + "|")
    ratios: dict[str, list[float]] = {"seconds": [], "busy": []}
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
        best = {
            name: {kind: min(r[kind] for r in found) for kind in ratios}
            for name, (_, found) in sides.items()
        }
        n_steps = {r["steps"] for _, found in sides.values() for r in found}
        assert n_steps == {-(-len(instances) // BATCH)}, n_steps
        for kind, so_far in ratios.items():
            so_far.append(best["example"][kind] / best["lingap"][kind])
        padding = [found[0]["padding"] for _, found in sides.values()]
        print(
            f"| {language} | {words:,} | {words / best['lingap']['seconds']:,.0f} | "
            f"{words / best['example']['seconds']:,.0f} | {ratios['seconds'][-1]:.2f} | "
            f"{ratios['busy'][-1]:.2f} | {padding[0]:.3f} | {padding[1]:.2f} |",
            flush=True,
        )
    means = [float(np.exp(np.log(found).mean())) for found in ratios.values()]
    print(
        f"\nGeometric mean of the ratios: {means[0]:.2f} by the clock, {means[1]:.2f} by processor "
        "time."
    )


def scores(
    data: Path, width: int, layers: int, languages: list[str], epochs: int, seeds: int
) -> None:
    """Print the dev scores of both ways, seed by seed, and whether they differ."""
    import torch
    from transformers import RobertaModel

    from lingap import load_representation
    from lingap.evaluation import best_labels, item_logits
    from lingap.models import ItemClassifier
    from lingap.training import Collator, TrainingSettings, train

    settings = TrainingSettings(
        epochs=epochs, batch_size=32, learning_rate=1e-3, precision="float32"
    )
    print(
        f"RoBERTa of {layers} layers of width {width}, phonemes, batches of {settings.batch_size}, "
        f"{epochs} epochs\n\n| treebank | seed | F1 in parts | F1 padded | inside its interval |"
    )
    print("| --- " * 5 + "|")
    differences = []
    for language in languages:
        sentences, vocabulary, task, _ = _data(data, language)
        spell = load_representation("phoneme", language=language)
        cut = len(sentences) * 9 // 10
        learned, dev = (
            task.instances(part, spell, vocabulary, max_units=512)[0]
            for part in (sentences[:cut], sentences[cut:])
        )
        collator = Collator(vocabulary.pad_id)
        for seed in range(seeds):
            found = []
            for way in (train, _padded):
                torch.manual_seed(seed)
                encoder = RobertaModel(_encoder(vocabulary, width, layers), add_pooling_layer=False)
                model = ItemClassifier(encoder, len(task.labels), seed=seed)
                with tempfile.TemporaryDirectory() as folder:
                    way(model, learned, collator, settings, seed=seed, workspace=Path(folder))
                logits = item_logits(
                    model, dev, collator, n_items=[len(s.words) for s in sentences[cut:]]
                )
                found.append(task.score(task.predictions(sentences[cut:], best_labels(logits))))
            ours, theirs = found
            differences.append(ours.value - theirs.value)
            low, high = theirs.interval
            print(
                f"| {language} | {seed} | {ours.value:.4f} | {theirs.value:.4f} "
                f"[{low:.4f}, {high:.4f}] | {'yes' if low <= ours.value <= high else 'no'} |",
                flush=True,
            )
    spread = np.std(differences, ddof=1) / len(differences) ** 0.5
    print(f"\nMean difference: {np.mean(differences):+.4f}, standard error {spread:.4f}.")


def _padded(
    model: Any, instances: list[Any], collator: Any, settings: Any, *, seed: int, workspace: Path
) -> None:
    """The plain Trainer: batches in random order, each padded to its longest sentence."""
    from transformers import Trainer, TrainingArguments
    from transformers.trainer_callback import PrinterCallback

    arguments = TrainingArguments(
        output_dir=str(workspace), num_train_epochs=settings.epochs, seed=seed,
        per_device_train_batch_size=settings.batch_size, learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay, lr_scheduler_type=settings.schedule,
        warmup_steps=int(
            settings.warmup * settings.epochs * -(-len(instances) // settings.batch_size)
        ),
        max_grad_norm=settings.max_gradient_norm, save_strategy="no", disable_tqdm=True,
        report_to="none", remove_unused_columns=False,
    )  # fmt: skip
    trainer = Trainer(
        model=model, args=arguments, train_dataset=instances, data_collator=collator.batch
    )
    trainer.remove_callback(PrinterCallback)
    trainer.train()


def start_up(data: Path) -> None:
    """Print the parts of the time before the first step, caches warm."""
    import torch
    from transformers import RobertaConfig, RobertaModel

    from lingap.experiments.config import ExperimentConfig
    from lingap.experiments.plan import make_plan
    from lingap.experiments.store import Store
    from lingap.experiments.training_setup import set_up
    from lingap.training import TrainingSettings, train

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _save_large_encoder(folder / "encoder", RobertaConfig, RobertaModel)
        config = ExperimentConfig.parse(
            {
                "name": "start", "task": "pos", "languages": ["hun"],
                "corpus": {"name": "ud", "path": str(data / "ud-treebanks")},
                "representations": [{"name": "phoneme", "encoder": str(folder / "encoder")}],
                "finetuning": {"steps": 1, "batch_size": 2},
            }
        )  # fmt: skip
        (job,) = make_plan(config).jobs  # the word cache is warm after it
        store = Store(folder / "x")
        set_up(job.spec, store)
        times: list[dict[str, float]] = []

        class FirstStep(Exception):
            """End of the measurement."""

        for _ in range(3):
            shutil.rmtree(store.shared, ignore_errors=True)  # as the first job that needs it
            started = time.perf_counter()
            setup = set_up(job.spec, store)
            ready = time.perf_counter()
            instances, _ = setup.instances("train", ("hun",), setup.train)
            encoded = time.perf_counter()
            hook = setup.model.register_forward_pre_hook(_stop(FirstStep), with_kwargs=True)
            with tempfile.TemporaryDirectory() as work, contextlib.suppress(FirstStep):
                train(
                    setup.model, instances, setup.collator,
                    TrainingSettings(steps=1, batch_size=2), seed=0, workspace=Path(work),
                )  # fmt: skip
            hook.remove()
            now = time.perf_counter()
            times.append(
                {
                    "read data and encoder": ready - started,
                    "encode": encoded - ready,
                    "make the Trainer": now - encoded,
                    "all": now - started,
                }
            )
        best = min(times, key=lambda row: row["all"])
        print(f"Start-up, {len(setup.train)} sentences, {torch.get_num_threads()} threads:")
        for part, seconds in best.items():
            print(f"  {part}: {seconds:.2f} s")


def _stop(error: type[Exception]) -> Callable[..., None]:
    def hook(*_: Any) -> None:
        raise error

    return hook


def _save_large_encoder(folder: Path, config_of: Any, model_of: Any) -> None:
    """A RoBERTa of BERT-base size over phonemes with random weights, in XPhoneBERT's layout."""
    from lingap.g2p.ipa.articulation import known_segments
    from lingap.representations.protocol import BOUNDARY

    segments = sorted(known_segments(), key=len)[:1900]
    units = ["<s>", "<pad>", "</s>", "<unk>", BOUNDARY, *segments, "<mask>"]
    model_of(
        config_of(
            vocab_size=len(units), max_position_embeddings=514, type_vocab_size=1, pad_token_id=1
        )
    ).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(units) + "\n", encoding="utf-8")


def kills(n_kills: int, seed: int) -> None:
    """Compare the rows of a sweep that is killed repeatedly with those of an undisturbed one."""
    languages = ["eng", "fra", "rus", "hun", "kor"]
    config = {
        "name": "45 tiny runs", "task": "ner", "languages": languages,
        "corpus": {"name": "cldr", "options": {"train_size": 200, "dev_size": 30, "test_size": 40}},
        "parallel": {"name": "cldr_names", "options": {"kinds": ["day", "month"]}},
        "representations": [
            {"name": "subword", "options": {"vocabulary_size": 300}}, {"name": "character"},
            {"name": "phoneme"},
        ],
        "encoder": {"hidden_size": 16, "layers": 1, "heads": 2, "feed_forward_size": 32},
        "pretraining": {
            "text": {"name": "cldr_text", "options": {"train_size": 200}},
            "training": {"steps": 40, "batch_size": 16, "learning_rate": 5e-3},
        },
        "finetuning": {"epochs": 12, "batch_size": 8, "learning_rate": 2e-2},
        "seeds": [0, 1, 2],
    }  # fmt: skip
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sweep.yaml").write_text(json.dumps(config), encoding="utf-8")
        lingap = str(Path(sys.executable).with_name("lingap"))
        command = [lingap, "run", str(folder / "sweep.yaml"), "--workers", "2", "--out"]
        started = time.perf_counter()
        calm = subprocess.Popen(
            [*command, str(folder / "calm")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while not list((folder / "calm").glob("runs/*/run.json")) and calm.poll() is None:
            time.sleep(0.1)
        first = time.perf_counter() - started
        assert calm.wait() == 0
        seconds = time.perf_counter() - started
        killed, done_at = 0, []
        while killed < n_kills:
            process = subprocess.Popen(
                [*command, str(folder / "killed")], stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            n_before = len(_rows(folder / "killed"))
            # From before anything is done to two shares of what is left after a first row.
            share = (seconds - first) * (1 - n_before / 45) / (n_kills - killed)
            wait = first * (0.5 + 0.5 * draw.random()) + draw.random() * 2 * share
            try:
                process.wait(wait)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            else:
                print(f"the sweep ended after {killed} kills")
                break
            killed += 1
            done_at.append(len(_rows(folder / "killed")))
            print(f"kill {killed} after {wait:.1f} s: {n_before} -> {done_at[-1]} rows", flush=True)
        subprocess.run([*command, str(folder / "killed")], check=True, capture_output=True)
        before, after = _rows(folder / "calm"), _rows(folder / "killed")
        weights = [_weights(folder / side) for side in ("calm", "killed")]
        print(
            f"{killed} kills; rows: {len(before)} undisturbed, {len(after)} after kills; "
            f"equal: {before == after}; encoders bitwise equal: {weights[0] == weights[1]}"
        )
        if killed < n_kills or before != after or weights[0] != weights[1] or len(after) != 45:
            raise SystemExit("the killed sweep differs from the undisturbed one")


def _rows(folder: Path) -> dict[str, Any]:
    """The results of the runs, without their times."""
    found = {}
    for path in sorted(folder.glob("runs/*/run.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        record.pop("seconds")
        arrays = (path.parent / "embeddings.safetensors").read_bytes()
        found[path.parent.name] = record | {"arrays": hashlib.sha256(arrays).hexdigest()}
    return found


def _weights(folder: Path) -> dict[str, str]:
    return {
        path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("pretraining/*/model.safetensors"))
    }


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    fast = verbs.add_parser("throughput")
    fast.add_argument("--data", type=Path, required=True)
    fast.add_argument("--width", type=int, default=128)
    fast.add_argument("--layers", type=int, default=2)
    fast.add_argument("--languages", default=",".join(LANGUAGES))
    fast.add_argument("--rounds", type=int, default=2)
    fast.add_argument("--threads", type=int, default=1, help="as a run of an experiment has")
    equal = verbs.add_parser("scores")
    equal.add_argument("--data", type=Path, required=True)
    equal.add_argument("--width", type=int, default=64)
    equal.add_argument("--layers", type=int, default=2)
    equal.add_argument("--languages", default="hun,kor,tur")
    equal.add_argument("--epochs", type=int, default=8)
    equal.add_argument("--seeds", type=int, default=3)
    equal.add_argument("--threads", type=int, default=1)
    start = verbs.add_parser("start-up")
    start.add_argument("--data", type=Path, required=True)
    start.add_argument("--threads", type=int, default=1)
    killing = verbs.add_parser("kills")
    killing.add_argument("--times", type=int, default=20)
    killing.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    if given.verb == "kills":
        kills(given.times, given.seed)
        return
    import torch

    torch.set_num_threads(given.threads)
    if given.verb == "start-up":
        start_up(given.data)
    if given.verb == "scores":
        scores(
            given.data, given.width, given.layers, given.languages.split(","), given.epochs,
            given.seeds,
        )  # fmt: skip
    if given.verb == "throughput":
        throughput(given.data, given.width, given.layers, given.languages.split(","), given.rounds)


if __name__ == "__main__":
    main()
