"""Scores come in as data frames, dictionaries or records, and gaps go out as rows and frames."""

import json
import re
import sys

import pytest

from lingap import Interval, Score, performance_gaps
from lingap.errors import MetricError, MissingPackage
from lingap.gap import compare_gaps, linguistic_gap, read_scores, to_pandas

ROWS = [
    {"system": system, "task": "nli", "language": code, "score": value, "seed": seed}
    for system, values in (("character", (75.0, 60.0)), ("phoneme", (72.0, 61.0)))
    for code, value in zip(("en", "Swahili"), values, strict=True)
    for seed in (0, 1)
]
SCORES = [
    Score(row["system"], "nli", {"en": "eng"}.get(row["language"], "swa"), "score", row["score"] / 100, row["seed"])
    for row in ROWS
]  # fmt: skip


class Polars:
    """Anything that gives rows as polars does."""

    shape = (len(ROWS), 5)

    def to_dicts(self):
        return ROWS


class Arrow:
    shape = (len(ROWS), 5)

    def to_pylist(self):
        return ROWS


def tables():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(ROWS)
    wide = frame.pivot_table(index=["system", "task", "seed"], columns="language", values="score")[
        ["en", "Swahili"]
    ]
    return {
        "pandas": frame, "pandas, wide, names in the index": wide, "polars": Polars(),
        "arrow": Arrow(), "dictionaries": ROWS, "generator": (row for row in ROWS),
        "indexed": frame.set_index(["system", "language"]),
    }  # fmt: skip


def test_every_table_gives_the_gaps_of_the_same_records():
    expected = performance_gaps(SCORES)
    for name, table in tables().items():
        assert performance_gaps(table) == expected, name
    assert compare_gaps(tables()["pandas"]) == compare_gaps(SCORES)


def test_real_polars_frames_are_read():
    polars = pytest.importorskip("polars")
    assert performance_gaps(polars.DataFrame(ROWS)) == performance_gaps(SCORES)


def test_a_path_is_read_as_the_command_reads_it(tmp_path):
    (tmp_path / "s.json").write_text(json.dumps(ROWS), encoding="utf-8")
    for path in (tmp_path / "s.json", str(tmp_path / "s.json")):
        assert performance_gaps(path) == performance_gaps(SCORES)


def test_records_are_taken_as_they_are_and_nothing_is_no_gap():
    assert read_scores(SCORES).scores == tuple(SCORES)
    assert performance_gaps([]) == []
    assert performance_gaps(iter(SCORES)) == performance_gaps(SCORES)


@pytest.mark.parametrize("empty", [None, float("nan"), "NA", "NaT"])
def test_an_empty_cell_of_a_wide_frame_is_a_missing_score(empty):
    pandas = pytest.importorskip("pandas")
    empty = getattr(pandas, empty) if isinstance(empty, str) else empty
    frame = pandas.DataFrame({"system": ["a", "b"], "eng": [0.9, 0.8], "swa": [0.5, empty]})
    found = read_scores(frame).scores
    assert [(s.system, s.language, s.value) for s in found] == [
        ("a", "eng", 0.9), ("a", "swa", 0.5), ("b", "eng", 0.8),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "match"),
    [
        ([{"language": "eng", "score": 0.9}, {"language": "swa", "score": -0.1}], r"row 2 \(from 1\).*-0\.1"),
        ([{"language": "eng", "score": None}], r"row 1 .*is empty; fill it"),
        ([{"language": "eng", "score": True}], r"row 1 .*not a number"),
        ([{"language": "eng", "score": 0.9}, {"language": "en", "score": 0.8}], r"row 2 .*already .*row 1"),
        ([{"language": "eng", "score": 0.9}, {"language": "swa", "score": 62.0}], r"Mixed scales: 0\.9 .*row 1.*row 2"),
        ([{"language": "eng", "f1": 0.9}], r"no column 'score'"),
        ([{"eng": 0.9}, {"swa": 0.9}], r"row 2 .*lacks: swa"),
        ([SCORES[0], {"language": "eng", "score": 1}], r"row 1 .*expected an object, got Score"),
        ([0.9, 0.8], r"row 1 .*expected an object, got float"),
    ],
)  # fmt: skip
def test_bad_rows_are_named_as_those_of_files_are(rows, match):
    with pytest.raises(MetricError, match=match):
        performance_gaps(rows)


