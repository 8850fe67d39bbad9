"""Files that commands write: nothing is replaced but what the same command wrote before.

What was written is remembered in the cache folder, with size, time and inode: so a file is known
by what wrote it, not by its name, and one that was changed since is nobody's.
"""

from __future__ import annotations

import json
import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

from lingap.errors import StoreError
from lingap.storage.atomic import sweep, whole_file, write_whole
from lingap.storage.cache_folder import cache_folder
from lingap.storage.digests import digest_of
from lingap.storage.lock import locked
from lingap.storage.special_files import special_kind, stat_of

_CHARACTERS_OF_NAME = 40  # a file's name has 255 bytes at most


@contextmanager
def output(target: Path, made_by: str, *, overwrite: bool = False) -> Iterator[Path]:
    """A path to write an output at, which takes the place of `target` when the block ends.

    A pipe or a device is written to as it is.

    Args:
        target: Where it goes. At most one folder is made for it.
        made_by: What it holds, and what that was made from: ``phonemes of a.txt``.
        overwrite: Whether any file there may be replaced.

    Raises:
        StoreError: When another file is there, another process writes it, or the folder above its
            folder does not exist.
    """
    if special_kind(target) is not None:
        yield target
        return
    make_folder(target.parent)
    if target.is_dir():
        raise StoreError(f"{target} is a folder; name a file in it.")
    with held(target):
        check_replaceable((target,), made_by, overwrite=overwrite)
        sweep(target.parent)
        with whole_file(target) as aside:
            yield aside
        remember(target, made_by)


@contextmanager
def held(target: Path) -> Iterator[None]:
    """Keep other processes from writing the same output; StoreError where one is doing it."""
    name = target.name[:_CHARACTERS_OF_NAME]
    if name != target.name:
        name += f".{zlib.crc32(os.fsencode(target.name)):08x}"
    busy = f"Another lingap is writing {target}; wait for it, or name another output."
    with ExitStack() as holding:
        try:
            lock = locked(target.with_name(f".{name}.lock"), busy=busy, keep=False)
            holding.enter_context(lock)
        except OSError as error:
            reason = error.strerror or error
            raise StoreError(
                f"{target} cannot be written: {reason}. Name an output in a folder of yours."
            ) from error
        yield


def check_replaceable(
    targets: Iterable[Path], made_by: str, *, overwrite: bool = False, inside: str = "file"
) -> None:
    """Raise StoreError for the first target that is there and that `made_by` did not write."""
    for target in targets:
        if overwrite or not os.path.lexists(target):
            continue
        state = written_by(target, made_by)
        if state != "as written":
            if state == "changed":
                fault = "was changed since this command wrote it"
            elif holds := _holds(target):
                fault = f"is there already and holds the {holds}"
            elif cache_folder() is None:
                fault = "is there already; what wrote it is not known without a cache folder"
            else:
                fault = "is there already, and this command did not write it"
            raise StoreError(
                f"{target} {fault}. Name another {inside}, or pass overwrite=True to "
                "have it replaced."
            )


def written_by(target: Path, made_by: str) -> Literal["as written", "changed"] | None:
    """Whether a command wrote a file, and whether it is still as written."""
    maker, is_whole = _remembered(target)
    if maker != made_by:
        return None
    return "as written" if is_whole else "changed"


def _holds(target: Path) -> str | None:
    """What a file holds that another command wrote and nobody changed."""
    maker, is_whole = _remembered(target)
    return maker if is_whole else None


def _remembered(target: Path) -> tuple[str | None, bool]:
    """What was written there, None if unknown, and whether it is still as written."""
    record = _record_of(target)
    if record is None:
        return None, False
    try:
        found = json.loads(record.read_text(encoding="utf-8"))
        return str(found["made_by"]), found["identity"] == _identity(target)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None, False


def remember(target: Path, made_by: str) -> None:
    """Remember that a command wrote a file; without a cache folder, nothing is remembered."""
    record = _record_of(target)
    if record is not None:
        facts = {"path": str(target), "made_by": made_by, "identity": _identity(target)}
        with suppress(OSError):  # a cache that cannot be written is no reason to stop
            write_whole(record, json.dumps(facts))


def named(sources: Iterable[Path | str]) -> str:
    """What an output was made from, for `made_by`: a file is another one in another folder."""
    return ", ".join(str(one) if str(one) == "-" else str(Path(one).resolve()) for one in sources)


def make_folder(folder: Path) -> None:
    """Make one folder where it is missing, but none above it: a mistyped path is not created.

    Raises:
        StoreError: When the folder above it does not exist, or one of them is a file.
    """
    try:
        folder.mkdir(exist_ok=True)
    except FileNotFoundError as error:
        missing = next(path for path in reversed(folder.parents) if not path.exists())
        raise StoreError(
            f"{folder}: there is no folder {missing}. Make it first, or check the path."
        ) from error
    except (FileExistsError, NotADirectoryError) as error:
        raise StoreError(f"{folder} cannot be a folder: there is a file of that name.") from error


def refuse_same(target: Path | int, inputs: Iterable[Path | int]) -> None:
    """Refuse to write over an input, by whatever path or link it is reached.

    Args:
        target: Where an output goes: a path, or 1 for standard output.
        inputs: Files read, or 0 for standard input.

    Raises:
        StoreError: When the target is one of them.
    """
    place = stat_of(target)
    if place is None or not stat.S_ISREG(place.st_mode):
        return
    for source in inputs:
        found = stat_of(source)
        if found is not None and os.path.samestat(place, found):
            here = "Standard output" if target == 1 else target
            there = "standard input" if source == 0 else source
            raise StoreError(
                f"{here} is the same file as {there}, which would be lost. Name another output."
            )


def _identity(target: Path) -> list[Any]:
    facts = target.lstat()
    return [facts.st_size, facts.st_mtime_ns, facts.st_ino]


def _record_of(target: Path) -> Path | None:
    folder = cache_folder()
    if folder is None:
        return None
    place = os.fsencode(target.parent.resolve() / target.name)
    return folder / "outputs" / f"{digest_of(place, 32)}.json"
