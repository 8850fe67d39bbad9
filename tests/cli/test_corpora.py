"""``lingap corpora`` through the real entry point."""

import json
import subprocess
import sys

import pytest


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "lingap", "corpora", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_list_names_every_corpus():
    rows = json.loads(run("list", "--json").stdout)
    assert {"ud", "ner", "wikiann", "xnli", "flores", "cldr", "cldr_names", "text"} <= {
        row["name"] for row in rows
    }
    assert all(row["licence"] and row["revision"] for row in rows)
    plain = run("list").stdout
    assert "ud (pos): Universal Dependencies" in plain
    assert "    licence   CC BY-NC 4.0" in plain
    assert "foreign=error | drop | keep" in plain
    assert {row["name"]: row["policies"] for row in rows}["text"] == {"empty_text": "error | drop"}


def test_show_counts_and_prints_records():
    out = run("show", "cldr", "-l", "Korean", "--split", "dev", "--n", "2")
    assert out.returncode == 0, out.stderr
    lines = out.stdout.splitlines()
    assert "kor dev" in lines
    assert "  records     200" in lines
    assert sum(line.startswith("  | cldr-dev-") for line in lines) == 2


def test_options_and_json(tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "name: mine\ntask: ner\nformat: conll\npath: '{split}.txt'\nsplits: [test]\n",
        encoding="utf-8",
    )
    (tmp_path / "test.txt").write_text("서울 I-LOC\n", encoding="utf-8")
    out = run("show", tmp_path / "mine.yaml", "-l", "ko", "--json")
    [row] = json.loads(out.stdout)["surveys"]
    assert row["labels"] == {"B-LOC": 1}
    out = run("show", "cldr", "-l", "ko", "--split", "dev", "-o", "dev_size=7", "-o", "case=keep")
    assert "  records     7" in out.stdout.splitlines()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "udd", "-l", "ko"], "Did you mean 'ud'?"),
        (["show", "cldr", "-l", "xx-yy"], "xx-yy"),
        (["show", "ner", "-l", "ko"], "give --path"),
        (["show", "ud", "-l", "ko", "--path", "nowhere"], "no such file or folder"),
        (["show", "cldr", "-l", "ko", "-o", "seed"], "expected NAME=VALUE"),
    ],
)
def test_a_mistake_is_one_message_and_exit_code_2(arguments, says):
    out = run(*arguments)
    assert out.returncode == 2
    assert says in out.stderr
    assert "Traceback" not in out.stderr
