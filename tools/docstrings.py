"""Docstrings for the site: marks of reStructuredText as Markdown, doctests as code (for Griffe)."""

from __future__ import annotations

import re
from typing import Any

from griffe import Extension, Object

_ROLE = re.compile(r":\w+:`~?(?:[\w.]+\.)?(\w+)`")
_DOCTEST = re.compile(r"^( *)>>> .*(?:\n(?! *$).+)*", re.MULTILINE)


def _as_markdown(text: str) -> str:
    plain = _ROLE.sub(r"`\1`", text).replace("``", "`")
    return _DOCTEST.sub(lambda found: f"{found[1]}```pycon\n{found[0]}\n{found[1]}```", plain)


class Markdown(Extension):
    """The docstring of each module, class, function and attribute as Markdown."""

    def on_object(self, *, obj: Object, **_: Any) -> None:
        """Rewrite one."""
        if obj.docstring:
            obj.docstring.value = _as_markdown(obj.docstring.value)
