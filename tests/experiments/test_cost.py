"""What a plan is said to cost."""

import pytest
import yaml
from typer.testing import CliRunner

from lingap.cli import app
from lingap.experiments import Experiment, PretrainConfig
from lingap.experiments.cost import (
    Lengths,
    layer_weights,
    operations,
    operations_per_second,
    sentences_read,
)
from lingap.experiments.plan import pretraining_jobs

GIVEN = {
    "name": "x", "task": "ner", "languages": ["eng", "kor"], "corpus": {"name": "cldr"},
    "representations": [{"name": "character"}],
    "encoder": {"hidden_size": 32, "layers": 3, "heads": 2, "feed_forward_size": 64},
    "pretraining": {"text": {"name": "cldr_text"}, "training": {"steps": 50, "batch_size": 8}},
    "finetuning": {"epochs": 2, "batch_size": 10},
}  # fmt: skip


def test_six_operations_a_weight_and_unit():
    plan = Experiment(GIVEN).plan()
    encoders = {job.id: job for job in plan.of("pretraining")}
    weights = 3 * (4 * 32**2 + 2 * 32 * 64)
    lengths = Lengths()
    for job in plan.jobs:
        assert layer_weights(job, encoders) == (weights, 32)
        assert 5 < lengths.of(job) < 200
        n_sentences = 50 * 8 if job.kind == "pretraining" else 2 * 1000
        told = operations(job, encoders, lengths)
        assert told == pytest.approx(6 * weights * lengths.of(job) * n_sentences)


def test_operations_are_counted_by_the_clock(monkeypatch):
    """Two products of 4,096 rows fit into a second of this clock, which then stops the count."""
    ticks = iter([10.0, 10.25, 10.75, 11.25])
    monkeypatch.setattr("lingap.experiments.cost.time.perf_counter", lambda: next(ticks))
    told = operations_per_second(32, seconds=1.0)
    assert told == 2 * 2 * 4096 * 32 * (4 * 32) / 1.25


def test_a_published_encoder_that_is_not_here_is_of_base_size():
    given = {k: v for k, v in GIVEN.items() if k not in ("encoder", "pretraining")}
    given["representations"] = [{"name": "subword", "encoder": "mbert"}]
    jobs = Experiment(given).plan().jobs
    assert len(jobs) == 2
    for job in jobs:
        assert layer_weights(job, {}) == (12 * (4 * 768**2 + 2 * 768 * 3072), 768)


def test_tasks_after_one_that_failed_are_reproduced_all_the_same(tmp_path, monkeypatch, diverging):
    from lingap.experiments import presets

    def plan_preset(*_, **__):
        tiny = GIVEN | {"finetuning": {"epochs": 1, "learning_rate": 1, "schedule": "constant"}}
        tiny["pretraining"] = {"text": {"name": "cldr_text"}, "training": {"steps": 1}}
        return [
            presets.PresetPlan(task, Experiment(tiny | {"name": task}).config, ())
            for task in ("first", "second")
        ]

    monkeypatch.setattr(presets, "plan_preset", plan_preset)
    told = CliRunner().invoke(
        app, ["reproduce", "table1", "--out", str(tmp_path / "x"), "--workers", "0"]
    )
    assert told.exit_code == 1
    assert (tmp_path / "x" / "second" / "report.html").is_file()
    assert told.output.count("Failed: ") == 4


def test_of_a_grid_over_batch_sizes_the_order_does_not_matter():
    said = [
        [
            sentences_read(job)
            for job in Experiment(GIVEN | {"grid": {"batch_size": sizes}}).plan().of("runs")
        ]
        for sizes in ([100, 8], [8, 100])
    ]
    assert said[0] == said[1] == [2 * 1000] * 2


def test_each_text_is_asked_for_its_own_languages(tmp_path):
    (tmp_path / "text.got").write_text("𐌾𐌰𐌷 𐌵𐌰𐌸 𐌳𐌿 𐌹𐌼\n" * 50, encoding="utf-8")
    given = {k: GIVEN[k] for k in ("name", "representations", "encoder")} | {
        "languages": ["hun", "got"],
        "pretraining": GIVEN["pretraining"]
        | {
            "text": [
                {"name": "cldr_text", "languages": ["hun"]},
                {"name": "text", "path": str(tmp_path / "text.got"), "languages": ["got"]},
            ]
        },
    }
    (job,) = pretraining_jobs(PretrainConfig.parse(given))
    assert Lengths().of(job) > 5


def test_the_plan_of_a_grid_counts_a_trial_once(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text(yaml.safe_dump(GIVEN | {"grid": {"epochs": [1, 2]}}), encoding="utf-8")
    told = CliRunner().invoke(app, ["run", str(path), "--dry-run"])
    assert told.exit_code == 0
    assert told.output.count("already trained as its trial") == 2
    # 50 for the encoder; 100 and 200 for each of two languages.
    assert "in the rest 650 optimizer steps" in told.output
