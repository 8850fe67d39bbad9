"""Input made to break lingap, through the commands and functions that users call.

Every test of this folder has the marker ``hostile``: ``pytest -m hostile`` runs them all. Those
that take seconds are also ``slow``, and stay out of the plain suite.
"""

from pathlib import Path

import pytest


@pytest.fixture
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache that no other test has filled."""
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path_factory.mktemp("cache")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("hostile")
