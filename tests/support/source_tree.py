"""Tests of the source tree, which one that is tested as an installed package has not."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

of_source_tree = pytest.mark.skipif(
    not (ROOT / "src").is_dir(), reason="of the source tree; the installed package is tested"
)
