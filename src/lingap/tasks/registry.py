"""The tasks by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lingap.registry import Registry
from lingap.tasks.inference import Inference
from lingap.tasks.instance import Task
from lingap.tasks.scoring import score_spans, score_words
from lingap.tasks.tagging import Tagging

TASKS: Registry[Callable[[Sequence[str]], Task]] = Registry("task")
TASKS.add("ner", lambda labels: Tagging("ner", labels, score_spans))
TASKS.add("nli", Inference)
TASKS.add("pos", lambda labels: Tagging("pos", labels, score_words))


def make_task(name: str, labels: Sequence[str]) -> Task:
    """A task over a label set.

    Args:
        name: ``ner``, ``nli`` or ``pos``.
        labels: The labels of the training data, in any order.
    """
    return TASKS[name](labels)
