"""Tables, XNLI, parallel text and plain text."""

import csv
import json
import pickle
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap.corpora import load_corpus, load_parallel
from lingap.corpora.formats.assemble import Columns, RowOptions, read_table
from lingap.corpora.formats.tables import read_rows
from lingap.corpora.sources.xnli import LABELS
from lingap.errors import AlignmentError, CorpusError, LanguageError
from lingap.text.words import _SHAPING, clean, split_words

HEADER = "language\tgold_label\tsentence1\tsentence2\tpairID"
CELL = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), max_size=12).map(
    lambda text: __import__("unicodedata").normalize("NFC", text)
)


def xnli(tmp_path, *lines, name="xnli.dev.tsv", header=HEADER):
    folder = tmp_path / "XNLI-1.0"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return tmp_path


def pairs(path, language="sw", split="dev", **options):
    split = load_corpus("xnli", language=language, split=split, path=path, **options)
    return list(split), split.counts


def test_xnli_of_the_release(tmp_path):
    path = xnli(
        tmp_path,
        'en\tneutral\tI "know".\tYes, sir.\t1',
        "sw\tcontradiction\tNaam.\tLa, sivyo.\t1",
        "sw\tentailment\tMama.\tBaba.\t2",
    )
    rows, counts = pairs(path)
    assert [row.label for row in rows] == ["contradiction", "entailment"]
    assert rows[0].first.words == ("Naam", ".")
    assert rows[0].second.words == ("La", ",", "sivyo", ".")
    assert rows[0].first.language == "swa"
    assert counts == {}
    assert pairs(path, "en")[0][0].first.words == ("I", '"', "know", '"', ".")


def test_columns_are_found_by_name_and_the_id_may_lack(tmp_path):
    path = xnli(tmp_path, "Ndiyo.\tHapana.\tneutral\tsw", header="sentence2\tsentence1\tgold_label\tlanguage")  # fmt: skip
    [row] = pairs(path)[0]
    assert row.first.words == ("Hapana", ".")
    with pytest.raises(
        CorpusError, match=r"xnli\.dev\.tsv:1: expected columns sentence1.*got a, b"
    ):
        pairs(xnli(tmp_path, "1\t2", header="a\tb"))


def test_the_translated_training_file(tmp_path):
    lines = ["Mama.\tBaba.\tcontradictory", "Ndiyo.\tHapana.\tneutral"]
    path = xnli(tmp_path, *lines, name="multinli.train.sw.tsv", header="premise\thypo\tlabel")
    rows, _ = pairs(path, split="train")
    assert [row.label for row in rows] == ["contradiction", "neutral"]
    with pytest.raises(CorpusError, match=r"multinli\.train\.ur\.tsv"):
        pairs(path, "ur", split="train")


def test_pairs_without_a_label_by_policy(tmp_path):
    path = xnli(tmp_path, "sw\t-\tA a.\tB b.\t1", "sw\tneutral\tC.\tD.\t2")
    rows, counts = pairs(path)
    assert len(rows) == 1
    assert counts == {"pairs_unlabelled": 1}
    assert [row.label for row in pairs(path, unlabelled="keep")[0]] == [None, "neutral"]
    with pytest.raises(CorpusError, match=r"xnli\.dev\.tsv:2: a pair without a label"):
        pairs(path, unlabelled="error")


@pytest.mark.parametrize(
    ("lines", "line", "says"),
    [
        (["sw\tmaybe\tA.\tB.\t1"], 2, "'maybe' is not one of entailment"),
        (["sw\tneutral\tA.\tB."], 2, "expected 5 columns as in the header, got 4"),
        (["sw neutral A. B. 1"], 2, "Are the tabs spaces"),
        (["sw\tneutral\tA.\tB.\t1", "sw\tneutral\tC.\tD.\t1"], 3, "the id '1' is not unique"),
        (["sw\tneutral\t \tB.\t1"], 2, "no word in 'sentence1'"),
        (["en\tneutral\tA.\tB.\t1"], None, "no row is of the language swa.*holds en"),
        ([], None, "empty"),
    ],
)
def test_what_breaks_the_format_is_named_with_its_line(tmp_path, lines, line, says):
    with pytest.raises(CorpusError, match=says) as caught:
        pairs(xnli(tmp_path, *lines))
    assert caught.value.line == line


