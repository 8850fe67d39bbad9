"""``lingap pretrain``: matched encoders alone, and published ones that read on."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from transformers import AutoModelForMaskedLM, AutoTokenizer

from lingap.errors import ConfigError
from lingap.experiments import Experiment, PretrainConfig, pretrain_encoders
from lingap.experiments.plan import pretraining_jobs

_spec = importlib.util.spec_from_file_location(
    "checkpoints", Path(__file__).parents[1] / "models" / "checkpoints.py"
)
make = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make)
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
    path.write_text(yaml.safe_dump(settings()), encoding="utf-8")
    command = [str(LINGAP), "pretrain", str(path), "--out", str(tmp_path / "x"), "--workers", "1"]
    planned = subprocess.run([*command, "--dry-run"], capture_output=True, text=True, check=True)
    assert "pre-train articulatory" in planned.stdout
    assert not (tmp_path / "x").exists()
    first = subprocess.run(command, capture_output=True, text=True, check=True)
    for heading in ("Encoder", "Units", "Parameters", "articulatory", "character"):
        assert heading in first.stdout
    stamps = {p: p.stat().st_mtime_ns for p in (tmp_path / "x").glob("pretraining/*/run.json")}
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert again.stdout.splitlines()[:4] == first.stdout.splitlines()[:4]
    assert {p: p.stat().st_mtime_ns for p in stamps} == stamps
    for name in ("character", "articulatory"):
        folder = tmp_path / "x" / "encoders" / name
        AutoModelForMaskedLM.from_pretrained(folder)
        assert AutoTokenizer.from_pretrained(folder).mask_token == "[MASK]"
    tiny = yaml.safe_load(
        (Path(__file__).parents[1] / "data" / "tiny.yaml").read_text(encoding="utf-8")
    )
    del tiny["pretraining"]
    tiny["representations"] = [
        {"name": name, "encoder": str(tmp_path / "x" / "encoders" / name)}
        for name in ("character", "articulatory")
    ]
    assert Experiment(tiny).run(tmp_path / "y", n_workers=0) == []


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
    (tmp_path / "canine").mkdir()
    make.canine(tmp_path / "canine")
    given = settings(representations=[{"name": "character", "encoder": str(tmp_path / "canine")}])
    with pytest.raises(ConfigError, match="no masked language model of CANINE"):
        pretraining_jobs(PretrainConfig.parse(given))
    partly = settings()
    partly["pretraining"] = {
        **partly["pretraining"],
        "text": [{"name": "cldr_text", "languages": ["kor"]}],
    }
    with pytest.raises(ConfigError, match="no corpus for eng"):
        pretraining_jobs(PretrainConfig.parse(partly))


def test_the_schema_is_json_and_names_every_setting():
    for verb, names in (("run", {"tasks", "grid", "seeds"}), ("pretrain", {"pretraining"})):
        told = subprocess.run([str(LINGAP), verb, "--schema"], capture_output=True, check=True)
        schema = json.loads(told.stdout)
        assert names <= set(schema["properties"])
        assert schema["additionalProperties"] is False
