"""What ``Experiment.run`` gives, and the same from the folder."""

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
import yaml

import lingap
from lingap.errors import StoreError
from lingap.experiments import Experiment, ExperimentResult
from lingap.gap import PerformanceGap, performance_gaps

TINY = yaml.safe_load(
    (Path(__file__).parents[1] / "data" / "tiny.yaml").read_text(encoding="utf-8")
)
ONE = TINY | {"representations": [{"name": "character", "label": "letters"}]}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("result") / "x"
    return Experiment(ONE | {"seeds": [0, 1]}).run(folder, n_workers=0)


def plain(made):
    """Its gaps without what predictions tell of them: who learned nothing."""
    return tuple(dataclasses.replace(gap, at_baseline=()) for gap in made.gaps.performance)


def test_a_run_gives_scores_gaps_failures_and_folder(made):
    assert [(s.system, s.language, s.seed) for s in made.scores] == [
        ("letters", "eng", 0), ("letters", "kor", 0), ("letters", "eng", 1), ("letters", "kor", 1),
    ]  # fmt: skip
    assert all(isinstance(score, lingap.Score) and score.run_id for score in made.scores)
    assert all((made.folder / "runs" / score.run_id).is_dir() for score in made.scores)
    (gap,) = made.gaps.performance
    assert isinstance(gap, PerformanceGap)
    assert plain(made) == tuple(performance_gaps(made.scores))
    assert [gap.layer for gap in made.gaps.linguistic] == ["input", "last"]
    assert (made.gaps.outputs, made.gaps.correlations) == ((), ())
    assert (made.failures, made.missing) == ((), ())


def test_the_folder_gives_the_same(made):
    assert ExperimentResult.read(str(made.folder)) == made
    assert Experiment(ONE | {"seeds": [0, 1]}).run(made.folder, n_workers=0) == made


def test_it_says_what_it_holds(made):
    told = repr(made)
    assert str(made.folder) in told
    assert "4 scores, gaps: 1 performance, 2 linguistic, 1 baselines, 0 failures, 0 missing" in told
    assert "\n" not in told


def test_rows_are_flat_and_one_a_score(made):
    rows = made.to_rows()
    assert [row["value"] for row in rows] == [score.value for score in made.scores]
    assert rows[0]["low"] == made.scores[0].interval.low
    assert rows[0]["words"] == made.scores[0].counts["words"]
    assert all(isinstance(v, str | int | float | None) for row in rows for v in row.values())
    assert len({tuple(row) for row in rows}) == 1  # the same columns


def test_rows_and_frames_read_back_to_the_same_gaps(made, tmp_path):
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(made.to_rows()), encoding="utf-8")
    for table in (path, made.to_rows(), made.to_pandas()):
        read = lingap.read_scores(table)
        assert [dataclasses.replace(s, counts={}, run_id="") for s in made.scores] == list(
            read.scores
        )
        assert tuple(performance_gaps(read)) == plain(made)
        assert read.to_pandas().equals(lingap.to_pandas([read]))


def test_of_a_part_that_failed_the_rest_is_there(tmp_path, diverging):
    given = ONE | {
        "representations": [{"name": "character"}, {"name": "phoneme"}],
        "overrides": [{"settings": {"learning_rate": 1, "epochs": 2}, "languages": ["kor"],
                       "representations": ["phoneme"]}],
    }  # fmt: skip
    made = Experiment(given).run(tmp_path / "x", n_workers=0)
    assert [(s.system, s.language) for s in made.scores] == [
        ("character", "eng"), ("character", "kor"), ("phoneme", "eng"),
    ]  # fmt: skip
    (failure,) = made.failures
    assert failure.job.title == "phoneme kor seed 0"
    assert failure.job.config.train_languages == ("kor",)
    assert "The loss is" in failure.reason
    assert str(failure) == f"phoneme kor seed 0: {failure.reason}"
    assert [gap.system for gap in made.gaps.linguistic] == ["character"] * 2
    assert [len(gap.scores) for gap in made.gaps.performance] == [2, 1]
    assert ExperimentResult.read(tmp_path / "x") == made


def test_of_an_unfinished_folder_the_scores_so_far_and_what_is_missing(made, tmp_path):
    folder = tmp_path / "x"
    shutil.copytree(made.folder, folder)
    (folder / "gaps.json").unlink()
    shutil.rmtree(folder / "runs" / made.scores[-1].run_id)
    found = ExperimentResult.read(folder)
    assert found.scores == made.scores[:-1]
    assert found.missing == ("letters kor seed 1",)
    assert found.gaps.performance == tuple(performance_gaps(found.scores))
    assert found.gaps.linguistic == ()


@pytest.mark.parametrize("content", ["[]", '{"performances": []}', '{"linguistic": [{}]}', "{"])
def test_a_damaged_file_of_gaps_is_named(made, tmp_path, content):
    shutil.copytree(made.folder, tmp_path / "x")
    (tmp_path / "x" / "gaps.json").write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match=r"gaps\.json"):
        ExperimentResult.read(tmp_path / "x")


def test_a_folder_that_is_no_experiment_is_refused(tmp_path):
    with pytest.raises(StoreError, match=r"experiment\.json is missing"):
        ExperimentResult.read(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_and_the_data_set_show_it(made):
    assert made.to_dataset().to_list() == made.to_rows()
    assert made._repr_html_().count("<table") >= 3
    assert "Named entities" in made._repr_html_()
