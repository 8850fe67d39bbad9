"""The tasks by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lingap.metrics import chance_span_f1
from lingap.registry import Registry
from lingap.tasks.classification import Classification
from lingap.tasks.instance import Task
from lingap.tasks.scoring import score_spans, score_words
from lingap.tasks.tagging import Tagging

TASKS: Registry[Callable[[Sequence[str]], Task]] = Registry("task")
TASKS.add("ner", lambda labels: Tagging("ner", labels, score_spans, chance_span_f1))
TASKS.add("nli", lambda labels: Classification("nli", labels, unit="pairs"))
TASKS.add("pos", lambda labels: Tagging("pos", labels, score_words))
TASKS.add("topic", lambda labels: Classification("topic", labels, unit="sentences"))


def make_task(name: str, labels: Sequence[str]) -> Task:
    """A task over a label set.

    Args:
        name: ``ner``, ``nli``, ``pos`` or ``topic``.
        labels: The labels of the training data, in any order.
    """
    return TASKS[name](labels)


def of_whole_texts(name: str) -> bool:
    """Whether a task's items are texts rather than words, such as in ``nli`` and ``topic``."""
    return name in TASKS and make_task(name, ()).of_whole_texts
