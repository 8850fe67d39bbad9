"""The engine ray beside the engine local: overhead, killed workers, a lost machine.

    python benchmarks/cluster.py runs      # 20 runs of some 20 s by each engine
    python benchmarks/cluster.py kill      # the same by Ray, a random worker killed every 10 s
    python benchmarks/cluster.py node      # the same on two nodes, one removed in the middle
    python benchmarks/cluster.py folder    # 200 Parquet files by each engine

Needs the extra cluster, and ``node`` network namespaces: each of its two nodes has an address of
its own, as on two machines, and authentication by token. Wall time is printed, engine by engine in
turn, for an idle machine only; processor time is that of the command and of the processes that it
waited for, which Ray's are not.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SECONDS_BETWEEN_KILLS = 10.0
SECONDS_BEFORE_REMOVAL = 40.0

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
    arguments.add_argument("what", choices=["runs", "kill", "node", "folder"])
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
            _runs(folder, given.what)


def _runs(folder: Path, what: str) -> None:
    config = folder / "runs.yaml"
    config.write_text(json.dumps(CONFIG), encoding="utf-8")
    run = ["run", str(config), "--workers", "2", "--out"]
    local = _timed("local", [*run, str(folder / "local")])
    again = [*run, str(folder / "ray"), "--engine", "ray"]
    if what == "node":
        with _two_nodes() as remove:
            ray = _timed("ray", again, remove)
    else:
        ray = _timed("ray", again, _kill_workers if what == "kill" else None)
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
    """Kill a random worker of Ray's every ten seconds, one that works or one that waits."""
    import psutil

    draws, n_killed = random.Random(0), 0
    while not over.wait(SECONDS_BETWEEN_KILLS):
        below = psutil.Process(driver).children(recursive=True)
        workers = []
        for process in below:
            try:
                if process.name().startswith(("ray::_do", "ray::IDLE")):
                    workers.append(process.pid)
            except psutil.NoSuchProcess:
                continue
        if workers:
            os.kill(draws.choice(workers), signal.SIGKILL)
            n_killed += 1
    print(f"{n_killed} workers were killed")


NAMESPACE, OWN, OTHER = "lingap-node", "10.213.0.1", "10.213.0.2"


@contextlib.contextmanager
def _two_nodes() -> Iterator[Callable[[int, threading.Event], None]]:
    """A cluster of two nodes; what is given removes one of them, once it has worked for a while."""
    ip, ray = ["ip", "-n", NAMESPACE], str(Path(sys.executable).with_name("ray"))
    inside = ["ip", "netns", "exec", NAMESPACE]
    os.environ |= {
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "RAY_ADDRESS": f"{OWN}:6399",
        "RAY_worker_niceness": "0",
    }

    def remove(_: int, over: threading.Event) -> None:
        if over.wait(SECONDS_BEFORE_REMOVAL):
            print("the run ended before the node was removed")
        else:
            print(f"{_kill_all()} processes of the node were killed", flush=True)

    try:
        for command in (
            ["ip", "netns", "add", NAMESPACE],
            ["ip", "link", "add", "lingap0", "type", "veth", "peer", "lingap1", "netns", NAMESPACE],
            ["ip", "addr", "add", f"{OWN}/24", "dev", "lingap0"],
            ["ip", "link", "set", "lingap0", "up"],
            [*ip, "addr", "add", f"{OTHER}/24", "dev", "lingap1"],
            [*ip, "link", "set", "lingap1", "up"],
            [*ip, "link", "set", "lo", "up"],
            [ray, "start", "--head", f"--node-ip-address={OWN}", "--port=6399", "--num-cpus=1"],
            [
                *inside,
                ray,
                "start",
                f"--address={OWN}:6399",
                f"--node-ip-address={OTHER}",
                "--num-cpus=1",
            ],
        ):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        yield remove
    finally:
        _kill_all()
        subprocess.run([ray, "stop", "--force"], check=False, stdout=subprocess.DEVNULL)
        subprocess.run(["ip", "netns", "del", NAMESPACE], check=False)


def _kill_all() -> int:
    """Kill every process of the namespace at once; how many there were."""
    found = subprocess.run(
        ["ip", "netns", "pids", NAMESPACE], check=False, capture_output=True, text=True
    ).stdout.split()
    for process in found:
        os.kill(int(process), signal.SIGKILL)
    return len(found)


if __name__ == "__main__":
    main()
