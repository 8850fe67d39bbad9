"""The explorer: a local page over the phonemizer and a finished experiment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lingap.app.server import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """Load the server when it is first asked for."""
    if name != "create_app":
        raise AttributeError(f"module 'lingap.app' has no attribute {name!r}")
    from lingap.app.server import create_app

    return create_app
