"""Levels beside gaps: means, lowest scores, chance, the front; and runs that failed."""

import re
from pathlib import Path

import pytest

from lingap.errors import MetricError
from lingap.gap import compare_gaps, read_scores, score_gaps, score_levels
from lingap.gap.chance import known_chance, read_chance
from lingap.metrics.paired import compare_estimates

SHARED = Path(__file__).parents[3] / "shared" / "data" / "scores"


def wide(**systems):
    codes = ("eng", "swa", "urd")
    return [{"system": s, "task": "xnli", "metric": "acc", **dict(zip(codes, row, strict=True))}
            for s, row in systems.items()]  # fmt: skip


TABLE = wide(
    good=(0.9, 0.8, 0.7), fair=(0.6, 0.58, 0.56), guessing=(0.34, 0.33, 0.34), poor=(0.6, 0.5, 0.4)
)


def test_the_mean_and_the_lowest_scores_stand_beside_the_gap():
    gaps, read = score_gaps(TABLE, n_resamples=0)
    good, fair, guessing, _poor = gaps.levels
    assert (good.mean, good.worst_language, good.worst) == (pytest.approx(0.8), "urd", 0.7)
    assert good.worst_tenth == 0.7  # one language of three
    assert guessing.mean_rpd < fair.mean_rpd < good.mean_rpd
    assert [one.on_front for one in gaps.levels] == [True, True, False, False]
    assert guessing.near_chance
    assert not fair.near_chance
    assert re.search("near chance, 0.333.*: guessing", " ".join(read.notes))


def test_gaps_above_chance_are_those_of_the_corrected_scores():
    gaps, _ = score_gaps(TABLE, n_resamples=0, chance={"xnli": 0.4})
    good, *_, poor = gaps.levels
    corrected = [(v - 0.4) / 0.6 for v in (0.9, 0.8, 0.7)]
    [same] = score_gaps(wide(good=corrected), n_resamples=0)[0].performance
    assert good.rpd_above_chance == pytest.approx(same.mean_rpd)
    assert good.std_above_chance == pytest.approx(same.std)
    assert good.mean_above_chance == pytest.approx(sum(corrected) / 3)
    assert (poor.n_near_chance, poor.chance_source) == (1, "as given")


def test_a_random_baseline_among_the_systems_is_the_chance():
    rows = [*TABLE, *wide(**{"org__baseline-random-encoder": (0.5, 0.52, 0.48)})]
    gaps, _ = score_gaps(rows, n_resamples=0)
    assert {(one.chance, one.chance_source) for one in gaps.levels} == {
        (0.5, "mean of org__baseline-random-encoder"),
    }


def test_the_worst_tenth_is_of_ten_percent():
    codes = ["eng", "fra", "ita", "hun", "ukr", "kor", "tur", "fin", "hin", "urd", "swa", "deu", "spa",
             "por", "rus", "pol", "nld", "swe", "dan", "ces"]  # fmt: skip
    rows = [{"system": "m", "language": c, "score": k / 100} for k, c in enumerate(codes, start=50)]
    [gap] = score_gaps(rows, n_resamples=0)[0].performance
    [level] = score_levels([gap])
    assert level.worst_tenth == gap.worst_tenth == pytest.approx((0.50 + 0.51) / 2)


@pytest.mark.parametrize("text", ["1.5", "xnli=", "a", "1/0", "-1"])
def test_a_chance_that_is_none_is_refused(text):
    with pytest.raises(MetricError, match="chance is a score from 0 to below 1"):
        read_chance([text])


def test_the_chance_of_a_task_that_is_not_there_is_refused():
    with pytest.raises(MetricError, match="chance is given for pos; the tasks are xnli"):
        score_gaps(TABLE, n_resamples=0, chance={"pos": 0.1})


def test_known_levels_belong_to_a_measure():
    assert known_chance("xnli", "acc").value == pytest.approx(1 / 3)
    assert known_chance("XNLI", "main_score").value == 0.5  # mteb's: two classes, average precision
    assert known_chance("belebele_mcf, 5-shot", "acc_norm_token").value == 0.25
    assert known_chance("xnli", "f1") is None


def seeds(system, language, values):
    return [{"system": system, "task": "ner", "language": language, "score": v, "seed": k}
            for k, v in enumerate(values)]  # fmt: skip


FAILED = [*seeds("m", "eng", (0.8, 0.81, 0.82)), *seeds("m", "swa", (0.7, 0.0, 0.72)),
          *seeds("m", "urd", (0.0, 0.0, 0.0))]  # fmt: skip


def test_failed_runs_are_named_and_left_out_on_request():
    gaps, read = score_gaps(FAILED, n_resamples=0, languages=["eng", "swa"])
    note = next(n for n in read.notes if "failed training" in n)
    assert note.startswith("1 run ")
    assert "m, ner: swa 1" in note
    assert "pass drop_failed=True" in note
    without, read = score_gaps(FAILED, n_resamples=0, languages=["eng", "swa"], drop_failed=True)
    assert without.performance[0].scores["swa"] == pytest.approx(0.71)
    assert without.performance[0].mean_rpd < gaps.performance[0].mean_rpd
    assert any("They are left out." in n for n in read.notes)
    assert any("Seeds missing in a language that" in n and "swa 1" in n for n in read.notes)