def test_xnli_has_fifteen_languages(tmp_path):
    with pytest.raises(LanguageError, match="xnli has no Korean"):
        pairs(tmp_path, "kor")


def parquet(path, rows, features=None):
    table = pa.Table.from_pylist(rows)
    if features:
        note = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": note})
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)


def test_xnli_of_the_hub(tmp_path):
    names = {"label": {"names": ["entailment", "neutral", "contradiction"], "_type": "ClassLabel"}}
    rows = [{"premise": "Cafe\u0301.", "hypothesis": "B.", "label": 2}]
    for at, features in enumerate([names, None]):
        parquet(tmp_path / f"{at}" / "sw" / "validation-00000-of-00001.parquet", rows, features)
        [row], counts = pairs(tmp_path / f"{at}")
        assert counts == {"rows_normalized": 1}
        assert (row.label, row.first.words) == ("contradiction", ("Café", "."))


def test_wikiann_of_the_hub(tmp_path):
    rows = [{"tokens": ["서울", "역", "에"], "ner_tags": [5, 6, 0], "langs": ["ko"] * 3}]
    parquet(tmp_path / "ko" / "validation-00000-of-00001.parquet", rows)
    [row] = load_corpus("wikiann", language="kor", split="dev", path=tmp_path)
    assert (row.words, row.labels) == (("서울", "역", "에"), ("B-LOC", "I-LOC", "O"))


def test_broken_spans_of_tables_by_policy(tmp_path):
    parquet(tmp_path / "dev.parquet", [{"tokens": ["서울", "역"], "ner_tags": [0, 6]}])
    split = load_corpus("wikiann", language="kor", split="dev", path=tmp_path)
    assert [row.labels for row in split] == [("O", "B-LOC")]
    assert split.counts == {"tags_repaired": 1}
    strict = {"split": "dev", "path": tmp_path, "broken_spans": "error"}
    with pytest.raises(CorpusError, match=r"dev\.parquet:1: a span begins without B"):
        list(load_corpus("wikiann", language="kor", **strict))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"tokens": ["a", "b"], "upos": ["X"]}, "2 words but 1 tags"),
        ({"tokens": ["a"], "upos": ["_"]}, "no word with a tag"),
        ({"tokens": [], "upos": []}, "no word with a tag"),
        ({"tokens": None, "upos": None}, "no word with a tag"),
        ({"tokens": [""], "upos": ["X"]}, "an empty word"),
        ({"tokens": ["a"], "upos": ["NN"]}, "'NN' is not a UPOS tag"),
        ({"tokens": ["a"], "upos": [3]}, "3 is not a UPOS tag"),
        ({"tokens": ["a"]}, "expected columns tokens and upos, got tokens"),
    ],
)
def test_rows_of_the_hub_that_are_no_sentences(tmp_path, row, says):
    parquet(tmp_path / "x.parquet", [row])
    with pytest.raises(CorpusError, match=r"x\.parquet:1: .*" + says):
        list(load_corpus("ud", language="fra", split="dev", path=tmp_path / "x.parquet"))


def test_ud_of_the_hub(tmp_path):
    rows = [{"tokens": ["du", "de", "le"], "upos": ["_", "ADP", "DET"]}]
    parquet(tmp_path / "x.parquet", rows)
    split = load_corpus("ud", language="fra", split="dev", path=tmp_path / "x.parquet")
    [row] = split
    assert (row.words, row.labels) == (("de", "le"), ("ADP", "DET"))
    assert split.counts == {"multiword_tokens": 1}


