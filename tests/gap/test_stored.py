"""Gaps in a file: small, and the same numbers when read."""

import json
import re

import numpy as np
import pytest

from lingap.errors import MetricError
from lingap.gap import linguistic_gap
from lingap.gap.linguistic import LinguisticGap, with_checks
from lingap.gap.results_file import GapResults, read_gaps
from lingap.storage.json_file import as_json, write_json


def gap_of(n_languages):
    draws = np.random.default_rng(0)
    text = draws.normal(size=(12, 4))
    rows = {f"x{at:02}": text + draws.normal(size=text.shape) for at in range(n_languages)}
    found = linguistic_gap(rows, system="s", layer="last", corpus="c", n_permutations=0)
    return with_checks(found, rows, retrieval=True)


@pytest.fixture(scope="module")
def gap():
    return gap_of(30)


def test_a_stored_gap_has_the_same_numbers(gap, tmp_path):
    results = GapResults(linguistic=(gap,))
    new, old = tmp_path / "new.json", tmp_path / "old.json"
    write_json(new, {"runs": [], **results.to_stored()})
    old.write_text(json.dumps(results.to_dict(), indent=1), encoding="utf-8")
    assert read_gaps(new) == read_gaps(old) == results
    assert new.stat().st_size < 0.6 * old.stat().st_size


def test_symmetric_matrices_are_triangles_and_others_whole(gap):
    stored = gap.to_stored()
    for name in ("cka", "cka_debiased", "floor_mean", "cka_error", "cka_debiased_error"):
        assert [len(row) for row in stored[name]] == list(range(1, 31))
    assert [len(row) for row in stored["retrieval"]] == [30] * 30
    lines = as_json(stored).splitlines()
    assert not [line for line in lines if re.fullmatch(r"\s*-?[\d.e-]+,?", line)]
    for one, other in gap.within_floor:
        assert f'  ["{one}", "{other}"]' in {line.rstrip(",") for line in lines}


@pytest.mark.parametrize("rows", [[[1.0], [0.5]], [[1.0], [0.5, 1.0], [0.1, 0.2]]])
def test_a_damaged_triangle_is_refused(rows):
    stored = gap_of(3).to_stored()
    with pytest.raises(MetricError, match=r"LinguisticGap\.cka: expected 3 rows and columns"):
        LinguisticGap.from_dict({**stored, "cka": rows})
