"""``lingap report`` through its real entry point."""

import json
import subprocess
import sys

import pytest

from lingap.gap import performance_gaps
from lingap.records import Score


def lingap(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "lingap", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def gaps(tmp_path):
    rows = [
        Score("mine", "pos", code, "accuracy", value)
        for code, value in (("eng", 0.9), ("kor", 0.6))
    ]
    path = tmp_path / "mine.json"
    path.write_text(json.dumps([gap.to_dict() for gap in performance_gaps(rows)]), encoding="utf-8")
    return path


def test_html_is_the_default(gaps):
    pytest.importorskip("plotly")
    done = lingap("report", gaps)
    assert done.returncode == 0, done.stderr
    assert "40.00" in done.stdout
    page = gaps.parent / "mine.report.html"
    assert f"Written: {page}" in done.stdout.replace("\n", "")
    assert "40.00 % with mine" in page.read_text(encoding="utf-8")


def test_csv_goes_where_it_is_told(gaps, tmp_path):
    done = lingap("report", gaps, "--format", "csv", "--out", tmp_path / "here", "--title", "Other")
    assert done.returncode == 0, done.stderr
    assert "mine,eng,0.9" in (tmp_path / "here/scores.csv").read_text(encoding="utf-8")


def test_terminal_writes_nothing(gaps):
    before = sorted(gaps.parent.iterdir())
    done = lingap("report", gaps, "--format", "terminal")
    assert done.returncode == 0
    assert "Parts of speech" in done.stdout
    assert sorted(gaps.parent.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "does not exist"),
        (["."], "not an experiment"),
        (["x.json", "--format", "docx"], "docx"),
    ],
)
def test_wrong_use_is_one_message_and_code_2(arguments, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = lingap("report", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert not done.stdout


def test_damaged_gaps_are_named(tmp_path):
    (tmp_path / "gaps.json").write_text("{", encoding="utf-8")
    done = lingap("report", tmp_path)
    assert done.returncode == 2
    assert "gaps.json is damaged" in done.stderr
