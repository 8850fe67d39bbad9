"""The paper's hyperparameters, as its Table 5 prints them."""

import shutil

import pytest

import checkpoints as make
from lingap.errors import ConfigError
from lingap.experiments import make_plan
from lingap.experiments.presets import INFERENCE_LANGUAGES, TAGGING_LANGUAGES, plan_preset
from lingap.experiments.table5 import paper_settings

TSV = "language\tgold_label\tsentence1\tsentence2\tpairID\n"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    root = tmp_path_factory.mktemp("data")
    folder = root / "xnli" / "XNLI-1.0"
    folder.mkdir(parents=True)
    for split in ("dev", "test"):
        rows = [
            f"{code}\t{label}\t{words} {i}\t{words}\t{i}\n"
            for code, words in (("en", "one two"), ("sw", "moja mbili"), ("ur", "ایک دو"))
            for i, label in enumerate(["entailment", "neutral", "contradiction"] * 8)
        ]
        (folder / f"xnli.{split}.tsv").write_text(TSV + "".join(rows), encoding="utf-8")
    ner = root / "ner"
    for code in ("eng", "fra"):
        (ner / code).mkdir(parents=True)
        for split in ("train", "dev", "test"):
            (ner / code / f"{split}.txt").write_text("Paris B-LOC\nis O\n\n" * 6, encoding="utf-8")
    for code, bank in (("en", "UD_English-EWT"), ("fr", "UD_French-GSD")):
        (root / "ud-treebanks" / bank).mkdir(parents=True)
        for split in ("train", "dev", "test"):
            name = f"{code}_{bank.rpartition('-')[2].lower()}-ud-{split}.conllu"
            line = "1\tword\t_\tNOUN\t_\t_\t0\t_\t_\t_\n\n"
            (root / "ud-treebanks" / bank / name).write_text(line * 6, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def encoders(tmp_path_factory):
    root = tmp_path_factory.mktemp("encoders")
    found = {}
    for name, maker in (("subword", "bert"), ("character", "canine"), ("phoneme", "xphonebert")):
        (root / maker).mkdir()
        getattr(make, maker)(root / maker)
        found[name] = {"encoder": str(root / maker)}
    return found


def settings_of(plan, representation, language):
    task = plan.config.tasks[0]
    (found,) = plan.config.candidates(task, representation, (language,))
    return found


def test_table_2_trains_each_encoder_as_the_paper_did(data, encoders):
    (plan,) = plan_preset("table2", data=data, encoders=encoders)
    assert plan.config.pretraining is None
    chosen = {
        (name, code): settings_of(plan, name, code)
        for name in encoders
        for code in INFERENCE_LANGUAGES
    }
    assert {s.epochs for s in chosen.values()} == {20}
    assert {s.batch_size for s in chosen.values()} == {128}
    assert {k: s.learning_rate for k, s in chosen.items()} == {
        ("subword", "eng"): 5e-6, ("subword", "swa"): 5e-6, ("subword", "urd"): 5e-6,
        ("character", "eng"): 5e-6, ("character", "swa"): 1e-5, ("character", "urd"): 1e-5,
        ("phoneme", "eng"): 7e-6, ("phoneme", "swa"): 3e-6, ("phoneme", "urd"): 3e-6,
    }  # fmt: skip
    assert chosen["character", "swa"].weight_decay == 0.0
    assert chosen["phoneme", "eng"].weight_decay == 0.1
    assert {k for k, s in chosen.items() if s.schedule == "constant"} == {
        ("phoneme", code) for code in INFERENCE_LANGUAGES
    }
    assert len(make_plan(plan.config).of("runs")) == 9


@pytest.mark.parametrize("name", ["table1", "table2", "table3", "figure2", "figure3"])
@pytest.mark.parametrize("grid", [False, True])
def test_every_preset_takes_published_encoders(data, encoders, name, grid):
    plans = plan_preset(name, data=data, encoders=encoders, grid=grid, n_seeds=2)
    tasks = {"table1": ["ner", "pos"], "figure2": ["ner"]}.get(name, ["nli"])
    assert [plan.task for plan in plans] == tasks
    for plan in plans:
        assert make_plan(plan.config).of("runs")


@pytest.mark.parametrize("name", ["table1", "table2", "table3", "figure2", "figure3"])
def test_phonemes_are_by_epitran_as_in_the_paper(data, encoders, name):
    for given in (None, encoders):
        for plan in plan_preset(name, data=data, encoders=given):
            for one in plan.config.representations:
                expected = {"backend": "epitran"} if one.name == "phoneme" else {}
                assert one.options == expected


def test_table_1_has_a_rate_for_each_language(data, encoders):
    plans = plan_preset("table1", data=data, encoders=encoders)
    assert [plan.task for plan in plans] == ["ner", "pos"]
    for plan in plans:
        assert settings_of(plan, "phoneme", "eng").learning_rate == 5e-5
        assert settings_of(plan, "phoneme", "eng").epochs == 30
    for task in ("ner", "pos"):
        given = paper_settings(task, ("character", "phoneme"), TAGGING_LANGUAGES)
        for name in ("character", "phoneme"):
            named = [
                code
                for one in given["overrides"]
                if one["representations"] == [name]
                for code in one["languages"]
            ]
            assert sorted(named) == sorted(TAGGING_LANGUAGES)


def test_the_grid_is_tried_where_it_is_asked_for(data, encoders):
    (plan,) = plan_preset("table2", data=data, encoders=encoders, grid=True, languages=["en", "sw"])
    made = make_plan(plan.config)
    assert len(made.of("trials")) == 3 * 2 * 5 * 4 * 2
    assert "chosen on dev data from its grid" in plan.notes[-1]


def test_encoders_that_do_not_serve_are_told(data, encoders):
    with pytest.raises(ConfigError, match="table2 compares subword too"):
        plan_preset(
            "table2", data=data, encoders={k: encoders[k] for k in ("character", "phoneme")}
        )
    with pytest.raises(ConfigError, match="grid is for published encoders"):
        plan_preset("table2", data=data, grid=True)


def test_a_task_without_two_languages_does_not_stop_the_others(data, encoders, tmp_path):
    shutil.copytree(data, tmp_path / "data")
    shutil.rmtree(tmp_path / "data" / "ud-treebanks" / "UD_French-GSD")
    given = {"data": tmp_path / "data", "encoders": encoders}
    (plan,) = plan_preset("table1", languages=["eng", "fra"], **given)
    assert plan.task == "ner"
    assert plan.notes[0].startswith("Left out: table1, pos: fewer than two languages have data.")
    assert plan.notes[0].endswith("GSD of French is not here; its treebanks here: none.")
    with pytest.raises(ConfigError, match="fewer than two languages"):
        plan_preset("table1", languages=["eng", "kor"], **given)


def test_what_a_preset_will_lack_is_said_before_the_work(data):
    (few,) = plan_preset("table3", data=data, n_seeds=2)
    assert any("They need 5 seeds or more, and 2 are planned" in note for note in few.notes)
    (enough,) = plan_preset("table3", data=data, n_seeds=5)
    assert not any("correlations" in note for note in enough.notes)
    (figure,) = plan_preset("figure2", data=data)
    assert figure.notes[0].startswith("Missing: the figure")
    assert "of eng, fra none has any" in figure.notes[0]


def test_steps_make_the_small_one_smaller(data, encoders):
    (plan,) = plan_preset("figure2", data=data, steps=7)
    jobs = make_plan(plan.config).jobs
    assert {job.n_steps for job in jobs} == {7}
    with pytest.raises(ConfigError, match="steps are of the small encoders"):
        plan_preset("figure2", data=data, encoders=encoders, steps=7)
