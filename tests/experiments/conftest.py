"""What the tests of experiments share."""

import importlib.util
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location(
    "stored_records", Path(__file__).parents[1] / "stored_records.py"
)
stored_records = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(stored_records)


@pytest.fixture(scope="session")
def stored():
    """Makers of small records and specifications."""
    return stored_records
