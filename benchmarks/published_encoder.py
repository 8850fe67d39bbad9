"""Real weights through `lingap run` and `lingap reproduce`: a published encoder, once, small.

    python benchmarks/published_encoder.py run ENCODER DATA --out FOLDER [--languages eng,kor,swa]
    python benchmarks/published_encoder.py reproduce ENCODER DATA --out FOLDER [--pairs 8]

`ENCODER` is the folder of a published encoder over subwords. *run* fine-tunes it on a part of
English SIB-200 (`DATA/sib200`), one seed, and scores it in all languages.

*reproduce* makes Table 2 of the paper as `lingap reproduce table2 --published` does, with the
paper's settings, on the first pairs of XNLI (`DATA/xnli`). The paper's own encoders need the hub,
so `--encoder` names others: the published one over subwords, and over characters and phonemes two
small ones that `lingap pretrain` makes here of a few lines of FLORES-200.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from lingap import Experiment
from lingap.experiments import ExperimentConfig

XNLI = "xnli/XNLI-1.0"
FLORES = "parallel/flores200/devtest"
LINES = 40
SMALL = ("character", "phoneme")


def config(options: argparse.Namespace) -> ExperimentConfig:
    """The experiment of *run*."""
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


def run(options: argparse.Namespace) -> None:
    """Fine-tune once, and print scores and seconds."""
    start = time.process_time()
    found = Experiment(config(options)).run(options.out, n_workers=0)
    print(f"{time.process_time() - start:.0f} s of the processor")
    for score in found.scores:
        print(f"{score.language}: {score.metric} {score.value:.3f} of {score.n_words or ''}")
    for failure in found.failures:
        print(f"failed: {failure}")


def first_pairs(data: Path, out: Path, n_pairs: int) -> None:
    """Write the first pairs of each language of XNLI, and 40 lines of parallel text."""
    (out / XNLI).mkdir(parents=True)
    for path in sorted((data / XNLI).glob("*.tsv")):
        head, *rows = path.read_text(encoding="utf-8").splitlines()
        kept: dict[str, list[str]] = {}
        for row in rows:
            kept.setdefault(row.split("\t")[0], []).append(row)
        lines = [head, *(row for own in kept.values() for row in own[:n_pairs])]
        (out / XNLI / path.name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    folder = out / "parallel/flores/devtest"
    folder.mkdir(parents=True)
    for code in ("eng_Latn", "swh_Latn"):
        text = (data / FLORES / f"{code}.devtest").read_text(encoding="utf-8").splitlines()
        (folder / f"{code}.devtest").write_text("\n".join(text[:LINES]) + "\n", encoding="utf-8")


def small_encoders(options: argparse.Namespace, data: Path) -> dict[str, Path]:
    """Pre-train one encoder a representation; representation to folder."""
    folder = str(data / "parallel/flores")
    text = {"name": "flores", "path": folder, "splits": {"train": "devtest"}, "dev_share": 0.1}
    plan = {
        "name": "Small encoders of a few pairs",
        "languages": options.languages.split(","),
        "representations": [{"name": name} for name in SMALL],
        "encoder": {"hidden_size": 96, "layers": 2, "heads": 4, "feed_forward_size": 384},
        "pretraining": {"text": text, "training": {"steps": 10, "batch_size": 8}},
    }
    file = options.out / "small.json"
    file.write_text(json.dumps(plan), encoding="utf-8")
    made = options.out / "small"
    lingap("pretrain", str(file), "--out", str(made), "--workers", "0")
    return {name: made / "encoders" / name for name in SMALL}


def lingap(*words: str) -> None:
    """Run the command and say what it took."""
    print("lingap", *words, flush=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([sys.executable, "-m", "lingap", *words], check=True)
    print(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before:.0f} s", flush=True)


def reproduce(options: argparse.Namespace) -> None:
    """Make Table 2 of a few pairs; the command prints it."""
    options.out.mkdir(parents=True)
    data = (options.out / "data").resolve()
    first_pairs(options.data, data, options.pairs)
    encoders = {"subword": options.encoder.resolve(), **small_encoders(options, data)}
    named = [
        word for name, folder in encoders.items() for word in ("--encoder", f"{name}={folder}")
    ]
    lingap(
        "reproduce", "table2", "--published", *named, "--data", str(data), "--languages",
        options.languages, "--out", str(options.out / "table2"), "--workers", "0",
    )  # fmt: skip


def main() -> None:
    """Run, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = parser.add_subparsers(required=True)
    one, two = parts.add_parser("run"), parts.add_parser("reproduce")
    for part, languages, work in ((one, "eng,kor,swa", run), (two, "eng,swa", reproduce)):
        part.add_argument("encoder", type=Path)
        part.add_argument("data", type=Path)
        part.add_argument("--out", type=Path, required=True)
        part.add_argument("--languages", default=languages)
        part.set_defaults(run=work)
    one.add_argument("--train-share", type=float, default=0.3)
    one.add_argument("--epochs", type=int, default=3)
    two.add_argument("--pairs", type=int, default=8)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
