"""Tokens of parallel text: published counts, tokenizers of every kind, and bad input."""

import csv
import json

import pytest
from typer.testing import CliRunner

from lingap import Phonemizer
from lingap.cli.gap import app
from lingap.errors import ConfigError, MetricError
from lingap.gap import TokenGap, load_tokenizer, read_gaps, read_parallel_text, token_gap
from lingap.gap.text_folders import read_texts
from lingap.gap.tokenizers import load_tokenizers

LINES = {
    "eng": ["The train leaves.", "It rains again today.", "Yes."],
    "fra": ["Le train part.", "Il pleut encore aujourd'hui.", "Oui."],
    "kor": ["기차가 떠난다.", "오늘 또 비가 온다.", "네."],
}


@pytest.fixture
def folder(tmp_path):
    home = tmp_path / "texts"
    home.mkdir()
    for code, lines in LINES.items():
        (home / f"{code}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return home


@pytest.fixture
def pieces(tmp_path):
    """A word-piece tokenizer that knows English words, and no Korean."""
    tokenizers = pytest.importorskip("tokenizers")
    vocabulary = [
        "[UNK]",
        "the",
        "train",
        "leaves",
        ".",
        "le",
        "part",
        "i",
        "##l",
        "y",
        "##e",
        "##s",
    ]
    made = tokenizers.Tokenizer(
        tokenizers.models.WordPiece(
            {piece: i for i, piece in enumerate(vocabulary)}, unk_token="[UNK]"
        )
    )
    made.normalizer = tokenizers.normalizers.Lowercase()
    made.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    path = tmp_path / "model" / "tokenizer.json"
    path.parent.mkdir()
    made.save(str(path))
    return path


def test_counts_are_those_published_for_flores(tmp_path, shared):
    """Petrov et al. (2023): dev and devtest joined by spaces; UTF-32 with a byte order mark."""
    data = shared / "data"
    names = {"English": "eng_Latn", "Korean": "kor_Hang", "Hindi": "hin_Deva", "Thai": "tha_Thai"}
    for code in names.values():
        parts = [
            (data / f"parallel/flores200/{split}/{code}.{split}")
            .read_text(encoding="utf-8")
            .rstrip("\n")
            for split in ("dev", "devtest")
        ]
        (tmp_path / code).write_text("\n".join(parts) + "\n", encoding="utf-8")
    with (data / "tokenization/tokenization_lengths.csv").open(encoding="utf-8") as file:
        published = {row["Language"]: row for row in csv.DictReader(file)}
    text = read_parallel_text(tmp_path, segmenter={"tha": "spaces"})
    # Their text ends in one more space; a byte order mark and an end token are one token each.
    for tokenizer, column in (("character", "UTF-32"), ("byte", "ByT5")):
        found = token_gap(text, load_tokenizer(tokenizer), joined=True)
        assert found.intervals == {}
        for name, code in names.items():
            assert found.n_tokens[code[:3]] + 2 == int(published[name][column]), (name, column)


def test_what_a_gap_says_of_a_language(folder, pieces):
    text = read_parallel_text(folder)
    found = token_gap(text, load_tokenizer(pieces), corpus="x", n_resamples=200)
    assert (found.tokenizer, found.reference, found.n_sentences) == ("tokenizer.json", "eng", 3)
    # the train leaves . | UNK UNK UNK UNK . | y e s .
    assert found.n_tokens["eng"] == 4 + 5 + 4
    assert found.premium["eng"] == 1
    assert found.premium["fra"] == found.n_tokens["fra"] / 13
    assert found.unknown_share["eng"] == pytest.approx(4 / 13)
    assert found.fertility["eng"] == pytest.approx(13 / 11)
    assert found.bytes_per_token["eng"] == pytest.approx((17 + 21 + 4) / 13)
    # of 8 English words with two letters or more, only "Yes" has as many tokens as letters
    assert found.spelled_out["eng"] == pytest.approx(1 / 8)
    assert set(found.intervals) == {"fra", "kor"}
    assert "unknown in eng, fra, kor" in found.warnings[-1]
    assert TokenGap.from_dict(json.loads(json.dumps(found.to_dict()))) == found
    row = found.to_rows()[1]
    assert row["premium_low"] <= row["premium"] <= row["premium_high"]
    assert row["context_left"] == pytest.approx(1 / row["premium"])


def test_special_tokens_within_a_text_are_text(folder, pieces):
    tokenizers = pytest.importorskip("tokenizers")
    made = tokenizers.Tokenizer.from_file(str(pieces))
    made.add_special_tokens(["[SEP]"])
    made.enable_truncation(2)
    made.save(str(pieces))
    counts, _ = load_tokenizer(pieces).count(["the [SEP] train leaves"], "eng")
    assert counts.tolist() == [6]  # the [UNK] [UNK] [UNK] train leaves


def test_phonemes_are_counted_like_tokens(folder):
    text = read_parallel_text(folder, languages=["fra", "kor"])
    found = token_gap(text, load_tokenizer("phoneme:epitran"), reference="fra", n_resamples=0)
    assert (found.spelled_out, found.intervals) == ({}, {})
    spell = Phonemizer("kor", "epitran")
    assert found.n_tokens["kor"] == sum(len(spell.text(line).units) for line in LINES["kor"])


def test_each_tokenizer_has_a_name_of_its_own(pieces, tmp_path):
    other = tmp_path / "other" / "tokenizer.json"
    other.parent.mkdir()
    other.write_bytes(pieces.read_bytes())
    names = [t.name for t in load_tokenizers([str(pieces), str(other), "byte", f"mine={pieces}"])]
    assert names == [str(pieces), str(other), "byte", "mine"]
    assert load_tokenizer(pieces.parent).name == "model"
    with pytest.raises(ConfigError, match="Two tokenizers are called x; name each"):
        load_tokenizers([f"x={pieces}", "x=byte"])
    twice = f"{other.parent}/../other/tokenizer.json"
    with pytest.raises(ConfigError, match="are one tokenizer: name it once"):
        load_tokenizers([str(other), twice])


def test_the_command_prints_tables_and_json(folder):
    shown = CliRunner().invoke(app, ["tokens", str(folder), "-t", "byte", "-t", "character"])
    assert shown.exit_code == 0, shown.output
    assert "Korean (kor)" in shown.stdout
    assert "relative to English" in shown.stdout
    told = CliRunner().invoke(
        app, ["tokens", str(folder), "-t", "byte", "--json", "--reference", "fr"]
    )
    path = folder.parent / "gaps.json"
    path.write_text(told.stdout, encoding="utf-8")
    (found,) = read_gaps(path).tokens
    assert found.premium["fra"] == 1
    total = {code: sum(len(line.encode()) for line in lines) for code, lines in LINES.items()}
    assert found.premium["kor"] == pytest.approx(total["kor"] / total["fra"])


def test_two_tokenizers_are_compared_in_each_language_by_tokens_per_word(folder):
    out, _ = invoke("tokens", folder, "-t", "byte", "-t", "character", "--resamples", 0)
    table = out[out.index("Tokens per word of each language") :]
    [english] = [row.split() for row in table.splitlines() if row.startswith("English (eng)")]
    letters = sum(len(line.replace(" ", "")) for line in LINES["eng"])
    assert english[2:] == [f"{sum(map(len, LINES['eng'])) / 11:.2f}", english[3]]
    assert letters / 11 <= float(english[3]) <= float(english[2])
    alone, _ = invoke("tokens", folder, "-t", "byte", "--resamples", 0)
    assert "Tokens per word of each language" not in alone


def test_lines_empty_in_one_language_are_left_out_of_all(folder):
    (folder / "kor.txt").write_text("기차가 떠난다.\n\n네.\n", encoding="utf-8")
    text = read_parallel_text(folder)
    assert text.notes == ("1 lines left out of all languages: empty in one of them.",)
    assert text.lines["eng"] == [LINES["eng"][0], LINES["eng"][2]]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("nowhere", "No file, folder or tokenizer is called 'nowhere'"),
        ("./nowhere/tokenizer.json", "No file, folder or tokenizer"),
        ("a/b/c", "No file, folder or tokenizer"),
    ],
)
def test_an_unknown_source_is_named(source, told):
    with pytest.raises(ConfigError, match=told):
        load_tokenizer(source)


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"model": {"type": "WordPiece"}}', "\x00\xff"]
)
def test_a_damaged_tokenizer_is_refused_with_its_file(tmp_path, content):
    pytest.importorskip("tokenizers")
    path = tmp_path / "tokenizer.json"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(ConfigError, match=r"tokenizer\.json"):
        load_tokenizer(path)


