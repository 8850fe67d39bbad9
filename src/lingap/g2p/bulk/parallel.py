"""Work spread over processes, with ordered results and few pieces in progress at once."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, TypeVar

from lingap.errors import StoreError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Work = TypeVar("Work")
Done = TypeVar("Done")

_LOOK_EVERY_SECONDS = 0.5
_PIPE_BYTES = 1 << 20

_state: Any = None


def _begin(parent: int, prepare: Callable[[Any], Any], settings: Any) -> None:
    """Prepare a worker process, which leaves interrupts to its parent and ends with it."""
    global _state
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # not what a forked one has of its parent
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    gc.freeze()  # what it has of its parent is not searched for garbage, and so not copied
    _state = prepare(settings)


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY_SECONDS)
    os._exit(1)


def _run(task: Callable[[Any, Any], Any], piece: Any) -> Any:
    return task(_state, piece)


def map_in_order(
    task: Callable[[Any, Work], Done],
    pieces: Iterable[Work],
    prepare: Callable[[Any], Any],
    settings: Any,
    processes: int,
) -> Generator[Done]:
    """``task(state, piece)`` for each piece, in order, where ``state = prepare(settings)``.

    With one piece or one process, this process does the work. Else each process has its own state,
    and at most twice as many pieces are in progress, so that memory stays bounded.

    Close it (:func:`contextlib.closing`) where its results may not all be wanted, as after Ctrl-C:
    the processes are then ended in the midst of their work, which nobody needs any more.

    Args:
        task: A function that can be pickled, as must be pieces and results.
        pieces: Read as needed.
        prepare: A function that can be pickled.
        settings: Argument of `prepare`; can be pickled.
        processes: Number of processes, at least 1.

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
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    context = multiprocessing.get_context(_start_method())
    in_progress: deque[Future[Done]] = deque()
    pool = ProcessPoolExecutor(processes, context, _begin, (os.getpid(), prepare, settings))
    _widen(pool)
    is_done = False
    try:
        for piece in chain(first, pieces):
            in_progress.append(pool.submit(_run, task, piece))
            if len(in_progress) >= 2 * processes:
                yield in_progress.popleft().result()
        while in_progress:
            yield in_progress.popleft().result()
        is_done = True
    except BrokenProcessPool as error:
        raise StoreError(
            "A worker process was killed, perhaps for lack of memory. The word cache is kept. Run "
            "the command again, with fewer processes if memory is short."
        ) from error
    finally:
        if not is_done:
            _end(pool)
        pool.shutdown(wait=True, cancel_futures=True)


def _end(pool: ProcessPoolExecutor) -> None:
    """End the processes of a pool now, which else finish what they are at.

    An executor can do so from Python 3.14 on; before, its processes are private. Without them the
    pool ends later.
    """
    for process in [*(getattr(pool, "_processes", None) or {}).values()]:
        process.kill()


def _widen(pool: ProcessPoolExecutor) -> None:
    """Enlarge the pipes to the size of a result, where the system can.

    Else a worker and this process take turns every 64 kB, which is slow on a busy machine.
    """
    if sys.platform != "linux":
        return
    import fcntl

    for pipe in _pipes(pool):
        with contextlib.suppress(OSError):  # over this user's limit
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def _pipes(pool: ProcessPoolExecutor) -> list[int]:
    """File descriptors of the pipes of a pool; none where its private attributes have changed.

    An executor has no public access to its pipes; without them it is only slower.
    """
    inside: Any = pool
    try:
        return [queue._writer.fileno() for queue in (inside._result_queue, inside._call_queue)]
    except AttributeError:
        return []


def _start_method() -> str:
    """Forking is fast, but safe only without other threads."""
    alone = threading.active_count() == 1 and sys.platform == "linux"
    return "fork" if alone else "spawn"
