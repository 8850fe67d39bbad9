"""YAML without its traps: keys are text, given once, and text that it reads as another value.

YAML 1.1 reads ``no`` as False, ``010`` as 8 and ``2001-01-01`` as a date. Where text is expected,
:func:`quoting_advice` shows the place and how to write it.
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Sequence
from typing import Any

import yaml

_KEYS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:int", "tag:yaml.org,2002:merge")


class _Loader(yaml.SafeLoader):
    """Refuses keys that are neither text nor whole numbers, and keys given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            problem = ""
            if isinstance(key, yaml.ScalarNode) and key.tag not in _KEYS:
                problem = f"the key {key.value} is not text here; quote it: {key.value!r}"
            elif isinstance(key, yaml.ScalarNode) and key.value in seen and key.value != "<<":
                problem = f"the key {key.value} is given twice; keep one"
            if problem:
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


def load_yaml(text: str) -> Any:
    """The content of a YAML text, made of plain values only.

    Raises:
        yaml.YAMLError: For broken YAML, a key that is no text, or one given twice, with the line.
    """
    try:
        return yaml.load(text, Loader=_Loader)
    except yaml.YAMLError:
        raise
    except Exception as error:  # a scalar that is no value of its type (2001-99-99), deep nesting
        raise yaml.YAMLError(f"a value that YAML cannot read ({error!r:.200})") from error


def quoting_advice(value: Any, text: str = "", place: Sequence[int | str] = ()) -> str:
    """How to write what YAML did not read as text, or nothing where it did.

    Args:
        value: What YAML made of it.
        text: The YAML; empty if it is not known.
        place: Keys and positions that lead to the value.

    >>> quoting_advice(False, "languages: [eng, no]", ("languages", 1))
    "; YAML reads no (line 1) as False, so quote it: 'no'"
    >>> quoting_advice("kor")
    ''
    """
    if not isinstance(value, bool | int | float | datetime.date | None):
        return ""
    node = _node_at(text, place) if text else None
    if isinstance(node, yaml.ScalarNode) and node.style is None:
        read = f"{node.value or 'nothing'} (line {node.start_mark.line + 1}) as {value}"
        return f"; YAML reads {read}, so quote it: {node.value!r}"
    if isinstance(value, bool):
        return "; YAML reads no and off, yes and on as truth values, so quote them: 'no'"
    return ""


def _node_at(text: str, place: Sequence[int | str]) -> yaml.Node | None:
    try:
        node = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError):
        return None
    for step in place:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step] if step < len(node.value) else None
        elif isinstance(node, yaml.MappingNode):
            node = next((one for key, one in node.value if key.value == str(step)), None)
        else:
            return None
    return node