def test_too_few_draws_are_refused_before_anything_is_read(tmp_path):
    told = CliRunner().invoke(
        app, ["tokens", str(tmp_path / "no"), "-t", "byte", "--resamples", "5"]
    )
    assert str(told.exception) == "--resamples: expected 0 or at least 100, got 5."


def test_what_is_not_parallel_is_refused(folder):
    with pytest.raises(MetricError, match="The reference 'deu' is not among the texts"):
        token_gap(read_parallel_text(folder), load_tokenizer("byte"), reference="deu")
    with pytest.raises(MetricError, match="Only one language"):
        token_gap(read_parallel_text(folder, languages=["eng"]), load_tokenizer("byte"))
    (folder / "kor.txt").write_text("기차가 떠난다.\n", encoding="utf-8")
    with pytest.raises(MetricError, match="not parallel: kor has 1 lines, eng 3"):
        read_parallel_text(folder)


def test_a_folder_named_like_a_language_beside_the_texts_is_told(folder):
    (folder / "notes").mkdir()
    assert read_parallel_text(folder).notes == ()
    (folder / "swh_Latn").mkdir()
    (folder / "deu").mkdir()
    told = "Folders named like a language are not read: deu, swh_Latn."
    assert [note for note in read_parallel_text(folder).notes if note.startswith(told)]
    assert [note for note in read_texts(folder).notes if note.startswith(told)]
    assert read_parallel_text(folder, languages=["eng", "kor"]).notes == ()
    with pytest.raises(MetricError, match=r"no file of swa; it has .* not read: swh_Latn\. Put"):
        read_parallel_text(folder, languages=["eng", "swa"])


