"""What the tests of experiments share."""

import pytest

import stored_records


@pytest.fixture(scope="session")
def stored():
    """Makers of small records and specifications."""
    return stored_records
