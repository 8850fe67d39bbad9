"""Vectors and units that several tests share."""

import numpy as np
import pytest


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def pair(rng):
    """Two sets of vectors of 60 sentences that share meanings: (60, 7) and (60, 9)."""
    meaning = rng.normal(size=(60, 4))
    x = meaning @ rng.normal(size=(4, 7)) + rng.normal(size=(60, 7)) + 3
    y = meaning @ rng.normal(size=(4, 9)) + rng.normal(size=(60, 9)) - 1
    return x, y


@pytest.fixture
def languages(rng):
    """Five languages of 60 sentences and unlike widths."""
    meaning = rng.normal(size=(60, 4))
    return {
        code: meaning @ rng.normal(size=(4, 6 + i)) + rng.normal(size=(60, 6 + i)) + i
        for i, code in enumerate(("eng", "swa", "urd", "kor", "fin"))
    }
