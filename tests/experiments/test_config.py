import re

import pytest
import yaml

from lingap.errors import ConfigError, LanguageError, LingapError, MissingExtra
from lingap.experiments import ExperimentConfig, make_plan
from lingap.experiments.config_parts import RepresentationChoice
from lingap.experiments.demo import demo_config
from lingap.experiments.plan import spelling_provenance
from lingap.languages import get_language


def settings(**changes):
    """The demo's settings with one task, as most people write them."""
    given = demo_config(["eng", "kor"]).model_dump(mode="json")
    (task,) = given.pop("tasks")
    return given | {"task": task["task"], "corpus": task["corpus"]} | changes


def test_the_demo_survives_yaml(tmp_path):
    path = tmp_path / "demo.yaml"
    path.write_text(yaml.safe_dump(settings()), encoding="utf-8")
    assert ExperimentConfig.read(path) == demo_config(["en", "ko"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sedes": [1]}, r"sedes: no setting has that name. Did you mean 'seeds'\?"),
        ({"encoder": {"hiden_size": 8}}, r"encoder.hiden_size: .*Did you mean 'hidden_size'\?"),
        ({"languages": ["eng", "klingonish"]}, "No language is known by 'klingonish'"),
        ({"languages": ["en", "eng"]}, "a language is named twice"),
        ({"languages": []}, "languages: "),
        ({"seeds": [1, 1]}, "seeds are distinct"),
        ({"parallel_languages": ["fra"]}, "'fra'] are not among the languages"),
        ({"corpus": {"name": "cldr", "options": {"seed": 1}}}, "would be pre-trained on"),
        ({"corpus": {"name": "cldr", "options": {"case": "keep"}}}, "option case is 'keep'"),
        (
            {"parallel": {"name": "cldr_names", "dev_share": 0.1}},
            "parallel text is read as a whole",
        ),
        ({"task": "nerr"}, "task: .*got 'nerr'"),
        ({"protocol": "zero-shot"}, "give source, the training language"),
        ({"protocol": "zero-shot", "source": "fra"}, "not among the languages"),
        ({"finetuning": {"epochs": 1, "steps": 1}}, "give epochs or steps"),
        ({"finetuning": {"epochs": 1, "learning_rate": -1}}, "finetuning.learning_rate: "),
        ({"representations": [{"name": "character"}] * 2}, "have one name"),
        ({"corpus": {"name": "cldr", "pth": "x"}}, r"^\S* ?.*\n  corpus.pth: .*mean 'path'\?$"),
        ({"grid": {"learning_rate": []}}, "grid.learning_rate: .*at least 1 item"),
        ({"grid": {"lr": [1]}}, "lr: no setting has that name. Known: epochs, steps"),
        ({"grid": {"batchsize": [1]}}, "batchsize: no setting.* Did you mean 'batch_size'"),
        ({"seeds": 0}, "seeds: Input should be a list; got 0"),
    ],
)
def test_a_wrong_setting_is_named(changes, message):
    with pytest.raises(ConfigError, match=message):
        ExperimentConfig.parse(settings(**changes))


def test_several_faults_are_told_together():
    with pytest.raises(ConfigError) as told:
        ExperimentConfig.parse(
            settings(seeds=5, finetuning={"epochs": 0, "batch_size": 0}, sedes=[1])
        )
    lines = str(told.value).splitlines()[1:]
    starts = [line.split(":")[0].strip() for line in lines]
    assert starts == ["finetuning.epochs", "finetuning.batch_size", "seeds", "sedes"]
    assert "got 0" in lines[0]


@pytest.mark.parametrize(
    ("representation", "message"),
    [
        ({"name": "character", "options": {"backend": "x"}}, "no option 'backend'. It has none"),
        ({"name": "subword", "options": {"vocab_size": 9}}, "mean 'vocabulary_size'"),
        (
            {"name": "phoneme", "options": {"backend": "epitran", "bakend": "auto"}},
            "no option bakend",
        ),
        ({"name": "phoneme", "options": {"bakend": "auto"}}, "has no option bakend='auto'"),
        ({"name": "phonemes"}, "Did you mean 'phoneme'"),
        ({"name": "subword", "options": {"vocabulary_size": "x"}}, "whole number of pieces"),
        ({"name": "phoneme-subword", "options": {"algorithm": ["x"]}}, "wordpiece or bpe or uni"),
    ],
)
def test_a_wrong_option_of_a_representation_is_named_by_the_plan(representation, message):
    with pytest.raises(LingapError, match=message):
        make_plan(ExperimentConfig.parse(settings(representations=[representation])))