def test_bad_frames_are_named():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(MetricError, match="holds no score"):
        performance_gaps(pandas.DataFrame({"language": [], "score": []}))
    twice = pandas.DataFrame([["eng", 1, 1]], columns=["language", "score", "score"])
    with pytest.raises(MetricError, match="a column occurs twice: 'score'"):
        performance_gaps(twice)
    with pytest.raises(MetricError, match=r"row 2 .*swa is empty; fill it"):
        performance_gaps(pandas.DataFrame({"language": ["eng", "swa"], "score": [0.9, None]}))


def test_gaps_go_out_as_rows_and_as_a_frame():
    gaps = performance_gaps(SCORES)
    assert gaps[0].to_rows()[1] == {
        "task": "nli", "metric": "score", "system": "character", "language": "swa", "score": 0.6,
        "low": None, "high": None,  # equal seeds, and nothing is known of the test items
        "seed_std": 0.0, "n_seeds": 2,
    }  # fmt: skip
    assert gaps[0].pair_rows()[0]["rpd_percent"] == pytest.approx(200 * 15 / 135)
    assert gaps[1].summary()["mean_rpd_percent"] == pytest.approx(200 * 11 / 133)
    pytest.importorskip("pandas")
    frame = to_pandas(gaps)
    assert frame["score"].tolist() == [0.75, 0.6, 0.72, 0.61]
    assert gaps[0].to_pandas().equals(frame[:2])


def test_pairs_of_vectors_go_out_as_rows():
    base = [[float(i * j % 7) for j in range(1, 4)] for i in range(1, 13)]
    gap = linguistic_gap({"eng": base, "kor": base, "fin": base[::-1]}, n_permutations=5)
    rows = gap.to_rows()
    assert [(row["language"], row["other"]) for row in rows] == [
        ("eng", "kor"), ("eng", "fin"), ("kor", "fin"),
    ]  # fmt: skip
    assert rows[0]["cka"] == pytest.approx(1)
    assert rows[2]["cka"] == gap.cka[1][2]
    assert gap.summary()["mean_cka"] == gap.mean_cka


def test_without_pandas_the_error_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingPackage, match="pip install pandas"):
        performance_gaps(SCORES)[0].to_pandas()


def test_what_was_read_can_be_given_on_and_what_is_no_table_is_named():
    read = read_scores([{"system": "a", "eng": 90.0, "swa": 60.0}])
    assert performance_gaps(read) == performance_gaps(read.scores)
    for bad in (None, 3):
        with pytest.raises(MetricError, match=f"got {type(bad).__name__}; give a path"):
            performance_gaps(bad)


ROW = {"language": "eng", "score": 70, "low": 68, "high": 73, "interval_level": 0.9, "n_words": 8}


def test_an_interval_is_read_with_its_level_and_in_the_scores_unit():
    (score,) = read_scores([ROW]).scores
    assert score.interval == Interval(0.68, 0.73, 0.9, "as given")
    assert (score.value, score.n_words) == (0.7, 8)
    low = {key: value for key, value in ROW.items() if key != "interval_level"}
    read = read_scores([low])
    assert read.scores[0].interval == Interval(0.68, 0.73, 0.95, "as given")
    assert read.notes == (
        "low and high are read as 95 % intervals; interval_level can say otherwise.",
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"low": ""}, "low is empty"),
        ({"interval_level": None}, "interval_level is empty"),
        ({"low": 71}, "lacks the score 70"),
        ({"interval_level": 95}, "a share such as 0.95, not 95"),
        ({"high": "inf"}, "high is 'inf', not a number"),
        ({"n_words": "many"}, "the n_words 'many' is not an integer"),
    ],
)
def test_an_interval_that_cannot_be_is_refused(change, told):
    with pytest.raises(MetricError, match=rf"row 1 \(from 1\).*{re.escape(told)}"):
        read_scores([ROW | change])


def test_a_row_without_an_interval_has_none():
    rows = [ROW, {"language": "kor", "score": 60, "low": "", "high": "", "interval_level": ""}]
    assert [s.interval is None for s in read_scores(rows).scores] == [False, True]


