"""The Python blocks of a page as one program, which checks the values in its comments."""

import ast
import re
import tokenize
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

import pytest

from doc_blocks import Block


def program_of(blocks: Iterable[Block]) -> str:
    """A program whose lines have the numbers that they have in the page.

    An expression with a value in its comment, or in the line after it, must have that value; one with
    the name of an error must raise it.
    """
    lines: list[str] = ["from doc_program import raises as _raises, shows as _shows"]
    for block in blocks:
        lines += [""] * (block.line - 1 - len(lines))
        lines += _checking(block.text)
    return "\n".join(lines) + "\n"


def _checking(text: str) -> list[str]:
    lines = text.splitlines()
    comments = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(StringIO(text).readline)
        if token.type == tokenize.COMMENT
    }
    for statement in ast.parse(text).body:
        first, last = statement.lineno, statement.end_lineno
        alone = lines[last].startswith("#") if last < len(lines) else False
        said = comments.get(last) or (comments.get(last + 1) if alone else None)
        if not isinstance(statement, ast.Expr) or not said:
            continue
        value, error = _value(said), re.match(r"\w+Error\b", said)
        if value is None and not error:
            continue
        end = len(lines[last - 1].encode()[: statement.end_col_offset].decode())
        call = f", {value!r})" if value is not None else f", {error[0]!r})"
        lines[last - 1] = lines[last - 1][:end] + call + lines[last - 1][end:]
        lines[first - 1] = ("_shows(" if value is not None else "_raises(lambda: ") + lines[
            first - 1
        ]
    return lines


def _value(comment: str) -> str | None:
    """The value at the beginning of a comment, as written."""
    ends = [found.start() for found in re.finditer(r"(?<![,;:])(?:[;:,\s]|$)", comment)]
    for end in reversed(ends):
        try:
            ast.literal_eval(comment[:end])
        except (SyntaxError, ValueError):
            continue
        return comment[:end] if end else None
    return None


def shows(value: Any, said: str) -> None:
    """Refuse another value than the page says; a float is compared to the digits that it shows."""
    assert _equal(value, ast.literal_eval(said), said), f"the page says {said}; it is {value!r}"


def _equal(value: Any, said: Any, text: str) -> bool:
    if isinstance(said, float):
        shown = max((len(digits) for digits in re.findall(r"\.(\d+)", text)), default=0)
        return bool(abs(value - said) <= 0.5 * 10.0**-shown + 1e-12)
    if isinstance(said, Sequence) and not isinstance(said, str):
        return len(value) == len(said) and all(
            _equal(*pair, text) for pair in zip(value, said, strict=True)
        )
    return bool(value == said)


def raises(do: Any, error: str) -> None:
    """Refuse an expression that does not raise the error that the page names."""
    with pytest.raises(Exception) as raised:  # noqa: PT011
        do()
    assert raised.typename == error, f"the page says {error}; it is {raised.value!r}"
