"""Gaps side by side with other implementations: time, memory, agreement.

    python benchmarks/gap.py                 # all parts, some minutes
    python benchmarks/gap.py cka --full      # also 1,000 languages (memory)
    python benchmarks/gap.py cka --busy 8    # beside eight processes that never rest
    python benchmarks/gap.py --json

Each part runs ours and the other in turn in one process, for only ratios hold from machine to
machine. Peers: pytorch-cka (``pip install --no-deps pytorch-cka``) and
ckatorch for CKA, POT for transport; a peer that is missing is left out by name.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

N_SENTENCES, WIDTH = 1012, 768


def best(run: Callable[[], Any], repeats: int = 3) -> tuple[float, Any]:
    """Shortest of some runs in seconds, and the last result."""
    times, result = [], None
    for _ in range(repeats):
        start = time.perf_counter()
        result = run()
        times.append(time.perf_counter() - start)
    return min(times), result


def in_turn(*runs: Callable[[], Any], repeats: int) -> tuple[list[float], list[float], list[Any]]:
    """Median seconds and median processor seconds (of all threads) of each run, and its result."""
    times = np.zeros((2, repeats, len(runs)))
    results: list[Any] = [None] * len(runs)
    for k in range(repeats):
        for i, run in enumerate(runs):
            start = time.perf_counter(), time.process_time()
            results[i] = run()
            times[:, k, i] = time.perf_counter() - start[0], time.process_time() - start[1]
    seconds, processor = np.median(times, axis=1).tolist()
    return seconds, processor, results


@contextmanager
def busy(n: int, seconds: int = 600) -> Iterator[None]:
    """Run `n` processes that never rest, for `seconds` at most."""
    code = f"import time\nend = time.time() + {seconds}\nwhile time.time() < end: pass"
    others = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(n)]
    try:
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def vectors(n_languages: int) -> np.ndarray:
    """Embeddings (L, n, d) in float32 that share some meaning and whose spectrum falls."""
    rng = np.random.default_rng(0)
    scale = (np.arange(1, WIDTH + 1) ** -0.5).astype(np.float32)
    shared = rng.standard_normal((N_SENTENCES, WIDTH), dtype=np.float32) * scale
    result = rng.standard_normal((n_languages, N_SENTENCES, WIDTH), dtype=np.float32)
    result *= scale
    result += shared
    return result


def matmul_rate() -> float:
    """Multiply-adds x 2 a second of a large float32 matrix product, best of 5."""
    a = np.ones((2048, 2048), dtype=np.float32)
    return float(2 * 2048**3 / best(lambda: a @ a, 5)[0])


def cka_flops(n_languages: int) -> float:
    """Operations of one sweep: half of each Gram matrix, then all inner products."""
    half = N_SENTENCES * N_SENTENCES / 2
    return n_languages * half * WIDTH * 2 + n_languages**2 * half * 2


def cka(full: bool) -> list[dict[str, Any]]:
    """All pairs of 24 and 200 languages against pytorch-cka and the pair-by-pair formula."""
    from lingap.metrics import linear_cka, pairwise_cka

    try:
        import torch
        from cka import cka_from_features
    except ImportError:
        cka_from_features = None
    rows = []
    for n_languages, repeats in ((24, 9), (200, 3)):
        data = vectors(n_languages)
        rate = matmul_rate()
        runs = [lambda: pairwise_cka(data, estimator="debiased")]  # noqa: B023
        if cka_from_features is not None:
            tensor = torch.from_numpy(data)
            runs.append(lambda: cka_from_features(tensor, tensor))  # noqa: B023
        seconds, used, results = in_turn(*runs, repeats=repeats)
        ours, rate = seconds[0], max(rate, matmul_rate())
        row = {
            "what": f"CKA, {n_languages} languages x {N_SENTENCES} x {WIDTH}, debiased",
            "seconds": ours,
            "processor seconds": used[0],
            "of the matrix-product rate": cka_flops(n_languages) / ours / rate,
        }
        if cka_from_features is not None:
            row |= {
                "pytorch-cka seconds": seconds[1],
                "times faster than pytorch-cka": seconds[1] / ours,
                "the same in processor seconds": used[1] / used[0],
                "largest difference from it": float(np.abs(results[1].numpy() - results[0]).max()),
            }
            del tensor
        del results
        pairs = [(i, (7 * i + 3) % n_languages) for i in range(6)]
        one, single = best(lambda: [linear_cka(data[i], data[j]) for i, j in pairs], 1)  # noqa: B023
        biased = pairwise_cka(data)
        total = one / len(pairs) * n_languages * (n_languages + 1) / 2
        row |= {
            "pair by pair, seconds (from 6 pairs)": total,
            "times faster than pair by pair": total / ours,
            "largest difference from float64": max(
                abs(biased[i, j] - s) for (i, j), s in zip(pairs, single, strict=True)
            ),
        }
        rows.append(row)
    for n_languages in (200, 1000) if full else (200,):
        rows.append(json.loads(_subprocess("memory", str(n_languages))))
    return rows


def memory_of(field: str) -> float:
    """A field of this process's memory in GB; a parent's is not in it, as it is in getrusage."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [x for x in lines if x.startswith(field)]
    return int(line.split()[1]) / 1e6


