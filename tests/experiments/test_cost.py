"""What a plan is said to cost."""

import json
from dataclasses import replace

import pytest
import yaml
from typer.testing import CliRunner

import stored_records
from lingap.cli import app
from lingap.experiments import Experiment, PretrainConfig
from lingap.experiments.cost import (
    Lengths,
    job_seconds,
    layer_weights,
    operations,
    read_besides,
    reading_operations,
    sentences_read,
    table_weights,
)
from lingap.experiments.plan import pretraining_jobs
from lingap.experiments.speed import Speed, measured_speed
from lingap.experiments.store import Store

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


def test_the_seconds_of_a_job_are_those_of_its_steps_and_scores():
    plan = Experiment(GIVEN).plan()
    encoders = {job.id: job for job in plan.of("pretraining")}
    lengths = Lengths()
    asked = []

    def speed(*shape):
        asked.append(shape)
        return Speed(part=0.0, position=1.0, step=100.0)

    for job in plan.jobs:
        told = job_seconds(job, encoders, lengths, speed)
        n_units = lengths.of(job)
        read = 0 if job.kind == "pretraining" else 2 * 200 + 400  # dev twice, test once
        steps = job.n_steps * (100 + min(job.n_steps and 10, 10) * n_units)
        assert told == pytest.approx(steps + read * n_units / 3, rel=0.35)
    assert set(asked) == {(32, 3, 64)}


def test_what_a_run_reads_besides_is_in_its_cost():
    names = {"name": "cldr_names", "options": {"kinds": ["day"]}}
    read = {}
    for name, more in (("alone", {}), ("beside", {"parallel": names})):
        plan = Experiment(GIVEN | more).plan()
        encoders = {job.id: job for job in plan.of("pretraining")}
        lengths = Lengths()
        run = plan.of("runs")[0]
        read[name] = read_besides(run, lengths)
        assert reading_operations(run, encoders, lengths) == pytest.approx(
            2 * layer_weights(run, encoders)[0] * read[name][1]
        )
    assert read["alone"][0] == 200 + 400
    assert read["beside"][0] - read["alone"][0] == 7
    assert 3 < (read["beside"][1] - read["alone"][1]) / 7 < 15


def test_the_table_of_a_published_encoder_is_stepped_over_too(tmp_path):
    (tmp_path / "config.json").write_text(
        json.dumps({"model_type": "bert", "vocab_size": 1000, "hidden_size": 32}), encoding="utf-8"
    )
    (job, *_) = Experiment(GIVEN).plan().of("runs")
    assert table_weights(job) == 0
    reads = job.spec.reads.model_copy(update={"encoder": str(tmp_path)})
    spec = job.spec.model_copy(update={"choice": reads})
    assert table_weights(replace(job, spec=spec)) == 32_000


def test_a_batch_is_no_larger_than_the_training_data():
    small = GIVEN | {"finetuning": {"epochs": 20, "batch_size": 4096}}
    (job, *_) = Experiment(small).plan().of("runs")
    assert job.n_steps == 20
    assert sentences_read(job, Lengths()) == 20 * 1000


def test_a_step_costs_its_parts_and_their_padding():
    fast = Speed(part=1.0, position=0.01, step=5.0)
    assert fast.training_step([10, 10]) == pytest.approx(5 + 1 + 0.2)
    apart = Speed(part=0.001, position=1.0, step=0.0)
    assert apart.training_step([100, 3]) == pytest.approx(103 + 0.002)
    assert apart.reading(30) == pytest.approx(10)


def test_a_wider_encoder_is_measured_to_be_slower():
    narrow, wide = (measured_speed(width, 2, 4 * width, seconds=0.05) for width in (32, 512))
    assert wide.position > 4 * narrow.position > 0
    assert narrow.step > 0


def test_what_is_done_corrects_what_is_told_of_the_rest(tmp_path, monkeypatch):
    from lingap.cli import plans

    told = []
    monkeypatch.setattr(plans, "tell", told.append)
    monkeypatch.setattr("lingap.experiments.cost.job_seconds", lambda *_: 10.0)
    plan = Experiment(GIVEN).plan()
    plans.print_jobs(plan.jobs, tmp_path / "x")
    assert f"about {10 * len(plan.jobs)} seconds of one" in told[-1]
    assert "by a trial of them here" in told[-1]
    store = Store(tmp_path / "x")
    (encoder,) = plan.of("pretraining")
    record = stored_records.pretrain_record().model_copy(
        update={"config": encoder.spec, "run_id": encoder.id, "seconds": 25.0}
    )
    store.commit("pretraining", encoder.id, lambda _: record)
    plans.print_jobs(plan.jobs, tmp_path / "x")
    assert f"about {25 * (len(plan.jobs) - 1)} seconds of one" in told[-1]
    assert "by the time of the 1 jobs that are done" in told[-1]


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
            sentences_read(job, Lengths())
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
