"""JSON files: written whole, and read with errors that name the file."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from lingap.errors import StoreError
from lingap.storage.atomic import write_whole
from lingap.storage.special_files import refuse_special

_NUMBERS = {int, float, type(None)}


def as_json(content: Any) -> str:
    """Give indented JSON without NaN, one line feed at the end; not-UTF-8 names as escapes.

    A list of numbers is one line, and so is one of up to three plain values.

    >>> print(as_json({"rows": [[1, 0.5], [0.5, None]], "of": []}), end="")
    {
     "rows": [
      [1, 0.5],
      [0.5, null]
     ],
     "of": []
    }
    """
    text = "".join(_lines(content, "\n", json.JSONEncoder(ensure_ascii=False, allow_nan=False)))
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair, as in a file's name that is not UTF-8
        text = "".join(_lines(content, "\n", json.JSONEncoder(allow_nan=False)))
    return text + "\n"


def _lines(content: Any, line: str, encoder: json.JSONEncoder) -> Iterator[str]:
    """Pieces of the JSON of `content`, whose lines begin with `line`."""
    if isinstance(content, dict) and content:
        start = "{"
        for name, value in content.items():
            # A key that is no text becomes one, as the encoder writes it.
            yield f"{start}{line} {encoder.encode({name: 0})[1:-2]}"
            yield from _lines(value, f"{line} ", encoder)
            start = ","
        yield f"{line}}}"
    elif isinstance(content, list | tuple) and not _is_a_line(content):
        start = "["
        for value in content:
            yield f"{start}{line} "
            yield from _lines(value, f"{line} ", encoder)
            start = ","
        yield f"{line}]"
    else:
        yield encoder.encode(content)


def _is_a_line(items: Sequence[Any]) -> bool:
    kinds = {*map(type, items)}
    return kinds <= _NUMBERS or (len(items) <= 3 and kinds <= _NUMBERS | {str, bool})


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file whole or not at all, flushed to disk."""
    write_whole(path, as_json(content), durable=True)


def read_json(path: Path, *, finite: bool = True) -> Any:
    """Read a JSON file.

    Args:
        path: The file.
        finite: Whether to refuse numbers that :func:`as_json` never writes: NaN, infinity, and
            whole numbers beyond 64 bits.

    Raises:
        StoreError: When it is missing or damaged.
    """
    refuse_special(path)
    how: dict[str, Any] = {}
    if finite:
        how = {"parse_constant": _refused, "parse_float": _finite, "parse_int": _whole}
    try:
        return json.loads(path.read_text(encoding="utf-8").lstrip("\ufeff"), **how)
    except FileNotFoundError as error:
        raise StoreError(f"{path} is missing.") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path} is damaged: {error}.") from error


def _refused(text: str) -> float:
    raise ValueError(f"the number {text:.40} is not finite")


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refused(text)


def _whole(text: str) -> int:
    if len(text) > 20 or not -(2**63) <= int(text) < 2**64:
        raise ValueError(f"the number {text:.40} has more than 64 bits")
    return int(text)


def lower_triangle(rows: Sequence[Sequence[Any]]) -> list[Any]:
    """Of a symmetric matrix the rows up to the diagonal; any other as it is.

    >>> lower_triangle([[1, 2], [2, 3]]), lower_triangle([[1, 2], [0, 3]])
    ([[1], [2, 3]], [[1, 2], [0, 3]])
    """
    found = [*map(list, rows)]
    if [*map(list, zip(*found, strict=True))] != found:
        return found
    return [row[: at + 1] for at, row in enumerate(found)]


def mirrored(rows: Any) -> Any:
    """The matrix of a :func:`lower_triangle`; anything else as it is.

    >>> mirrored([[1], [2, 3]])
    [[1, 2], [2, 3]]
    """
    if not isinstance(rows, list | tuple) or len(rows) < 2:
        return rows
    if any(not isinstance(row, list | tuple) or len(row) != at for at, row in enumerate(rows, 1)):
        return rows
    return [[*row, *(below[at] for below in rows[at + 1 :])] for at, row in enumerate(rows)]
