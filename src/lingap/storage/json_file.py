"""JSON files: written whole, and read with errors that name the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lingap.errors import StoreError
from lingap.storage.atomic import write_whole
from lingap.storage.special_files import refuse_special


def as_json(content: Any) -> str:
    """Give indented JSON without NaN, one line feed at the end."""
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file whole or not at all, flushed to disk."""
    write_whole(path, as_json(content), durable=True)


def read_json(path: Path) -> Any:
    """Read a JSON file.

    Raises:
        StoreError: When it is missing or damaged.
    """
    refuse_special(path)
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StoreError(f"{path} is missing.") from error
    except OSError as error:
        raise StoreError(f"{path} cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise StoreError(f"{path} is damaged: {error}.") from error
