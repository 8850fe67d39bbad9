"""Results of lm-evaluation-harness: ``results_<date>.json`` and ``samples_<task>_<date>.jsonl``.

Source: the format of the Language Model Evaluation Harness (Gao et al. 2024), versions 0.3 and 0.4.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lingap.errors import MetricError
from lingap.gap.measures import LOWER, is_lower_better
from lingap.gap.results.protocol import (
    NO_NUMBER,
    Found,
    ItemScores,
    LeftOut,
    ResultRow,
    date_in,
    error_in,
    number,
)

_SAMPLES = re.compile(r"samples_(?P<task>.+)_(?P<date>\d{4}-\d\d-\d\dT.+)\.jsonl")
_STDERR = "_stderr"
_PRETRAINED = ("pretrained", "model", "path")
_SETUP = (
    "peft", "lora_local_path", "delta", "revision", "subfolder", "gguf_file", "dtype",
    "load_in_8bit", "load_in_4bit", "quantization", "autogptq", "gptqmodel", "add_bos_token",
    "enable_thinking",
)  # fmt: skip
"""Arguments of a model that make it another one."""
_AS_USUAL = ("", "false", "none", "0", "main", "auto")
_NO_USUAL = ("add_bos_token", "enable_thinking")  # of which models have defaults of their own
_NOT_MEASURES = frozenset(("alias", "name", "sample_len", "sample_count", "samples"))


class LmEvalReader:
    """Groups that only join tasks are left out; the first measure of a task is read by default."""

    name = "lm-evaluation-harness"

    def recognizes(self, path: Path, content: Any) -> bool:
        """By ``results`` of tasks beside what only this harness writes, or a samples file."""
        if content is None:
            return _SAMPLES.fullmatch(path.name) is not None
        return (
            isinstance(content, Mapping)
            and isinstance(content.get("results"), Mapping)
            and bool({"configs", "versions", "config", "n-shot", "git_hash"} & content.keys())
        )

    def rows(self, path: Path, content: Any, metrics: Sequence[str] | None) -> Iterator[Found]:
        """One row per task and measure; the scores of single items of a samples file."""
        if content is None:
            yield from _samples(path)
            return
        arguments = _arguments(_mapping(content.get("config")).get("model_args"))
        system, date = _system(path, content, arguments), date_in(path)
        setup = ", ".join(
            f"{name}={arguments[name]}"
            for name in _SETUP
            if name in arguments and (name in _NO_USUAL or arguments[name].lower() not in _AS_USUAL)
        )
        limited = number(_mapping(content.get("config")).get("limit")) is not None
        parents = _parents(content)
        for task, scores in content["results"].items():
            where = f"{path}: {task}"
            if not isinstance(scores, Mapping):
                yield LeftOut("no scores", where)
                continue
            config = _mapping(_mapping(content.get("configs")).get(task))
            counts = _mapping(_mapping(content.get("n-samples")).get(task))
            better = _mapping(_mapping(content.get("higher_is_better")).get(task))
            shots = _mapping(content.get("n-shot")).get(task)
            version = _mapping(content.get("versions")).get(task)
            n, of = (int(number(counts.get(name)) or 0) for name in ("effective", "original"))
            order = 0
            for key, written in scores.items():
                name, _, kind = key.partition(",")
                if name.endswith(_STDERR) or name in _NOT_MEASURES or key in _NOT_MEASURES:
                    continue
                value = number(written)
                if value is None or is_lower_better(name) or better.get(name) is False:
                    why = NO_NUMBER if value is None else LOWER
                    yield LeftOut(why, f"{where}: {key}", damaged=value is None)
                    continue
                yield ResultRow(
                    system=system,
                    task=task,
                    groups=parents.get(task, ()),
                    metric=_metric(name, kind),
                    value=value,
                    hint=str(config.get("dataset_name") or ""),
                    stderr=error_in(scores, f"{name}{_STDERR}{key[len(name) :]}"),
                    n=n,
                    order=order,
                    date=date,
                    setting=f"{shots}-shot" if shots else "",
                    version="" if version is None else str(version),
                    setup=setup,
                    partial=0 < n < of or (limited and not of),
                    where=where,
                )
                order += 1


def _metric(name: str, kind: str) -> str:
    """``acc`` of ``acc,none``; another filter stays part of the name."""
    return name if kind in ("", "none") else f"{name},{kind}"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _parents(content: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Task to the groups that contain it, nearest first."""
    above: dict[str, list[str]] = {}
    for group, tasks in _mapping(content.get("group_subtasks")).items():
        for task in tasks if isinstance(tasks, list) else ():
            if task != group:
                above.setdefault(str(task), []).append(str(group))

    def chain(task: str, seen: frozenset[str]) -> Iterator[str]:
        for group in above.get(task, ()):
            if group not in seen:
                yield group
                yield from chain(group, seen | {group})

    return {task: tuple(dict.fromkeys(chain(task, frozenset((task,))))) for task in above}


def _arguments(given: Any) -> dict[str, str]:
    """The model's arguments, which are written as an object or as ``name=value,name=value``."""
    if isinstance(given, str):
        given = dict(one.partition("=")[::2] for one in given.split(",") if "=" in one)
    return {
        str(name).strip(): str(value).strip().removeprefix("torch.")
        for name, value in _mapping(given).items()
    }


def _system(path: Path, content: Mapping[str, Any], arguments: Mapping[str, str]) -> str:
    """The model's name, from where any version of the harness has it."""
    named = next((arguments[name] for name in _PRETRAINED if name in arguments), "")
    model = _mapping(content.get("config")).get("model")
    return str(content.get("model_name") or named or model or path.resolve().parent.name)


def _samples(path: Path) -> Iterator[Found]:
    """Items of one task: each measure by the hash of its document."""
    match = _SAMPLES.fullmatch(path.name)
    assert match is not None
    found: dict[str, dict[str, float]] = {}
    times: Counter[tuple[str, str]] = Counter()
    with path.open(encoding="utf-8-sig") as lines:
        for at, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                item = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise MetricError(f"{path}:{at}: not JSON ({error}).") from None
            if not isinstance(item, Mapping):
                raise MetricError(f"{path}:{at}: expected an object, got {type(item).__name__}.")
            own = item.get("metrics")
            names = list(map(str, own)) if isinstance(own, list) else [
                name for name in ("acc", "acc_norm", "exact_match", "f1", "em") if name in item
            ]  # fmt: skip
            for name in names:
                value = number(item.get(name))
                if value is None or is_lower_better(name):
                    continue
                metric = _metric(name, str(item.get("filter") or ""))
                key = str(item.get("doc_hash") or item.get("doc_id"))
                again = times[metric, key]
                times[metric, key] += 1
                found.setdefault(metric, {})[f"{key}#{again}" if again else key] = value
    for order, (metric, values) in enumerate(found.items()):
        yield ItemScores(
            folder=path.resolve().parent, task=match["task"], metric=metric, values=values,
            date=match["date"], where=str(path), order=order,
        )  # fmt: skip
    if not found:
        yield LeftOut("samples without a measure of each item", str(path))


READER = LmEvalReader()
