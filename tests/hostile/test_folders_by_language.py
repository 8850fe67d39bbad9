"""Folders whose files are not named by language, or lie elsewhere."""

import gzip
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from lingap.cli.gap import app
from lingap.corpora import load_parallel
from lingap.errors import CorpusError, MetricError
from lingap.gap import linguistic_gap, with_checks
from lingap.gap.array_folders import read_arrays
from lingap.gap.text_folders import parallel_lines, read_texts
from lingap.metrics.retrieval import retrieval_accuracies, retrieval_accuracy


def texts(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).write_text("a b\nc d\n")
    return folder


@pytest.mark.parametrize("name", ["train_data.txt", "dev.txt", "README.md", "qqq.txt", "all.txt"])
def test_a_text_named_for_no_language_is_named(tmp_path, name):
    folder = texts(tmp_path, "eng.txt", "fin.txt", name)
    with pytest.raises(MetricError, match=rf"{name}: no language is called .*pass languages="):
        read_texts(folder)
    assert list(read_texts(folder, languages=["eng", "fin"]).sentences) == ["eng", "fin"]


@pytest.mark.parametrize(
    ("names", "other"),
    [
        (("eng.txt", "fin.txt", "kor.train.txt"), "kor.train.txt"),
        (("eng.train.txt", "fin.train.txt", "kor.txt"), "kor.txt"),
        (("eng_Latn.devtest", "fin_Latn.devtest", "kor_Hang.dev"), "kor_Hang.dev"),
        (("eng.txt", "fin.txt.gz", "kor.old.txt.gz"), "kor.old.txt.gz"),
    ],
)
def test_a_text_named_for_another_part_is_named(tmp_path, names, other):
    for name in names:
        data = b"a b\nc d\n"
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    with pytest.raises(MetricError, match=rf"{other}: after the language, .*pass languages="):
        read_texts(tmp_path)
    with pytest.raises(MetricError, match=other):
        parallel_lines(tmp_path)
    assert len(read_texts(tmp_path, languages=["eng", "fin", "kor"]).sentences) == 3
    (tmp_path / other).unlink()
    assert len(read_texts(tmp_path).sentences) == 2


@pytest.mark.parametrize(
    ("names", "codes"),
    [
        (("newstest2019-ref.afr.txt", "newstest2019-ref.fra-CA.txt", "newstest2019-src.eng.txt"),
         ("afr", "fra-CA", "eng")),
        (("Europarl.de-en.de", "Europarl.de-en.en"), ("deu", "eng")),
        (("corpus.clean.en.txt", "corpus.clean.my.txt"), ("eng", "mya")),
    ],
)  # fmt: skip
def test_a_code_may_be_a_later_part_of_the_name(tmp_path, names, codes):
    """NTREX-128's names, those of Moses, and others: text and parallel corpora read them."""
    files = texts(tmp_path, *names)
    assert tuple(read_texts(files).sentences) == codes
    if names[0].endswith(".txt"):
        read = names[0].startswith("newstest")
        with nullcontext() if read else pytest.raises(CorpusError, match="expected"):
            assert len(load_parallel("flores", languages=codes, path=files)) == 2


@pytest.mark.parametrize("name", ["corpus.dev.txt", "corpus.txt.gz", "pair.de-en.txt", "a.src.txt"])
def test_no_part_of_these_names_is_a_language(tmp_path, name):
    with pytest.raises(MetricError, match="no language is called"):
        read_texts(texts(tmp_path, "eng.txt", name))


def test_an_array_named_for_another_part_is_named(tmp_path):
    for name in ("eng", "fin", "kor.train"):
        np.save(tmp_path / f"{name}.npy", np.random.default_rng(0).normal(size=(5, 3)))
    with pytest.raises(MetricError, match=r"kor\.train\.npy: after the language"):
        read_arrays(tmp_path, what="embeddings")


def test_an_array_named_for_no_language_is_named(tmp_path):
    rng = np.random.default_rng(0)
    for name in ("eng", "xqq", "weights"):
        np.save(tmp_path / f"{name}.npy", rng.normal(size=(5, 3)))
    with pytest.raises(MetricError, match=r"weights\.npy: no language is called 'weights'"):
        read_arrays(tmp_path, what="embeddings")
    (tmp_path / "weights.npy").unlink()
    assert list(read_arrays(tmp_path, what="embeddings")) == ["eng", "xqq"]


def test_a_folder_of_folders_is_not_called_empty(tmp_path):
    texts(tmp_path, "eng.txt").joinpath("eng.txt").unlink()
    with pytest.raises(MetricError, match="It is empty"):
        read_arrays(tmp_path, what="embeddings")
    (tmp_path / "devtest").mkdir()
    with pytest.raises(MetricError, match="has only folders, devtest: name the one"):
        read_arrays(tmp_path, what="embeddings")


def test_a_folder_that_no_disk_can_hold_is_no_such_folder(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").write_text("")
    for name in ("x" * 300, "loop", "file/x", "a\0"):
        with pytest.raises(MetricError, match="no such folder"):
            read_arrays(tmp_path / name, what="embeddings")


def test_retrieval_of_all_pairs_is_that_of_each():
    rows = list(np.random.default_rng(0).normal(size=(3, 9, 4)))
    found = retrieval_accuracies(rows, ["a", "b", "c"])
    assert found.tolist() == [[retrieval_accuracy(x, y) for y in rows] for x in rows]


def test_retrieval_beyond_minutes_is_left_out_and_told(monkeypatch):
    rows = dict(zip("abc", np.random.default_rng(0).normal(size=(3, 9, 4)), strict=True))
    gap = linguistic_gap(rows)
    assert len(with_checks(gap, rows).retrieval) == 3
    assert with_checks(gap, rows, retrieval=False).retrieval == ()
    monkeypatch.setattr("lingap.gap.linguistic._RETRIEVAL_LIMIT", 100)
    checked = with_checks(gap, rows)
    assert checked.retrieval == ()
    assert any("Retrieval accuracy is left out" in note for note in checked.warnings)
    assert len(with_checks(gap, rows, retrieval=True).retrieval) == 3


@pytest.mark.slow
def test_embeddings_of_a_thousand_languages_take_minutes_at_most(tmp_path):
    rng = np.random.default_rng(0)
    meaning = rng.normal(size=(200, 64))
    letters = "abcdefghijklmnopqrstuvwxyz"
    codes = [f"q{a}{b}" for a in letters for b in letters] + [
        f"x{a}{b}_Latn-9" for a in letters for b in letters
    ]
    for code in codes[:1000]:
        np.save(tmp_path / f"{code}.npy", (meaning + rng.normal(size=(200, 64))).astype("f4"))
    result = CliRunner().invoke(app, ["embeddings", str(tmp_path)])
    assert result.exit_code == 0, result.exception
    assert "Retrieval accuracy is left out" in result.stderr
