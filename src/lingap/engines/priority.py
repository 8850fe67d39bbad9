"""The priority of worker processes that another program started."""

from __future__ import annotations

import os
from contextlib import suppress


def full_priority() -> int:
    """Undo the low priority (niceness 15) that Ray gives to its workers, and return the niceness.

    Where the system does not allow it, the process becomes a session of its own: Linux then shares
    the processor between sessions first, whatever their niceness, if it groups by session
    (``kernel.sched_autogroup_enabled``).
    """
    if not hasattr(os, "getpriority"):  # Windows
        return 0
    here = os.getpriority(os.PRIO_PROCESS, 0)
    if here > 0:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, 0, 0)
            return 0
        with suppress(OSError):
            os.setsid()
    return here
