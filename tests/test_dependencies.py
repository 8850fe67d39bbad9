"""What the code imports is declared, and what is declared is used."""

import ast
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import lingap
from lingap.experiments.jobs import versions

PACKAGE = Path(lingap.__file__).parent
ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
IMPORTED_AS = {
    "pyyaml": "yaml",
    "pot": "ot",
    "scikit-learn": "sklearn",
    "python-crfsuite": "pycrfsuite",
}
TRACKERS = {"mlflow", "wandb"}  # brought by users who name them in a configuration
READERS = {"sentencepiece", "tiktoken"}  # brought by users who have such a tokenizer
GIVEN_BACK = {"datasets", "pandas"}  # made for users who have it, and never needed otherwise
READ_AS_FILES = {"gruut_lang_en"}


def module_of(requirement):
    name = re.match(r"[\w.-]+", requirement)[0].lower()
    return IMPORTED_AS.get(name, name.replace("-", "_"))


CORE = set(map(module_of, PROJECT["dependencies"]))
FOR_USERS = CORE | {
    module_of(requirement)
    for extra, requirements in PROJECT["optional-dependencies"].items()
    if extra not in ("dev", "docs")
    for requirement in requirements
}


def imported():
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                found.add(node.module.split(".")[0])
            elif isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
    return found - sys.stdlib_module_names - {"lingap"}


def test_versions_are_told_without_metadata(monkeypatch):
    def none(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", none)
    found = versions()
    assert found["lingap"] == lingap.__version__
    assert found["torch"] == "unknown"


def test_every_import_is_declared():
    assert imported() - TRACKERS - READERS - GIVEN_BACK <= FOR_USERS
    assert not (TRACKERS | READERS | GIVEN_BACK) & CORE


def test_every_core_dependency_is_used():
    assert imported() >= CORE - READ_AS_FILES


def test_versions_are_asked_of_what_users_have():
    """Asking for the version of a package that only tests need would end every experiment."""
    assert set(map(module_of, versions())) - {"python", "lingap"} <= FOR_USERS
