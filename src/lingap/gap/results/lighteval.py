"""Results of lighteval: ``results_<date>.json`` with ``config_general`` and ``task|shots``.

Source: the format of lighteval's result files (Habib et al. 2023).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lingap.gap.measures import LOWER, is_lower_better
from lingap.gap.results.protocol import (
    NO_NUMBER,
    Found,
    LeftOut,
    ResultRow,
    date_in,
    error_in,
    number,
)

_STDERR = "_stderr"
_AVERAGE = ":_average"


class LightevalReader:
    """A task's average stands for its parts; ``all`` and other averages of tasks are left out."""

    name = "lighteval"

    def recognizes(self, path: Path, content: Any) -> bool:
        """By ``config_general`` beside ``results``."""
        return (
            isinstance(content, Mapping)
            and isinstance(content.get("results"), Mapping)
            and isinstance(content.get("config_general"), Mapping)
        )

    def rows(self, path: Path, content: Any, metrics: Sequence[str] | None) -> Iterator[Found]:
        """One row per task and measure."""
        results, general = content["results"], content["config_general"]
        model, versions = general.get("model_config"), content.get("versions")
        system = general.get("model_name") or (
            model.get("model_name") if isinstance(model, Mapping) else None
        )
        revision = str(model.get("revision") or "") if isinstance(model, Mapping) else ""
        setup = f"revision={revision}" if revision not in ("", "main") else ""
        averaged = {
            _name(key).removesuffix(_AVERAGE) for key in results if _name(key).endswith(_AVERAGE)
        }
        for key, scores in results.items():
            where = f"{path}: {key}"
            task = _name(key).removesuffix(_AVERAGE)
            if key == "all":
                yield LeftOut("averages over tasks", where)
                continue
            if task.split(":")[0] in averaged and not _name(key).endswith(_AVERAGE):
                yield LeftOut("parts of a task, whose average is read", where)
                continue
            if not isinstance(scores, Mapping):
                yield LeftOut("no scores", where)
                continue
            version = versions.get(key) if isinstance(versions, Mapping) else None
            shots = _shots(key)
            order = 0
            for metric, written in scores.items():
                if metric.endswith(_STDERR):
                    continue
                value = number(written)
                if value is None or is_lower_better(metric):
                    why = NO_NUMBER if value is None else LOWER
                    yield LeftOut(why, f"{where}: {metric}", damaged=value is None)
                    continue
                yield ResultRow(
                    system=str(system or path.resolve().parent.name), task=task, metric=metric,
                    value=value, setting=f"{shots}-shot" if shots else "", order=order,
                    date=date_in(path), version="" if version is None else str(version),
                    stderr=error_in(scores, f"{metric}{_STDERR}"), setup=setup,
                    partial=bool(general.get("max_samples")), where=where,
                )  # fmt: skip
                order += 1


def _name(key: str) -> str:
    """The task in ``suite|task|shots``, ``suite|task|shots|cut`` or ``task|shots``."""
    parts = key.split("|")
    return parts[1] if len(parts) > 2 else parts[0]


def _shots(key: str) -> str:
    """The number of examples in the prompt, "" for none."""
    parts = key.split("|")
    shots = parts[2] if len(parts) > 2 else parts[-1]
    return shots if shots.isdigit() and shots != "0" else ""


READER = LightevalReader()
