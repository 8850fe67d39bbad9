"""Grids, overrides, several tasks, parts drawn per seed, trackers: plan and run, tiny."""

import json
from pathlib import Path

import pytest
import torch
import yaml
from typer.testing import CliRunner

from lingap.cli import app
from lingap.errors import ConfigError
from lingap.experiments import Experiment, ExperimentConfig, make_plan
from lingap.experiments.config_parts import CorpusChoice
from lingap.experiments.data import rows
from lingap.report.folder import read_folder
from lingap.report.side_tables import chosen_table

TINY = yaml.safe_load(
    (Path(__file__).parents[1] / "data" / "tiny.yaml").read_text(encoding="utf-8")
)


def tiny(**changes):
    return {**TINY, "representations": [{"name": "character"}], **changes}


def records(folder, kind):
    return {
        path.parent.name: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob(f"{kind}/*/run.json"))
    }


@pytest.fixture(scope="module")
def chosen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grid") / "x"
    given = tiny(grid={"learning_rate": [1e-5, 3e-2], "epochs": [1, 2]}, seeds=[0, 1])
    assert Experiment(given).run(folder, n_workers=0).failures == ()
    return given, folder


def test_each_candidate_is_tried_once_and_dev_data_choose(chosen):
    _, folder = chosen
    trials, runs = records(folder, "trials"), records(folder, "runs")
    assert len(trials) == 2 * 4  # languages x candidates, with the first seed alone
    assert len(runs) == 2 * 2
    for record in runs.values():
        own = [trials[trial] for trial in record["config"]["trials"]]
        best = max(own, key=lambda trial: trial["best_dev"])
        assert record["settings"] == best["config"]["finetuning"]
        assert [one["dev"] for one in record["candidates"]] == [t["best_dev"] for t in own]
        assert {t["config"]["seed"] for t in own} == {0}
    assert all("scores" not in trial for trial in trials.values())  # test data were not touched
    assert not list((folder / "work").iterdir())


def test_the_run_of_the_trials_seed_is_the_trial_that_was_chosen(chosen, tmp_path):
    given, folder = chosen
    again = tmp_path / "x"
    plan = make_plan(ExperimentConfig.parse(given))

    def without_waiting_weights():
        Experiment(given).run(again, n_workers=0)

    first = [job for job in plan.of("runs") if job.spec.seed == 0]
    assert len(first) == 2
    Experiment({**given, "seeds": [0]}).run(again, n_workers=0)
    for run in (again / "runs").iterdir():
        for path in run.iterdir():
            path.unlink()
        run.rmdir()
    without_waiting_weights()  # the weights are gone: they are learned again, to the same
    for job in first:
        kept, learned = (records(at, "runs")[job.id] for at in (folder, again))
        for name in ("scores", "best_dev", "best_epoch", "history", "steps"):
            assert kept[name] == learned[name]


def test_damaged_waiting_weights_are_learned_again(chosen, tmp_path, monkeypatch):
    """The weights of a trial that were cut short on disk are not scored, and nor is what is new."""
    from lingap.experiments import grid_search

    given, folder = chosen
    offer = grid_search._offer

    def cut_short(model, trial, place, dev):
        offer(model, trial, place, dev)
        weights = place / grid_search.WEIGHTS
        if weights.is_file():
            weights.write_bytes(weights.read_bytes()[:-100] + bytes(100))

    monkeypatch.setattr(grid_search, "_offer", cut_short)
    assert Experiment({**given, "seeds": [0]}).run(tmp_path / "x", n_workers=0).failures == ()
    again = records(tmp_path / "x", "runs")
    assert len(again) == 2
    for name, record in again.items():
        assert record["scores"] == records(folder, "runs")[name]["scores"]


def test_only_the_best_weights_of_a_training_wait(chosen, tmp_path):
    from lingap.experiments.grid_search import WEIGHTS, _offer, _offered, waiting_weights
    from lingap.experiments.store import Store

    given, _ = chosen
    trials = make_plan(ExperimentConfig.parse(given)).of("trials")[:4]
    store = Store(tmp_path / "x")
    model = torch.nn.Linear(2, 2)
    places = {waiting_weights(store, trial.spec) for trial in trials}
    assert len(places) == 1
    for trial, dev in zip(trials, (0.2, 0.7, 0.7, 0.5), strict=True):
        _offer(model, trial.id, *places, dev)
    (place,) = places
    assert _offered(place).trial == trials[1].id
    assert [path.name for path in store.workspace("").iterdir()] == [place.name]
    assert (place / WEIGHTS).is_file()


