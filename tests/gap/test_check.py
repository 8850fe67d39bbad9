"""``lingap gap check``: which languages lost, and the exit code."""

import csv
import json

import pytest
from typer.testing import CliRunner

from lingap.cli.gap import app
from lingap.errors import MetricError
from lingap.gap import read_scores
from lingap.gap.check import check_scores

OLD = {"eng": 0.8, "swa": 0.6, "urd": 0.5}


def scores(values, **more):
    return read_scores(
        [{"system": "m", "task": "t", "language": c, "score": v, **more} for c, v in values.items()]
    )


def written(path, values, **more):
    rows = scores(values, **more).to_rows()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["system", "task", "language", "score", "low", "high"])
        writer.writeheader()
        for row in rows:
            writer.writerow(
                {"system": "m", "task": "t", "language": row["language"], "score": row["value"],
                 "low": row["low"], "high": row["high"]}
            )  # fmt: skip
    return path


def test_a_loss_within_the_allowance_passes_and_one_beyond_it_does_not():
    [check] = check_scores(scores(OLD | {"swa": 0.585}), scores(OLD), max_loss=2)
    assert check.passed
    assert "passed: none of 3 languages" in check.to_markdown()
    [check] = check_scores(scores(OLD | {"swa": 0.55}), scores(OLD), max_loss=2)
    assert not check.passed
    assert [one.language for one in check.losses if one.too_much] == ["swa"]
    assert "| Swahili (swa) | 60.0 | 55.0 | −5.0 |" in check.to_markdown()


def test_the_lowest_languages_count_in_the_mean():
    [check] = check_scores(scores(OLD | {"urd": 0.47}), scores(OLD), max_loss=4, worst=34)
    assert (check.n_worst, check.worst_share) == (2, (pytest.approx(0.55), pytest.approx(0.535)))
    assert check.passed


def test_a_language_without_a_score_any_more_fails():
    new = {"eng": 0.8, "urd": 0.5, "kor": 0.4}
    [check] = check_scores(scores(new), scores(OLD))
    assert not check.passed
    assert check.losses[0].language == "swa"
    assert check.added == ("kor",)
    assert "| Swahili (swa) | 60.0 | none |" in check.to_markdown()


def test_intervals_of_single_scores_add_up_and_certain_waits_for_them():
    old, new = scores(OLD, stderr=0.02), scores(OLD | {"swa": 0.56}, stderr=0.02)
    [check] = check_scores(new, old, max_loss=2)
    loss = next(one for one in check.losses if one.language == "swa")
    half = 1.96 * 0.02 * 2**0.5
    assert loss.interval.high - loss.loss == pytest.approx(half, rel=1e-3)
    assert not check.passed
    [check] = check_scores(new, old, max_loss=2, certain=True)
    assert check.passed


def test_shared_seeds_are_paired():
    rows = [
        [{"language": "eng", "score": 0.8 + k / 10 - d, "seed": k} for k in range(2)]
        + [{"language": "swa", "score": 0.5, "seed": k} for k in range(2)]
        for d in (0.0, 0.05)
    ]
    old, new = map(read_scores, rows)
    [check] = check_scores(new, old)
    eng = check.losses[0]
    assert (eng.language, eng.loss) == ("eng", pytest.approx(0.05))
    assert eng.interval.high - eng.interval.low < 1e-9  # the seeds differ, their losses do not


def test_a_task_without_scores_any_more_is_refused():
    rows = [
        {"system": "m", "task": task, "language": code, "score": value}
        for task in "tu"
        for code, value in OLD.items()
    ]
    old = read_scores(rows)
    with pytest.raises(MetricError, match=r"u \(score, m\): scores before, and none after"):
        check_scores(scores(OLD), old)
    assert check_scores(old, scores(OLD))[0].passed  # a further task is no loss


@pytest.mark.parametrize(
    ("task", "chance", "old", "new", "told"),
    [
        ("xnli", None, 0.8, 0.34, "Near chance after, 0.333 (three classes"),
        ("xnli", None, 0.34, 0.34, "Near chance before and after, 0.333"),
        ("t", {"": 0.5}, 0.8, 0.51, "Near chance after, 0.5 (as given), so its gaps"),
        ("t", None, 0.8, 0.34, ""),
        ("xnli", None, 0.8, 0.7, ""),
    ],
)
def test_what_is_near_chance_is_said(task, chance, old, new, told):
    before, after = (scores(dict.fromkeys(OLD, value), task=task) for value in (old, new))
    [check] = check_scores(after, before, chance=chance)
    assert " ".join(check.notes).startswith(told)
    assert bool(check.notes) == bool(told)
    assert told in check.to_markdown()
    with pytest.raises(MetricError, match="chance is given for x"):
        check_scores(after, before, chance={"x": 0.1})


def test_languages_near_chance_are_named():
    new = scores(OLD | {"swa": 0.34}, task="xnli")
    [check] = check_scores(new, scores(OLD, task="xnli"))
    assert check.notes[0].endswith("(three classes (Conneau et al. 2018)), in Swahili (swa).")