def test_a_damaged_parquet_file_is_named(tmp_path):
    parquet(tmp_path / "x.parquet", [{"text": "a"}] * 100)
    data = (tmp_path / "x.parquet").read_bytes()
    (tmp_path / "x.parquet").write_bytes(data[: len(data) // 2])
    with pytest.raises(CorpusError, match=r"x\.parquet: a damaged or foreign Parquet file"):
        load_corpus("text", language="eng", split="train", path=tmp_path / "x.parquet").head(1)


# --- rows ----------------------------------------------------------------------------------


@given(st.lists(st.tuples(CELL, CELL), max_size=6))
def test_jsonl_and_parquet_give_what_was_written(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("rows")
    written = [{"a": a, "b": [b]} for a, b in rows]
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in written)
    (folder / "x.jsonl").write_text(text, encoding="utf-8", newline="\n")
    assert [dict(row) for _, row in read_rows(folder / "x.jsonl", Counter())] == written
    if written:
        parquet(folder / "x.parquet", written)
        assert [dict(row) for _, row in read_rows(folder / "x.parquet", Counter())] == written


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=6))
def test_csv_and_tsv_give_what_was_written(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("rows")
    expected = [{"a": a, "b": b} for a, b in rows]
    with (folder / "x.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([("a", "b"), *rows])
    counts = Counter()
    assert [dict(row) for _, row in read_rows(folder / "x.csv", counts)] == expected
    text = "".join(f"{a}\t{b}\n" for a, b in [("a", "b"), *rows])
    (folder / "x.tsv").write_text(text, encoding="utf-8", newline="\n")
    assert [dict(row) for _, row in read_rows(folder / "x.tsv", counts)] == expected


LINE = st.lists(CELL.filter(str.strip), min_size=1, max_size=4).map(" ".join)


def characters(text):
    """What words keep: all but white space, and what shapes a letter where there is none."""
    return "".join(chunk.lstrip(_SHAPING) for chunk in clean(text).split())


@given(st.lists(st.tuples(LINE, LINE, st.sampled_from(LABELS)), min_size=1, max_size=6))
def test_xnli_and_parallel_lines_keep_every_character(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("pairs")
    lines = [f"en\t{label}\t{a}\t{b}\t{n}" for n, (a, b, label) in enumerate(rows)]
    path = xnli(folder, *lines)
    keep = {"check_script": False, "empty_text": "drop"}
    full = [row for row in rows if split_words(row[0]) and split_words(row[1])]
    if not full:
        with pytest.raises(CorpusError, match="no record of eng"):
            pairs(path, "en", **keep)
        return
    found, counts = pairs(path, "en", **keep)
    assert [row.label for row in found] == [label for _, _, label in full]
    for pair, (a, b, _) in zip(found, full, strict=True):
        assert "".join(pair.first.words) == characters(a)
        assert "".join(pair.second.words) == characters(b)
    assert counts.get("texts_empty", 0) >= len(rows) - len(full)
    (folder / "eng_Latn.devtest").write_text(
        "".join(f"{a}\n" for a, _, _ in full), encoding="utf-8", newline="\n"
    )
    wanted = {"split": "devtest", "path": folder, "check_script": False}
    lines = list(load_corpus("flores", language="eng", **wanted))
    assert [line.words for line in lines] == [pair.first.words for pair in found]


def test_marks_of_direction_are_left_out_and_counted(tmp_path):
    (tmp_path / "urd_Arab.devtest").write_text("\u200fملا\u200f، اس\n", encoding="utf-8")
    rows = load_corpus("flores", language="urd", split="devtest", path=tmp_path)
    assert [row.words for row in rows] == [("ملا", "،", "اس")]
    assert rows.counts == {"invisible_characters": 2}
    (tmp_path / "eng.jsonl").write_text('{"text": "e\\u0301 \\u200eb"}\n', encoding="utf-8")
    rows = load_corpus("text", language="eng", split="train", path=tmp_path)
    assert [row.words for row in rows] == [("é", "b")]
    assert rows.counts == {"invisible_characters": 1, "rows_normalized": 1}


def test_a_cell_may_hold_a_whole_document(tmp_path):
    (tmp_path / "x.csv").write_text(f"text\n{'a ' * 200_000}\n", encoding="utf-8")
    [(_, row)] = read_rows(tmp_path / "x.csv", Counter())
    assert len(row["text"]) == 400_000


def test_csv_has_quotes_and_tsv_has_none(tmp_path):
    (tmp_path / "x.csv").write_text('a,b\n"x, ""y""",1\n', encoding="utf-8")
    (tmp_path / "x.tsv").write_text('a\tb\n"x\ty"\n', encoding="utf-8")
    assert list(read_rows(tmp_path / "x.csv", Counter())) == [(2, {"a": 'x, "y"', "b": "1"})]
    assert list(read_rows(tmp_path / "x.tsv", Counter())) == [(2, {"a": '"x', "b": 'y"'})]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("x.jsonl", '{"a": 1}\n{"a": \n', r"x\.jsonl:2: broken JSON"),
        ("x.jsonl", "[" * 100_000, r"x\.jsonl:1: broken JSON"),
        ("x.jsonl", '{"a": ["\\ud800"]}\n', r"x\.jsonl:1: half of a surrogate pair"),
        ("x.jsonl", "[1]\n", r"x\.jsonl:1: expected a JSON object per line, got list"),
        ("x.tsv", "a\ta\n", r"x\.tsv:1: expected a header of different"),
        ("x.csv", "a,b\n1\n", r"x\.csv:2: expected 2 columns as in the header, got 1"),
        ("x.csv", 'a,b\n"1,2\n', r"x\.csv:2: broken CSV"),
        ("x.doc", "a", r"x\.doc: expected the name of a table to end in .tsv"),
    ],
)
def test_broken_tables(tmp_path, name, text, says):
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CorpusError, match=says):
        list(read_rows(tmp_path / name, Counter()))


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"w": ["a", "b"], "t": ["O"]}, "2 words but 1 labels"),
        ({"w": ["a", ""], "t": ["O", "O"]}, "an empty word"),
        ({"w": [], "t": []}, "no word at all"),
        ({"w": "a", "t": ["O"]}, "'w': expected a list of words, got 'a'"),
        ({"w": ["a"], "t": ["X"]}, "'X' is not one of the labels"),
        ({"w": ["a"], "t": [9]}, "9 is not one of the labels"),
        ({"w": ["a"]}, "the column 't' for labels is missing; columns here: w"),
    ],
)
def test_rows_that_are_no_records(tmp_path, row, says):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    options = RowOptions(Columns(words="w", labels="t"), labels=("O", "B-A"))
    with pytest.raises(CorpusError, match=r"x\.jsonl:1: .*" + says):
        list(read_table([path], language="eng", options=options, counts=Counter()))