def test_each_seed_may_learn_from_words_of_its_own(tmp_path):
    given = tiny(seeds=[0, 1], languages=["eng", "kor"])
    given["corpus"] = {**TINY["corpus"], "train_share": 0.3, "draw": "per-seed"}
    given["pretraining"] = {**TINY["pretraining"]}
    assert Experiment(given).run(tmp_path / "x", n_workers=0).failures == ()
    learned = [r["n_items"]["train"] for r in records(tmp_path / "x", "runs").values()]
    assert len(set(learned)) > 2
    assert read_folder(tmp_path / "x").performance


def test_the_report_says_what_was_chosen(chosen):
    table = chosen_table(read_folder(chosen[1]))
    assert len(table.rows) == 4
    text = table.rows[0].cells[-1].text
    assert "learning rate" in text
    assert "epochs" in text
    assert "of 4 candidates, best dev score" in text


def test_a_candidate_that_cannot_be_trained_is_not_chosen(tmp_path, diverging):
    given = tiny(grid={"learning_rate": [1.0, 1e-3]}, languages=["eng"], parallel=None)
    assert Experiment(given).run(tmp_path / "x", n_workers=0).failures == ()
    (run,) = records(tmp_path / "x", "runs").values()
    assert run["settings"]["learning_rate"] == 1e-3
    assert run["candidates"][0]["dev"] is None
    reasons = [t.get("reason", "") for t in records(tmp_path / "x", "trials").values()]
    assert sum("The loss is" in reason for reason in reasons) == 1
    none = tiny(grid={"learning_rate": [1.0, 0.5]}, languages=["eng"], parallel=None)
    (failure,) = Experiment(none).run(tmp_path / "y", n_workers=0).failures
    assert "No candidate of the grid could be trained" in failure.reason


def test_overrides_hold_where_they_serve():
    config = ExperimentConfig.parse(
        tiny(
            overrides=[
                {"settings": {"learning_rate": 2e-5}},
                {"settings": {"learning_rate": 3e-5}, "languages": ["ko"]},
                {"settings": {"weight_decay": 0.5}, "tasks": ["ner"], "languages": ["ko"]},
            ],
            grid={"epochs": [1, 2]},
        )
    )
    english, korean = (
        config.candidates(config.tasks[0], "character", (code,)) for code in ("eng", "kor")
    )
    assert [(s.learning_rate, s.epochs, s.weight_decay) for s in english] == [
        (2e-5, 1, 0.01), (2e-5, 2, 0.01),
    ]  # fmt: skip
    assert {(s.learning_rate, s.weight_decay) for s in korean} == {(3e-5, 0.5)}


def test_the_old_name_of_overrides_is_accepted_with_a_warning(tmp_path):
    rows = [{"settings": {"learning_rate": 2e-5}}]
    path = tmp_path / "x.yaml"
    path.write_text(yaml.safe_dump(tiny(exceptions=rows)), encoding="utf-8")
    with pytest.warns(FutureWarning, match="'exceptions' is called 'overrides'"):
        old = ExperimentConfig.read(path)
    assert old == ExperimentConfig.parse(tiny(overrides=rows))
    assert "exceptions" not in old.model_dump()
    with pytest.raises(ConfigError, match="give overrides only; exceptions is its old name"):
        ExperimentConfig.parse(tiny(overrides=rows, exceptions=rows))
    known = ExperimentConfig.model_json_schema()["properties"]
    assert "overrides" in known
    assert "exceptions" not in known


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"grid": {"learning_rat": [1]}}, r"learning_rat: .*Did you mean 'learning_rate'\?"),
        ({"grid": {"learning_rate": [-1]}}, "grid or overrides, learning_rate"),
        ({"grid": {"learning_rate": 1e-3}}, "grid.learning_rate: "),
        ({"overrides": [{"settings": {"steps": 3}}]}, "give epochs or steps"),
        (
            {"overrides": [{"settings": {}, "representations": ["phonem"]}]},
            r"overrides name \['phonem'\]; known: character",
        ),
        ({"tasks": [{"task": "ner", "corpus": {"name": "cldr"}}]}, "not both"),
        ({"trackers": "tensorboard"}, "trackers: "),
    ],
)
def test_what_no_run_could_be_trained_with_is_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        ExperimentConfig.parse(tiny(**changes))


