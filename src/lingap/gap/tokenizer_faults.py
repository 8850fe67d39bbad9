"""Why a file or a folder holds no tokenizer, in words that say what to give instead."""

from __future__ import annotations

import json
from pathlib import Path

_ALONE = "a vocabulary alone, which does not say how text is split"
_LISTS = ("vocab.txt", "vocab.json", "merges.txt", "*.tiktoken")


def fault_of_json(content: bytes, error: BaseException) -> str:
    """Why the content is no ``tokenizer.json``, given what the library said of it.

    >>> fault_of_json(b'{"the": 0, "cat": 1}', ValueError("expected `,`"))
    'a vocabulary alone, which does not say how text is split'
    """
    try:
        text = content.decode().lstrip("\ufeff")
    except UnicodeDecodeError as at:
        return f"its bytes are not UTF-8 from byte {at.start + 1}"
    if not text.strip():
        return "it is empty"
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as at:
        return f"it is not JSON, or is cut off: {at}"
    if not isinstance(found, dict):
        return f"expected an object, got {type(found).__name__}"
    if found and all(isinstance(value, int) for value in found.values()):
        return _ALONE
    if not isinstance(found.get("model"), dict):
        return f"it has no model of a tokenizer; its keys are {', '.join([*found][:5]) or 'none'}"
    return " ".join(str(error).split())


def fault_of_folder(folder: Path) -> str:
    """What a folder without a ``tokenizer.json`` and without a model holds instead."""
    inner = sorted(path.parent.name for path in folder.glob("*/tokenizer.json"))
    if inner:
        return f"its folders {', '.join(inner[:5])} have one: name each"
    if models := sorted(path.name for path in folder.glob("*.model")):
        return f"it has {models[0]}: give that file if it is a model of sentencepiece"
    names = sorted(path.name for pattern in _LISTS for path in folder.glob(pattern))
    if names:
        return f"it has {names[0]}, {_ALONE}"
    files = sorted(path.name for path in folder.iterdir() if path.suffix == ".json")
    if not files:
        return "it has no config.json of a model either"
    return f"it has {', '.join(files[:5])}: give the file itself if one is a tokenizer"


def ends_in_settings(content: bytes) -> bool:
    """Whether a model of sentencepiece, a protocol buffer, has fields after its pieces, field 1.

    What is cut off between two pieces is a smaller model.

    >>> piece, settings = bytes([10, 2, 0, 0]), bytes([26, 1, 0])
    >>> ends_in_settings(piece + piece), ends_in_settings(piece + piece + settings)
    (False, True)
    """

    def number(at: int) -> tuple[int, int]:
        found = shift = 0
        while True:
            byte = content[at]
            found, at, shift = found | (byte & 127) << shift, at + 1, shift + 7
            if byte < 128:
                return found, at

    at = field = 0
    while at < len(content):
        field, at = number(at)
        if field >> 3 > 1:
            return True
        size, at = number(at)
        at += size
    return False