MANY = "eng fra ita spa por deu nld swe fin est hun rus ukr bul hin mar kor jpn".split()


@pytest.fixture
def many(tmp_path):
    home = tmp_path / "many"
    home.mkdir()
    for at, code in enumerate(MANY):
        (home / f"{code}.txt").write_text("word " * (at + 2) + "\n", encoding="utf-8")
    return home


def invoke(*arguments):
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout, result.stderr


def test_the_answer_for_one_language_and_a_reference_that_pays_most(tmp_path):
    short = dict(zip(("eng", "swa", "zho"), ("good morning to all", "habari", "早安"), strict=True))
    for code, line in short.items():
        (tmp_path / f"{code}.txt").write_text(f"{line}\n" * 3, encoding="utf-8")
    two = ("tokens", tmp_path, "-l", "eng", "-l", "swa")
    said = invoke(*two, "-t", "character")[0].splitlines()
    assert said[0] == "Swahili needs 0.32 times the tokens of English."  # 6 of 19
    said = invoke(*two, "-t", "character", "-t", "byte", "--reference", "swa")[0].splitlines()
    assert said[0] == (
        "English needs 3.17 times the tokens of Swahili with byte, 3.17 with character."
    )
    said = invoke("tokens", tmp_path, "-t", "character")[0].splitlines()
    assert said[0].startswith("Swahili needs 0.32 times the tokens of English, the most of 2 lan")
    assert "0.32 (Swahili)" in "".join(said)


