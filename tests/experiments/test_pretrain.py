"""``lingap pretrain``: matched encoders alone, and continued pre-training of published ones."""

import hashlib
import json
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import jsonschema
import pytest
import yaml
from transformers import AutoModelForMaskedLM, AutoTokenizer
from typer.testing import CliRunner

import checkpoints as make
from lingap import Phonemizer
from lingap.cli import app
from lingap.errors import ConfigError
from lingap.experiments import Experiment, ExperimentConfig, PretrainConfig, pretrain_encoders
from lingap.experiments.plan import pretraining_jobs
from lingap.experiments.store import Store
from lingap.records import Sentence
from lingap.report.folder import read_folder
from lingap.representations.published import published_representation

LINGAP = Path(sys.executable).parent / "lingap"


def settings(**changes):
    return {
        "name": "tiny encoders",
        "languages": ["eng", "kor"],
        "representations": [{"name": "character"}, {"name": "articulatory"}],
        "encoder": {"hidden_size": 16, "layers": 1, "heads": 2, "feed_forward_size": 32},
        "pretraining": {
            "text": {"name": "cldr_text", "options": {"train_size": 24}},
            "training": {"steps": 4, "batch_size": 16, "learning_rate": 0.001},
        },
    } | changes


def test_the_command_makes_encoders_that_experiments_take(tmp_path):
    path = tmp_path / "encoders.yaml"
    names = ("character", "articulatory", "phoneme-subword", "romanized-subword", "mixed")
    pieces = {name: {"vocabulary_size": 150} for name in names if "subword" in name}
    chosen = [{"name": name, "options": pieces.get(name, {})} for name in names]
    path.write_text(yaml.safe_dump(settings(representations=chosen)), encoding="utf-8")
    arguments = ["pretrain", str(path), "--out", str(tmp_path / "x"), "--workers", "1"]
    command = [str(LINGAP), *arguments]
    planned = CliRunner().invoke(app, [*arguments, "--dry-run"], catch_exceptions=False)
    assert "pre-train articulatory" in planned.stdout
    assert "5 jobs, 0 of them done; in the rest 20 optimizer steps" in planned.stdout
    assert "Encoders of 2,048 weights" in planned.stdout  # 4 x 16 x 16 + 2 x 16 x 32
    assert re.search(r"about \d+ seconds? of one \w.* by a trial of them here", planned.stdout)
    assert not (tmp_path / "x").exists()
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    for heading in ("Encoder", "Units", "Parameters", "articulatory", "character"):
        assert heading in first.stdout
    stamps = {p: p.stat().st_mtime_ns for p in (tmp_path / "x").glob("pretraining/*/run.json")}
    card = tmp_path / "x" / "encoders" / "mixed" / "README.md"
    made = card.read_text("utf-8")
    card.write_text("my own words", encoding="utf-8")
    again = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert again.exit_code == 0
    assert again.stdout.splitlines()[:6] == first.stdout.splitlines()[:6]
    assert {p: p.stat().st_mtime_ns for p in stamps} == stamps
    assert card.read_text("utf-8") == "my own words"
    card.write_text(made, encoding="utf-8")
    planned = CliRunner().invoke(app, [*arguments, "--dry-run"], catch_exceptions=False)
    assert "5 jobs, 5 of them done; in the rest 0 optimizer steps" in planned.stdout
    for name in names:
        folder = tmp_path / "x" / "encoders" / name
        record = json.loads((folder / "run.json").read_text("utf-8"))
        _, head, card = (folder / "README.md").read_text("utf-8").split("---\n", 2)
        assert yaml.safe_load(head)["language"] == ["en", "ko"]
        assert card.startswith(f"\n# {name}\n")
        assert "English (eng), Korean (kor)" in card
        assert "Licence: Unicode-3.0" in card
        digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        assert f"| SHA-256 of the weights | `{digest}` |" in card
        assert f"{record['n_sentences']:,} sentences" in card
        configuration = json.loads(re.search(r"```json\n(.*)\n```", card, re.DOTALL)[1])
        assert configuration["text"] == record["config"]["text"]
        assert configuration["training"]["steps"] == 4
        assert str(tmp_path) not in card
        AutoModelForMaskedLM.from_pretrained(folder)
        assert AutoTokenizer.from_pretrained(folder).mask_token == "[MASK]"
    tiny = yaml.safe_load(
        (Path(__file__).parents[1] / "data" / "tiny.yaml").read_text(encoding="utf-8")
    )
    del tiny["pretraining"]
    tiny["representations"] = [
        {"name": name, "encoder": str(tmp_path / "x" / "encoders" / name)} for name in names
    ]
    assert Experiment(tiny).run(tmp_path / "y", n_workers=0).failures == ()
    spell, _ = published_representation(
        "phoneme-subword", tmp_path / "x/encoders/phoneme-subword", {}
    )
    ours = spell.encode(Sentence("s", "kor", ("한국", "독일"))).units
    spoken = Phonemizer("kor").text("한국 독일").pronunciations
    folder = tmp_path / "x" / "encoders" / "phoneme-subword"
    text = " ".join("".join(word.units) for word in spoken)
    assert tuple(AutoTokenizer.from_pretrained(folder).tokenize(text)) == ours
    refused = [("mixed", "character"), ("phoneme-subword", "mixed")]
    refused += [("romanized-subword", "phoneme-subword"), ("phoneme-subword", "romanized-subword")]
    for name, given in refused:
        with pytest.raises(ConfigError, match=rf"pre-trained over {given}, and is to read {name}"):
            published_representation(name, tmp_path / "x" / "encoders" / given, {})


