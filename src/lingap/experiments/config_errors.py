"""Errors of a configuration in lines: where, got what, expected what."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from lingap.storage.yaml_file import quoting_advice

_OF_TEXT = ("string_type", "literal_error")


def _fields_at(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    """Names allowed at a place of the schema, as far as it can be followed."""
    for step in place:
        if isinstance(step, int):
            continue
        field = model.model_fields.get(str(step))
        if field is None:
            break
        inner = get_args(field.annotation) or (field.annotation,)
        found = [i for i in inner if isinstance(i, type) and issubclass(i, BaseModel)]
        if not found:
            return []
        model = found[0]
    return list(model.model_fields)


def explain(
    error: ValidationError, model: type[BaseModel], given: Mapping[str, Any], text: str = ""
) -> list[str]:
    """One line per fault, near names offered, places as they were given, perhaps in YAML `text`."""
    lines = []
    faults = error.errors()
    for fault in faults:
        inner = any(f["loc"][: len(fault["loc"])] == fault["loc"] for f in faults if f is not fault)
        if fault["type"] == "too_short" and inner:
            continue  # the list is too short only because its items are faulty
        where = ".".join(str(step) for step in fault["loc"]) or "settings"
        if "tasks" not in given:  # a single task, given as task and corpus
            where = where.removeprefix("tasks.0.")
        if fault["type"] == "extra_forbidden":
            known = _fields_at(model, fault["loc"][:-1])
            near = difflib.get_close_matches(str(fault["loc"][-1]), known, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" Known: {', '.join(known)}."
            lines.append(f"  {where}: no setting has that name.{hint}")
        elif fault["type"] == "missing":
            lines.append(f"  {where}: missing.")
        else:
            message = fault["msg"].removeprefix("Value error, ").replace("valid tuple", "list")
            value = fault["input"]
            got = "" if isinstance(value, Mapping | BaseModel) else f"; got {value!r:.120}"
            if text and fault["type"] in _OF_TEXT:
                got += quoting_advice(value, text, _written(fault["loc"], given))
            said = f"{message.rstrip('.')}{got}"
            lines.append(f"  {where}: {said}{'' if said.endswith('?') else '.'}")
    missing = {fault["loc"] for fault in faults if fault["type"] == "missing"}
    if "pretraining" in given and {("tasks",), ("finetuning",)} <= missing:
        lines.append("  For pre-training alone: lingap pretrain.")
    return lines


def _written(place: tuple[int | str, ...], given: Mapping[str, Any]) -> tuple[int | str, ...]:
    """The place as it was written: a single task, and a single text, stand in no list."""
    if "tasks" not in given and place[:2] == ("tasks", 0):
        return place[2:]
    return place
