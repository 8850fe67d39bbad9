"""The schema of an experiment for editors, with the short forms that its reader accepts."""

from __future__ import annotations

from typing import Any

from lingap.experiments.config_parts import describe_one


def with_short_forms(schema: dict[str, Any]) -> dict[str, Any]:
    """Add to a schema, in place, a single task, a single parallel text and numbers as layers."""
    written, of_task = schema["properties"], schema["$defs"]["TaskChoice"]["properties"]
    written["task"], written["corpus"] = of_task["task"], of_task["corpus"]
    schema["required"].remove("tasks")
    alone = [{"required": ["task"]}, {"required": ["corpus"]}]
    several = {"required": ["tasks"], "not": {"anyOf": alone}}
    single = {"required": ["task", "corpus"], "not": {"required": ["tasks"]}}
    schema["oneOf"] = [several, single]
    describe_one(written["parallel"])
    numbers = {"type": "integer", "minimum": 0}
    written["layers"]["items"] = {"anyOf": [{"type": "string"}, numbers]}
    return schema
