"""What processes of a pool run; a spawned one finds it here, but no module of tests."""

import signal


def spell(task):
    phonemizer, text = task
    return str(phonemizer.text(text)), phonemizer.take_coverage()


_shared = None


def begin(phonemizer):
    global _shared
    # A pool ends its processes by SIGTERM. A handler in Python, which a fork has of pytest's workers,
    # is never called where the signal comes just before the process waits for a lock.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _shared = phonemizer


def spell_shared(text):
    return str(_shared.text(text)), _shared.take_coverage()
