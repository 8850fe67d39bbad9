"""The answer by language comes first, names what learned nothing, and says where a gap comes from."""

import pytest

from lingap.errors import ConfigError, LanguageError
from lingap.gap import Baseline, ScoreComparison, gaps_of_scores
from lingap.records import Interval, Score
from lingap.report import ReportData, answer, render_html
from lingap.report.charts import chart_data
from lingap.report.folder import of_gaps
from lingap.report.language_verdict import MOST_NAMED, language_parts
from lingap.report.markdown import to_markdown
from lingap.report.reader_answer import languages_of, parts_for
from lingap.report.result_tables import result_tables
from lingap.report.rounding import fixed
from lingap.report.summary import language_name
from lingap.report.terminal import terminal_report
from lingap.report.verdict import answer_parts


def scores(system, values, half=0.025, task="pos", metric="word_f1"):
    return [
        Score(system, task, code, metric, value, seed, 900, {},
              Interval(max(0, value - half), min(1, value + half), 0.95, "x"))
        for code, by_seed in values.items() for seed, value in enumerate(by_seed)
    ]  # fmt: skip


def data_of(rows, **known):
    return ReportData(title="t", **of_gaps(gaps_of_scores(rows, **known)))


FINNISH = scores("subword", {"fin": (0.39, 0.40)}) + scores(
    "character", {"fin": (0.010, 0.012)}, half=0.004
)


@pytest.fixture
def finnish():
    return data_of(FINNISH)


def test_the_lead_says_that_subwords_are_better_for_finnish(finnish):
    first = answer_parts(finnish)[0]
    assert first.verdict.startswith(
        "Parts of speech, Finnish: subword is better than character by 38.4 ["
    )
    assert first.verdict.endswith("points (p < 0.001).")
    assert "subword 39.5 [" in first.detail
    assert "character 1.1 [" in first.detail


def test_every_format_leads_with_it(finnish):
    from rich.console import Console

    console = Console(width=200)
    with console.capture() as capture:
        console.print(terminal_report(finnish))
    pytest.importorskip("plotly")
    for text in (capture.get(), to_markdown(finnish), render_html(finnish)):
        assert text.index("better than character by 38.4") < text.index("no gap")


def test_the_language_comes_before_the_gap_and_equal_ones_are_not_ranked():
    rows = (
        FINNISH
        + scores("subword", {"eng": (0.80, 0.79)})
        + scores("character", {"eng": (0.79, 0.80)})
    )
    said = [part.verdict for part in answer_parts(data_of(rows))]
    assert said[1] == "Parts of speech, English: no system is shown to be best."
    assert "performance gap" in said[2]


def test_many_languages_are_one_statement():
    codes = ("eng", "fin", "hin", "kor", "rus", "swa", "tur", "urd")
    rows = scores("a", dict.fromkeys(codes, (0.8, 0.81)), half=0.01)
    steps = {code: 0.05 * (at - 4) for at, code in enumerate(codes)}
    rows += scores(
        "b", {code: (0.8 + step, 0.81 + step) for code, step in steps.items()}, half=0.01
    )
    (first, *_) = answer_parts(data_of(rows))
    assert "a is best for English, Finnish, Hindi and Korean" in first.verdict
    assert "no best is shown for Russian" in first.verdict
    assert "English 20.0 [" in first.detail


NOUN = Baseline(
    "pos", "word_f1", {"eng": 0.22, "fin": 0.386}, {"eng": "NOUN", "fin": "NOUN"}, 1 / 17
)


def test_what_learned_nothing_is_in_no_verdict_and_stands_beside_its_baseline():
    rows = scores("joint", {"eng": (0.22, 0.22), "fin": (0.386, 0.386)})
    rows += scores("subword", {"eng": (0.9, 0.91), "fin": (0.7, 0.71)})
    data = data_of(rows, baselines=[NOUN])
    said = answer(data)
    assert "nothing was learned with joint." in said
    assert "is not fairness" in said
    assert "with joint and" not in said
    assert "subword is better than joint (which learned nothing) by 68.5" in said
    (table,) = result_tables(data)
    names = [row.cells[0].text for row in table.rows]
    assert names == ["joint", "subword", "majority label", "chance"]
    assert table.rows[0].cells[0].detail == "2 seeds, learned nothing"
    assert [cell.text for cell in table.rows[2].cells[1:3]] == ["22.0", "38.6"]
    assert {len(row.cells) for row in table.rows} == {len(table.columns)}
    alone = answer(data_of(rows[:4], baselines=[NOUN]))
    assert "nothing was learned with joint." in alone


def test_a_gap_mostly_of_guesses_takes_part_in_no_verdict():
    """Two of three languages at the baseline: the smaller gap is one between guesses."""
    few = {"eng": (0.9, 0.91), "fin": (0.387, 0.387), "kor": (0.30, 0.30)}
    rows = scores("joint", {"eng": (0.5, 0.5), "fin": (0.386, 0.386), "kor": (0.3, 0.3)})
    rows += scores("subword", few)
    codes = dict.fromkeys(few, "NOUN")
    bar = Baseline("pos", "word_f1", {"eng": 0.22, "fin": 0.386, "kor": 0.3}, codes, 1 / 17)
    data = data_of(rows, baselines=[bar])
    assert [gap.learned_little for gap in data.performance] == [True, True]
    said = answer(data)
    assert "most scores are guesses with joint and subword." in said
    assert "without reading: 1 with joint, 1 with subword." in said.replace(" and 1", ", 1")
    assert "the performance gap is" not in said
    learned = scores("character", dict.fromkeys(few, (0.9, 0.9)))
    said = answer(data_of(rows + learned, baselines=[bar]))
    assert "most scores are guesses with joint and subword." in said
    assert "differ on average (mean RPD) by 0.00 %" in said  # of character alone


