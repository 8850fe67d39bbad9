"""Settings that no training could use: refused by the schema, before anything is done."""

import json

import jsonschema
import pytest
import yaml
from typer.testing import CliRunner

from lingap.cli import app
from lingap.corpora import CORPORA, load_corpus
from lingap.errors import ConfigError, LingapError, MetricError
from lingap.experiments import Experiment, ExperimentConfig, PretrainConfig
from lingap.experiments.cost import memory_bytes, refuse_too_large
from lingap.experiments.plan import make_plan, pretraining_jobs
from lingap.metrics import ngram_divergence


def config(**changes):
    given = {
        "name": "x", "task": "ner", "corpus": {"name": "cldr"}, "languages": ["eng", "fra"],
        "representations": [{"name": "character"}], "encoder": {},
        "pretraining": {"text": {"name": "cldr_text"}, "training": {"steps": 3}},
        "finetuning": {"epochs": 1}, "seeds": [0],
    }  # fmt: skip
    for place, value in changes.items():
        *steps, last = place.split("__")
        inner = given
        for step in steps:
            inner = inner[int(step) if step.isdecimal() else step]
        inner[last] = value
    return given


WRONG = {
    "seeds": [[2**32], [2**63], [2**64], [-1], [10**400], [0.5], list(range(10_001))],
    "pretraining__seed": [2**32, -1],
    "corpus__draw_seed": [2**32, -1],
    "finetuning__learning_rate": [float("inf"), float("nan"), 0, -1, 1e300, 1e30, 50, 1e-300],
    "finetuning__weight_decay": [float("inf"), float("nan"), -1, 1e300, 10],
    "finetuning__max_gradient_norm": [float("inf"), float("nan"), 0, 1e300, 1e-300],
    "finetuning__warmup": [1, 1.5, -0.1, float("nan")],
    "finetuning__epochs": [0, -1, 10**6, 10**9, 2**63, float("inf")],
    "finetuning__batch_size": [0, 10**5, 10**9, 2**63],
    "finetuning__patience": [0, 10**9],
    "pretraining__training__steps": [0, 10**9, 10**12, 2**63],
    "pretraining__mask_share": [0, 1, float("nan")],
    "pretraining__heldout_share": [0, 0.5, float("nan")],
    "encoder__hidden_size": [0, 1_000_000_000, 2**63, 126, 127],
    "encoder__layers": [0, 10**6],
    "encoder__heads": [0, 3, 10**6],
    "encoder__feed_forward_size": [0, 10**9],
    "encoder__max_units": [7, 10**9],
    "encoder__dropout": [1, 0.9999999, -0.1, float("nan")],
    "encoder__initializer_std": [0, 1e-300, 1e300, 5, float("inf"), float("nan")],
    "layers": [["-1"], ["9" * 20], ["²"]],
    "grid": [
        {"learning_rate": [float("inf")]},
        {"epochs": [10**9]},
        {"learning_rate": [1e300]},
        {
            n: [0.1 + k / 100 for k in range(9)]
            for n in (
                "learning_rate",
                "weight_decay",
                "warmup",
                "max_gradient_norm",
                "epochs",
                "patience",
                "batch_size",
                "steps",
                "schedule",
            )
        },
    ],
    "overrides": [[{"settings": {"learning_rate": float("nan")}}]],
}


@pytest.mark.parametrize(
    ("place", "value"), [(place, value) for place, all_ in WRONG.items() for value in all_]
)
def test_no_such_setting_is_accepted(place, value):
    with pytest.raises(ConfigError, match=place.rpartition("__")[2].split("_")[0]):
        Experiment(config(**{place: value}))
    if place.startswith(("encoder", "pretraining")):
        given = {
            k: v for k, v in config(**{place: value}).items() if k in PretrainConfig.model_fields
        }
        with pytest.raises(ConfigError):
            PretrainConfig.parse(given)


