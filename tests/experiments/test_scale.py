"""What an experiment or a measure of hundreds of languages reads in part or leaves out."""

import numpy as np

from lingap.experiments.config_parts import CorpusChoice
from lingap.experiments.data import parallel_rows
from lingap.metrics import rank_correlation


def test_fewer_parallel_sentences_are_the_same_in_every_language(tmp_path):
    for code in ("eng", "fra"):
        lines = "".join(f"{code} number {k}\n" for k in range(50))
        (tmp_path / f"{code}_Latn.devtest").write_text(lines, encoding="utf-8")
    text = (CorpusChoice(name="flores", path=str(tmp_path)),)
    languages = ("eng", "fra")
    found = [
        [row.words[-1] for row in parallel_rows(text, code, languages, 20)] for code in languages
    ]
    assert found[0] == found[1]
    assert (len(found[0]), found[0][0], found[0][-1]) == (20, "0", "47")
    assert len(parallel_rows(text, "eng", languages, 60)) == 50


def test_of_thousands_of_pairs_kendalls_p_by_languages_is_left_out_and_spearmans_is_not():
    names = [f"l{k}" for k in range(102)]
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    values = np.random.default_rng(0).normal(size=len(pairs))
    many = rank_correlation(values, values, languages=pairs, n_permutations=99, n_resamples=0)
    assert (many.spearman.p_languages, many.kendall.p_languages) == (0.01, None)
    own = [pair for pair in pairs if max(int(name[1:]) for name in pair) < 20]
    few = rank_correlation(
        values[: len(own)], values[: len(own)], languages=own, n_permutations=99, n_resamples=0
    )
    assert few.kendall.p_languages == 0.01