def test_random_spans_are_nothing_learned():
    rows = scores("character", {"eng": (0.060, 0.062), "fin": (0.051, 0.049)}, 0.02, "ner", "f1")
    rows += scores("subword", {"eng": (0.8, 0.81), "fin": (0.6, 0.61)}, 0.02, "ner", "f1")
    none = {"eng": 0.0, "fin": 0.0}
    labels = dict.fromkeys(none, "O")
    bar = Baseline("ner", "f1", none, labels, {"eng": 0.058, "fin": 0.05})
    data = data_of(rows, baselines=[bar])
    assert "nothing was learned with character." in answer(data)
    assert not data.comparisons
    (table,) = result_tables(data)
    assert [[cell.text for cell in row.cells[:4]] for row in table.rows[-2:]] == [
        ["majority label", "0.0", "0.0", "0.0"],
        ["chance", "5.8", "5.0", "5.4"],
    ]
    (drawn,) = chart_data(data)["scores"]
    assert drawn["baseline"] == pytest.approx([5.8, 5.0])
    old = Baseline("ner", "f1", none, labels)  # as stored before spans had a chance
    assert Baseline.from_dict(old.to_dict()) == old
    assert Baseline.from_dict(bar.to_dict()) == bar
    assert Baseline.from_dict(NOUN.to_dict()) == NOUN
    told = [row.cells[0].text for row in result_tables(data_of(rows, baselines=[old]))[0].rows]
    assert told == ["character", "subword", "majority label"]


def test_baselines_of_many_languages_have_a_mean():
    codes = [f"x{at:02}" for at in range(20)]
    rows = scores("a", dict.fromkeys(codes, (0.5,)))
    bar = Baseline("pos", "word_f1", dict.fromkeys(codes, 0.2), dict.fromkeys(codes, "NOUN"), 0.1)
    (table,) = result_tables(data_of(rows, baselines=[bar]))
    assert [[c.text for c in row.cells[:2]] for row in table.rows[1:]] == [
        ["majority label", "20.0"],
        ["chance", "10.0"],
    ]


def test_a_gap_that_is_smaller_from_above_is_levelled_down():
    wide = scores("character", {"eng": (0.9,), "fin": (0.6,), "hin": (0.6,)}, half=0.01)
    low = scores("phoneme", {"eng": (0.58,), "fin": (0.57,), "hin": (0.58,)}, half=0.01)
    said = answer(data_of(wide + low))
    assert "the performance gap is smaller with phoneme" in said
    assert "The mean score changes by −12.3 points: levelled down." in said
    high = scores("phoneme", {"eng": (0.9,), "fin": (0.88,), "hin": (0.89,)}, half=0.01)
    assert "levelled down" not in answer(data_of(wide + high))


def test_many_notes_are_one_line_that_opens():
    pytest.importorskip("plotly")
    page = render_html(
        ReportData(title="t", notes=tuple(f"pair {i} not compared" for i in range(12)))
    )
    assert "<summary>12 notes" in page
    assert page.count('class="warn"') == 1
    assert '<p class="warn">one</p>' in render_html(ReportData(title="t", notes=("one",)))


def test_charts_have_scores_with_ends_and_no_infinity(finnish):
    (drawn,) = chart_data(finnish)["scores"]
    assert drawn["languages"] == ["fin"]
    assert [one["scores"] for one in drawn["systems"]] == [[39.5], [1.1]]
    assert all(0 <= low < high <= 100 for one in drawn["systems"] for low, high in one["ends"])


def test_the_answer_for_a_language_of_the_readers(data):
    parts = parts_for(data, "urd")
    told = " ".join(f"{part.verdict} {part.detail}" for part in parts)
    for gap in data.performance:
        place = sorted(gap.scores.values(), reverse=True).index(gap.scores["urd"]) + 1
        assert f"{place} of 8 with {gap.system}" in told
    first = next(gap for gap in data.linguistic if gap.system == "phoneme")
    name, matrix, *_ = first.similarity
    row = dict(zip(first.languages, matrix[first.languages.index("urd")], strict=True))
    del row["urd"]
    near, far = max(row, key=row.get), min(row, key=row.get)
    assert (
        f"In phoneme (input embedding layer) Urdu is closest to {language_name(near)} ({name}"
        in told
    )
    assert f"farthest from {language_name(far)} ({fixed(row[far], 3)})" in told
    assert parts_for(data, "fin") != parts
    assert parts_for(data, "zul") == []


def test_the_answer_leads_with_the_readers_languages(make):
    usual = answer_parts(make())
    first = answer_parts(make(reader=("kor", "urd")))
    expected = (*parts_for(make(), "kor"), *parts_for(make(), "urd"))
    assert first[: len(expected)] == expected
    assert first[len(expected) :] == usual


def test_languages_are_named_by_any_code_and_unknown_ones_refused(data):
    assert languages_of(data, ["ur", "kor", "urd"]) == ("urd", "kor")
    with pytest.raises(ConfigError, match=r"no result in Zulu \(zu\).*eng, fra"):
        languages_of(data, ["zu"])
    with pytest.raises(LanguageError, match="klingonish"):
        languages_of(data, ["klingonish"])


def test_many_languages_without_a_best_are_counted_and_then_named():
    codes = [f"x{at:02}" for at in range(MOST_NAMED + 1)]
    rows = tuple(
        ScoreComparison("ner", "span_f1", code, "a", "b", 0.5, 0.4, 0.1, None, 0.9, 1.0, 2, 3)
        for code in codes
    )
    [part] = language_parts(ReportData("x", by_language=rows), rows[0].task, rows[0].metric)
    assert f"no best is shown for {len(codes)} languages" in part.verdict
    assert all(code in part.detail for code in codes)