def test_an_encoder_over_phonemes_reads_on_with_the_units_it_lacks(tmp_path):
    source = tmp_path / "xphonebert"
    source.mkdir()
    make.xphonebert(source)
    given = settings(representations=[{"name": "phoneme", "encoder": str(source)}])
    (folder,) = pretrain_encoders(PretrainConfig.parse(given), tmp_path / "x", n_workers=0)[
        0
    ].values()
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert {"ɛ", "w"} <= set(record["units_added"])
    assert "a" not in record["units_added"]
    assert record["heldout_counts"]["units_unknown"] < record["heldout_counts"]["units"] / 20
    model = AutoModelForMaskedLM.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    table = tokenizer.get_vocab()
    assert len(table) == record["vocabulary_size"] == len(model.get_input_embeddings().weight)
    assert tokenizer.tokenize("a ɛ ▁ w") == ["a", "ɛ", "▁", "w"]
    closed = settings(
        representations=[{"name": "phoneme", "encoder": str(source)}],
        pretraining={**settings()["pretraining"], "extend_vocabulary": False},
    )
    (folder,) = pretrain_encoders(PretrainConfig.parse(closed), tmp_path / "z", n_workers=0)[
        0
    ].values()
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert record["units_added"] == []
    assert (folder / "vocab.txt").read_bytes() == (source / "vocab.txt").read_bytes()


def test_what_cannot_read_on_is_refused_before_anything_runs(tmp_path):
    for kind, reads in {"canine": "character", "byt5": "byte", "mt5": "subword"}.items():
        (tmp_path / kind).mkdir()
        getattr(make, kind)(tmp_path / kind)
        given = settings(representations=[{"name": reads, "encoder": str(tmp_path / kind)}])
        with pytest.raises(ConfigError, match="no masked language model of that type"):
            pretraining_jobs(PretrainConfig.parse(given))
    partly = settings()
    partly["pretraining"] = {
        **partly["pretraining"],
        "text": [{"name": "cldr_text", "languages": ["kor"]}],
    }
    with pytest.raises(ConfigError, match="no corpus for eng"):
        pretraining_jobs(PretrainConfig.parse(partly))


