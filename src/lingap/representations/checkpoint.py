"""Published encoders: finding their files, and the digest that identifies them.

A checkpoint is a folder in the hub's format (``config.json``, weights, vocabulary files). The hub
is used only for an id with a pinned commit; no code of a checkpoint is ever executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lingap.errors import ConfigError, HubError
from lingap.registry import Registry
from lingap.storage.digests import files_digest
from lingap.storage.hub import snapshot
from lingap.storage.model_config import read_model_config, refuse_without_config
from lingap.storage.paths import is_file
from lingap.storage.special_files import refuse_special

_OLD_LAYOUT = "0_Transformer"
"""The encoder's folder within a checkpoint of sentence-transformers, as it was at first."""

_COMMIT = re.compile(r"[0-9a-f]{40}")
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_SIDE_FILES = ("*.json", "*.txt", "*.model", "*.codes")
_WEIGHTS = ("*.safetensors", "pytorch_model*.bin")  # the first kind found is read
_OTHER_WEIGHTS = ("tf_model.h5", "flax_model.msgpack", "model.onnx", "onnx", "openvino")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A published encoder with a short name.

    Args:
        repo: Its hub id.
        representation: What it reads.
        revision: The pinned commit.
    """

    repo: str
    representation: str
    revision: str


CHECKPOINTS: Registry[Checkpoint] = Registry("encoder")
for _name, _repo, _representation, _revision in (
    ("mbert", "google-bert/bert-base-multilingual-cased", "subword",
     "3f076fdb1ab68d5b2880cb87a0886f315b8146f8"),
    ("canine", "google/canine-s", "character", "75d6d0b3f4d0bffed0ca7ddd0b73949977d4ca02"),
    ("canine-c", "google/canine-c", "character", "dc0eaffdff3fa9161613311c7096eeb3e133ee19"),
    ("xphonebert", "vinai/xphonebert-base", "phoneme", "10244364dd88eee9e84d7bf1d8898e4b9df5182b"),
):  # fmt: skip
    CHECKPOINTS.add(_name, Checkpoint(_repo, _representation, _revision))


def local_folder(source: str | Path) -> Path | None:
    """The local folder that holds the encoder of a source, or None if it is on the hub.

    A folder called ``mbert`` that holds no checkpoint, such as an experiment's, does not hide the
    short name.
    """
    folder = Path(source)
    if is_file(folder / _OLD_LAYOUT / "config.json"):
        folder = folder / _OLD_LAYOUT
    shadows = str(source) in CHECKPOINTS and not (folder / "config.json").is_file()
    return folder if folder.is_dir() and not shadows else None


def find_checkpoint(
    source: str | Path,
    revision: str | None = None,
    *,
    representation: str | None = None,
    weights: bool = True,
) -> Path:
    """The folder of a checkpoint, fetched from the hub unless it is local.

    Args:
        source: A folder, a short name (``mbert``, ``canine``, ``xphonebert``) or a hub id.
        revision: Commit of a hub id, forty hexadecimal digits.
        representation: What it has to read; a short name of another one is refused.
        weights: Whether a local folder has to hold them; not for its tokenizer alone.

    Raises:
        ConfigError: For a folder without ``config.json`` or weights, an id without a pinned commit,
            or files that cannot be fetched.
        MissingExtra: Without ``huggingface_hub``, for a hub id.
    """
    folder = local_folder(source)
    if folder is not None:
        if revision is not None:
            raise ConfigError(f"{folder} is a local folder; revision belongs to a hub id.")
        refuse_without_config(folder)
        if weights:
            _refuse_without_weights(folder)
        return folder
    repo, commit = _pinned(str(source), revision, representation)
    try:
        return snapshot(repo, commit, _WEIGHTS, beside=_SIDE_FILES)[0]
    except HubError as error:
        raise ConfigError(
            f"{error} Or download the files elsewhere and give their folder as the encoder."
        ) from error


def find_config(
    source: str | Path, revision: str | None = None, *, representation: str | None = None
) -> dict[str, Any]:
    """The ``config.json`` of a checkpoint; from the hub that file alone, weights unseen.

    Raises:
        ConfigError: As :func:`find_checkpoint`.
    """
    folder = local_folder(source)
    if folder is None:
        repo, commit = _pinned(str(source), revision, representation)
        try:
            folder = snapshot(repo, commit, ["config.json"])[0]
        except HubError as error:
            raise ConfigError(
                f"{error} Or download the files elsewhere and give their folder as the encoder."
            ) from error
    else:
        folder = find_checkpoint(folder, weights=False)
    return read_model_config(folder)


def find_model(source: str) -> Path:
    """The folder of a model to look at, not to train: of a hub id any revision is read.

    Args:
        source: A folder, a short name as of :func:`find_checkpoint`, or a hub id, with
            ``@revision`` if not its main branch.

    Raises:
        ConfigError: For none of these, or a folder without ``config.json`` or weights.
        HubError: For a hub id that cannot be had.
        MissingExtra: Without ``huggingface_hub``, for a hub id.
    """
    if local_folder(source) is not None or source in CHECKPOINTS:
        return find_checkpoint(source)
    repo, _, revision = source.partition("@")
    if Path(source).is_file():
        raise ConfigError(f"{source} is a file; expected the folder of a model.")
    if not _HUB_ID.fullmatch(repo):
        raise ConfigError(
            f"No model {source!r}: expected a folder, a hub id (owner/name, owner/name@revision) "
            f"or one of {', '.join(CHECKPOINTS)}."
        )
    try:
        return snapshot(repo, revision or "main", _WEIGHTS, beside=_SIDE_FILES)[0]
    except HubError as error:
        raise HubError(f"There is no folder {source}. {error}", error.reason) from error


def checkpoint_facts(
    source: str | Path, revision: str | None = None, *, representation: str | None = None
) -> dict[str, str]:
    """What identifies a checkpoint: the commit of a hub id, or a digest of a folder's files.

    Raises:
        ConfigError: As :func:`find_checkpoint`; nothing is fetched.
    """
    if local_folder(source) is None:
        repo, commit = _pinned(str(source), revision, representation)
        return {"repo": repo, "revision": commit}
    folder = find_checkpoint(source, revision)
    files = sorted((path.name, path) for path in _read_files(folder))
    return {"sha256": files_digest(files)}


def _refuse_without_weights(folder: Path) -> None:
    weights = [path for pattern in _WEIGHTS for path in folder.glob(pattern)]
    for path in weights:
        refuse_special(path, ConfigError)
    if not weights:
        others = [name for name in _OTHER_WEIGHTS if (folder / name).exists()]
        found = f"{', '.join(others)}, which is not read" if others else "none"
        if lists := sorted(path.name for path in folder.glob("*.index.json")):
            found = f"{lists[0]} without the files that it lists"
        raise ConfigError(
            f"{folder}: expected weights as model.safetensors or pytorch_model.bin, found {found}."
        )


def has_safetensors(folder: Path) -> bool:
    """Whether the folder has weights as safetensors."""
    return any(folder.glob(_WEIGHTS[0]))


def _read_files(folder: Path) -> Iterable[Path]:
    for pattern in _SIDE_FILES:
        yield from (path for path in folder.glob(pattern) if path.name != "run.json")
    yield from folder.glob(_WEIGHTS[0] if has_safetensors(folder) else _WEIGHTS[1])


def _pinned(source: str, revision: str | None, representation: str | None) -> tuple[str, str]:
    repo, commit = source, revision
    if source in CHECKPOINTS:
        row = CHECKPOINTS[source]
        if representation not in (None, row.representation):
            raise ConfigError(
                f"The encoder {source} reads the representation {row.representation}, not "
                f"{representation}."
            )
        repo, commit = row.repo, revision or row.revision
    elif not _HUB_ID.fullmatch(source):
        raise ConfigError(
            f"No encoder {source!r}: expected a folder, a hub id (owner/name) or one of "
            f"{', '.join(CHECKPOINTS)}."
        )
    if commit is None or not _COMMIT.fullmatch(commit):
        got = "none" if commit is None else repr(commit)
        raise ConfigError(
            f"There is no folder {source}, and {repo} on the hub is read at a pinned commit only: "
            f"expected forty hexadecimal digits as revision, got {got}. Its page lists the "
            "commits; or give a folder with its files."
        )
    return repo, commit
