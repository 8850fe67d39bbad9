"""``lingap gap model``: its speed, its memory, and MEXA beside the published code.

    python benchmarks/model.py speed MODEL FLORES/devtest [-l eng] [--limit 100] [--rounds 2]
    python benchmarks/model.py memory MODEL FLORES/devtest [--inner 96] [--characters 40]
    python benchmarks/model.py mexa VECTORS --code MEXA/compute_mexa.py
    python benchmarks/model.py choices MODEL FLORES [--limit 200]

*speed*: the vectors of the same sentences by lingap and by a plain loop as sentence-transformers
has it: sorted by length, batches of 32, padded by the tokenizer, mean over the mask. Both run in
turn in one process; the least of all rounds, and the largest difference of two vectors.

*memory*: the whole command over all texts and layers, its peak (with the pages of mapped files)
and time. To be done in less than an hour, the model gets feed-forward layers of `--inner` and the
lines are cut; neither changes what is held of 200 languages.

*mexa*: a folder that ``--keep`` wrote, by lingap and by the function ``mexa`` of the paper's own
code (github.com/cisnlp/MEXA), over cosines that SciPy computes one by one.
"""

from __future__ import annotations

import argparse
import importlib.util
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

PREFIX = "query: "


def plain_loop(folder: Path, texts: list[str], size: int = 32) -> tuple[float, float, np.ndarray]:
    """Seconds of the clock and of the processor, and vectors (n, width)."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    model.eval()
    start = time.perf_counter(), time.process_time()
    order = sorted(range(len(texts)), key=lambda at: -len(texts[at]))
    made = np.empty((len(texts), model.config.hidden_size), np.float32)
    with torch.inference_mode():
        for at in range(0, len(order), size):
            places = order[at : at + size]
            batch = tokenizer(
                [PREFIX + texts[place].strip() for place in places],
                padding=True,
                truncation=True,
                return_tensors="pt",
            )
            hidden = model(**batch).last_hidden_state
            mask = batch["attention_mask"].unsqueeze(-1).float()
            made[places] = ((hidden * mask).sum(1) / mask.sum(1)).numpy()
    return time.perf_counter() - start[0], time.process_time() - start[1], made


def by_lingap(folder: Path, texts: list[str], layers: str) -> tuple[float, float, np.ndarray]:
    """The same by lingap."""
    from lingap.evaluation import SentenceEncoder

    encoder = SentenceEncoder(folder, layers=layers, pooling="mean", prefix=PREFIX)
    start = time.perf_counter(), time.process_time()
    found = encoder.vectors(texts).layers[str(encoder.depth)]
    return time.perf_counter() - start[0], time.process_time() - start[1], found


def speed(options: argparse.Namespace) -> None:
    """Print sentences per second and their ratio."""
    from lingap.gap import parallel_lines

    rows, _ = parallel_lines(options.text, languages=options.language, limit=options.limit)
    texts = [line for lines in rows.values() for line in lines]
    runs = {
        "plain loop": lambda: plain_loop(options.model, texts),
        "lingap, last layer": lambda: by_lingap(options.model, texts, "last"),
        "lingap, all layers": lambda: by_lingap(options.model, texts, "all"),
    }
    best: dict[str, tuple[float, float]] = {}
    made = {}
    for _ in range(options.rounds):
        for name, run in runs.items():
            clock, processor, made[name] = run()
            old = best.get(name, (clock, processor))
            best[name] = min(old[0], clock), min(old[1], processor)
    print(f"{len(texts):,} sentences in {len(rows)} languages")
    base = best["plain loop"]
    for name, (clock, processor) in best.items():
        print(
            f"{name}: {len(texts) / clock:.1f} sentences/s by the clock "
            f"({base[0] / clock:.2f} times the plain loop), {len(texts) / processor:.1f} of the "
            f"processor ({base[1] / processor:.2f} times)"
        )
    scale = np.abs(made["plain loop"]).max()
    for name in list(runs)[1:]:
        difference = np.abs(made[name] - made["plain loop"]).max()
        print(f"{name}: largest difference {difference:.1e}, values up to {scale:.1f}")


def memory(options: argparse.Namespace) -> None:
    """Run ``lingap gap model`` over all texts and layers, and print its peak and processor time."""
    from transformers import AutoModel, AutoTokenizer

    with tempfile.TemporaryDirectory() as home:
        slim, texts = Path(home) / "slim", Path(home) / "text"
        AutoModel.from_pretrained(
            options.model, intermediate_size=options.inner, ignore_mismatched_sizes=True
        ).save_pretrained(slim)
        AutoTokenizer.from_pretrained(options.model).save_pretrained(slim)
        texts.mkdir()
        for path in options.text.iterdir():
            lines = path.read_text(encoding="utf-8").splitlines()
            cut = "".join(line[: options.characters].rstrip() + "\n" for line in lines)
            (texts / path.name).write_text(cut, encoding="utf-8")
        command = ["-m", "lingap", "gap", "model", str(slim), "--text", str(texts)]
        subprocess.run(
            [sys.executable, *command, "--out", f"{home}/out", "--prefix", PREFIX], check=True
        )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{len([*options.text.iterdir()])} languages: peak {used.ru_maxrss * 1024 / 1e9:.2f} GB, "
        f"{used.ru_utime + used.ru_stime:.0f} s of the processor"
    )


def mexa(options: argparse.Namespace) -> None:
    """Print both values of each language and layer, and the largest difference."""
    from scipy.spatial.distance import cdist

    from lingap.gap.array_folders import layers_in, read_arrays
    from lingap.metrics import mexa as ours

    spec = importlib.util.spec_from_file_location("published", options.code)
    assert spec is not None
    assert spec.loader is not None
    published = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(published)
    worst, n = 0.0, 0
    for layer in layers_in(options.vectors):
        arrays = read_arrays(options.vectors, what="embeddings", layer=layer)
        pivot = np.asarray(arrays.pop("eng"), np.float64)
        for name, array in arrays.items():
            cosines = 1 - cdist(pivot, np.asarray(array, np.float64), "cosine")
            theirs, own = published.mexa(cosines), ours(array, pivot)
            worst, n = max(worst, abs(theirs - own)), n + 1
            print(f"layer {layer}, {name}: published {theirs:.4f}, lingap {own:.4f}")
    print(f"{n} values, largest difference {worst:.1e}")


def choices(options: argparse.Namespace) -> None:
    """Print biased and debiased CKA, and retrieval, for each choice."""
    from lingap.metrics import linear_cka

    for split, prefix in (("devtest", PREFIX), ("devtest", ""), ("devtest", "passage: "),
                          ("dev", PREFIX)):  # fmt: skip
        read = {
            code: embedded(options.model, options.text / split / f"{code}.{split}", prefix, options)
            for code in ("eng_Latn", "kor_Hang")
        }
        english, korean = read.values()
        for name, x in english.items():
            for how, one, other in (
                ("", x, korean[name]),
                (", length 1", unit(x), unit(korean[name])),
            ):
                biased = linear_cka(one, other, estimator="biased")
                debiased = linear_cka(one, other, estimator="debiased")
                found = (unit(one) @ unit(other).T).argmax(axis=1) == np.arange(len(one))
                print(
                    f"{split}, prefix {prefix!r}, {name}{how}: biased {biased:.3f}, debiased "
                    f"{debiased:.3f}, retrieval {found.mean():.3f}", flush=True,
                )  # fmt: skip


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows of length 1."""
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def embedded(
    folder: Path, file: Path, prefix: str, options: argparse.Namespace
) -> dict[str, np.ndarray]:
    """Vectors of a file's first lines by what is taken as the sentence's."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModel.from_pretrained(folder)
    lines = [prefix + line for line in file.read_text(encoding="utf-8").splitlines()]
    lines = lines[: options.limit]
    order = sorted(range(len(lines)), key=lambda at: len(lines[at]))
    made: dict[str, np.ndarray] = {}
    with torch.inference_mode():
        for start in range(0, len(order), 32):
            places = order[start : start + 32]
            batch = tokenizer(
                [lines[at] for at in places], padding=True, truncation=True, return_tensors="pt"
            )
            hidden = model.eval()(**batch, output_hidden_states=True).hidden_states
            mask = batch["attention_mask"].float()[..., None]
            inner = mask.clone()
            inner[:, 0] = 0  # without the units that the tokenizer adds
            inner[torch.arange(len(places)), batch["attention_mask"].sum(1) - 1] = 0
            depth = len(hidden) - 1
            taken = {f"layer {layer}, mean": mean(hidden[layer], mask) for layer in (8, 11, depth)}
            taken |= {"last layer, mean without special units": mean(hidden[-1], inner)}
            taken |= {"last layer, cls": hidden[-1][:, 0]}
            for name, vectors in taken.items():
                made.setdefault(name, np.empty((len(lines), vectors.shape[1]), np.float32))
                made[name][places] = vectors.numpy()
    return made


def mean(hidden: Any, mask: Any) -> Any:
    """Mean over the units of each sentence."""
    return (hidden * mask).sum(1) / mask.sum(1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parts = parser.add_subparsers(required=True)
    one = parts.add_parser("speed")
    one.add_argument("model", type=Path)
    one.add_argument("text", type=Path)
    one.add_argument("-l", "--language", action="append")
    one.add_argument("--limit", type=int, default=100)
    one.add_argument("--rounds", type=int, default=2)
    one.set_defaults(run=speed)
    two = parts.add_parser("memory")
    two.add_argument("model", type=Path)
    two.add_argument("text", type=Path)
    two.add_argument("--inner", type=int, default=96)
    two.add_argument("--characters", type=int, default=40)
    two.set_defaults(run=memory)
    three = parts.add_parser("mexa")
    three.add_argument("vectors", type=Path)
    three.add_argument("--code", type=Path, required=True)
    three.set_defaults(run=mexa)
    four = parts.add_parser("choices")
    four.add_argument("model", type=Path)
    four.add_argument("text", type=Path)
    four.add_argument("--limit", type=int, default=200)
    four.set_defaults(run=choices)
    options = parser.parse_args()
    options.run(options)


if __name__ == "__main__":
    main()
