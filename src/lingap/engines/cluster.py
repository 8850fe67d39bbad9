"""The engine that does work as tasks of a Ray cluster.

Ray decides where and when; nothing here schedules. Each task is a stream, whose last event is the
result, so that what workers say arrives at one place without a further process.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Generic

from lingap.engines.nodes import Node, check_nodes
from lingap.engines.protocol import Do, Hear, ItemT
from lingap.engines.streamed import events_of
from lingap.errors import ConfigError, LingapError, MissingExtra

MOST_SUBMITTED = 1000
"""Tasks that wait or run at once; Ray keeps the order in which they came."""

_ANSWER_SECONDS = 5.0
_STARTS = 3  # of Ray on this machine, which it gives up after 30 seconds if that is busy


def ray() -> Any:
    """The module ``ray``; MissingExtra without it."""
    try:
        import ray
    except ImportError as error:
        raise MissingExtra("cluster", "The engine ray") from error
    return ray


def connect() -> None:
    """Connect to the cluster of ``RAY_ADDRESS``; without an address, start Ray on this machine.

    Raises:
        MissingExtra: Without Ray.
        ConfigError: For a cluster that cannot be reached, or has another version of Ray or Python.
    """
    engine = ray()
    if engine.is_initialized():
        return
    address = os.environ.get("RAY_ADDRESS") or None
    if address is None:  # its workers then have the priority of this process
        os.environ.setdefault("RAY_worker_niceness", "0")
    else:
        _check_address(address)
    here = {} if address else {"include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    for tries_left in reversed(range(1 if address else _STARTS)):
        try:
            engine.init(  # without an address, Ray would join any cluster that runs here
                address=address or "local",
                log_to_driver=False,
                logging_level=logging.ERROR,
                **here,
            )
            return
        except Exception as error:  # RuntimeError, ConnectionError, ValueError, and its own
            engine.shutdown()
            if tries_left and "timed out" in str(error):
                continue
            raise ConfigError(
                f"No Ray cluster can be used at {address or 'this machine'}: {_line(error)}. "
                "RAY_ADDRESS names the cluster; `ray status` must work with it, and its Ray and "
                "Python must be of the same versions as here."
            ) from error


def _check_address(address: str) -> None:
    """Raise ConfigError at once where nobody listens; Ray itself tries for a minute."""
    if "://" in address:
        raise ConfigError(
            f"RAY_ADDRESS={address}: expected HOST:PORT of the cluster's head, or auto. Ray's "
            "client cannot be used; start the command on a machine of the cluster, or by "
            "`ray job submit`."
        )
    host, colon, port = address.rpartition(":")
    if address in ("auto", "local"):
        return
    if not colon or not port.isdecimal():
        raise ConfigError(f"RAY_ADDRESS={address}: expected HOST:PORT, such as 10.0.0.1:6379.")
    try:
        socket.create_connection((host.strip("[]"), int(port)), _ANSWER_SECONDS).close()
    except OSError as error:
        raise ConfigError(
            f"RAY_ADDRESS={address}: nobody answers there ({error}). Start the cluster with "
            "`ray start --head`, or unset RAY_ADDRESS to use this machine alone."
        ) from error


def _line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines).rstrip(".") or type(error).__name__


def machines() -> tuple[Node, ...]:
    """The machines of the cluster, checked; Ray is left again."""
    connect()
    try:
        return check_nodes()
    finally:
        ray().shutdown()


def share_of_gpu(needed_bytes: int, gpu_bytes: int) -> float:
    """The part of a GPU for a piece that needs so much of its memory: 1, or a half, to an eighth.

    More than eight at a time would wait for each other. Of unknown memory, all is taken.

    >>> share_of_gpu(3 << 30, 80 << 30), share_of_gpu(30 << 30, 80 << 30), share_of_gpu(1, 0)
    (0.125, 0.5, 1.0)
    """
    n_at_once = gpu_bytes // max(needed_bytes, 1)
    return 1 / min(max(n_at_once, 1), 8)


class Cluster(Generic[ItemT]):
    """A pool of a Ray cluster, which is connected to as the context begins.

    Args:
        do: Does a piece of work.
        n_cpus: Cores that a piece takes.
        gpu_share: Part of a GPU that a piece takes, 0 to 1, or a function of the memory of the
            cluster's smallest GPU in bytes (0 if unknown). Where no machine has a GPU, none is
            asked for.
        shared: Folders that all machines must see and may write to.
        read: Folders and files that all must see.
    """

    tries = 30  # machines of a cluster are taken away, and a long training resumes where it was

    def __init__(
        self, do: Do[ItemT], *, n_cpus: int = 1, gpu_share: float | Callable[[int], float] = 0.0,
        shared: Sequence[Path] = (),
        read: Sequence[Path] = (),
    ):  # fmt: skip
        self._do, self._n_cpus, self._gpu_share = do, n_cpus, gpu_share
        self._shared, self._read = shared, read
        self._running: dict[Any, ItemT] = {}
        self.nodes: tuple[Node, ...] = ()

    def __enter__(self) -> Cluster[ItemT]:
        """Connect, and check that each machine can do the work."""
        connect()
        try:
            self.nodes = check_nodes(self._shared, self._read)
        except BaseException:
            ray().shutdown()
            raise
        gpus = [node.gpu_bytes for node in self.nodes if node.n_gpus]
        share = self._gpu_share if gpus else 0.0
        share = share(min(gpus)) if callable(share) else share
        self._task = ray().remote(
            num_cpus=self._n_cpus, num_gpus=share, max_retries=0, num_returns="streaming"
        )(_do)
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the cluster; Ray ends what still runs for this process."""
        ray().shutdown()

    @property
    def n_busy(self) -> int:
        """Tasks that wait or run."""
        return len(self._running)

    @property
    def has_room(self) -> bool:
        """Whether Ray is given another one."""
        return len(self._running) < MOST_SUBMITTED

    def start(self, item: ItemT) -> None:
        """Give a piece to Ray."""
        self._running[self._task.remote(self._do, item)] = item

    def wait(self, hear: Hear[ItemT]) -> None:
        """Tell what a task said, or that it was lost."""
        engine = ray()
        (stream, *_), _ = engine.wait([*self._running], num_returns=1)
        item = self._running[stream]
        try:
            event, value = engine.get(next(stream))
        except StopIteration:
            event, value = "died", "it ended without a result"
        except engine.exceptions.RayTaskError as error:  # the program's own
            own = isinstance(error.cause, LingapError)
            raise (error.cause if own else error.as_instanceof_cause()) from error
        except engine.exceptions.RayError as error:
            event, value = "died", _line(error).partition(". ")[0]
        if event in ("end", "died"):
            del self._running[stream]
        hear(item, event, value)


def _do(do: Do[ItemT], item: ItemT) -> Iterator[tuple[str, Any]]:
    """Do a piece of work on a worker, as a stream of events."""
    with suppress(OSError):
        full_priority()
    yield from events_of(do, item)


def full_priority() -> int:
    """Undo the low priority (niceness 15) that Ray gives to its workers, and return the niceness.

    Where the system does not allow it, the process becomes a session of its own: Linux then shares
    the processor between sessions first, whatever their niceness, if it groups by session
    (``kernel.sched_autogroup_enabled``).
    """
    if not hasattr(os, "getpriority"):  # Windows
        return 0
    here = os.getpriority(os.PRIO_PROCESS, 0)
    if here > 0:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, 0)
            return 0
        with suppress(OSError):
            os.setsid()
    return here
