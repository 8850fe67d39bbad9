"""Languages, corpora and G2P by configuration."""

import json
import re
from pathlib import Path

import pytest
import yaml

from lingap.errors import ConfigError, CorpusError, LanguageError, LingapError
from lingap.experiments import Experiment, ExperimentConfig, make_plan
from lingap.experiments.checks import check_usable, notes_on
from lingap.experiments.config_parts import OwnLanguage
from lingap.experiments.cost import refuse_too_large
from lingap.experiments.stored import StoredExperiment
from lingap.languages import get_language, use_languages

SIZE = {"hidden_size": 16, "layers": 1, "heads": 2, "feed_forward_size": 32, "max_units": 32}
QUICK = {"steps": 1, "batch_size": 4, "learning_rate": 0.001}
KARAKHANID = {"code": "xqa", "name": "Karakhanid", "script": "Latn", "family": "Turkic"}
NEW = {"code": "qnn", "name": "Newish", "script": "Latn"}
WORDS = "rana tuk melo pira sono kalu".split()


@pytest.fixture(autouse=True)
def _only_here():
    yield
    use_languages((), only=True)


def corpus_files(folder, codes=("qnn", "eng")):
    """Tagged CSV and plain text of each language."""
    folder.mkdir(exist_ok=True)
    for code in codes:
        for split in ("train", "dev", "test"):
            rows = [f'"{word} {split} x{i}";"N V N"' for i, word in enumerate(WORDS)]
            (folder / f"{code}.{split}.csv").write_text("\n".join(["words;labels", *rows]))
        lines = [f"{word} {other}" for word in WORDS for other in WORDS]
        (folder / f"{code}.txt").write_text("\n".join(lines))
    about = {
        "name": "mine", "task": "pos", "format": "table", "path": "{language}.{split}.csv",
        "columns": {"words": "words", "labels": "labels"}, "options": {"delimiter": ";"},
    }  # fmt: skip
    (folder / "pos.yaml").write_text(yaml.safe_dump(about))
    text = {"name": "t", "task": "text", "format": "lines", "path": "{language}.txt"}
    (folder / "text.yaml").write_text(yaml.safe_dump({**text, "splits": ["train"]}))
    parallel = {**text, "name": "p", "task": "parallel", "splits": ["all"]}
    (folder / "parallel.yaml").write_text(yaml.safe_dump(parallel))


def settings(**changes):
    return {
        "name": "own", "languages": [NEW, "eng"], "task": "pos",
        "corpus": {"name": "data/pos.yaml"}, "parallel": {"name": "data/parallel.yaml"},
        "representations": [{"name": "character"}], "encoder": SIZE,
        "pretraining": {"text": {"name": "data/text.yaml"}, "training": QUICK},
        "finetuning": QUICK, **changes,
    }  # fmt: skip


def config(folder, **changes):
    corpus_files(folder / "data")
    path = folder / "own.yaml"
    path.write_text(yaml.safe_dump(settings(**changes)))
    return ExperimentConfig.read(path)


def test_a_language_by_its_facts_is_run_in_workers_and_read_again(tmp_path):
    once = {"name": "data/parallel.yaml"}
    made = config(tmp_path, parallel=[once, once])
    assert made.languages == ("qnn", "eng")
    assert ExperimentConfig.parse(made.model_dump(mode="json")) == made
    result = Experiment(made).run(tmp_path / "out", n_workers=1)
    assert not result.failures
    assert {score.language for score in result.scores} == {"qnn", "eng"}
    assert {gap.n_sentences for gap in result.gaps.linguistic} == {2 * len(WORDS) ** 2}
    use_languages((), only=True)
    StoredExperiment.read(tmp_path / "out")
    assert (get_language("qnn").name, get_language("qnn").family) == ("Newish", "Unknown")


def test_facts_override_the_table_by_any_code_and_only_for_their_configuration():
    own = {"code": "hi", "name": "Hindi of mine", "family": "Mine"}
    made = ExperimentConfig.parse(settings(languages=[own, KARAKHANID, "eng"]))
    assert made.languages == ("hin", "xqa", "eng")
    hindi = get_language("hin")
    assert (hindi.name, hindi.family, hindi.script) == ("Hindi of mine", "Mine", "Deva")
    assert get_language("hi") is hindi
    ExperimentConfig.parse(settings(languages=["hin", "eng"]))
    assert get_language("hin").name == "Hindi"
    with pytest.raises(LanguageError):
        get_language("qnn")
    made.use_own_languages()
    assert get_language("xqa").family == "Turkic"


