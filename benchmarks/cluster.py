"""The engine ray beside the engine local: overhead, killed workers, niceness.

    python benchmarks/cluster.py runs      # 20 runs of some 20 s by each engine
    python benchmarks/cluster.py kill      # the same by Ray, a random worker killed every 10 s
    python benchmarks/cluster.py folder    # 200 Parquet files by each engine

Needs the extra cluster. Wall time is printed, engine by engine in turn, for an idle machine only;
processor time is that of the command and of the processes that it waited for, which Ray's are not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SECONDS_BETWEEN_KILLS = 10.0

CONFIG: dict[str, Any] = {
    "name": "runs",
    "task": "ner",
    "corpus": {"name": "cldr"},
    "languages": ["eng", "fin"],
    "seeds": list(range(10)),
    "representations": [{"name": "character"}],
    "encoder": {"hidden_size": 64, "layers": 2, "heads": 2, "feed_forward_size": 128},
    "pretraining": {
        "text": {"name": "cldr_text", "options": {"train_size": 200}},
        "training": {"steps": 20, "batch_size": 16},
    },
    "finetuning": {"epochs": 12, "batch_size": 16, "learning_rate": 0.001},
}
"""Twenty runs, one for each language and seed."""


def main() -> None:
    """Measure what is named."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("what", choices=["runs", "kill", "folder"])
    arguments.add_argument("--folder", type=Path, help="where to work; kept")
    arguments.add_argument("--epochs", type=int, help="of each run, for shorter or longer ones")
    arguments.add_argument("--files", type=int, default=200)
    arguments.add_argument("--rows", type=int, default=5000, help="of each file")
    given = arguments.parse_args()
    if given.epochs:
        CONFIG["finetuning"]["epochs"] = given.epochs
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if given.what == "folder":
            _folder(folder, given.files, given.rows)
        else:
            _runs(folder, kill=given.what == "kill")


def _runs(folder: Path, *, kill: bool) -> None:
    config = folder / "runs.yaml"
    config.write_text(json.dumps(CONFIG), encoding="utf-8")
    run = ["run", str(config), "--workers", "2", "--out"]
    local = _timed("local", [*run, str(folder / "local")])
    again = [*run, str(folder / "ray"), "--engine", "ray"]
    ray = _timed("ray", again, _kill_workers if kill else None)
    print(f"wall time {ray[0] / local[0]:.2f} of local's")
    found = _results(folder / "ray")
    same = found == _results(folder / "local") and len(found) == 21
    print(f"{len(found)} results, {'the same' if same else 'OTHERS'} by both")


def _results(folder: Path) -> dict[str, Any]:
    """All that was computed: scores, curves and digests of the files of each job."""
    found = {}
    for path in sorted(folder.glob("*/*/run.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        kept = ("scores", "history", "digests", "status")
        found[str(path.relative_to(folder))] = {name: record.get(name) for name in kept}
    return found


def _folder(folder: Path, n_files: int, n_rows: int) -> None:
    import pyarrow
    import pyarrow.parquet

    from lingap import load_corpus

    text = load_corpus("cldr_text", language="fin", split="train")
    names = [" ".join(sentence.words) for sentence in text]
    draws = random.Random(0)
    source = folder / "in"
    source.mkdir(exist_ok=True)
    for number in range(n_files):
        rows = [" ".join(draws.choices(names, k=4)) for _ in range(n_rows)]
        pyarrow.parquet.write_table(pyarrow.table({"text": rows}), source / f"{number:03}.parquet")
    os.environ["LINGAP_CACHE"] = "off"
    command = ["phonemize", "-l", "fin", "--backend", "epitran", "--processes", "2", str(source)]
    local = _timed("local", [*command, "-o", str(folder / "local")])
    ray = _timed("ray", [*command, "-o", str(folder / "ray"), "--engine", "ray"])
    print(f"wall time {ray[0] / local[0]:.2f} of local's")
    same = all(
        pyarrow.parquet.read_table(path).equals(
            pyarrow.parquet.read_table(folder / "ray" / path.name)
        )
        for path in (folder / "local").glob("*.parquet")
    )
    print(f"{n_files} files, {'the same' if same else 'OTHERS'} by both")


def _timed(
    name: str, arguments: list[str], disturb: Callable[[int, threading.Event], None] | None = None
) -> tuple[float, float]:
    """Wall time and processor time of a command and what it waited for, in seconds."""
    begun, before = time.monotonic(), os.times()
    process = subprocess.Popen([sys.executable, "-m", "lingap", *arguments])
    over = threading.Event()
    thread = threading.Thread(target=disturb or (lambda *_: None), args=(process.pid, over))
    thread.start()
    code = process.wait()
    over.set()
    thread.join()
    wall, after = time.monotonic() - begun, os.times()
    used = sum(after[2:4]) - sum(before[2:4])
    print(f"{name}: exit code {code}, {wall:.1f} s, {used:.1f} s of processors", flush=True)
    return wall, used


def _kill_workers(driver: int, over: threading.Event) -> None:
    """Kill a random worker of Ray's every ten seconds."""
    import psutil

    draws, n_killed = random.Random(0), 0
    while not over.wait(SECONDS_BETWEEN_KILLS):
        below = psutil.Process(driver).children(recursive=True)
        workers = []
        for process in below:
            try:
                if process.name().startswith("ray::_do"):
                    workers.append(process.pid)
            except psutil.NoSuchProcess:
                continue
        if workers:
            os.kill(draws.choice(workers), signal.SIGKILL)
            n_killed += 1
    print(f"{n_killed} workers were killed")


if __name__ == "__main__":
    main()
