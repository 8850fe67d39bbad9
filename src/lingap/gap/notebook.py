"""What shows a result in a notebook: of the report, and loaded when a notebook asks for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lingap.registry import Registry

VIEWS: Registry[Callable[[Any], str]] = Registry("notebook view")
"""``tables`` gives the tables of any result as HTML; ``gap/`` computes and ``report/`` shows."""
VIEWS.add("tables", "lingap.report.notebook:tables_html")


class ShownInNotebooks:
    """A result that Jupyter and its like show as tables."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        """The result's tables, without script."""
        return VIEWS["tables"](self)