@pytest.mark.parametrize(
    ("one", "message"),
    [
        ({"code": "qnn"}, "qnn is no code that lingap knows: give its name and its script"),
        ({"code": "q n", "name": "x", "script": "Latn"}, "Expected a code such as"),
        ({**NEW, "script": "Latin"}, "expected a script of ISO 15924"),
        ({**NEW, "scrpt": "Latn"}, "scrpt: no setting has that name. Did you mean 'script'"),
        ({"name": "x"}, "code: missing"),
        ({"code": 3}, "code: .*valid string; got 3"),
    ],
)
def test_wrong_facts_are_named(one, message):
    with pytest.raises(ConfigError, match=message):
        ExperimentConfig.parse(settings(languages=[one, "eng"]))


def test_only_code_and_script_of_a_language_can_change_a_result(tmp_path):
    renamed, written_otherwise = (
        {**NEW, "name": "Other", "family": "F"},
        {**NEW, "script": "Cyrl"},
    )
    spec = make_plan(config(tmp_path)).jobs[0].spec
    same, other = (
        spec.model_copy(update={"own": (OwnLanguage.model_validate(one),)})
        for one in (renamed, written_otherwise)
    )
    assert spec.digest() == same.digest() != other.digest()


def test_path_options_and_splits_of_a_corpus_by_language(tmp_path):
    base = make_plan(config(tmp_path)).jobs
    (tmp_path / "data").rename(tmp_path / "moved")
    corpus_files(tmp_path / "data", ["eng"])
    for path in (tmp_path / "moved").glob("*.csv"):
        path.write_text(path.read_text().replace(";", "|"))
    elsewhere = {"path": "moved", "options": {"delimiter": "|"}}
    text = {"name": "data/text.yaml", "by_language": {"qnn": {"path": "moved"}}}
    changed = {
        "corpus": {"name": "data/pos.yaml", "by_language": {"qnn": elsewhere}},
        "pretraining": {"text": text, "training": QUICK},
        "parallel": {**text, "name": "data/parallel.yaml"},
    }
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(settings(**changed)))
    made = make_plan(ExperimentConfig.read(path)).jobs
    assert [job.n_steps for job in made] == [job.n_steps for job in base]
    assert made[0].id == base[0].id  # the same text elsewhere
    with pytest.raises(ConfigError, match="by_language of data/pos.yaml: \\['fra'\\] are not"):
        ExperimentConfig.parse(
            settings(corpus={"name": "data/pos.yaml", "by_language": {"fra": elsewhere}})
        )
    swapped = {"qnn": {"splits": {"train": "test"}}}
    with pytest.raises(ConfigError, match="test split 'test' is also read for train"):
        ExperimentConfig.parse(settings(corpus={"name": "data/pos.yaml", "by_language": swapped}))


def test_back_end_and_lexicon_by_language(tmp_path):
    lexicon = tmp_path / "lex.tsv"
    lexicon.write_text("".join(f"{word}\t{' '.join(word)}\n" for word in WORDS))
    options = {"backend": {"qnn": "lexicon", "default": "auto"}, "path": {"qnn": "lex.tsv"}}
    phonemes = {"name": "phoneme", "options": options}
    made = make_plan(config(tmp_path, representations=[phonemes]))
    facts = made.of("pretraining")[0].spec.spelling
    assert facts["qnn.g2p"] == "lexicon"
    assert facts["eng.g2p"].startswith("auto (")
    with pytest.raises(LanguageError, match="qnn"):
        make_plan(config(tmp_path, representations=[{"name": "phoneme"}]))
    unknown = {"name": "phoneme", "options": {"backend": {"qnm": "lexicon"}}}
    with pytest.raises((ConfigError, LanguageError), match="qnm"):
        make_plan(config(tmp_path, representations=[unknown]))


def test_a_single_parallel_text_is_the_same_in_a_list(tmp_path):
    once = {"name": "data/parallel.yaml"}
    single, listed = (make_plan(config(tmp_path, parallel=p)) for p in (once, [once]))
    assert [job.id for job in single.jobs] == [job.id for job in listed.jobs]


def test_parallel_text_in_another_script_is_refused_by_the_plan(tmp_path):
    own = config(tmp_path, pretraining={"text": {"name": "data/pos.yaml"}, "training": QUICK})
    (tmp_path / "data/eng.txt").write_text("καλημέρα κόσμε\n" * 20, encoding="utf-8")
    with pytest.raises(CorpusError, match="100 % of the letters of split 'all' of p are Grek"):
        make_plan(own)


