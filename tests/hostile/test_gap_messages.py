"""What ``lingap gap`` says of outputs and texts that it cannot compare."""

import numpy as np
import pytest
from typer.testing import CliRunner

from lingap.cli.gap import app
from lingap.errors import MetricError


def gap(*arguments):
    return CliRunner().invoke(app, list(map(str, arguments)))


ROWS = {
    "a sum just beyond": ([0.5, 0.501001], "sum 1.001001", "Divide each row by its sum"),
    "a sum below": ([0.5, 0.4989], "sum 0.9989", "Divide each row by its sum"),
    "logits": ([2.0, -1.0], "-1 to 2", "Logits need a softmax"),
    "large values": ([60.0, 40.0], "40 to 60, sum 100", "Logits need a softmax"),
}


@pytest.mark.parametrize("case", ROWS)
def test_rows_that_are_no_distributions(case, tmp_path):
    row, came, advice = ROWS[case]
    for code in ("eng", "fra"):
        np.save(tmp_path / f"{code}.npy", np.array([[0.5, 0.5], row]))
    said = gap("outputs", tmp_path).exception
    assert isinstance(said, MetricError)
    assert "to within 0.001" in str(said)
    assert came in str(said)
    assert advice in str(said)
    assert ("softmax" in str(said)) == ("softmax" in advice)


def test_a_classifier_needs_lines_for_its_folds(tmp_path):
    (tmp_path / "eng.txt").write_text("a b\n\nc d\n\ne\nf\n")
    (tmp_path / "fra.txt").write_text("a b\nc d\ne\nf\ng\nh\n")
    asked = ["text", tmp_path, "-r", "character"]
    said = gap(*asked, "--classifier").exception
    assert isinstance(said, MetricError)
    assert "at least 5 lines per language" in str(said)
    assert "eng has 4" in str(said)
    assert gap(*asked).exit_code == 0
    (tmp_path / "eng.txt").write_text("a b\nc d\ne\nf\ng\n")
    assert gap(*asked, "--classifier").exit_code == 0
