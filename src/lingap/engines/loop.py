"""The loop over all work, the same for every engine."""

from __future__ import annotations

from collections import Counter
from typing import Any

from lingap.engines.protocol import ItemT, Pool, Work


def work_through(work: Work[ItemT], pool: Pool[ItemT]) -> None:
    """Do all work in a pool; a piece whose process dies is tried again, as often as the pool says.

    Only the process that calls this hears of results, and of each once.
    """
    deaths: Counter[str] = Counter()

    def hear(item: ItemT, event: str, value: Any) -> None:
        if event == "end":
            work.end(item, value)
        elif event != "died":
            work.heard(item, event, value)
        else:
            deaths[item.id] += 1
            if deaths[item.id] < pool.tries:
                work.again(item)
            else:
                times = {1: "once", 2: "twice"}.get(pool.tries, f"{pool.tries} times")
                work.lost(item, f"its process died {times} ({value})")

    with pool:
        while len(work) or pool.n_busy:
            items = work.ready()
            while pool.has_room and (item := next(items, None)) is not None:
                pool.start(item)
            if pool.n_busy:
                pool.wait(hear)