def test_the_tokenizer_of_an_encoder_reads_plain_text(tmp_path):
    both = [{"name": "character"}, {"name": "subword", "options": {"vocabulary_size": 200}}]
    given = PretrainConfig.parse(settings(representations=both))
    found, _ = pretrain_encoders(given, tmp_path / "x", n_workers=0)
    assert set(found) == {"character", "subword"}
    words = tuple("the West Indies, zäh 대한민국 ﬁ".lower().split())
    for name, folder in found.items():
        spell, vocabulary = published_representation(name, folder, {})
        encoded = spell.encode(Sentence("s", "eng", words))
        ids = [vocabulary.cls_id, *vocabulary.ids(encoded.units).tolist(), vocabulary.sep_id]
        tokenizer = AutoTokenizer.from_pretrained(folder)
        assert tokenizer("  " + "  ".join(words) + "\n")["input_ids"] == ids
        assert len(set(ids)) > 8
        long = tokenizer("a b c d " * 400, truncation=True)["input_ids"]
        assert len(long) == tokenizer.model_max_length == 256
        masked = tokenizer(f"the {tokenizer.mask_token}")["input_ids"]
        assert vocabulary.mask_id in masked
        assert AutoModelForMaskedLM.from_pretrained(folder).config.vocab_size == len(vocabulary)


def test_representations_that_differ_in_their_labels_share_an_encoder(tmp_path):
    twice = [{"name": "character", "label": "a"}, {"name": "character", "label": "b"}]
    config = PretrainConfig.parse(settings(representations=twice))
    done = []

    @contextmanager
    def watch(every, jobs):
        yield lambda job, event, step: done.append(job.id) if event == "done" else None

    found, failures = pretrain_encoders(config, tmp_path / "x", n_workers=2, watch=watch)
    assert failures == []
    assert len(done) == 1
    assert found["a"].resolve() == found["b"].resolve()
    given = {
        "name": "x", "task": "ner", "languages": ["eng", "kor"], "corpus": {"name": "cldr"},
        "representations": twice, "pretraining": settings()["pretraining"],
        "finetuning": {"epochs": 1},
    }  # fmt: skip
    plan = Experiment(given).plan()
    assert [job.title for job in plan.of("pretraining")] == ["pre-train a, b"]
    assert len({job.id for job in plan.jobs}) == len(plan.jobs) == 5


def test_every_seed_can_have_an_encoder_of_its_own(tmp_path):
    tiny = yaml.safe_load(
        (Path(__file__).parents[1] / "data" / "tiny.yaml").read_text(encoding="utf-8")
    )
    tiny |= {"seeds": [0, 3], "representations": [{"name": "character"}, {"name": "phoneme"}]}
    tiny["grid"] = {"learning_rate": [1e-3, 1e-2]}
    shared = Experiment(tiny).plan()
    tiny["pretraining"]["seed"] = "per-seed"
    plan = Experiment(tiny).plan()
    encoders = {job.title: job.id for job in plan.of("pretraining")}
    assert [*encoders] == [
        f"pre-train {name} seed {seed}" for seed in (0, 3) for name in ("character", "phoneme")
    ]
    assert [job.id for job in shared.of("pretraining")] == [*encoders.values()][:2]
    assert [job.id for job in shared.of("trials")] == [job.id for job in plan.of("trials")]
    for job in plan.of("runs"):
        read = encoders[f"pre-train {job.spec.representation} seed {job.spec.seed}"]
        assert job.spec.encoder == read
        assert read in job.needs
    result = Experiment(tiny).run(tmp_path / "x", n_workers=0)
    assert result.failures == ()
    records = [Store(tmp_path / "x").record("pretraining", one) for one in encoders.values()]
    assert len({one.digests["model.safetensors"] for one in records}) == 4
    rows = [row.system for row in read_folder(tmp_path / "x").pretraining]
    assert rows == [title.removeprefix("pre-train ") for title in encoders]
    alone = settings(pretraining=settings()["pretraining"] | {"seed": "per-seed"})
    with pytest.raises(ConfigError, match="per-seed takes the seeds of an experiment"):
        PretrainConfig.parse(alone)