CONLLU = "# sent_id = {n}\n1\tthe\t_\tDET\t_\t_\t0\t_\t_\t_\n2\tcat\t_\tNOUN\t_\t_\t0\t_\t_\t_\n\n"


@pytest.fixture(scope="module")
def two_tasks(tmp_path_factory):
    root = tmp_path_factory.mktemp("two")
    for code, bank in (("en", "UD_English-EWT"), ("fr", "UD_French-GSD")):
        (root / bank).mkdir()
        for split, n in (("train", 12), ("dev", 4), ("test", 6)):
            name = f"{code}_{bank.rpartition('-')[2].lower()}-ud-{split}.conllu"
            text = "".join(CONLLU.format(n=i) for i in range(n))
            (root / bank / name).write_text(text, encoding="utf-8")
    given = {key: value for key, value in TINY.items() if key not in ("task", "corpus")}
    given |= {
        "languages": ["eng", "kor", "fra"],
        "representations": [{"name": "character"}, {"name": "articulatory"}],
        "tasks": [
            {"task": "ner", "corpus": TINY["corpus"], "languages": ["eng", "kor"]},
            {
                "task": "pos", "corpus": {"name": "ud", "path": str(root)},
                "languages": ["fra", "eng"],
                "finetuning": {"epochs": 2, "batch_size": 4, "learning_rate": 0.001},
            },
        ],
    }  # fmt: skip
    folder = root / "x"
    assert Experiment(given).run(folder, n_workers=0).failures == ()
    return given, folder


def test_two_tasks_share_their_encoders_and_nothing_else(two_tasks):
    _, folder = two_tasks
    runs = records(folder, "runs").values()
    assert len(records(folder, "pretraining")) == 2
    assert {(r["config"]["task"], r["scores"][0]["language"]) for r in runs} == {
        ("ner", "eng"), ("ner", "kor"), ("pos", "fra"), ("pos", "eng"),
    }  # fmt: skip
    assert {r["config"]["encoder"] for r in runs} == set(records(folder, "pretraining"))
    assert {r["settings"]["epochs"] for r in runs if r["config"]["task"] == "pos"} == {2}


def test_the_gaps_of_two_tasks_stand_apart(two_tasks):
    _, folder = two_tasks
    data = read_folder(folder)
    assert {(g.task, g.system, g.layer) for g in data.linguistic} == {
        (task, system, layer)
        for task in ("ner", "pos")
        for system in ("character", "articulatory")
        for layer in ("input", "last")
    }
    assert {(g.task, g.system) for g in data.performance} == {
        (task, system) for task in ("ner", "pos") for system in ("character", "articulatory")
    }
    for gap in data.performance:
        beside = data.linguistic_for(gap.system, gap.task)
        assert beside.task == gap.task
        assert set(beside.languages) == set(gap.languages)


def test_a_part_drawn_per_seed_differs_over_seeds_and_a_fixed_one_does_not():
    for draw, same in (("fixed", True), ("per-seed", False)):
        choice = CorpusChoice(
            name="cldr", options={"train_size": 40, "languages": ["eng", "kor"]},
            train_share=0.25, draw=draw,
        )  # fmt: skip
        drawn = [
            [row.id for row in rows(choice, "eng", "train", ("eng", "kor"), seed=seed)]
            for seed in (0, 1)
        ]
        assert [len(ids) for ids in drawn] == [10, 10]
        assert (drawn[0] == drawn[1]) is same
        dev = [rows(choice, "eng", "dev", ("eng", "kor"), seed=seed) for seed in (0, 1)]
        assert dev[0] == dev[1]


def test_trackers_change_no_id(tmp_path):
    plain, tracked = (
        make_plan(ExperimentConfig.parse(tiny(trackers=trackers)))
        for trackers in ([], ["tensorboard"])
    )
    assert [job.id for job in plain.jobs] == [job.id for job in tracked.jobs]
    assert all(job.trackers == ("tensorboard",) for job in tracked.jobs)


def test_a_tracker_that_is_not_installed_is_refused_by_the_dry_run(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(json.dumps(tiny(trackers=["nosuch"])), encoding="utf-8")
    with pytest.raises(ConfigError, match="tracker 'nosuch' cannot be used"):
        CliRunner().invoke(app, ["run", str(path), "--dry-run"], catch_exceptions=False)