def test_tokenizers_with_no_worst_language_in_common_are_said_to_differ(tmp_path):
    for code, line in (("eng", "abcd"), ("swa", "abcdefgh"), ("zho", "早安好早安好")):
        (tmp_path / f"{code}.txt").write_text(f"{line}\n" * 3, encoding="utf-8")
    said = invoke("tokens", tmp_path, "-t", "character", "-t", "byte")[0].splitlines()[0]
    assert said.startswith(
        "Which language pays the highest premium differs between the tokenizers. The mean premium "
        "is lowest with character, 1.75 (up to 2.00, Swahili)"
    )


def test_families_scripts_and_costs_are_tables(many):
    both = ("tokens", many, "-t", "byte", "-t", "character", "--price", "byte=2")
    short, said = invoke(*both)
    assert short.startswith("Japanese pays the highest premium over English with 2 of 2 tokeniz")
    assert len(short.splitlines()) < 80
    assert "Cost of a thousand sentences" in short  # asked for by --price
    assert "Tokens per word of each language" not in short
    assert "Not shown: " in said
    assert "tokens per word of each language" in said
    out, said = invoke(*both, "--details")
    assert "Not shown" not in said
    assert "Tokens per word of each language" in out
    assert "Token premium by family" in out
    assert "Token premium by script" in out
    assert "Cyrl" in out
    assert "Cost of a thousand sentences" in out
    assert "At a price of a million tokens of byte 2." in " ".join(out.split())
    [byte, character] = json.loads(invoke(
        "tokens", many, "-t", "byte", "-t", "character", "--price", "byte=2", "--json"
    )[0])["tokens"]  # fmt: skip
    gap = TokenGap.from_dict(byte)
    assert gap.cost("eng") == pytest.approx(1000 * gap.n_tokens["eng"] * 2 / 1e6)
    assert character["price"] is None
    costs = {row["language"]: row["cost_of_1000_sentences"] for row in gap.to_rows()}
    assert costs["eng"] == gap.cost("eng") < costs["jpn"]
    assert gap.context_left("jpn") == pytest.approx(1 / gap.premium["jpn"])


@pytest.mark.parametrize(
    ("prices", "match"),
    [
        (["byte=0"], "above 0"),
        (["gemma=1"], "no tokenizer is called so"),
        (["byte=x"], "expected a number"),
        (["1", "byte=2"], "a second price of byte"),
        (["byte=nan"], "expected a number"),
    ],
)
def test_prices_that_are_none_are_refused(folder, prices, match):
    options = [part for price in prices for part in ("--price", price)]
    with pytest.raises((ConfigError, MetricError), match=match):
        invoke("tokens", folder, "-t", "byte", *options)


def test_one_computation_writes_page_figure_and_values(many, tmp_path):
    pytest.importorskip("matplotlib")
    targets = [tmp_path / name for name in ("t.html", "t.svg", "t.json")]
    outs = [part for target in targets for part in ("--out", target)]
    _, err = invoke("tokens", many, "-t", "byte", "-t", "character", *outs)
    assert [f"Written: {target}" in err for target in targets] == [True] * 3
    page = targets[0].read_text(encoding="utf-8")
    assert page.count("<svg") == 2  # scripts and families
    assert "Token premium of each language" in page
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")
    assert targets[1].read_bytes().startswith(b"<?xml")
    assert [gap.tokenizer for gap in read_gaps(targets[2]).tokens] == ["byte", "character"]
    with pytest.raises(ConfigError, match=r"t\.html is given twice"):
        invoke("tokens", many, "-t", "byte", "-o", targets[0], "-o", targets[0])
    with pytest.raises(ConfigError, match=r"expected a name with"):
        invoke("tokens", many, "-t", "byte", "-o", tmp_path / "t.txt")


def test_where_there_is_no_terminal_lines_tell_how_far_it_is(many, monkeypatch):
    monkeypatch.setattr("lingap.cli.languages_bar._SECONDS", 0.0)
    _, err = invoke("tokens", many, "-t", "byte", "--resamples", "0")
    assert f"byte: {len(MANY)} of {len(MANY)} languages" in err
