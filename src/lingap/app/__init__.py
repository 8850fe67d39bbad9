"""The explorer: a local page over the phonemizer and a finished experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:
    from lingap.app.server import create_app

__all__ = ["create_app"]


__getattr__ = lazy_names(__name__, {"server": "create_app"})
