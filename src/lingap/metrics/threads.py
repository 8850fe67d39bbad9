"""Work on many items, one a thread, each with a linear algebra library of one thread."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def n_cores() -> int:
    """Processor cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(work: Callable[[T], R], items: Sequence[T]) -> Iterator[R]:
    """Results of `work` for every item, in the items' order; the first error ends it.

    A linear algebra library that spreads one product over threads makes them wait for each other
    many times a product, which costs a time slice each time where other processes want the cores.
    Here threads meet only when the items are used up.
    """
    threads = min(len(items), n_cores())
    if threads < 2:
        yield from map(work, items)
        return
    with _libraries().limit(limits=1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        yield from pool.map(work, items)


@cache
def _libraries() -> Any:
    """The loaded linear algebra libraries, NumPy's among them; to look for them takes long."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