# --- parallel and plain text ---------------------------------------------------------------


@pytest.fixture
def parallel(tmp_path):
    folder = tmp_path / "devtest"
    folder.mkdir()
    (folder / "eng_Latn.devtest").write_text("One dog.\nTwo cats.", encoding="utf-8")
    (folder / "kor_Hang.devtest").write_text("개 한 마리.\n고양이 두 마리.\n", encoding="utf-8")
    (folder / "swh_Latn.devtest").write_text("Mbwa mmoja.\n", encoding="utf-8")
    (folder / "hin_Deva.devtest").write_text("एक कुत्ता।\n\n", encoding="utf-8")
    return tmp_path


def test_rows_mean_the_same(parallel):
    rows = load_parallel("flores", languages=["ko", "eng_Latn"], split="devtest", path=parallel)
    assert len(rows) == 2
    assert rows.sentences["kor"][1].words == ("고양이", "두", "마리", ".")
    inner = load_parallel("flores", languages=["eng"], path=parallel / "devtest")
    assert inner.sentences["eng"] == rows.sentences["eng"]


def test_rows_that_do_not_match_are_refused(parallel):
    with pytest.raises(AlignmentError, match="'eng': 2, 'swa': 1"):
        load_parallel("flores", languages=["eng", "swa"], path=parallel)
    with pytest.raises(CorpusError, match=r"hin_Deva\.devtest:2: a line without a word"):
        load_parallel("flores", languages=["hin"], path=parallel)
    with pytest.raises(CorpusError, match=r"expected urd_Arab\.devtest; the folder holds eng_Latn"):
        load_parallel("flores", languages=["urd"], path=parallel)


def test_parallel_parquet_rows_are_matched_by_id(tmp_path):
    for code, ids in [("eng_Latn", [1, 2]), ("kor_Hang", [1, 2]), ("fra_Latn", [2, 1])]:
        rows = [{"id": one, "text": f"{'개' if code[0] == 'k' else 'dog'} {one}"} for one in ids]
        parquet(tmp_path / "devtest" / f"{code}.parquet", rows)
    assert len(load_parallel("flores", languages=["eng", "kor"], path=tmp_path)) == 2
    with pytest.raises(AlignmentError, match="row 0 is 1 but 2"):
        load_parallel("flores", languages=["eng", "fra"], path=tmp_path)