def test_a_lacking_package_is_named_by_the_plan_not_by_its_first_job(monkeypatch):
    monkeypatch.setattr("lingap.representations.pieces.find_spec", lambda name: None)
    pieces = {"name": "subword", "options": {"algorithm": "unigram"}}
    with pytest.raises(MissingExtra, match=r"algorithm=unigram.*lingap\[sentencepiece\]"):
        make_plan(ExperimentConfig.parse(settings(representations=[pieces])))


def test_a_misspelt_task_is_near_its_name():
    given = settings()
    given["taks"] = given.pop("task")
    with pytest.raises(ConfigError, match=r"task is missing.*did you mean 'task' by 'taks'\?"):
        ExperimentConfig.parse(given)


def test_a_missing_setting_and_a_broken_file_are_named(tmp_path):
    given = settings()
    del given["task"]
    with pytest.raises(ConfigError, match="task is missing: task and corpus go together"):
        ExperimentConfig.parse(given)
    path = tmp_path / "x.yaml"
    path.write_text("a: [", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be read as YAML"):
        ExperimentConfig.read(path)
    path.write_text("just words", encoding="utf-8")
    with pytest.raises(ConfigError, match="expected a mapping of settings"):
        ExperimentConfig.read(path)


def test_a_plan_of_pre_training_alone_is_told_its_command():
    given = settings()
    del given["task"], given["corpus"], given["finetuning"]
    with pytest.raises(ConfigError, match="For pre-training alone: lingap pretrain"):
        ExperimentConfig.parse(given)
    del given["pretraining"]
    with pytest.raises(ConfigError) as found:
        ExperimentConfig.parse(given)
    assert "lingap pretrain" not in str(found.value)


def plan(**changes):
    return make_plan(ExperimentConfig.parse(settings(**changes)))


def ids(plan, kind):
    return [job.id for job in plan.of(kind)]


def test_in_language_plans_one_run_a_language_and_seed():
    made = plan(seeds=[0, 1])
    assert len(made.of("pretraining")) == 3
    assert len(made.of("runs")) == 3 * 2 * 2
    assert len({job.id for job in made.jobs}) == len(made.jobs)
    for job in made.of("runs"):
        assert job.spec.train_languages == job.spec.test_languages


@pytest.mark.parametrize(
    ("protocol", "trained"), [("zero-shot", ("kor",)), ("joint", ("eng", "kor"))]
)
def test_other_protocols_train_once_and_score_all(protocol, trained):
    source = {"source": "ko"} if protocol == "zero-shot" else {}
    made = plan(protocol=protocol, seeds=[0], **source)
    assert [job.spec.train_languages for job in made.of("runs")] == [trained] * 3
    assert all(job.spec.test_languages == ("eng", "kor") for job in made.of("runs"))


def test_each_source_is_a_task_of_its_own_and_shares_its_jobs_with_a_plan_of_one():
    one = plan(protocol="zero-shot", seeds=[0], source="ko")
    both = plan(protocol="zero-shot", seeds=[0], source=["ko", "en"])
    assert ids(both, "pretraining") == ids(one, "pretraining")
    assert [(j.spec.title, j.spec.train_languages) for j in both.of("runs")] == [
        *[("ner from kor", ("kor",))] * 3, *[("ner from eng", ("eng",))] * 3,
    ]  # fmt: skip
    assert len(set(ids(both, "runs"))) == 6


def test_a_task_can_be_listed_twice_under_two_names():
    ner = {"task": "ner", "corpus": {"name": "cldr"}}
    given = settings(tasks=[{**ner, "name": "a"}, {**ner, "name": "b", "languages": ["ko"]}])
    for key in ("task", "corpus"):
        del given[key]
    made = make_plan(ExperimentConfig.parse(given))
    assert {job.spec.title for job in made.of("runs")} == {"a", "b"}
    given["tasks"] = [ner, {**ner, "name": "across", "source": "ko"}]
    runs = make_plan(ExperimentConfig.parse(given)).of("runs")
    assert {(j.spec.title, j.spec.protocol, j.spec.train_languages) for j in runs} == {
        ("ner", "in-language", ("eng",)),
        ("ner", "in-language", ("kor",)),
        ("across", "zero-shot", ("kor",)),
    }
    given["tasks"] = [ner, ner]
    with pytest.raises(ConfigError, match="named twice.*its own name"):
        ExperimentConfig.parse(given)


def test_a_task_can_have_a_protocol_of_its_own():
    ner = {"task": "ner", "corpus": {"name": "cldr"}}
    own = {**ner, "name": "own", "protocol": "in-language", "languages": ["ko"]}
    given = settings(
        protocol="joint", seeds=[0], tasks=[{**ner, "name": "both"}, own], languages=["eng", "kor"]
    )
    for key in ("task", "corpus"):
        del given[key]
    runs = make_plan(ExperimentConfig.parse(given)).of("runs")
    assert {(j.spec.title, j.spec.protocol, j.spec.train_languages) for j in runs} == {
        ("both", "joint", ("eng", "kor")),
        ("own", "in-language", ("kor",)),
    }
    given["tasks"] = [{**ner, "protocol": "zero-shot"}]
    with pytest.raises(ConfigError, match="give source, the training language"):
        ExperimentConfig.parse(given)
    runs = make_plan(ExperimentConfig.parse({**given, "source": ["ko", "en"]})).of("runs")
    assert {(j.spec.title, j.spec.train_languages) for j in runs} == {
        ("ner from kor", ("kor",)), ("ner from eng", ("eng",)),
    }  # fmt: skip
    given["tasks"] = [{**own, "source": "ko"}]
    with pytest.raises(ConfigError, match="a task with a source is zero-shot, not in-language"):
        ExperimentConfig.parse(given)


def test_fewer_parallel_sentences_make_another_run_of_the_same_encoder():
    every, few = plan(), plan(parallel_sentences=20)
    assert ids(every, "pretraining") == ids(few, "pretraining")
    assert not set(ids(every, "runs")) & set(ids(few, "runs"))
    with pytest.raises(ConfigError, match="parallel_sentences: .*greater than or equal to 8"):
        plan(parallel_sentences=3)


def test_text_for_pretraining_can_be_another_split_of_parallel_text(tmp_path):
    for code in ("eng_Latn", "kor_Hang"):
        text = {"eng_Latn": "one line\n", "kor_Hang": "한 줄\n"}[code]
        (tmp_path / f"{code}.dev").write_text(text, encoding="utf-8")
    text = {"name": "flores", "path": str(tmp_path), "splits": {"train": "dev"}}
    training = {"steps": 2, "batch_size": 4, "learning_rate": 0.001}
    made = plan(pretraining={"text": text, "training": training})
    assert len(made.of("pretraining")) == 3
    ner = {"name": "cldr_text", "splits": {"train": "test"}}
    with pytest.raises(ConfigError, match="'test' is also read for train"):
        plan(pretraining={"text": ner, "training": training})


def test_ids_follow_whatever_can_change_a_number_and_nothing_else():
    base = plan()
    renamed = plan(name="another title")
    assert [j.id for j in renamed.jobs] == [j.id for j in base.jobs]
    more_seeds = plan(seeds=[0, 1, 2])
    assert set(ids(base, "runs")) < set(ids(more_seeds, "runs"))
    assert ids(base, "pretraining") == ids(more_seeds, "pretraining")
    finetuned = plan(finetuning={"epochs": 5})
    assert ids(base, "pretraining") == ids(finetuned, "pretraining")
    assert not set(ids(base, "runs")) & set(ids(finetuned, "runs"))
    other_text = plan(corpus={"name": "cldr", "options": {"test_size": 99}})
    assert not set(ids(base, "runs")) & set(ids(other_text, "runs"))
    wider = plan(encoder={"hidden_size": 64})
    assert not {j.id for j in base.jobs} & {j.id for j in wider.jobs}


def test_parallel_text_may_lack_a_language():
    made = plan(languages=["eng", "kor", "fin"], parallel_languages=["en", "ko"], seeds=[0])
    for job in made.of("runs"):
        (code,) = job.spec.test_languages
        assert job.spec.parallel_languages == ((code,) if code != "fin" else ())
        assert len(job.spec.data[code]) == (4 if code != "fin" else 3)


def test_text_and_corpus_split_their_data_alike():
    given = settings()
    given["pretraining"]["text"] = {"name": "cldr"}
    given["corpus"] = {"name": "cldr", "splits": {"train": "dev"}, "dev_share": 0.1}
    with pytest.raises(ConfigError, match="splits is .* both must split the data alike"):
        ExperimentConfig.parse(given)


def test_a_path_written_otherwise_is_the_same_place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ud").mkdir()
    given = settings(task="pos", corpus={"name": "ud", "path": "ud"})
    text = {"name": "ud", "path": str(tmp_path / "ud") + "/", "splits": {"train": "test"}}
    given["pretraining"]["text"] = text | {"splits": {"train": "test", "test": "train"}}
    with pytest.raises(ConfigError, match="splits is .* both must split the data alike"):
        ExperimentConfig.parse(given)


def test_ids_follow_the_data_and_not_where_they_lie(tmp_path):
    def of(folder, word="cat"):
        for code in ("eng", "fra"):
            (folder / code).mkdir(parents=True, exist_ok=True)
            for split in ("train", "dev", "test"):
                text = "".join(f"{word} B-PER\nin O\n\n" for _ in range(6))
                (folder / code / f"{split}.txt").write_text(text, encoding="utf-8")
        corpus = {"name": "ner", "path": str(folder)}
        given = settings(corpus=corpus, languages=["eng", "fra"], parallel_languages=None)
        given["pretraining"]["text"] = corpus
        return [job.id for job in make_plan(ExperimentConfig.parse(given)).jobs]

    assert of(tmp_path / "a") == of(tmp_path / "b")
    assert not set(of(tmp_path / "a")) & set(of(tmp_path / "c", "chat"))


def test_the_demo_by_default_is_transfer_across_scripts():
    config = demo_config()
    sources = [task.source for task in config.tasks]
    assert len(set(sources)) == len(sources) > 1
    for task in config.tasks:
        targets = [get_language(code) for code in task.languages if code != task.source]
        assert get_language(task.source).script != targets[0].script
        # the same names in every language, so that scores can be compared across tasks
        pool = [get_language(code).code for code in task.corpus.options["languages"]]
        assert pool == list(config.languages)
    assert len(config.seeds) >= 3
    romanized = {choice.name for choice in config.representations} & {"romanized", "phoneme"}
    assert len(romanized) == 2
    plan = make_plan(config)
    assert len(plan.of("runs")) == len(config.representations) * len(sources) * len(config.seeds)


def test_pretraining_is_counted_in_steps():
    given = settings()
    given["pretraining"]["training"] = {"epochs": 2}
    with pytest.raises(ConfigError, match="counted in steps"):
        ExperimentConfig.parse(given)


def test_the_demo_takes_the_default_back_end_and_languages_beyond_epitran():
    for languages in (["eng", "kor"], ["eng", "isl"]):
        assert demo_config(languages).representations[2].options == {}
        assert make_plan(demo_config(languages)).of("runs")


def test_what_auto_chose_is_recorded_and_part_of_the_job(monkeypatch):
    pytest.importorskip("orthography2ipa", reason="needs the extra g2p")
    (choice,) = settings(representations=[{"name": "phoneme"}])["representations"]
    spelled = spelling_provenance(RepresentationChoice(**choice), ("eng", "kor"))
    assert spelled["kor.g2p"] == "auto (orthography2ipa)"
    assert spelled["kor.auto"] == "orthography2ipa"
    before = plan(representations=[choice])
    monkeypatch.setattr("lingap.g2p.choice.choose", lambda language: "epitran")
    after = plan(representations=[choice])
    for kind in ("pretraining", "runs"):
        assert not set(ids(before, kind)) & set(ids(after, kind))


def test_languages_that_are_lacking_leave_all_representations_and_are_named(tmp_path):
    for code in ("eng", "kor", "akk"):  # no back end spells Akkadian
        (tmp_path / code).mkdir()
        for split in ("train", "dev", "test") if code != "kor" else ("train", "dev"):
            (tmp_path / code / f"{split}.txt").write_text("a B-PER\n\nb O\n\n", encoding="utf-8")
    given = settings(
        languages=["eng", "fra", "kor", "akk"],
        corpus={"name": "ner", "path": str(tmp_path), "options": {"check_script": False}},
        parallel=None,
        representations=[{"name": "character"}, {"name": "phoneme"}],
        pretraining={
            "text": {"name": "ner", "path": str(tmp_path), "options": {"check_script": False}},
            "training": {"steps": 2, "batch_size": 4, "learning_rate": 0.001},
        },
    )
    with pytest.raises(LanguageError, match=r"\(akk\)\. Pass .*Or leave such .* lacking: drop"):
        make_plan(ExperimentConfig.parse({**given, "languages": ["eng", "akk"]}))
    made = make_plan(ExperimentConfig.parse({**given, "lacking": "drop"}))
    assert made.config.languages == ("eng",)
    assert [job.spec.languages for job in made.jobs] == [("eng",)] * 4
    told = "\n".join(made.dropped)
    assert "akk is left out of the experiment (phoneme)" in told
    assert re.search(
        r"^fra is left out of the experiment: no text for pre-training has it: .*train", told, re.M
    )
    assert sorted(line[:3] for line in made.dropped) == ["akk", "fra", "kor"]  # a line each
    assert re.search(r"kor is left out of the task ner: .*test", told)
    with pytest.raises(ConfigError, match="No language is left:\nakk is left out"):
        make_plan(ExperimentConfig.parse({**given, "languages": ["fra", "akk"], "lacking": "drop"}))
    zero = {"protocol": "zero-shot", "source": "kor", "lacking": "drop"}
    with pytest.raises(ConfigError, match="source language kor of ner is lost"):
        make_plan(ExperimentConfig.parse({**given, **zero}))


def test_views_at_test_share_the_encoder_and_are_runs_of_their_own():
    views = [
        {"name": "mixed", "label": view, "options": {"view_dropout": 0.5, "test_view": view}}
        for view in ("both", "letters", "phonemes")
    ]
    plan = make_plan(ExperimentConfig.parse(settings(representations=views)))
    assert len(plan.of("pretraining")) == 1
    assert plan.of("pretraining")[0].labels == ("both", "letters", "phonemes")
    runs = plan.of("runs")
    assert len({job.id for job in runs}) == len(runs) == 3 * len(plan.config.languages)
    other = [{"name": "mixed", "options": {"view_dropout": 0.4}}]
    (job,) = make_plan(ExperimentConfig.parse(settings(representations=other))).of("pretraining")
    assert job.id != plan.of("pretraining")[0].id


@pytest.mark.parametrize("seed", [-1, None, "perseed", 2**40, 1.5, True, [0]])
def test_a_wrong_seed_of_pretraining_is_told_in_one_line(seed):
    given = settings()
    given["pretraining"] = given["pretraining"] | {"seed": seed}
    with pytest.raises(ConfigError) as told:
        ExperimentConfig.parse(given)
    lines = [line for line in str(told.value).splitlines() if "seed" in line]
    assert len(lines) == 1
    assert "expected a whole number from 0 to" in lines[0]
    assert lines[0].endswith(f"or per-seed; got {seed!r}.")


def test_marks_as_pieces_of_their_own_are_part_of_a_jobs_id():
    pieces = {"name": "phoneme-subword", "options": {"case": "mark"}}
    [job] = make_plan(ExperimentConfig.parse(settings(representations=[pieces]))).of("pretraining")
    assert job.spec.spelling["apart"] == "↑⇑"
