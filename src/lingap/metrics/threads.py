"""Work on many items in threads, each with single-threaded linear algebra."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
R = TypeVar("R")


def n_cores() -> int:
    """Processor cores available to this process."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """Results of `work` for every item, in order; the first error ends it.

    A linear algebra library that spreads one product over threads synchronizes them many times per
    product, and on busy cores each wait costs a time slice. Here threads meet only at the end.
    """
    threads = min(len(items), n_cores())
    if threads < 2:
        yield from map(work, items)
        return
    from concurrent.futures import ThreadPoolExecutor

    with _libraries().limit(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[R]] = deque()  # few, as results may be large
        for item in items:
            waiting.append(pool.submit(work, item))
            if len(waiting) > threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@cache
def _libraries() -> Any:
    """The loaded linear algebra libraries, NumPy's among them; finding them is slow."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
