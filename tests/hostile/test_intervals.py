"""Data in which there is nothing to find, or more of one language than of another."""

import json

import numpy as np
from typer.testing import CliRunner

from lingap.cli.gap import app


def gaps_of(*arguments):
    result = CliRunner().invoke(app, [*map(str, arguments), "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_outputs_of_equal_languages(tmp_path):
    """Two thirds of a divergence of 100 sentences, and more, may be sampling alone."""
    rng = np.random.default_rng(3)
    for code in ("eng", "kor", "swa"):
        np.save(tmp_path / f"{code}.npy", rng.dirichlet(np.ones(5), size=100))
    (gap,) = gaps_of("outputs", tmp_path)["outputs"]
    assert gap["mean_divergence"] > 0.003
    assert gap["mean_divergence_interval"]["low"] == 0
    assert gap["mean_divergence_corrected"] < gap["mean_divergence"] / 3
    table = CliRunner().invoke(app, ["outputs", str(tmp_path)]).output
    assert "Divergence corrected" in table


def test_nineteen_times_as_much_text_of_one_language(tmp_path):
    """Both are drawn from one language: a classifier that answers "the larger" is of no use."""
    rng = np.random.default_rng(0)
    for code, n in (("eng", 1900), ("kor", 100)):
        lines = ["".join(rng.choice(list("abcdefgh"), size=6)) for _ in range(n)]
        (tmp_path / f"{code}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (gap,) = gaps_of("text", tmp_path, "-r", "character", "--classifier")["text"]
    assert gap["means"]["classifier"] < 0.3
    assert gap["intervals"]["classifier"]["low"] == 0
    assert "for texts of this size" in gap["intervals"]["jsd"]["method"]


def test_the_interval_of_biased_cka_says_what_it_is_of(tmp_path):
    rng = np.random.default_rng(0)
    for code in ("eng", "kor"):
        np.save(tmp_path / f"{code}.npy", rng.normal(size=(60, 40)))
    (gap,) = gaps_of("embeddings", tmp_path)["linguistic"]
    assert "of its mean at this number of sentences" in gap["mean_cka_interval"]["method"]
    assert gap["mean_cka_interval"]["low"] > 0.2  # unrelated vectors: 0 in endless text
    ends = gap["mean_cka_debiased_interval"]
    assert ends["low"] < 0 < ends["high"]
    assert ends["method"] == "jackknife over sentences, normal"
