"""What users import: every promised name is there, documented, and old names still work."""

import re
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

import lingap
from lingap import renamed
from lingap.registry import lazy_names
from lingap.renamed import RENAMED, Renamed, current_name
from source_tree import of_source_tree

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", lingap.__all__)
def test_each_public_name_is_there_and_documented(name):
    thing = getattr(lingap, name)
    assert thing.__doc__
    assert name in dir(lingap)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Phonemiser'"):
        lingap.Phonemiser  # noqa: B018


def test_importing_lingap_loads_no_room():
    code = "import sys, lingap; print(sorted(m for m in sys.modules if m.startswith('lingap.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['lingap.errors', 'lingap.registry', 'lingap.renamed']"


def listed(page):
    text = (ROOT / "docs/reference" / page).read_text(encoding="utf-8")
    return re.findall(r"^::: ([\w.]+)$", text, re.MULTILINE)


def test_the_reference_lists_each_public_name_once():
    """The site makes its pages from the docstrings of these."""
    names = {f"lingap.{name}" for name in lingap.__all__} - {"lingap.metrics"}
    assert sorted(listed("python.md")) == sorted(names)
    formulas = {f"lingap.metrics.{name}" for name in lingap.metrics.__all__}
    assert sorted(listed("python-metrics.md")) == sorted(formulas)


def test_an_old_name_works_and_warns(monkeypatch):
    row = Renamed("lingap", "Pair", "SentencePair", "9.1", "9.3")
    monkeypatch.setattr(renamed, "RENAMED", (*RENAMED, row))
    look_up = lazy_names("lingap", {"records": "SentencePair"})
    with pytest.warns(FutureWarning, match="'Pair' is called 'SentencePair' since lingap 9.1"):
        assert look_up("Pair") is lingap.SentencePair
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert look_up("SentencePair") is lingap.SentencePair


def test_each_row_of_the_table_leads_to_a_name_that_did_not_change():
    old = {(row.where, row.old) for row in RENAMED}
    for row in RENAMED:
        assert (row.where, row.new) not in old
        with pytest.warns(FutureWarning, match=row.until):
            assert current_name(row.where, row.old) == row.new


@of_source_tree
def test_version_is_written_once():
    assert f'__version__ = "{lingap.__version__}"' in (ROOT / "src/lingap/__init__.py").read_text()
    assert f'"{lingap.__version__}"' not in (ROOT / "pyproject.toml").read_text()