@pytest.mark.parametrize("name", ["kor.txt", "kor.jsonl", "ko/train.tsv", "kor.train.parquet"])
def test_text_for_pretraining(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    lines = ["안녕, 세계!", "", "둘"]
    if path.suffix == ".txt":
        path.write_text("\n".join(lines), encoding="utf-8")
    elif path.suffix == ".jsonl":
        text = "\n".join(json.dumps({"text": line}) for line in lines)
        path.write_text(text, encoding="utf-8")
    elif path.suffix == ".tsv":
        path.write_text("n\ttext\n" + "".join(f"1\t{line}\n" for line in lines), encoding="utf-8")
    else:
        parquet(path, [{"text": line} for line in lines])
    for place in (tmp_path, path):
        split = load_corpus("text", language="kor", split="train", path=place)
        rows = list(split)
        assert [row.words for row in rows] == [("안녕", ",", "세계", "!"), ("둘",)]
        assert split.counts == {"texts_empty": 1}
        assert all(row.labels is None for row in rows)


def test_a_file_named_for_another_language_is_refused(parallel, tmp_path):
    english = parallel / "devtest" / "eng_Latn.devtest"
    with pytest.raises(CorpusError, match="'eng_Latn' is named for English, but French"):
        load_corpus("flores", language="fra", split="devtest", path=english).head(1)
    assert load_corpus("flores", language="en", split="devtest", path=english).head(1)
    (tmp_path / "eng.txt").write_text("a b", encoding="utf-8")
    with pytest.raises(CorpusError, match="'eng' is named for English, but French"):
        load_corpus("text", language="fra", split="train", path=tmp_path / "eng.txt").head(1)
    folder = xnli(tmp_path, "a.\tb.\tneutral", name="multinli.train.ur.tsv", header="premise\thypo\tlabel")  # fmt: skip
    with pytest.raises(CorpusError, match="a file of 'ur', but swa was requested"):
        pairs(folder / "XNLI-1.0" / "multinli.train.ur.tsv", "swa", "train")


@pytest.mark.parametrize("name", ["x.pkl", "x.pickle", "x.pt", "x.npy"])
@pytest.mark.parametrize("protocol", [0, 5])
def test_pickled_files_are_never_read(tmp_path, name, protocol):
    (tmp_path / name).write_bytes(pickle.dumps(["a", "b"], protocol=protocol))
    for corpus, split in [("text", "train"), ("flores", "devtest"), ("ner", "dev"), ("ud", "dev")]:
        with pytest.raises(CorpusError, match="can hold pickled objects are never read"):
            load_corpus(corpus, language="eng", split=split, path=tmp_path / name).head(1)


def test_one_file_of_text_is_no_test_set(tmp_path):
    (tmp_path / "a.dev.txt").write_text("a b", encoding="utf-8")
    with pytest.raises(CorpusError, match="one file is the split train"):
        load_corpus("text", language="eng", split="dev", path=tmp_path / "a.dev.txt").head(1)
    pattern = tmp_path / "a.{split}.txt"
    assert load_corpus("text", language="eng", split="dev", path=pattern).head(1)[0].words == (
        "a",
        "b",
    )
    with pytest.raises(CorpusError, match="can appear in a path"):
        load_corpus("text", language="eng", split="dev", path=tmp_path / "{x}.txt").head(1)


def test_a_column_that_a_later_row_lacks_is_named_with_its_line(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"t": "a"}\n{"u": "b"}\n', encoding="utf-8")
    rows = read_table([path], language="eng", options=RowOptions(Columns(text="t")), counts=Counter())  # fmt: skip
    assert next(rows).words == ("a",)
    with pytest.raises(CorpusError, match=r"x\.jsonl:2: the column 't' for text is missing"):
        next(rows)


@pytest.mark.parametrize("policy", ["error", "number"])
def test_a_numbered_id_is_not_given_twice(tmp_path, policy):
    path = tmp_path / "x.jsonl"
    path.write_text("".join(f'{{"t": "a", "id": "{i}"}}\n' for i in ("k", "k", "k#2")))
    options = RowOptions(Columns(text="t", id="id"), duplicate_ids=policy)
    counts = Counter()
    rows = read_table([path], language="eng", options=options, counts=counts)
    if policy == "number":
        assert len({row.id for row in rows}) == 3
        assert counts == {"ids_numbered": 2}
    else:
        with pytest.raises(CorpusError, match=r"x\.jsonl:2: the id 'k' is not unique"):
            list(rows)
