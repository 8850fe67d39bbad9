"""What processes of a pool run; a spawned one finds it here, but no module of tests."""


def spell(task):
    phonemizer, text = task
    return str(phonemizer.text(text)), phonemizer.take_coverage()


_shared = None


def begin(phonemizer):
    global _shared
    _shared = phonemizer


def spell_shared(text):
    return str(_shared.text(text)), _shared.take_coverage()
