"""Gold lists with broken frequencies, through the command."""

import pytest
from typer.testing import CliRunner

from lingap.cli.g2p import app
from lingap.errors import CorpusError

BROKEN = {
    "no column": ("talo\ttɑlo\n", 1, "''"),
    "empty": ("talo\ttɑlo\t3\nei\tei\t \n", 2, "''"),
    "a word": ("talo\ttɑlo\tmany\n", 1, "'many'"),
    "zero": ("talo\ttɑlo\t0\n", 1, "'0'"),
    "negative": ("talo\ttɑlo\t-3\n", 1, "'-3'"),
    "infinite": ("talo\ttɑlo\tinf\n", 1, "'inf'"),
    "not a number": ("talo\ttɑlo\tnan\n", 1, "'nan'"),
    "a comma": ("\ntalo\ttɑlo\t1,5\n", 2, "'1,5'"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_frequency_names_file_and_line(case, tmp_path):
    text, line, came = BROKEN[case]
    path = tmp_path / "gold.tsv"
    path.write_text(text, "utf-8")
    asked = ["evaluate", str(path), "-l", "fin", "--backend", "epitran", "--frequencies"]
    error = CliRunner().invoke(app, asked).exception
    assert isinstance(error, CorpusError)
    assert "positive number" in str(error)
    assert came in str(error)
    assert f"gold.tsv, line {line}" in str(error) or f"gold.tsv:{line}" in str(error)


def test_the_same_file_is_read_without_frequencies(tmp_path):
    path = tmp_path / "gold.tsv"
    path.write_text("talo\ttɑlo\tmany\n", "utf-8")
    asked = ["evaluate", str(path), "-l", "fin", "--backend", "epitran"]
    assert CliRunner().invoke(app, asked).exit_code == 0