def test_the_command_tells_what_it_read_otherwise_and_what_it_left_out(tmp_path):
    rows = [("m", "eng", 0, 80), ("m", "eng", 1, 79), ("m", "swa", 0, 60), ("m", "swa", 1, 0),
            ("m", "Foolish", 0, 70), ("m", "Foolish", 1, 70)]  # fmt: skip
    paths = [tmp_path / "old.csv", tmp_path / "new.csv"]
    for path, more in zip(paths, ([("n", "eng", 0, 50)], []), strict=True):
        text = "".join(f"{','.join(map(str, row))}\n" for row in [*rows, *more])
        path.write_text(f"system,language,seed,score\n{text}")
    asked = ["check", str(paths[1]), "--against", str(paths[0])]
    run = CliRunner().invoke(app, asked)
    assert run.exit_code == 0
    said = " ".join(run.stderr.split())
    assert f"{paths[1]}: Unknown languages, kept as written: Foolish ({paths[1]}:6)." in said
    assert f"{paths[0]}: 1 run (language and seed) at 0 or chance" in said
    assert "pass --drop-failed to leave them out" in said
    assert "Not compared, without scores after: n." in said
    assert "50.0" not in run.stdout
    run = CliRunner().invoke(app, [*asked, "--drop-failed", "--json"])
    [check] = json.loads(run.stdout)["checks"]
    swa = next(one for one in check["losses"] if one["language"] == "swa")
    assert (swa["before"], swa["after"]) == (0.6, 0.6)


def test_nothing_in_common_is_refused():
    other = read_scores([{"system": "n", "task": "u", "language": "eng", "score": 0.5}])
    with pytest.raises(MetricError, match=r"No system and task in common: before m \(t\); after n"):
        check_scores(other, scores(OLD))


def test_the_command_prints_markdown_and_its_exit_code_tells(tmp_path):
    old = written(tmp_path / "old.csv", OLD)
    new = written(tmp_path / "new.csv", OLD | {"swa": 0.5})
    run = CliRunner().invoke(app, ["check", str(new), "--against", str(old), "--max-loss", "2"])
    assert run.exit_code == 1
    assert run.stdout.startswith("### Gap check failed: 1 of 3 languages lost more than 2 points")
    run = CliRunner().invoke(app, ["check", str(old), "--against", str(old), "--worst", "10"])
    assert run.exit_code == 0


def test_the_markdown_names_both_systems_and_counts_what_it_does_not_list():
    codes = ("eng", "swa", "fra", "deu", "spa", "ita", "por", "rus", "pol", "nld", "swe", "dan",
             "ces", "fin", "hun", "tur", "ell", "bul", "ukr", "ron", "hrv", "slk", "slv")  # fmt: skip
    rows = [{"task": "t", "language": code, "score": 0.8} for code in codes]
    old = read_scores([row | {"system": "old-model"} for row in rows])
    new = read_scores([row | {"system": "new-model", "score": 0.79} for row in rows])
    [check] = check_scores(new, old)
    text = check.to_markdown()
    assert "passed: none of 23" in text
    assert "old-model → new-model, t" in text
    assert "and 3 more that lost." in text
    few = read_scores([row | {"system": "old-model"} for row in rows[:2]])
    [check] = check_scores(new, few)
    assert "Not compared, without a score before: French (fra), German (deu)" in check.to_markdown()
    assert check.to_markdown().rstrip().endswith("and 1 more.")


def test_what_a_file_of_the_harness_has_besides_languages_can_be_left_out(tmp_path):
    for name, swa in (("old", 60), ("new", 59)):
        (tmp_path / f"{name}-mixed.csv").write_text(f"language,score\neng,80\nswa,{swa}\nfra,0.7\n")
    invoke = CliRunner().invoke
    new, old = str(tmp_path / "new-mixed.csv"), str(tmp_path / "old-mixed.csv")
    mixed = invoke(app, ["check", new, "--against", old])
    assert isinstance(mixed.exception, MetricError)
    for more in (["--ignore", "fra"], ["-l", "eng,swh"]):
        run = invoke(app, ["check", new, "--against", old, *more])
        assert run.exit_code == 0
        assert "none of 2 languages" in run.stdout
    run = invoke(app, ["check", new, "--against", old, "--scale", "percent"])
    assert "none of 3 languages" in run.stdout


def test_scores_that_only_look_like_another_scale_are_no_gain(tmp_path):
    """BLEU that collapsed below 1 is no BLEU of 0 to 100."""
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text("metric,en,sw\nbleu,45,30\n", encoding="utf-8")
    new.write_text("metric,en,sw\nbleu,0.9,0.6\n", encoding="utf-8")
    with pytest.raises(MetricError, match="before look like 0 to 100, those after like 0 to 1"):
        check_scores(read_scores(new), read_scores(old))
    [made] = check_scores(read_scores(new, scale="percent"), read_scores(old, scale="percent"))
    assert not made.passed


def test_a_task_with_a_comma_in_its_name_can_be_chosen(tmp_path):
    """As harnesses write the number of examples in the prompt, and directions: ``xnli, 5-shot``."""
    path = tmp_path / "scores.csv"
    path.write_text('task,en,sw\n"xnli, 5-shot",.8,.6\nother,.7,.5\n', encoding="utf-8")
    found = CliRunner().invoke(
        app, ["check", str(path), "--against", str(path), "--task", "xnli, 5-shot", "-l", "eng,swa"]
    )
    assert found.exit_code == 0, found.output
    assert "xnli, 5-shot" in found.output
    assert "other" not in found.output


@pytest.mark.parametrize(("old", "new"), [("80,60", "0,0"), ("0,0", "80,60")])
def test_a_model_that_scores_0_everywhere_has_no_scale_of_its_own(tmp_path, old, new):
    """It is no error to have lost all."""
    files = []
    for name, row in (("old.csv", old), ("new.csv", new)):
        files.append(tmp_path / name)
        files[-1].write_text(f"en,sw\n{row}\n", encoding="utf-8")
    [made] = check_scores(read_scores(files[1]), read_scores(files[0]))
    assert made.passed is (new != "0,0")
