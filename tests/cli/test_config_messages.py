"""What ``lingap demo`` and ``lingap run`` say of input that cannot be an experiment."""

import pytest
import yaml
from typer.testing import CliRunner

from lingap.cli import app
from lingap.errors import ConfigError


def refused(*arguments):
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert isinstance(result.exception, ConfigError), result.output
    return str(result.exception)


@pytest.mark.parametrize("languages", ["eng", " kor ,", ","])
def test_the_demo_needs_two_languages(languages, tmp_path):
    said = refused("demo", "--languages", languages, "--out", tmp_path / "demo")
    assert "expected two or more, got" in said
    assert not (tmp_path / "demo").exists()


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    said = refused("run", tmp_path / "no.yaml")
    assert "no.yaml does not exist" in said
    assert "Errno" not in said
    assert "cannot be read: Is a directory" in refused("run", tmp_path)


def test_no_whole_mapping_is_printed(tmp_path):
    path = tmp_path / "x.yaml"
    plan = {
        "name": "n", "task": "ner", "corpus": {"name": "cldr"}, "languages": ["eng", "kor"],
        "representations": [{"name": "character", "encoder": "canine"}],
        "protocol": "zero-shot", "finetuning": {"epochs": 1},
    }  # fmt: skip
    path.write_text(yaml.safe_dump(plan), encoding="utf-8")
    said = refused("run", path)
    assert "give source, the training language" in said
    assert "got" not in said
    assert "cldr" not in said
