"""A reader of result files: which files are of its kind, and the numbers in them.

The format: ``{"evaluated": "model", "test": "task", "accuracy": {"swa": 0.6, …}}``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lingap.gap.results.protocol import Found, LeftOut, ResultRow, number


class PlainReader:
    """Checks of languages and scores, dates and repeats are lingap's, common to all readers."""

    name = "plain JSON"

    def recognizes(self, path: Path, content: Any) -> bool:
        """By keys that no other format has."""
        return isinstance(content, Mapping) and {"evaluated", "test"} <= set(content)

    def rows(self, path: Path, content: Any, metrics: Sequence[str] | None) -> Iterator[Found]:
        """A row for each number; what is no number is told, not skipped."""
        scores = content.get("accuracy")
        if not isinstance(scores, Mapping):
            yield LeftOut("no accuracy", str(path))
            return
        for language, value in scores.items():
            where = f"{path}, {language}"
            if (score := number(value)) is None:
                yield LeftOut("no number", where)
                continue
            yield ResultRow(
                system=str(content["evaluated"]), task=str(content["test"]), metric="accuracy",
                value=score, language=str(language), where=where,
            )  # fmt: skip


READER = PlainReader()