def memory(n_languages: int) -> dict[str, Any]:
    """Peak memory of one sweep over embeddings that lie on disk, in a process of its own."""
    from lingap.metrics import pairwise_cka

    with tempfile.TemporaryDirectory() as folder:
        for i in range(n_languages):
            rng = np.random.default_rng(i)
            x = rng.standard_normal((N_SENTENCES, WIDTH), dtype=np.float32)
            np.save(Path(folder) / f"{i}.npy", x)
        arrays = {
            str(i): np.load(Path(folder) / f"{i}.npy", mmap_mode="r") for i in range(n_languages)
        }
        seconds, _ = best(lambda: pairwise_cka(arrays), 1)
        return {
            "what": f"CKA, {n_languages} languages from disk",
            "seconds": seconds,
            "peak GB, mapped files included": memory_of("VmHWM"),
            "of which mapped files at the end": memory_of("RssFile"),
        }


def sinkhorn(full: bool) -> list[dict[str, Any]]:
    """All pairs of clouds against a loop over POT's ot.sinkhorn, both on one core.

    Same cost matrices, same epsilon, same marginal error. Where one row of a cloud lies far from
    all of the other, its kernel exp(-cost / epsilon) is 0 and ot.sinkhorn gives up; its stabilized
    form is timed there too.
    """
    return [
        against_pot(clouds(15 if full else 6, 1002), 0.05, "sinkhorn"),
        against_pot(clouds(3, 200), 0.01, "sinkhorn"),
        against_pot(confident_clouds(3, 300), 0.05, "sinkhorn"),
        against_pot(confident_clouds(3, 300), 0.05, "sinkhorn_stabilized"),
    ]


def distributions(logits: np.ndarray) -> np.ndarray:
    """Softmax over the last axis."""
    return np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)


def clouds(n_clouds: int, n: int) -> np.ndarray:
    """Clouds of spread distributions over 3 classes, (n_clouds, n, 3)."""
    rng = np.random.default_rng(0)
    return distributions(rng.normal(size=(n_clouds, n, 3)) * 2 + rng.normal(size=(n_clouds, 1, 3)))


def confident_clouds(n_clouds: int, n: int) -> np.ndarray:
    """Clouds of a sure classifier: one class throughout, and another one once, in one cloud."""
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(n_clouds, n, 3))
    logits[:, :, 0] += 8
    logits[0, 0] += (-8, 8, 0)
    return distributions(logits)