def test_relative_paths_count_from_the_file(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    made = config(tmp_path / "deep")
    monkeypatch.chdir(tmp_path)
    assert make_plan(made).jobs
    assert made.tasks[0].corpus.name == str(tmp_path / "deep/data/pos.yaml")
    (tmp_path / "deep/data").rename(tmp_path / "data")
    with pytest.warns(FutureWarning, match="count from the folder of the configuration"):
        assert make_plan(ExperimentConfig.read(tmp_path / "deep/own.yaml")).jobs


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"overrides": [{"settings": {"learning_rate": 0.1}, "languages": ["fra"]}]},
            r"overrides: \['fra'\] are not among the languages",
        ),
        (
            {"overrides": [{"settings": {"learning_rate": 0.1}, "tasks": ["ner"]}]},
            "overrides: the plan has no task ner",
        ),
        (
            {
                "protocol": "zero-shot", "source": "eng",
                "overrides": [{"settings": {"learning_rate": 0.1}, "languages": ["qnn"]}],
            },
            "overrides: no training of the plan is one of qnn",
        ),
        ({"parallel_languages": ["eng"]}, "no task has two of the parallel languages"),
    ],
)  # fmt: skip
def test_what_no_run_would_use_is_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        ExperimentConfig.parse(settings(**changes))


def test_the_dry_run_tells_what_the_text_cannot_give(tmp_path):
    pieces = {"name": "subword", "options": {"vocabulary_size": 3000}}
    tags = {"task": "pos", "corpus": {"name": "data/pos.yaml"}}
    given = settings(
        languages=[NEW, "eng", "fra"], representations=[pieces],
        tasks=[tags, {**tags, "name": "b", "languages": ["eng", "fra"]}],
    )  # fmt: skip
    given["tasks"][0]["languages"] = ["qnn", "eng"]
    del given["task"], given["corpus"]
    corpus_files(tmp_path / "data", ["qnn", "eng", "fra"])
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(given))
    pairs, vocabulary = notes_on(ExperimentConfig.read(path))
    assert pairs.startswith("No linguistic gap is measured between qnn and fra: no task")
    assert re.fullmatch(r"subword: vocabulary_size 3,000 asked, \d\d got; .*", vocabulary)


def test_marks_of_capitals_without_capitals_are_told_by_the_dry_run():
    tiny = yaml.safe_load((Path(__file__).parents[1] / "data" / "tiny.yaml").read_text("utf-8"))
    tiny["representations"] = [{"name": "phoneme", "options": {"case": "mark"}}]
    [note] = notes_on(ExperimentConfig.parse(tiny))
    assert note.startswith("phoneme: case mark finds no capitals in ner")
    for of in (tiny["corpus"], tiny["pretraining"]["text"]):
        of["options"]["case"] = "keep"
    assert notes_on(ExperimentConfig.parse(tiny)) == []


def test_encoders_are_checked_by_their_configuration(tmp_path, monkeypatch):
    encoder = tmp_path / "encoder"
    encoder.mkdir()
    published = {"name": "subword", "encoder": "encoder"}
    made = config(tmp_path, representations=[published], layers=[99], pretraining=None)
    shapes = {
        "gpt2": {}, "bert": {"is_decoder": True}, "bart": {"is_encoder_decoder": True}, "xyz": {},
    }  # fmt: skip
    said = {"gpt2": "causal", "bert": "causal", "bart": "T5 family", "xyz": "no model of that type"}
    for kind, more in shapes.items():
        (encoder / "config.json").write_text(json.dumps({"model_type": kind, **more}))
        with pytest.raises(LingapError, match=said[kind]):
            check_usable(made)
    shape = {"model_type": "mt5", "num_layers": 4}
    (encoder / "config.json").write_text(json.dumps(shape))
    with pytest.raises(ConfigError, match="no layer 99.*up to 4"):
        check_usable(made)
    with pytest.raises(ConfigError, match="expected weights as model.safetensors .*found none"):
        check_usable(config(tmp_path, representations=[published], pretraining=None))
    monkeypatch.setattr("lingap.storage.hub.is_reachable", lambda: False)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    far = {"name": "subword", "encoder": "nobody/nothing", "revision": "0" * 40}
    with pytest.raises(ConfigError, match="is not in the hub's cache and cannot be reached"):
        check_usable(config(tmp_path, representations=[far], pretraining=None))


@pytest.mark.parametrize("much", [{"hidden_size": 100_000}, {"hidden_size": 16}])
def test_an_encoder_that_fits_no_memory_is_refused(much, monkeypatch, tmp_path):
    monkeypatch.setattr("lingap.experiments.cost.memory_bytes", lambda: 2**23)
    size = {"hidden_size": much["hidden_size"], "heads": 2, "layers": 1, "max_units": 65_536}
    with pytest.raises(ConfigError, match="less than or equal to 65536|GiB to train"):
        refuse_too_large(make_plan(config(tmp_path, encoder=size)).jobs)
