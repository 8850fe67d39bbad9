"""Text that a back end cannot read in full: every command says what was lost."""

import json

from typer.testing import CliRunner

from lingap.cli import app


def run(*arguments):
    """Standard output and error of a command that succeeds."""
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def test_a_text_gap_says_that_tones_are_lost(tmp_path, monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", "off")
    (tmp_path / "yor.txt").write_text("Yorùbá ni èdè\nṣé ó dára\n", encoding="utf-8")
    (tmp_path / "vie.txt").write_text("tiếng Việt\nmột hai\n", encoding="utf-8")
    _, notes = run("gap", "text", tmp_path, "-r", "phoneme", "--backend", "epitran")
    assert "yor by epitran: of 6 words 5 with unmapped characters." in notes
    assert "yor by epitran: 83.3 % of words with unmapped characters" in notes
    assert "vie by epitran: of 4 words 4 with tone dropped." in notes
    out, _ = run("gap", "text", tmp_path, "-r", "phoneme", "--backend", "epitran", "--json")
    assert any("tone dropped" in warning for warning in json.loads(out)["text"][0]["warnings"])


def test_phonemize_warns_and_counts(tmp_path):
    text, report = tmp_path / "in.txt", tmp_path / "c.json"
    text.write_text("Yorùbá ni èdè\n", encoding="utf-8")
    _, said = run(
        "phonemize", "-l", "yor", "--backend", "epitran", "--no-cache", "--processes", 1,
        "--coverage", report, text,
    )  # fmt: skip
    assert "warning: yor by epitran: 66.7 % of words with unmapped characters" in said
    assert json.loads(report.read_text("utf-8"))["warnings"]


def test_marks_alone_and_at_the_edges_are_never_lost(tmp_path):
    text = tmp_path / "in.txt"
    text.write_text("' '' ʻ ʼʼ · -- 'a' a'' ''a · a·b ʻʻ\n", encoding="utf-8")
    for language in ("haw", "swa", "cat", "uzb", "ceb", "fra", "hau"):
        out, said = run("phonemize", "-l", language, "--no-cache", "--processes", 1, text)
        assert "<unk>" not in out
        assert "0 empty" in said