def against_pot(clouds: np.ndarray, regularisation: float, method: str) -> dict[str, Any]:
    """Time all pairs of clouds (n_clouds, n, k) by both, on one core."""
    import ot
    from threadpoolctl import threadpool_limits

    from lingap.metrics import pairwise_transport
    from lingap.metrics.transport import cost_matrix

    n_clouds, n, k = clouds.shape
    named = {str(i): x for i, x in enumerate(clouds)}
    weights = np.full(n, 1 / n)
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    with threadpool_limits(1), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # judged by the marginals that were reached
        start = time.process_time()
        found = pairwise_transport(named, regularisation=regularisation, tolerance=1e-8)
        ours = time.process_time() - start
        theirs, errors, differences = 0.0, [], []
        for i, j in combinations(range(n_clouds), 2):
            start = time.process_time()
            matrix = cost_matrix(clouds[i], clouds[j], "squared_euclidean")
            # POT stops by the norm of a side's error; the sum of n errors of that size is ours.
            plan = ot.sinkhorn(
                weights, weights, matrix, found.epsilon, method=method,
                stopThr=1e-8 / np.sqrt(n), numItermax=100_000,
            )  # fmt: skip
            theirs += time.process_time() - start
            errors.append(sum(float(np.abs(plan.sum(axis=a) - weights).sum()) for a in (0, 1)))
            differences.append(abs(float((plan * matrix).sum()) / found.distance[i, j] - 1))
    os.sched_setaffinity(0, cores)
    reached = sum(error <= 1e-8 for error in errors)  # NaN is no
    return {
        "what": f"Sinkhorn, {n_clouds} clouds x {n} x {k}, all pairs, regularisation "
        f"{regularisation}, against ot.sinkhorn(method={method!r}), one core",
        "processor seconds, each with itself included": ours,
        "processor seconds of POT": theirs,
        "times faster": theirs / ours,
        f"pairs of {len(errors)} in which POT reached 1e-8": reached,
        "largest relative difference": max(differences),
    }


def intervals(_: bool) -> list[dict[str, Any]]:
    """Gaps of 20 systems x 12 languages x 5 seeds with their intervals, and all comparisons."""
    from lingap.gap import compare_gaps, performance_gaps
    from lingap.records import Score

    table = np.random.default_rng(0).uniform(0.5, 0.9, size=(20, 12, 5))
    scores = [
        Score(f"s{i}", "ner", f"l{j}", "span_f1", float(table[i, j, k]), k)
        for i, j, k in np.ndindex(table.shape)
    ]
    tables, _ = best(lambda: performance_gaps(scores))
    tests, _ = best(lambda: compare_gaps(scores))
    return [
        {
            "what": "intervals of 20 systems x 12 languages x 5 seeds",
            "performance_gaps, seconds": tables,
            "190 paired comparisons, seconds": tests,
        }
    ]


def process(_: bool) -> list[dict[str, Any]]:
    """``lingap gap scores`` on 10,000 rows, the whole process."""
    rng = np.random.default_rng(0)
    languages = ("eng", "fra", "rus", "ita", "hun", "ukr", "kor", "tur", "fin", "hin")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "scores.csv"
        lines = ["system,task,language,score,seed"]
        lines += [
            f"s{s},t{t},{language},{rng.uniform(0.5, 0.9):.4f},{seed}"
            for s in range(20)
            for t in range(10)
            for language in languages
            for seed in range(5)
        ]
        file.write_text("\n".join(lines) + "\n")
        code = "from lingap.cli.gap import app; app()"
        command = [sys.executable, "-c", code, "scores", str(file)]
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds, _ = best(
            lambda: subprocess.run(command, check=True, capture_output=True), repeats=5
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [
        {
            "what": "lingap gap scores, 10,000 rows, whole process",
            "seconds": seconds,
            "processor seconds": used / 5,
        }
    ]


def _subprocess(*arguments: str) -> str:
    command = [sys.executable, __file__, *arguments, "--json"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


PARTS = {"cka": cka, "sinkhorn": sinkhorn, "intervals": intervals, "process": process}


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", help=f"{', '.join(PARTS)}; all by default")
    parser.add_argument("--full", action="store_true", help="largest sizes too")
    parser.add_argument("--busy", type=int, default=0, help="other processes to keep running")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.parts[:1] == ["memory"]:
        print(json.dumps(memory(int(options.parts[1]))))
        return
    with busy(options.busy):
        rows = [row for name in options.parts or PARTS for row in PARTS[name](options.full)]
    if options.json:
        print(json.dumps(rows, indent=1))
        return
    for row in rows:
        print(row.pop("what"))
        for key, value in row.items():
            print(f"    {key:45} {value:.4g}")


if __name__ == "__main__":
    main()
