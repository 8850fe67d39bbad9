"""What a page and a command say first of scores."""

from typer.testing import CliRunner

from lingap.cli.gap import app
from lingap.gap import score_gaps
from lingap.report.level_answer import level_answers
from lingap.report.scores_page import scores_page
from lingap.report.summary import ReportData


def answers(**systems):
    rows = [
        {"system": name, "task": "xnli", "language": language, "score": score}
        for name, scores in systems.items()
        for language, score in zip(("eng", "swa", "urd"), scores, strict=True)
    ]
    return level_answers(score_gaps(rows, n_resamples=0)[0].levels)


def test_the_lowest_language_the_best_system_and_the_smallest_gap_are_named():
    assert answers(good=(0.9, 0.7, 0.8), fair=(0.62, 0.6, 0.61), poor=(0.8, 0.7, 0.6)) == [
        "xnli: Swahili is lowest in 2 of 3 systems. good has the highest mean, 80.0, with 70.0 in "
        "Swahili, mean RPD 16.70 %. fair has the smallest gap, 2.19 %, at a mean of 61.0."
    ]
    [told] = answers(good=(0.9, 0.8, 0.8), poor=(0.7, 0.3, 0.2))
    assert "Swahili or Urdu is lowest in 1 of 2 systems." in told
    assert told.endswith("No system has a smaller gap.")


def test_a_system_alone_has_a_sentence():
    assert answers(mine=(0.9, 0.7, 0.8)) == [
        "xnli: mine serves Swahili worst, 70.0; its mean is 80.0, mean RPD 16.70 %."
    ]


def test_a_gap_of_guesses_is_not_the_smallest():
    [told] = answers(good=(0.9, 0.7, 0.8), guessing=(0.33, 0.33, 0.33))
    assert told.startswith("xnli: good serves Swahili worst")
    assert answers(guessing=(0.33, 0.33, 0.33)) == [
        "xnli: guessing is near chance; such gaps say nothing."
    ]


def test_the_command_and_the_page_begin_with_it(tmp_path):
    table = tmp_path / "scores.csv"
    table.write_text("system,task,eng,swa,urd\n<m>,xnli,0.9,0.7,0.8\n", encoding="utf-8")
    shown = CliRunner().invoke(app, ["scores", str(table)])
    assert shown.stdout.startswith("xnli: <m> serves Swahili worst, 70.0;")
    gaps, _ = score_gaps(table, n_resamples=0)
    page = scores_page(ReportData("own", performance=gaps.performance, levels=gaps.levels))
    assert '<div class="lead"><p>xnli: &lt;m&gt; serves Swahili worst' in page
