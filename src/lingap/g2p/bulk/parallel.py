"""Work spread over processes, results in the order of the work, few pieces under way at once."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from typing import Any, TypeVar

from lingap.errors import StoreError

Work = TypeVar("Work")
Done = TypeVar("Done")

_LOOK_EVERY_SECONDS = 0.5
_PIPE_BYTES = 1 << 20

_state: Any = None


def usable_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _begin(parent: int, prepare: Callable[[Any], Any], settings: Any) -> None:
    """Make a process ready: the parent answers for interrupts, and none outlives it."""
    global _state
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    _state = prepare(settings)


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_SECONDS)
    os._exit(1)


def _go_on(task: Callable[[Any, Any], Any], piece: Any) -> Any:
    return task(_state, piece)


def map_in_order(
    task: Callable[[Any, Work], Done],
    pieces: Iterable[Work],
    prepare: Callable[[Any], Any],
    settings: Any,
    processes: int,
) -> Iterator[Done]:
    """``task(state, piece)`` for each piece, in order, where ``state = prepare(settings)``.

    One piece, or one process, is worked on here; more start that many processes, each with a
    state of its own. At most twice as many pieces are under way, so memory stays bounded.

    Args:
        task: A module-level function.
        pieces: Read as needed.
        prepare: A module-level function.
        settings: What `prepare` is given; must pickle, as must pieces and results.
        processes: How many to use, from 1.

    Raises:
        StoreError: When a process was killed.
    """
    pieces = iter(pieces)
    first = list(islice(pieces, 2))
    if processes <= 1 or len(first) < 2:
        state = prepare(settings)
        for piece in chain(first, pieces):
            yield task(state, piece)
        return
    context = multiprocessing.get_context(_start_method())
    under_way: deque[Future[Done]] = deque()
    pool = ProcessPoolExecutor(processes, context, _begin, (os.getpid(), prepare, settings))
    _widen(pool)
    try:
        for piece in chain(first, pieces):
            under_way.append(pool.submit(_go_on, task, piece))
            if len(under_way) >= 2 * processes:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BrokenProcessPool as error:
        raise StoreError(
            "A worker process was killed, perhaps for want of memory. What is remembered on disk "
            "is kept; run it again, with fewer processes if memory is short."
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _widen(pool: ProcessPoolExecutor) -> None:
    """Let a whole result fit into the pipe, where the system has a way to say so.

    Else a worker and this process take turns at every 64 kB, which costs most on a busy machine.
    """
    if sys.platform != "linux":
        return
    import fcntl

    for pipe in _pipes(pool):
        with contextlib.suppress(OSError):  # more than this user may have
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _pipes(pool: ProcessPoolExecutor) -> list[int]:
    """File descriptors of the pipes of a pool; none where its inside is not as it was.

    An executor has no public way to its pipes, and without them it is only slower.
    """
    inside: Any = pool
    try:
        return [queue._writer.fileno() for queue in (inside._result_queue, inside._call_queue)]
    except AttributeError:
        return []


def _start_method() -> str:
    """Forking is quick but safe only where no other thread runs."""
    alone = threading.active_count() == 1 and sys.platform == "linux"
    return "fork" if alone else "spawn"
