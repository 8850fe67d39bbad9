"""The time that an experiment still needs, corrected as its jobs end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from lingap.experiments.plan import Job


class Forecast:
    """What is left of a run, from sizes of its jobs and the times of those that have ended.

    A size is in any unit; the first jobs tell how many seconds one takes. Jobs of one kind are
    alike, so each kind has a rate of its own as soon as one of its jobs has ended. Until then its
    rate is that of steps: what a job takes before its first step, such as the start of a process,
    says nothing of jobs of another size.

    Args:
        jobs: Those to do.
        steps: Job id to the size of all its steps, > 0.
        rest: Job id to the size of what it does after them (scores, parallel text), >= 0.
        clock: Of seconds.
    """

    def __init__(
        self, jobs: Iterable[Job], steps: Mapping[str, float], rest: Mapping[str, float],
        clock: Callable[[], float] = time.monotonic,
    ):  # fmt: skip
        self._left = {job.id: job for job in jobs}
        self._sizes = {name: size + rest[name] for name, size in steps.items()}
        self._of_steps = {name: size / self._sizes[name] for name, size in steps.items()}
        self._clock = clock
        self._begun: dict[str, float] = {}
        self._share: dict[str, float] = {}  # of a running job that is done, 0 to 1
        self._first: dict[str, tuple[float, float]] = {}  # a running job's first step: when, share
        self._stepping: dict[str, tuple[float, float]] = {}  # since then: seconds and size
        self._spent: dict[str, tuple[float, float]] = {}  # kind to seconds and sizes of ended jobs
        self._at_once = 1

    def hear(self, job: Job, event: str, step: int) -> None:
        """Take note of an event of :data:`~lingap.experiments.schedule.Event`."""
        if event == "started":
            self._begun[job.id] = self._clock()
            self._share[job.id] = 0.0
            self._first.pop(job.id, None)
            self._at_once = max(self._at_once, len(self._begun))
        elif event == "step":
            share = min(step / max(job.n_steps, 1), 1.0) * self._of_steps[job.id]
            now = self._clock()
            self._share[job.id] = share
            since, before = self._first.setdefault(job.id, (now, share))
            if share > before:
                self._stepping[job.id] = (now - since, (share - before) * self._sizes[job.id])
        else:
            self._left.pop(job.id, None)
            self._share.pop(job.id, None)
            self._first.pop(job.id, None)
            begun = self._begun.pop(job.id, None)
            if event == "done" and begun is not None:
                seconds, sizes = self._spent.get(job.kind, (0.0, 0.0))
                seconds += self._clock() - begun
                self._spent[job.kind] = (seconds, sizes + self._sizes[job.id])

    def seconds_left(self) -> float | None:
        """Seconds until the last job ends; None as long as nothing is known."""
        whole = (
            self._rate(self._stepping.values())
            or self._rate(self._spent.values())
            or self._rate(self._running())
        )
        if whole is None:
            return None
        left = 0.0
        for job in self._left.values():
            spent = [self._spent[job.kind]] if job.kind in self._spent else []
            rate = self._rate(spent) or whole
            left += rate * self._sizes[job.id] * (1 - self._share.get(job.id, 0.0))
        return left / min(self._at_once, max(len(self._left), 1))

    def _running(self) -> Iterable[tuple[float, float]]:
        for name, share in self._share.items():
            if share > 0:
                yield self._clock() - self._begun[name], share * self._sizes[name]

    @staticmethod
    def _rate(spent: Iterable[tuple[float, float]]) -> float | None:
        """Seconds per size."""
        pairs = list(spent)
        sizes = sum(size for _, size in pairs)
        return sum(seconds for seconds, _ in pairs) / sizes if sizes > 0 else None
