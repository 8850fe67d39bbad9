"""What the tests of experiments share."""

import pytest

import stored_records


@pytest.fixture(scope="session")
def stored():
    """Makers of small records and specifications."""
    return stored_records


@pytest.fixture
def diverging(monkeypatch):
    """Learning rates from 0.5 to 1, the largest allowed, that leave no loss finite."""
    from lingap.training import loop

    arguments = loop._OneDevice

    def with_rate(*, learning_rate, **others):
        return arguments(learning_rate=learning_rate * 1e30 ** (learning_rate >= 0.5), **others)

    monkeypatch.setattr(loop, "_OneDevice", with_rate)
