"""Advice in the terms of its reader: options on the command line, arguments in Python."""

import ast
import re
from pathlib import Path

import pytest
import typer

import lingap
from lingap.cli import app
from lingap.cli.advice import called, in_terms_of

ROOT = Path(lingap.__file__).parent


@pytest.mark.parametrize(
    ("arguments", "message", "said"),
    [
        ("gap scores x.csv", "or pass missing='shared' to leave", "or pass --missing shared to leave"),
        ("gap scores x.csv", "Pass compare=True, or systems=, those to keep.", "Pass --compare, or --system, those to keep."),
        ("gap embeddings x", "choose one with layer=: a, b.", "choose one with --layer: a, b."),
        ("gap embeddings x", "Pass retrieval=False.", "Pass --no-retrieval."),
        ("gap text x", "Pass ngram=2 for shorter ones.", "Pass --ngram 2 for shorter ones."),
        ("gap outputs x", "a softmax first (lingap.metrics.softmax).", "a softmax first (--logits)."),
        ("report x.csv", "Or pass languages=, the languages.", "Or pass --language to `lingap gap scores`, the languages."),
        ("gap check a --against b", "no language, pass ignore=, the names.", "no language, pass --ignore, the names."),
        ("gap explain a", "or pass languages=, the languages.", "or pass --language, the languages."),
        ("corpora show ud", "give path=, the folder", "give --path, the folder"),
        ("corpora show ud", "pass missing_tag='X' to call it X.", "pass --option missing_tag=X to call it X."),
        ("corpora show ud", "pass check_script=False.", "pass --option check_script=false."),
        ("run x.yaml", "pass check_script=False.", "pass `check_script: false`."),
        ("run x.yaml", "such as columns=(0, 3).", "such as `columns: [0, 3]`."),
        ("corpora show ner", "such as columns=(0, 3).", "such as --option columns=[0, 3]."),
        ("run x.yaml", "or pass path=, the folder.", "or pass `path`, the folder."),
        ("gap scores runs/seed=3/x.csv", "runs/seed=3/x.csv: pass seed=3/x", "runs/seed=3/x.csv: pass seed=3/x"),
    ],
)  # fmt: skip
def test_an_argument_becomes_the_option_of_the_command(arguments, message, said):
    command = called(typer.main.get_command(app), arguments.split())
    assert in_terms_of(command, message) == said


def strings(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise):
            for inner in ast.walk(node):
                if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                    yield inner.value


@pytest.mark.parametrize(
    "room", ["gap", "corpora", "evaluation", "experiments", "metrics", "tasks"]
)
def test_errors_of_the_library_name_no_option_of_a_command(room):
    for path in sorted((ROOT / room).rglob("*.py")):
        for text in strings(path):
            outside = re.sub(r"`[^`]*`", "", text)  # a whole command is for everybody
            assert not re.search(r"(?<![\w-])--[a-z]", outside), f"{path.name}: {text}"
