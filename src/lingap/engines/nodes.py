"""The machines of a Ray cluster, and whether they can do the work."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from lingap import __version__
from lingap.errors import ConfigError

_ANSWER_SECONDS = 120.0  # a worker process starts first, and reads Python's files over a network


@dataclass(frozen=True, slots=True)
class Node:
    """A machine of the cluster.

    Args:
        name: Its host's name or address.
        n_cpus: Cores that Ray gives out there.
        n_gpus: GPUs, likewise.
        gpu_bytes: Memory of its smallest GPU; 0 without one that can be asked.
    """

    name: str
    n_cpus: int
    n_gpus: int = 0
    gpu_bytes: int = 0


def check_nodes(shared: Sequence[Path] = (), read: Sequence[Path] = ()) -> tuple[Node, ...]:
    """Ask every machine of the cluster for its version of lingap and what it sees.

    Args:
        shared: Folders of this machine that all must see and may write to.
        read: Folders and files that all must see.

    Raises:
        ConfigError: For machines that do not answer, have another lingap or none, or do not see a
            folder.
    """
    import ray
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    alive = [node for node in ray.nodes() if node["Alive"]]
    with ExitStack() as signs:
        seen = [signs.enter_context(_sign(folder)).name for folder in shared]
        places = [str(path.resolve()) for path in read]
        ask = ray.remote(num_cpus=0, max_retries=3)(_question())
        asked = {
            ask.options(
                scheduling_strategy=NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
            ).remote(seen, places): node
            for node in alive
        }
        answered, silent = ray.wait(
            [*asked], num_returns=len(asked), timeout=_ANSWER_SECONDS, fetch_local=False
        )
        faults = [f"{_name(asked[one])} does not answer" for one in silent]
        nodes = []
        for one in answered:
            node = asked[one]
            try:
                found = ray.get(one)
            except ray.exceptions.RayError as error:
                faults.append(f"{_name(node)} was lost ({type(error).__name__})")
                continue
            faults += [f"{_name(node)} {fault}" for fault in _faults(found)]
            nodes.append(
                Node(
                    _name(node),
                    int(node["Resources"].get("CPU", 0)),
                    int(node["Resources"].get("GPU", 0)),
                    found["gpu_bytes"],
                )
            )
    if faults:
        raise ConfigError(
            f"The Ray cluster cannot do this: {'; '.join(faults)}. All machines need the same "
            "lingap, and the same folders under the same paths."
        )
    return tuple(nodes)


def _name(node: dict[str, Any]) -> str:
    host, address = node["NodeManagerHostname"], node["NodeManagerAddress"]
    return host if host == address else f"{host} ({address})"


def _faults(found: dict[str, Any]) -> list[str]:
    faults = []
    if found["version"] is None:
        faults.append("has no lingap")
    elif found["version"] != __version__:
        faults.append(f"has lingap {found['version']}, this machine {__version__}")
    faults += [f"does not see {place}" for place in found["unseen"]]
    faults += [f"cannot write to {place}" for place in found["read_only"]]
    return faults


def _sign(folder: Path) -> Any:
    """A file of a random name in a folder, for as long as others look for it."""
    return NamedTemporaryFile(prefix=".sign-", dir=folder.resolve())


def _question() -> Any:
    """What is asked, as a function that needs no lingap where it runs."""

    def answer(signs: list[str], places: list[str]) -> dict[str, Any]:
        import importlib.util
        import os
        import shutil
        import subprocess
        from pathlib import Path

        found: dict[str, Any] = {"version": None, "gpu_bytes": 0}
        if shutil.which("nvidia-smi"):
            asked = ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
            told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
            sizes = [int(line) << 20 for line in told.split() if line.isdecimal()]
            found["gpu_bytes"] = min(sizes, default=0)
        if importlib.util.find_spec("lingap") is not None:
            import lingap

            found["version"] = lingap.__version__
        unseen = [sign for sign in signs if not Path(sign).exists()]
        found["unseen"] = [str(Path(sign).parent) for sign in unseen]
        found["unseen"] += [place for place in places if not Path(place).exists()]
        found["read_only"] = [
            str(Path(sign).parent)
            for sign in signs
            if sign not in unseen and not os.access(Path(sign).parent, os.W_OK)
        ]
        return found

    return answer