def test_a_standard_error_of_zero_gives_way_to_the_number_of_items():
    rows = [
        {"language": "eng", "score": 1.0, "stderr": 0.0, "n": 20},
        {"language": "swa", "score": 1.0, "stderr": 0.0, "n": None},
    ]
    eng, swa = read_scores(rows).scores
    assert eng.interval.low == pytest.approx(20 / (20 + 1.959964**2), rel=1e-5)  # Wilson
    assert swa.interval is None


def table(tmp_path, text, name="scores.csv"):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("metric", ["wer", "WER", "Perplexity", "loss"])
def test_measures_of_errors_are_left_out_and_alone_refused(tmp_path, metric):
    rows = f"m,{metric},eng,5\nm,{metric},swa,20\n"
    head = "system,metric,language,score\n"
    with pytest.raises(MetricError, match="only measures of which lower is better"):
        read_scores(table(tmp_path, head + rows))
    read = read_scores(table(tmp_path, f"{head}{rows}m,acc,eng,80\nm,acc,swa,60\n"))
    assert {score.metric for score in read.scores} == {"acc"}
    assert [note for note in read.notes if f"{metric} (2 rows)" in note]
    wide = f"metric,en,sw\n{metric},.05,.4\nacc,.8,.6\n"
    assert [s.value for s in read_scores(table(tmp_path, wide)).scores] == [0.8, 0.6]


@pytest.mark.parametrize("name", ["Average", "avg", "Macro avg", "**Mean**"])
@pytest.mark.parametrize("column", ["system", "task"])
def test_a_row_of_means_is_no_system_or_task(tmp_path, name, column):
    read = read_scores(table(tmp_path, f"{column},en,sw\na,.8,.6\nb,.6,.4\n{name},.7,.5\n"))
    assert {getattr(score, column) for score in read.scores} == {"a", "b"}
    assert [note for note in read.notes if name in note]


@pytest.mark.parametrize(
    "name", ["Macro avg.", "Average (w/o eng)", "avg w/o en", "Low-resource", "Seen", "Δ"]
)
def test_a_name_that_says_that_it_sums_up_is_no_language(tmp_path, name):
    rows = f"m,eng,.8\nm,swa,.5\nm,{name},.61\n"
    read = read_scores(table(tmp_path, f"system,language,score\n{rows}"))
    assert [score.language for score in read.scores] == ["eng", "swa"]


@pytest.mark.parametrize("head", ["", "Model Name", "method", "__index_level_0__"])
def test_what_names_a_row_is_its_system(tmp_path, head):
    read = read_scores(table(tmp_path, f"{head},en,de\nmBERT,80.8,71.1\nXLM-R,84.1,76.5\n"))
    assert {score.system for score in read.scores} == {"mBERT", "XLM-R"}


def test_a_data_set_is_a_task_and_an_index_of_numbers_nothing(tmp_path):
    rows = "0,xnli,m,en,.8\n1,xnli,m,sw,.6\n2,pawsx,m,ja,.7\n3,pawsx,m,ko,.6\n"
    read = read_scores(table(tmp_path, f",dataset,model,language,score\n{rows}"))
    assert {score.task for score in read.scores} == {"xnli", "pawsx"}
    assert {score.system for score in read.scores} == {"m"}


def test_rows_that_an_unread_column_tells_apart_are_no_repeats(tmp_path):
    rows = "step,en,sw\n1000,.5,.4\n2000,.6,.5\n"
    with pytest.raises(MetricError, match="Not read: 'step'. If one says of which system"):
        read_scores(table(tmp_path, rows))


def test_a_table_with_a_column_for_each_system_is_told_how_to_turn(tmp_path):
    with pytest.raises(MetricError, match="If mBERT is a system, turn it"):
        read_scores(table(tmp_path, "language,mBERT,XLM-R\nen,80,84\nsw,60,66\n"))


def test_lines_may_end_as_spreadsheets_end_them(tmp_path):
    read = read_scores(table(tmp_path, "model,en,sw,,\nm,.8,.6,,\n"))
    assert [score.value for score in read.scores] == [0.8, 0.6]


