"""What the demo shows before it trains is what the library and `lingap gap text` say."""

import dataclasses

from typer.testing import CliRunner

from lingap import Phonemizer, load_parallel
from lingap.cli import app
from lingap.experiments.first_look import first_look
from lingap.gap import text_gap
from lingap.gap.text_folders import read_texts
from lingap.gap.text_units import units_of


def test_it_is_the_gap_of_a_folder_of_these_names(tmp_path):
    look = first_look(["en", "fin"])
    for code, own in load_parallel("cldr_names", languages=["eng", "fin"]).sentences.items():
        lines = "\n".join(" ".join(sentence.words) for sentence in own)
        (tmp_path / f"{code}.txt").write_text(lines + "\n", encoding="utf-8")
    texts = read_texts(tmp_path)
    for gap in look.gaps:
        units, _ = units_of(texts, gap.representation)
        other = text_gap(
            units, representation=gap.representation, corpus=gap.corpus, compression=False
        )
        assert dataclasses.replace(other, warnings=()) == dataclasses.replace(gap, warnings=())
    assert look.names == {"eng": "mexico", "fin": "meksiko"}
    for code, name in look.names.items():
        assert look.phonemes[code] == Phonemizer(code)([name])[0].units


def test_the_demo_shows_it_before_it_trains(monkeypatch, tmp_path):
    told = []
    monkeypatch.setattr(
        "lingap.experiments.Experiment.plan", lambda self: told.append("plan") or 1 / 0
    )
    arguments = ["demo", "--languages", "eng,fin", "--out", str(tmp_path / "x")]
    done = CliRunner().invoke(app, arguments)
    assert isinstance(done.exception, ZeroDivisionError)
    assert told == ["plan"]
    assert "meksiko  m e k s i k o" in done.stdout
    assert done.stdout.index("Input gap") < done.stdout.index("Now the encoders are trained")
