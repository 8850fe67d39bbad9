"""A folder of arrays, one file per language: embeddings, or output distributions."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lingap.errors import MetricError
from lingap.gap.language_names import LIKE_A_CODE, language_code
from lingap.gap.safetensors_file import read_tensor, tensor_names
from lingap.languages.file_names import written_language
from lingap.languages.registered import why_no_language
from lingap.languages.table import normalized
from lingap.metrics.arrays import check_finite_rows
from lingap.storage.paths import is_file, is_folder
from lingap.storage.special_files import refuse_special
from lingap.text.display import first_of

ENDINGS = (".npy", ".safetensors")


def files_by_language(
    folder: Path, endings: tuple[str, ...], *, what: str, languages: list[str] | None = None
) -> dict[str, Path]:
    """Files of a folder by the language that their names say, in alphabetical order.

    A name is a code and an ending, ``kor.npy`` or ``kor_Hang.devtest``, or the code is a later
    part of it (:func:`~lingap.languages.file_names.written_language`). Of arrays, an unknown code
    is kept as written if it is shaped like one; any other name is refused, unless `languages` has
    no such language. So are ``eng.txt`` and ``kor.train.txt`` together: they are named for
    different parts of a corpus.

    Args:
        folder: Where to look; not in its subfolders.
        endings: Endings that count; an empty tuple takes every file.
        what: What a file contains, for messages.
        languages: Only these, by any code, or names as written; None for all.

    Raises:
        MetricError: For no folder, no file, a file named for no language or another part, two
            files of one language, a link out of the folder, or a requested language that is
            missing.
    """
    if not is_folder(folder):
        state = "a file, not a" if is_file(folder) else "no such"
        raise MetricError(f"{folder}: {state} folder. Pass the folder with one file per language.")
    root = folder.resolve()
    found: dict[str, Path] = {}
    others = []
    wanted = [language_code(text) or text for text in languages or ()]
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.is_dir():
            continue
        if endings and path.suffix.lower() not in endings:
            others.append(path.name)
            continue
        if not Path(os.path.realpath(path)).is_relative_to(root):
            raise MetricError(
                f"{path}: links out of the folder (to {path.resolve()}); copy the file into it."
            )
        refuse_special(path, MetricError)
        written, _ = written_language(path.name)
        name = language_code(written) or written
        if wanted and name not in wanted:
            found.setdefault(name, path)  # only named if another is missing
            continue
        if not (wanted or language_code(written) or (endings and LIKE_A_CODE.fullmatch(written))):
            reason = why_no_language(normalized(written))
            what = f"{written!r}, {reason}" if reason else repr(written)
            raise MetricError(
                f"{path}: no language is called {what}. Files are named by language, such as "
                "kor.txt, text.kor.txt: rename it, remove it, or pass languages=, those to read."
            )
        if name in found:
            raise MetricError(f"{path}: {name} already has a file ({found[name].name}); keep one.")
        found[name] = path
    if not found:
        expected = " or ".join(endings) or "any"
        raise MetricError(
            f"{folder}: expected one file of {what} ({expected}) per language. "
            f"{_contents(folder, others)}"
        )
    if wanted:
        lacking = [w for w in wanted if w not in found]
        if lacking:
            raise MetricError(
                f"{folder}: no file of {', '.join(lacking)}; it has {', '.join(found)}."
                + "".join(f" {note}" for note in folders_not_read(folder, lacking))
            )
        return {w: found[w] for w in wanted}
    _check_parts(found)
    return found


def folders_not_read(folder: Path, languages: list[str] | None = None) -> list[str]:
    """A note on folders beside the files that are named like them: what is in them is not read.

    Args:
        folder: Of :func:`files_by_language`.
        languages: As given there.
    """
    wanted = None if languages is None else {language_code(text) or text for text in languages}
    named = [
        path.name
        for path in sorted(folder.iterdir())
        if is_folder(path)
        and (code := language_code(path.name.split(".")[0]))
        and (wanted is None or code in wanted)
    ]
    if not named:
        return []
    return [
        f"Folders named like a language are not read: {first_of(named, 6)}. Put the file of each "
        "language into the one folder."
    ]


_COMPRESSED = frozenset(("gz", "bz2", "xz"))
_SPLITS = frozenset(("train", "dev", "devtest", "test", "valid", "validation"))


def _part(path: Path) -> tuple[str, str]:
    """What a name says between language and ending, and its ending if that names a split."""
    _, others = written_language(path.name)
    said = [one for one in map(str.lower, others) if one not in _COMPRESSED]
    *between, ending = said or [""]
    return ".".join(between), ending if ending in _SPLITS else ""


def _check_parts(files: dict[str, Path]) -> None:
    """Refuse files whose names say after the language that they are of different parts."""
    parts = {path: _part(path) for path in files.values()}
    _refuse_unlike({path: between for path, (between, _) in parts.items()})
    _refuse_unlike({path: split for path, (_, split) in parts.items() if split})


def _refuse_unlike(said: dict[Path, str]) -> None:
    if len(set(said.values())) < 2:
        return
    [(most, _)] = Counter(said.values()).most_common(1)
    path, part = next((path, part) for path, part in said.items() if part != most)
    other = next(path for path, part in said.items() if part == most)
    own, of_other = (repr(one) if one else "nothing" for one in (part, most))
    raise MetricError(
        f"{path}: after the language, its name says {own}, that of {other.name} {of_other}: are "
        "they parts of different texts? Name files of one text alike, or pass languages=, those "
        "to read."
    )


def _contents(folder: Path, files: list[str]) -> str:
    """What a folder without the files expected has instead."""
    folders = sorted(p.name for p in folder.iterdir() if is_folder(p) and p.name[0] != ".")
    if files:
        return f"It has {', '.join(files[:5])}{' …' if len(files) > 5 else ''}."
    if folders:
        shown = ", ".join(folders[:5]) + (" …" if len(folders) > 5 else "")
        return f"It has only folders, {shown}: name the one with the files."
    return "It is empty."


def layers_in(folder: Path, *, languages: list[str] | None = None) -> list[str | None]:
    """Layers that the files of a folder hold, in order; None alone where each holds one array.

    Args:
        folder: As of :func:`read_arrays`.
        languages: Only these; None for all.

    Raises:
        MetricError: For a file that lacks a layer of another, or as :func:`read_arrays`.
    """
    refuse_model(folder)
    paths = files_by_language(folder, ENDINGS, what="embeddings", languages=languages).values()
    names = {path: tensor_names(path) for path in paths if path.suffix.lower() == ".safetensors"}
    if len(names) < len(paths) or all(len(own) < 2 for own in names.values()):
        return [None]
    every = sorted({name for own in names.values() for name in own}, key=_place)
    for path, own in names.items():
        if lacking := [name for name in every if name not in own]:
            raise MetricError(
                f"{path}: no layer {', '.join(lacking)}, which other files have; it has "
                f"{', '.join(own) or 'none'}. Choose one that all have with layer=."
            )
    return list(every)


def _place(name: str) -> tuple[int, int, str]:
    """Numbers first, in their order."""
    return (0, int(name), "") if name.isdecimal() else (1, 0, name)


def refuse_model(folder: Path) -> None:
    """Raise MetricError for the folder of a model, which is no folder of embeddings."""
    if is_file(folder / "config.json"):
        raise MetricError(
            f"{folder} holds a model (config.json), not arrays by language. To embed parallel text "
            f"with it, use `lingap gap model` or lingap.gap.model_gap."
        )


def read_arrays(
    folder: Path, *, what: str, layer: str | None = None, languages: list[str] | None = None
) -> dict[str, NDArray[Any]]:
    """Arrays (n, d) of a folder by language, memory-mapped.

    Args:
        folder: One ``.npy`` or ``.safetensors`` file per language.
        what: What a row is, for messages.
        layer: Name of the tensor if a safetensors file contains several.
        languages: Only these; None for all.

    Raises:
        MetricError: For pickled or damaged files, arrays that are not (rows, width), different
            numbers of rows, transposed arrays, or non-finite rows; the message names the file.
    """
    refuse_model(folder)
    paths = files_by_language(folder, ENDINGS, what=what, languages=languages)
    if layer is not None and not any(p.suffix.lower() == ".safetensors" for p in paths.values()):
        raise MetricError(
            f"{folder}: the layer {layer!r} is a tensor of .safetensors files, but there are only "
            ".npy files, which contain one array each. Leave the layer out."
        )
    arrays = {name: _read(path, layer) for name, path in paths.items()}
    for name, array in arrays.items():
        if array.ndim != 2 or not all(array.shape):
            raise MetricError(
                f"{paths[name]}: shape {array.shape} is not (rows, width); "
                "pool token embeddings into one row per sentence."
            )
        if array.dtype.kind not in "fiu":
            raise MetricError(f"{paths[name]}: contains {array.dtype}, not real numbers.")
    _check_rows(arrays, paths)
    for name, array in arrays.items():
        check_finite_rows(array, str(paths[name]) + (f", layer {layer}" if layer else ""))
        if what == "embeddings" and bool((array == array[0]).all()):
            raise MetricError(f"{paths[name]}: all rows are equal (zero variance).")
    return arrays


def _read(path: Path, layer: str | None) -> NDArray[Any]:
    if path.suffix.lower() == ".safetensors":
        names = tensor_names(path)
        if layer is None and len(names) == 1:
            return read_tensor(path, names[0])
        if layer is None or layer not in names:
            asked = "several tensors" if layer is None else f"no tensor {layer!r}"
            shown = ", ".join(names) or "none"
            raise MetricError(f"{path}: {asked}; choose one with layer=: {shown}.")
        return read_tensor(path, layer)
    with path.open("rb") as file:
        magic = file.read(6)
    if magic[:2] == b"PK":
        raise MetricError(f"{path}: an archive of several arrays; save one array per file.")
    if magic != b"\x93NUMPY":
        pickled = " It looks pickled, which can run code and is refused." * (magic[:1] == b"\x80")
        raise MetricError(f"{path}: not a readable .npy file.{pickled}")
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except Exception as error:  # a damaged header makes NumPy raise errors of many kinds
        if "Python objects" in str(error):
            raise MetricError(
                f"{path}: contains pickled objects, which can run code and are refused. "
                "Save plain numbers: numpy.save(path, array.astype('float32'))."
            ) from None
        raise MetricError(f"{path}: not a readable .npy file ({error}).") from None
    return array


def _check_rows(arrays: dict[str, NDArray[Any]], paths: dict[str, Path]) -> None:
    rows = [len(a) for a in arrays.values()]
    common = max(set(rows), key=rows.count)
    for name, array in arrays.items():
        if len(array) == common:
            continue
        other = next(n for n, a in arrays.items() if len(a) == common)
        hint = "Row i must be the same sentence in every file."
        if array.shape[1] == common:
            hint = "It looks transposed: rows are sentences, columns are dimensions."
        raise MetricError(
            f"{paths[name]}: {len(array)} rows, but {paths[other].name} has {common}. {hint}"
        )