def test_unequal_seeds_are_counted_and_every_language_keeps_its_own():
    without, _ = score_gaps(FAILED, n_resamples=0, languages=["eng", "swa"], drop_failed=True)
    assert without.performance[0].scores["eng"] == pytest.approx(0.81)
    assert without.performance[0].n_seeds == 2
    assert any(
        "2 (swa) to 3 (eng) seeds each, 2 in common" in w for w in without.performance[0].warnings
    )


def test_a_language_whose_seeds_are_all_0_is_no_failed_run():
    _, read = score_gaps(
        seeds("m", "urd", (0.0, 0.0)) + seeds("m", "eng", (0.5, 0.6)), n_resamples=0
    )
    assert not any("failed training" in n for n in read.notes)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published scores are not here")
def test_the_failed_runs_of_masakhaner_are_the_16_that_score_0():
    path = SHARED / "masakhaner2_scores.csv"
    gaps, read = score_gaps(path, n_resamples=0, compare=False)
    assert any(n.startswith("16 runs ") for n in read.notes)
    dropped, _ = score_gaps(path, n_resamples=0, compare=False, drop_failed=True)
    before, after = (
        next(g.mean_rpd for g in one.performance if g.system == "xlmrlarge")
        for one in (gaps, dropped)
    )
    assert (round(before, 1), round(after, 1)) == (20.4, 7.1)
    of_rembert = [
        round(g.mean_rpd, 1) for one in (gaps, dropped) for g in one.performance
        if g.system == "rembert"
    ]  # fmt: skip
    assert of_rembert == [9.4, 7.8]  # a single failed run of 108


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published scores are not here")
def test_models_at_chance_on_mtebs_xnli_are_named():
    gaps, read = score_gaps(SHARED / "mteb_XNLI.csv", n_resamples=0)
    near = [one.system for one in gaps.levels if one.near_chance]
    assert "jinaai__jina-embeddings-v2-base-en" in near
    smallest = sorted(gaps.levels, key=lambda one: one.mean_rpd)[:3]
    assert any(one.near_chance for one in smallest)  # a small gap, because it guesses
    assert any(
        "near chance" in note and "jina-embeddings-v2-base-en" in note for note in read.notes
    )


# Standard errors and numbers of items of a table


def test_unequal_numbers_of_items_are_named():
    rows = [{"system": s, "language": c, "score": 0.5, "n": n}
            for s, n in (("a", 100), ("b", 50)) for c in ("eng", "swa")]  # fmt: skip
    _, read = score_gaps(rows, n_resamples=0)
    assert any("eng: 100 of a but 50 of b" in n for n in read.notes)


def test_standard_errors_become_intervals_and_a_test_of_single_scores():
    rows = [{"system": s, "language": c, "score": v, "stderr": 1.0}
            for s, vs in (("a", (90, 30, 50)), ("b", (70, 60, 65)))
            for c, v in zip(("eng", "swa", "urd"), vs, strict=True)]  # fmt: skip
    read = read_scores(rows)
    assert read.scores[0].interval.high == pytest.approx(0.9 + 0.0196, abs=1e-4)
    [test] = compare_gaps(rows)
    direct = compare_estimates([[0.9, 0.3, 0.5], [0.7, 0.6, 0.65]], [[0.01] * 3] * 2)
    assert (test.difference, test.p_value) == pytest.approx((direct.difference, direct.p_value))
    assert test.n_seeds == 1


def test_n_gives_intervals_of_shares_only():
    row = {"system": "a", "language": "eng", "score": 0.5, "n": 100}
    [accuracy] = read_scores([row | {"metric": "accuracy"}]).scores
    assert accuracy.interval.low == pytest.approx(0.4038, abs=1e-4)  # Wilson (1927)
    read = read_scores([row | {"metric": "f1"}])
    assert read.scores[0].interval is None
    assert read.notes == ("n gives no interval of f1: no share of the items.",)


def test_a_pair_of_equal_systems_differs_rarely():
    """At 5 %, the test of single scores with independent errors finds no more than it may."""
    import numpy as np

    rng = np.random.default_rng(0)
    truth, error = np.array([0.9, 0.8, 0.7, 0.65, 0.5]), 0.02
    found = sum(
        compare_estimates(
            rng.normal(truth, error, (2, 5)), np.full((2, 5), error), n_draws=200
        ).p_value
        <= 0.05
        for _ in range(60)
    )
    assert found <= 8  # 3 expected


def test_a_mixed_scale_names_the_column_and_ignore_leaves_it_out():
    rows = [{"system": "a", "eng": 80.0, "swa": 60.0, "kor": 0.4}]
    with pytest.raises(MetricError, match=r"column 'kor'.*pass ignore="):
        read_scores(rows)
    assert {s.language for s in read_scores(rows, ignore=["kor"]).scores} == {"eng", "swa"}
    with pytest.raises(MetricError, match="Nothing to ignore is called xx"):
        read_scores(rows, ignore=["xx"])


def test_parquet_gives_what_the_rows_give(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [{"system": "a", "language": c, "score": v} for c, v in (("eng", 0.8), ("swa", 0.6))]
    path = tmp_path / "scores.parquet"
    parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    assert read_scores(path).scores == read_scores(rows).scores
    path.write_bytes(b"PAR1 cut")
    with pytest.raises(MetricError, match="not a Parquet file that can be read"):
        read_scores(path)
