"""What all rooms' tests share."""

from pathlib import Path

import pytest


def shared_dir() -> Path:
    """The folder of real public data beside the checkout; the test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not folder.is_dir():
        pytest.skip("the real data samples (../shared) are not here")
    return folder


@pytest.fixture
def shared() -> Path:
    return shared_dir()
