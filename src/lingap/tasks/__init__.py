"""Tasks: label sets, instances for the model, predictions, and scores."""

from lingap.tasks.instance import IGNORED, Instance, Scoring, Task
from lingap.tasks.registry import TASKS, make_task, of_whole_texts
from lingap.tasks.tagging import text_instances

__all__ = [
    "IGNORED",
    "TASKS",
    "Instance",
    "Scoring",
    "Task",
    "make_task",
    "of_whole_texts",
    "text_instances",
]
