"""The errors that a user can meet, all subclasses of :class:`LingapError`.

A message says what was expected, what it got, where, and what to do. Errors about a bad value are
also ``ValueError``, so that code unaware of lingap can catch them.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

DISK_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)
"""Faults of the disk, not of the job: what is finished is kept, and the rest can be resumed."""


def in_one_line(error: BaseException) -> str:
    """What another library's error says, on one line; the error's kind if it says nothing."""
    return " ".join(str(error).split()) or type(error).__name__


class LingapError(Exception):
    """Anything that a user's input, machine or choice can cause.

    It can be pickled, so that one raised in a worker reaches the user as it is.
    """

    def __reduce__(self) -> tuple[object, ...]:
        """What makes it again without its constructor, whose arguments are not kept."""
        return _again, (type(self), self.args), self.__dict__ or None


def _again(kind: type[LingapError], args: tuple[object, ...]) -> LingapError:
    return kind.__new__(kind, *args)


class UnknownName(LingapError, ValueError):
    """A name that no registry or table knows; the message suggests near ones."""


class LanguageError(LingapError, ValueError):
    """An unknown language code, or a language that a component does not support."""


class AlignmentError(LingapError, ValueError):
    """Words, units or labels that do not correspond one to one."""


class CorpusError(LingapError, ValueError):
    """A corpus file that violates its format.

    Args:
        message: What was expected, what was found, and what to do.
        path: The file, if one is to blame.
        line: Its line, counted from 1.
    """

    def __init__(self, message: str, path: Path | str | None = None, line: int | None = None):
        where = "" if path is None else f"{path}{'' if line is None else f':{line}'}: "
        super().__init__(where + message)
        self.path = None if path is None else Path(path)
        self.line = line


class G2PError(LingapError, ValueError):
    """A grapheme-to-phoneme back end that cannot do what was requested."""


class MetricError(LingapError, ValueError):
    """Scores or arrays for which a measure is undefined, or whose shapes disagree."""


class ConfigError(LingapError, ValueError):
    """A setting that is unknown, malformed, or contradicts another."""


class StoreError(LingapError):
    """An output folder or a stored file that is unwritable, foreign, damaged or full."""


class HubError(LingapError):
    """Files that cannot be fetched from the hub.

    Args:
        message: What was requested, and why it failed.
        reason: The same, machine-readable.
    """

    def __init__(self, message: str, reason: Literal["gated", "absent", "unreachable", "no file"]):
        super().__init__(message)
        self.reason = reason


class TrainingError(LingapError):
    """A training that cannot continue, such as one whose loss is no longer finite.

    Args:
        message: What happened, at which step, and what may help.
        history: The losses and scores up to that step.
    """

    def __init__(self, message: str, *, history: Sequence[Mapping[str, float]] = ()):
        super().__init__(message)
        self.history = tuple(history)


class MissingExtra(LingapError, ImportError):
    """An optional part of lingap that is not installed.

    Args:
        extra: The extra's name, as in ``pip install 'lingap[train]'``.
        purpose: What it is needed for, to fill "… needs the extra".
    """

    def __init__(self, extra: str, purpose: str):
        super().__init__(f"{purpose} needs an extra: pip install 'lingap[{extra}]'")
        self.extra = extra


class MissingPackage(LingapError, ImportError):
    """A package that is not installed and in no extra, such as pandas."""
