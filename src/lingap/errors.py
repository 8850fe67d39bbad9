"""The errors a user can meet, one family under :class:`LingapError`.

A message says what was expected, what came, where, and what to do. Errors of a bad value are also
``ValueError``, so code that knows nothing of lingap can catch them.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

DISK_FAULTS = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)
"""Faults of the disk, not of the work: what is finished is kept, and can be gone on with."""


class LingapError(Exception):
    """Anything that a user's input, machine or choice can cause."""


class UnknownName(LingapError, ValueError):
    """A name that no registry or table knows; the message offers near ones."""


class LanguageError(LingapError, ValueError):
    """A language code that is unknown, or a language that a component does not serve."""


class AlignmentError(LingapError, ValueError):
    """Words, units or labels that do not belong together one to one."""


class CorpusError(LingapError, ValueError):
    """A corpus file that breaks its format.

    Args:
        message: What was expected, what came, and what to do.
        path: The file, if one is to blame.
        line: Its line, counted from 1.
    """

    def __init__(self, message: str, path: Path | str | None = None, line: int | None = None):
        where = "" if path is None else f"{path}{'' if line is None else f':{line}'}: "
        super().__init__(where + message)
        self.path = None if path is None else Path(path)
        self.line = line


class G2PError(LingapError, ValueError):
    """A grapheme-to-phoneme back end that cannot do what it was asked."""


class MetricError(LingapError, ValueError):
    """Scores or arrays for which a measure is undefined or that do not fit each other."""


class ConfigError(LingapError, ValueError):
    """A setting that is unknown, malformed, or contradicts another."""


class StoreError(LingapError):
    """An output folder or a stored file that is unwritable, foreign, damaged or full."""


class HubError(LingapError):
    """Files that the hub does not give.

    Args:
        message: What was asked for, and why it did not come.
        reason: The same for a program.
    """

    def __init__(self, message: str, reason: Literal["gated", "absent", "unreachable", "no file"]):
        super().__init__(message)
        self.reason = reason


class TrainingError(LingapError):
    """A training that cannot go on, such as one whose loss is no longer a number.

    Args:
        message: What came, at which step, and what may help.
        history: The losses and scores up to there.
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
    """A package that lingap never needs itself, such as pandas, and that is not installed."""
