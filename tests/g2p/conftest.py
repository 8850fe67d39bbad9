"""Every test of this room has a word cache of its own."""

import pytest


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "cache"))