def test_sentences_that_are_learned_are_not_held_out(tmp_path):
    path = tmp_path / "lines.eng"
    path.write_text("".join(f"{w} {w}\n" for w in "one two three four five".split()) * 40, "utf-8")
    corpus = {"name": "text", "path": str(path)}
    given = settings(
        languages=["eng"], representations=[{"name": "character"}],
        pretraining=settings()["pretraining"] | {"text": corpus},
    )  # fmt: skip
    _, (failure,) = pretrain_encoders(PretrainConfig.parse(given), tmp_path / "x", n_workers=0)
    assert "all 10 held-out sentences are also in the training text" in failure.reason
    path.write_text(
        path.read_text("utf-8") + "".join(f"alone {i:b}\n" for i in range(200)), "utf-8"
    )
    found, failures = pretrain_encoders(PretrainConfig.parse(given), tmp_path / "x", n_workers=0)
    assert failures == []
    record = json.loads((found["character"] / "run.json").read_text(encoding="utf-8"))
    assert record["n_heldout"] + record["n_heldout_repeated"] == 20
    assert record["n_heldout"] > 0
    assert record["n_heldout_repeated"] > 0


def test_the_schema_is_json_and_names_every_setting():
    for verb, names in (("run", {"tasks", "grid", "seeds"}), ("pretrain", {"pretraining"})):
        told = subprocess.run([str(LINGAP), verb, "--schema"], capture_output=True, check=True)
        schema = json.loads(told.stdout)
        assert names <= set(schema["properties"])
        assert schema["additionalProperties"] is False


@pytest.mark.parametrize(
    ("page", "model"),
    [("reference/experiment.md", ExperimentConfig), ("how-to/pretrain.md", PretrainConfig)],
)
def test_the_schema_takes_what_the_pages_show(page, model):
    text = (Path(__file__).parents[2] / "docs" / page).read_text(encoding="utf-8")
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml.*?\n(.*?)```", text, re.S)]
    if model is PretrainConfig:  # its page goes on to experiments
        for block in (one for one in blocks if "task" in one):
            jsonschema.validate(block, ExperimentConfig.model_json_schema())
        blocks = [one for one in blocks if "task" not in one]
    schema = model.model_json_schema()
    whole, *parts = blocks
    assert "representations" in whole
    for part in ({}, *parts):
        shown = {
            k: v for k, v in whole.items() if not ("tasks" in part and k in ("task", "corpus"))
        }
        shown = json.loads(json.dumps(shown | part))
        jsonschema.validate(shown, schema)
    model.parse(whole)
    for wrong, says in (
        ({"seds": [1]}, "'seds' was unexpected"),
        ({"languages": []}, "should be non-empty"),
        ({"encoder": {"layer": 2}}, "'layer' was unexpected"),
    ):
        with pytest.raises(jsonschema.ValidationError, match=says):
            jsonschema.validate(whole | wrong, schema)


def test_the_schema_knows_the_short_forms():
    schema = ExperimentConfig.model_json_schema()
    tiny = yaml.safe_load((Path(__file__).parents[1] / "data" / "tiny.yaml").read_text("utf-8"))
    jsonschema.validate(tiny | {"layers": [0, "last"]}, schema)
    both = tiny | {"tasks": [{"task": tiny["task"], "corpus": tiny["corpus"]}]}
    for wrong in (
        both,
        {k: v for k, v in both.items() if k != "task"},
        {k: v for k, v in tiny.items() if k != "corpus"},
    ):
        with pytest.raises(jsonschema.ValidationError) as told:
            jsonschema.validate(wrong, schema)
        assert (told.value.validator, list(told.value.absolute_path)) == ("oneOf", [])