@pytest.mark.parametrize(
    ("place", "value"),
    [("finetuning__learning_rate", 0), ("seeds", [2**32]), ("encoder__hidden_size", 10**9),
     ("finetuning__batch_size", 10**9), ("pretraining__training__steps", 10**12)],
)  # fmt: skip
def test_editors_know_the_ranges(place, value):
    schema = ExperimentConfig.model_json_schema()
    jsonschema.validate(config(), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(config(**{place: value}), schema)


@pytest.mark.parametrize("size", [1, 99, 0, -5, 1_000_001, 10**8, 10**400, 300.0, True, None])
@pytest.mark.parametrize("kind", ["run", "pretrain"])
def test_a_vocabulary_beyond_use_is_refused_by_the_plan(size, kind):
    given = config(
        representations=[{"name": "subword", "options": {"vocabulary_size": size}}],
    )
    if kind == "run":
        parsed, plan = ExperimentConfig.parse(given), make_plan
    else:
        fields = PretrainConfig.model_fields
        parsed = PretrainConfig.parse({k: v for k, v in given.items() if k in fields})
        plan = pretraining_jobs
    with pytest.raises(ConfigError, match="from 100 to 1,000,000"):
        plan(parsed)


def test_the_largest_seed_is_accepted():
    assert Experiment(config(seeds=[2**32 - 1])).config.seeds == (2**32 - 1,)


def test_an_encoder_beyond_the_memory_is_refused_by_the_dry_run_and_the_run(tmp_path):
    given = config(encoder={"hidden_size": 65_536, "layers": 1000, "feed_forward_size": 262_144})
    path = tmp_path / "x.yaml"
    path.write_text(yaml.safe_dump(given))
    alone = tmp_path / "alone.yaml"
    alone.write_text(
        yaml.safe_dump({k: v for k, v in given.items() if k in PretrainConfig.model_fields})
    )
    for asked in (["run", str(path)], ["pretrain", str(alone)]):
        for more in (["--dry-run"], ["--workers", "0"]):
            out = ["--out", str(tmp_path / "out")]
            error = CliRunner().invoke(app, [*asked, *out, *more]).exception
            assert isinstance(error, ConfigError)
            assert "GiB to train; this machine has" in str(error)


def test_memory_is_counted_in_bytes_of_training(monkeypatch):
    given = {k: v for k, v in config().items() if k in PretrainConfig.model_fields}
    jobs = pretraining_jobs(PretrainConfig.parse(given))
    size = PretrainConfig.parse(given).encoder
    weights = 2 * (4 * 128**2 + 2 * 128 * 512) + 128 * size.max_units  # layers and positions
    assert memory_bytes() > 2**28
    monkeypatch.setattr("lingap.experiments.cost.memory_bytes", lambda: 16 * weights)
    refuse_too_large(jobs)
    monkeypatch.setattr("lingap.experiments.cost.memory_bytes", lambda: 16 * weights - 1)
    with pytest.raises(ConfigError, match=f"{weights:,} weights"):
        refuse_too_large(jobs)


def test_a_layer_that_the_encoder_lacks_is_refused_by_the_plan():
    parallel = {"name": "cldr_names"}
    Experiment(config(layers=[2], parallel=parallel)).plan()
    with pytest.raises(
        ConfigError, match="has no layer 3; expected input, last, or a number up to 2"
    ):
        Experiment(config(layers=[3], parallel=parallel)).plan()


def test_a_window_beyond_the_published_encoder_is_refused_by_the_plan(tmp_path):
    make = pytest.importorskip("checkpoints")
    make.bert(tmp_path)
    choice = {"name": "subword", "encoder": str(tmp_path), "max_units": 48}
    Experiment(config(representations=[choice])).plan()
    with pytest.raises(ConfigError, match="reads 48 units at most, not 49"):
        Experiment(config(representations=[choice | {"max_units": 49}])).plan()


def test_a_demo_of_a_billion_seeds_is_refused():
    assert CliRunner().invoke(app, ["demo", "--seeds", str(10**9)]).exit_code == 2


VALUES = (
    None,
    True,
    -1,
    10**30,
    99_999_999,
    0.5,
    float("nan"),
    "",
    "x",
    [],
    [1],
    ["x"],
    [[]],
    {},
    {"a": 1},
)


@pytest.mark.parametrize("name", list(CORPORA))
def test_an_option_of_a_wrong_type_is_a_message(tmp_path, name):
    corpus = CORPORA[name]
    path = None if corpus.source == "built in" else tmp_path
    for option in corpus.options:
        for value in VALUES:
            try:
                split = load_corpus(
                    name, language="eng", split=corpus.splits[0], path=path, **{option: value}
                )
                json.dumps(split.provenance)
                split.head(1)
            except LingapError:
                continue


@pytest.mark.parametrize("share", ["0", "-1", "nan", "inf", "1e-300", "1e300"])
def test_a_regularisation_beyond_use_is_refused(tmp_path, share):
    np = pytest.importorskip("numpy")
    for name in ("eng", "kor"):
        np.save(tmp_path / f"{name}.npy", np.eye(4) * 0.7 + 0.075)
    asked = ["gap", "outputs", str(tmp_path), f"--regularisation={share}"]
    with pytest.raises(
        MetricError, match=r"regularisation(: expected a finite number| must be from 1e-6 to 1e6)"
    ):
        CliRunner().invoke(app, asked, catch_exceptions=False)


def test_a_trillion_draws_are_refused(tmp_path):
    (tmp_path / "eng.txt").write_text("a\n")
    asked = ["gap", "tokens", str(tmp_path), "-t", "byte", "--resamples", str(10**12)]
    assert CliRunner().invoke(app, asked).exit_code == 2


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (("text", "DIR", "-r", "character", "--ngram", 10**30), "no 1000000000"),
        (("tokens", "DIR", "-t", "byte", "--limit", 10**30), ""),
        (("tokens", "DIR", "-t", "byte", "--seed", 10**30), ""),
        (("embeddings", "DIR", "--permutations", 10**6), "100000"),
    ],
)
def test_numbers_beyond_use_end_at_once(tmp_path, asked, says):
    for code in ("eng", "fin"):
        (tmp_path / f"{code}.txt").write_text("talo on iso\n" * 3)
    done = CliRunner().invoke(app, ["gap", *(str(a).replace("DIR", str(tmp_path)) for a in asked)])
    assert (done.exit_code == 0) == (not says)
    assert says in done.output + str(done.exception)


def test_long_n_grams_of_the_classifier_end_at_once():
    texts = [[*"talo", *"hei"]] * 12
    assert ngram_divergence(texts, texts, max_n=10**9, n_resamples=100).error is not None
