"""YAML read without trust: plain data of bounded size, every fault with its line.

YAML 1.1 reads ``no`` as False, and ``010`` as 8, which is refused. Where text is expected,
:func:`quoting_advice` shows the place and how to write it. Dates stay text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from lingap.errors import ConfigError

_MOST_BYTES = 1 << 18
_MOST_NODES = 10_000
_MOST_LEVELS = 50
_PLAIN = {
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "int", "float", "bool", "null", "seq", "map")
}
_NUMBERS = {"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"}
_OTHER_BASE = re.compile(r"[-+]?0[0-7_]+|.*:.*")
_MERGE = "tag:yaml.org,2002:merge"


class _Loader(yaml.SafeLoader):
    """Every value that cannot be made is an error of its line, and dates stay text."""

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """Any value; what its tag cannot be made of is an error of its line."""
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, LookupError, AttributeError, TypeError, OverflowError) as error:
            raise ConfigError(
                f"line {_line(node)}: {node.value!r:.60} cannot be read as "
                f"{node.tag.rpartition(':')[2]}; quote it."
            ) from error


_Loader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in known if not tag.endswith(":timestamp")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_yaml(path: Path, *, expected: str) -> tuple[Any, str]:
    """Read a YAML (or JSON) file: its content and its text.

    Args:
        path: A file of at most 256 KiB.
        expected: What should be there, for the message.

    Raises:
        ConfigError: When it cannot be read, or as :func:`parse_yaml`.
    """
    try:
        if path.exists() and not path.is_file():
            what = "Is a directory" if path.is_dir() else "no regular file"
            raise ConfigError(f"{path} cannot be read: {what}; expected {expected}.")
        if path.stat().st_size > _MOST_BYTES:
            raise ConfigError(f"{path} has more than {_MOST_BYTES:,} bytes; expected {expected}.")
        text = path.read_text(encoding="utf-8").lstrip("\ufeff")
    except FileNotFoundError as error:
        raise ConfigError(f"{path} does not exist; expected {expected}.") from error
    except (OSError, ValueError) as error:
        if isinstance(error, ConfigError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"{path} cannot be read: {reason}.") from error
    try:
        return parse_yaml(text), text
    except ConfigError as error:
        raise ConfigError(f"{path} cannot be read as YAML: {error}") from error


def parse_yaml(text: str) -> Any:
    """Plain data from YAML: text, numbers, booleans, null, lists, and mappings of text or numbers.

    Anchors and merge keys are read as long as they stay small when written out.

    Raises:
        ConfigError: For broken YAML, other tags than those of plain data, duplicate keys, keys that
            are neither text nor whole numbers, more than 50 levels or 10,000 values.
    """
    try:
        _check_events(text)
        loader = _Loader(text)
        try:
            root = loader.get_single_node()
            if root is None:
                return None
            _check(root, {}, set())
            return loader.construct_document(root)
        finally:
            loader.dispose()
    except (yaml.YAMLError, RecursionError) as error:
        raise ConfigError(str(error) or type(error).__name__) from error


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
    if not isinstance(value, bool | int | float | None):
        return ""
    node = _node_at(text, place) if text else None
    if isinstance(node, yaml.ScalarNode) and node.style is None:
        read = f"{node.value or 'nothing'} (line {node.start_mark.line + 1}) as {value}"
        return f"; YAML reads {read}, so quote it: {node.value!r}"
    if isinstance(value, bool):
        return "; YAML reads no and off, yes and on as truth values, so quote them: 'no'"
    return ""


def _line(node: Any) -> int:
    line: int = node.start_mark.line
    return line + 1


def _check_events(text: str) -> None:
    """Refuse deep nesting and many values before anything holds them or calls itself."""
    depth = 0
    for n, event in enumerate(yaml.parse(text, Loader=yaml.SafeLoader)):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        line = _line(event)
        if depth > _MOST_LEVELS:
            raise ConfigError(f"line {line}: more than {_MOST_LEVELS} levels of nesting.")
        if n > 2 * _MOST_NODES:
            raise ConfigError(f"line {line}: more than {_MOST_NODES:,} values.")


def _check(node: Any, sizes: dict[int, int], open_: set[int]) -> int:
    """The number of values that a node stands for, written out."""
    key = id(node)
    if key in open_:
        raise ConfigError(f"line {_line(node)}: a value that contains itself.")
    if key in sizes:
        return sizes[key]
    if node.tag not in _PLAIN:
        raise ConfigError(f"line {_line(node)}: the tag {node.tag!r:.60} is not of plain data.")
    if node.tag in _NUMBERS and _OTHER_BASE.fullmatch(node.value):
        raise ConfigError(
            f"line {_line(node)}: YAML reads {node.value:.60} as a number to the base "
            f"{60 if ':' in node.value else 8}; write a decimal one, or quote it: "
            f"{node.value!r:.60}."
        )
    open_.add(key)
    n = 1
    if isinstance(node, yaml.MappingNode):
        seen: dict[tuple[str, str], int] = {}
        for name, value in node.value:
            if name.tag != _MERGE:
                _check_key(name, seen)
            n += _check(value, sizes, open_)
    elif isinstance(node, yaml.SequenceNode):
        n += sum(_check(one, sizes, open_) for one in node.value)
    open_.discard(key)
    if n > _MOST_NODES:
        raise ConfigError(f"line {_line(node)}: more than {_MOST_NODES:,} values, written out.")
    sizes[key] = n
    return n


def _check_key(name: Any, seen: dict[tuple[str, str], int]) -> None:
    kind = name.tag.rpartition(":")[2]
    if not isinstance(name, yaml.ScalarNode) or kind not in ("str", "int"):
        shown = name.value if isinstance(name, yaml.ScalarNode) else "a list or mapping"
        raise ConfigError(
            f"line {_line(name)}: the key {shown:.60} is not text here but {kind}; quote it: "
            f"{shown!r:.60}."
        )
    own = kind, name.value
    if own in seen:
        raise ConfigError(
            f"line {_line(name)}: the key {name.value:.60} is given twice, first in line "
            f"{seen[own]}; keep one."
        )
    seen[own] = _line(name)


def _node_at(text: str, place: Sequence[int | str]) -> yaml.Node | None:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
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