@pytest.mark.parametrize(
    ("text", "advice"),
    [("-", "Leave the cell empty"), ("n/a", "Leave the cell empty"), ("nan", "Leave the cell"),
     ("**62.9**", "without marks"), ("80.8%", "without the sign")],
)  # fmt: skip
def test_a_cell_that_is_no_number_gets_advice(tmp_path, text, advice):
    with pytest.raises(MetricError, match=advice):
        read_scores(table(tmp_path, f"model,en,sw\nm,70,{text}\n"))


def test_an_error_on_another_scale_than_its_score_is_refused(tmp_path):
    rows = "system,language,score,stderr\nm,eng,.8,1.2\nm,swa,.5,1.4\n"
    with pytest.raises(MetricError, match=r"scores.csv:2: the standard error 1.2 cannot be"):
        read_scores(table(tmp_path, rows))


@pytest.mark.parametrize("metric", ["score_bleu", "emotion", "hits"])
def test_items_give_no_interval_of_what_is_no_share(tmp_path, metric):
    rows = f"system,metric,language,score,n\nm,{metric},eng,.35,1000\nm,{metric},swa,.2,1000\n"
    read = read_scores(table(tmp_path, rows))
    assert all(score.interval is None for score in read.scores)


@pytest.mark.parametrize("column", ["system", "task"])
def test_a_system_that_is_called_mean_and_is_none_is_read(tmp_path, column):
    """As mean pooling beside max and cls."""
    read = read_scores(table(tmp_path, f"{column},en,sw\ncls,.8,.6\nmax,.7,.5\nmean,.9,.8\n"))
    assert {getattr(score, column) for score in read.scores} == {"cls", "max", "mean"}
    assert "Read, since not the mean of the others: mean." in read.notes


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        ("dataset,language,score", "xnli_en,en,.8\nxnli_sw,sw,.6\n"),
        (",language,score", "r1,en,.8\nr2,sw,.6\n"),
    ],
)
def test_a_column_that_differs_in_every_language_names_no_task_or_system(tmp_path, head, rows):
    read = read_scores(table(tmp_path, f"{head}\n{rows}"))
    assert {(score.system, score.task) for score in read.scores} == {("all", "all")}


@pytest.mark.parametrize(
    ("head", "system", "task"),
    [("model_name,method", "m", "all"), ("benchmark,dataset", "all", "b")],
)
def test_of_two_columns_that_could_name_it_the_first_kind_does(tmp_path, head, system, task):
    first, second = ("m", "a") if system == "m" else ("a", "b")
    rows = f"{first},{second},en,.8\n{first},{second},sw,.6\n"
    read = read_scores(table(tmp_path, f"{head},language,score\n{rows}"))
    assert {(score.system, score.task) for score in read.scores} == {(system, task)}


@pytest.mark.parametrize("name", ["Quechua (unseen)", "xx_seen", "Seenku"])
def test_a_language_that_is_only_said_to_be_unseen_is_one(tmp_path, name):
    read = read_scores(table(tmp_path, f"language,score\neng,.8\n{name},.5\n"))
    assert len(read.scores) == 2


def test_a_last_column_without_a_name_that_holds_something_is_not_read(tmp_path):
    read = read_scores(table(tmp_path, "model,en,sw,\nm,.8,.6,good\nn,.8,.6,\n"))
    assert len(read.scores) == 4


def test_hits_are_shares_of_the_items(tmp_path):
    rows = "hits@1,eng,.8,100\nhits@1,swa,.6,100\n"
    read = read_scores(table(tmp_path, f"metric,language,score,n\n{rows}"))
    assert [score.interval.method for score in read.scores] == ["Wilson", "Wilson"]


def test_a_frame_with_an_index_of_names_is_read_as_its_file(tmp_path):
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"en": [0.8, 0.7], "sw": [0.6, 0.5]}, index=["mBERT", "XLM-R"])
    frame.to_csv(tmp_path / "scores.csv")
    for given in (frame, tmp_path / "scores.csv"):
        assert {score.system for score in read_scores(given).scores} == {"mBERT", "XLM-R"}
    kept = frame.assign(model=frame.index).set_index("model", drop=False)
    assert {score.system for score in read_scores(kept).scores} == {"mBERT", "XLM-R"}
