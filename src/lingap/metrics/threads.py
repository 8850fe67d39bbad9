"""Work on many items, one a thread, each with a linear algebra library of one thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count
from typing import TypeVar

T = TypeVar("T")


def for_each(work: Callable[[T], None], items: Sequence[T]) -> None:
    """Do `work` for every item on all cores; the first error ends it.

    An item a thread scales where a small product spread over all threads does not.
    """
    threads = min(len(items), cpu_count() or 1)
    if threads < 2:
        for item in items:
            work(item)
        return
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"), ThreadPoolExecutor(threads) as pool:
        tasks = [pool.submit(work, item) for item in items]
        try:
            for task in tasks:
                task.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
