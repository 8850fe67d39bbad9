"""Folders and tables of two hundred languages, with variants of one language in them."""

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lingap.cli import app
from lingap.corpora import load_corpus
from lingap.corpora.files import codes_of as codes_in_files
from lingap.errors import CorpusError, MetricError
from lingap.g2p import Phonemizer
from lingap.gap import read_scores
from lingap.gap.array_folders import files_by_language
from lingap.languages import get_language

LISTS = Path(__file__).parents[1] / "data/language_codes"


def codes_of(name):
    return (LISTS / f"{name}.txt").read_text(encoding="utf-8").split()


def write_scores(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.mark.parametrize("name", ["flores_200", "sib_200", "ntrex_128"])
def test_a_long_table_keeps_every_language_apart(tmp_path, name):
    codes = codes_of(name)
    rows = [("language", "score"), *((code, 0.5) for code in codes)]
    read = read_scores(write_scores(tmp_path / "scores.csv", rows))
    assert len({score.language for score in read.scores}) == len(codes)
    assert not any("Unknown" in note for note in read.notes)


def test_a_wide_table_keeps_every_language_apart(tmp_path):
    codes = codes_of("flores_200")
    rows = [("system", *codes), ("m", *["0.5"] * len(codes))]
    read = read_scores(write_scores(tmp_path / "scores.csv", rows))
    assert len({score.language for score in read.scores}) == len(codes)


@pytest.mark.parametrize("name", ["flores_200", "flores_plus", "ntrex_128"])
def test_a_folder_keeps_every_language_apart(tmp_path, name):
    codes = codes_of(name)
    for code in codes:
        (tmp_path / f"{code}.txt").touch()
    assert len(files_by_language(tmp_path, (), what="text")) == len(codes)


def write_parallel(folder, code, *lines):
    folder.mkdir(exist_ok=True)
    (folder / f"{code}.devtest").write_text("".join(f"{line}\n" for line in lines), "utf-8")


def test_parallel_text_of_two_variants_is_read_from_their_own_files(tmp_path):
    for code, text in {
        "apc_Arab": "شمال",
        "ajp_Arab": "جنوب",
        "eng-GB": "colour",
        "eng": "color",
    }.items():
        write_parallel(tmp_path / "devtest", code, text)
    for code, text in {
        "apc": "شمال",
        "apc_Arab_sout3123": "جنوب",
        "eng_Latn_GB": "colour",
        "en": "color",
    }.items():
        (sentence,) = load_corpus("flores", language=code, split="devtest", path=tmp_path)
        assert sentence.words == (text,)


def test_a_variant_is_not_read_from_its_languages_file(tmp_path):
    write_parallel(tmp_path / "devtest", "cat_Latn", "Hola")
    with pytest.raises(CorpusError, match="expected cat_Latn_vale1252.devtest"):
        list(load_corpus("flores", language="cat_Latn_vale1252", split="devtest", path=tmp_path))
    (tmp_path / "cat.txt").write_text("Hola\n", "utf-8")
    with pytest.raises(CorpusError, match="named for Catalan"):
        list(load_corpus("text", language="ca-valencia", split="train", path=tmp_path / "cat.txt"))


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_flores_plus_as_table(tmp_path, ending):
    row = {
        "id": 7,
        "iso_639_3": "apc",
        "iso_15924": "Arab",
        "glottocode": "sout3123",
        "text": "جنوب",
    }
    folder = tmp_path / "devtest"
    folder.mkdir()
    path = folder / f"apc_Arab_sout3123.{ending}"
    if ending == "jsonl":
        path.write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    else:
        pyarrow = pytest.importorskip("pyarrow")
        parquet = pytest.importorskip("pyarrow.parquet")
        parquet.write_table(pyarrow.Table.from_pylist([row]), path)
    (sentence,) = load_corpus("flores", language="ajp", split="devtest", path=tmp_path)
    assert (sentence.language, sentence.words) == ("apc-sout3123", ("جنوب",))


def test_a_language_without_a_row_has_a_corpus(tmp_path):
    write_parallel(tmp_path / "devtest", "tah_Latn", "Ia orana")
    (sentence,) = load_corpus("flores", language="ty", split="devtest", path=tmp_path)
    assert (sentence.language, sentence.words) == ("tah", ("Ia", "orana"))


@pytest.mark.parametrize("code", ["cat-vale1252", "cat_Latn_vale1252", "spa-MX"])
def test_a_variant_is_read_by_the_g2p_of_its_language_and_says_so(code):
    variant = Phonemizer(code, "epitran", cache=False)
    own = Phonemizer(code[:3], "epitran", cache=False)
    words = ["casa", "sol"]
    assert [w.units for w in variant(words)] == [w.units for w in own(words)]
    assert variant.coverage.notes[f"read as {code[:3]}"] == 2
    assert f"read as {code[:3]}: 2 words" in variant.coverage.as_text()
    assert own.coverage.notes == {}
    assert variant.provenance()["read as"] == code[:3]
    assert "read as" not in own.provenance()
    both = variant.take_coverage() + Phonemizer(code, "epitran", cache=False).coverage
    assert both.notes[f"read as {code[:3]}"] == 2


def test_auto_reads_a_variant_too():
    assert Phonemizer("cat-vale1252", "auto", cache=False).read_as.code == "cat"


def test_a_dictionary_reads_any_language(tmp_path):
    path = tmp_path / "tah.tsv"
    path.write_text("ia\tia\n", "utf-8")
    phonemizer = Phonemizer("tah", "lexicon", cache=False, path=str(path))
    assert phonemizer(["ia"])[0].units == ("i", "a")


def test_languages_says_which_variants_share_a_back_end():
    result = CliRunner().invoke(app, ["languages", "--backend", "epitran"])
    assert result.exit_code == 0
    (line,) = (line for line in result.output.splitlines() if line.startswith("cat-vale1252 "))
    assert line.endswith("epitran:cat-Latn (as cat)")
    assert " read as one of them, installed" in result.output


@pytest.mark.parametrize("word", ["max", "all", "ner", "pos"])
def test_a_column_named_by_a_word_is_not_a_language_by_the_standard_alone(tmp_path, word):
    rows = [("language", "score"), ("eng", 0.5), ("fra", 0.4), (word, 0.45)]
    read = read_scores(write_scores(tmp_path / "scores.csv", rows))
    is_summary = word in ("max", "all")
    assert any(word in note for note in read.notes) == is_summary
    wide = read_scores(
        write_scores(tmp_path / "wide.csv", [("system", "eng", "fra", word), ("m", 0.5, 0.4, 0.45)])
    )
    assert any(word in note for note in wide.notes)


def test_columns_of_tasks_alone_are_no_table_of_languages(tmp_path):
    path = write_scores(tmp_path / "tasks.csv", [("system", "ner", "pos"), ("m", 0.5, 0.4)])
    with pytest.raises(MetricError, match="expected columns language and score"):
        read_scores(path)


@pytest.mark.parametrize("name", ["flores_200", "flores_plus", "sib_200"])
def test_a_language_knows_the_names_of_its_files(name):
    assert [c for c in codes_of(name) if c not in codes_in_files(get_language(c))] == []


def test_sib_200_as_text(tmp_path):
    for code, text in (("ajp_Arab", "جنوب"), ("apc_Arab", "شمال")):
        folder = tmp_path / code
        folder.mkdir()
        (folder / "dev.tsv").write_text(f"index_id\tcategory\ttext\n5\ttravel\t{text}\n", "utf-8")
        (sentence,) = load_corpus("text", language=code, split="dev", path=tmp_path)
        assert (sentence.language, sentence.words) == (get_language(code).code, (text,))
