"""Corpora that break their format: refused with file and line, or read and counted."""

import json
from collections import Counter

import pytest

from lingap.corpora import load_corpus
from lingap.corpora.formats.assemble import Columns, RowOptions, read_table
from lingap.corpora.formats.conll import ConllOptions, read_conll
from lingap.corpora.formats.conllu import read_conllu
from lingap.errors import ConfigError, CorpusError, LingapError
from lingap.gap import read_scores


def row(name, form="x", upos="NOUN"):
    return f"{name}\t{form}\t_\t{upos}\tXP\t_\t0\troot\t_\t_"


def tree(*ids, head="# sent_id = s1\n", end="\n\n"):
    return head + "\n".join(row(name, upos="_" if "-" in name else "NOUN") for name in ids) + end


def conllu(tmp_path, text):
    path = tmp_path / "x.conllu"
    path.write_text(text)
    counts = Counter()
    return list(read_conllu([path], language="eng", counts=counts)), counts


@pytest.mark.parametrize(
    ("ids", "line", "says"),
    [
        (("1", "2-1", "2"), 3, "range 2-1 does not end after its first word"),
        (("1-1", "1"), 2, "range 1-1 does not end after its first word"),
        (("1-2", "1", "2-3", "2", "3"), 4, "range 2-3 overlaps with 1-2"),
        (("1", "2-4", "2", "3"), 3, "range 2-4 ends after the last word, 3"),
        (("1", "2", "2-3", "3"), 4, "range 2-3 is not before its first word"),
        (("1", "2", "1-2", "3"), 4, "range 1-2 is not before its first word"),
        (("1", f"2-{'9' * 5000}", "2"), 3, "does not end after its first word"),
        (("1", "1.2", "2"), 3, "empty node 1.2 is out of place"),
        (("1", "2", "1.1"), 4, "empty node 1.1 is out of place"),
        (("1", "2.1", "2"), 3, "empty node 2.1 is out of place"),
        (("1", "2-3", "1.1", "2", "3"), 4, "empty node 1.1 is out of place"),
        (("1", "1"), 3, "expected word id 2, got 1"),
        (("1", "3"), 3, "expected word id 2, got 3"),
        (("2",), 2, "expected word id 1, got 2"),
        (("01",), 2, "'01' is not a word id"),
        (("1", "٢"), 3, "'٢' is not a word id"),
        (("0.1",), 3, "comments without words"),
    ],
)
def test_rows_out_of_place_are_refused(tmp_path, ids, line, says):
    with pytest.raises(CorpusError, match=says) as caught:
        conllu(tmp_path, tree(*ids))
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (tree("1") + "# only = comments\n\n", "comments without words"),
        (tree("1", end="\n# late\n\n"), "expected 10 columns .*comments stand before the words"),
        (row("1") + "\textra\n\n", "expected 10 columns split by tabs, got 11"),
        ("# sent_id = a\n# sent_id = b\n" + row("1") + "\n\n", "two sent_id: 'a' and 'b'"),
        (tree("1") + tree("1"), "'s1' is not unique"),
        (row("1", upos="noun") + "\n\n", "has the tag 'noun'"),
    ],
)
def test_other_faults_of_a_tree_are_refused(tmp_path, text, says):
    with pytest.raises(CorpusError, match=says):
        conllu(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        (tree("1-2", "1", "2", "2.1", "2.2", "3"), {"multiword_tokens": 1, "empty_nodes": 2}),
        (tree("0.1", "1"), {"empty_nodes": 1}),
        (tree("1", end="\n"), {"last_blank_line_missing": 1}),
        (tree("1", end=""), {"last_blank_line_missing": 1}),
        (tree("1", end="\n\n\n\n"), {"blank_lines": 2}),
        (tree("1", end="\n \t\n"), {"blank_lines": 1}),
        (tree("1", head=""), {"ids_missing": 1}),
        (
            f"# sent_id = 1\n{row('1-2', upos='VERB')}\n{row('1')}\n{row('2')}\n\n",
            {"multiword_tokens": 1, "multiword_tags": 1},
        ),
    ],
)
def test_what_can_be_read_is_counted(tmp_path, text, counts):
    rows, found = conllu(tmp_path, text)
    assert len(rows) == 1
    assert found == counts


CONTROLS = "\0", "\r", "\x1b", "\x7f", "\u2028"


@pytest.mark.parametrize(
    "form", [" a", "a ", "\u00a0a", "a\u3000", *(f"a{c}b" for c in (*CONTROLS, "\x85", "\x94"))]
)
@pytest.mark.parametrize("field", ["form", "xpos"])
def test_a_field_of_a_tree_holds_no_control_and_no_space_around_it(tmp_path, form, field):
    text = row("1", form) if field == "form" else row("1").replace("XP", form)
    (tmp_path / "x.conllu").write_text(f"{text}\n\n", "utf-8", newline="\n")
    with pytest.raises(
        CorpusError, match=r"x\.conllu:1: (the (word|tag) .*)?(holds|the (word|tag) .*white space)"
    ):
        list(read_conllu([tmp_path / "x.conllu"], language="eng", column="xpos", counts=Counter()))


def conll(tmp_path, text, **options):
    (tmp_path / "x.txt").write_text(text, "utf-8", newline="\n")
    counts, options = Counter(), ConllOptions(**options)
    return list(
        read_conll([tmp_path / "x.txt"], language="eng", options=options, counts=counts)
    ), counts


LAYOUTS = {
    "tab": ("{}\tO\n", {}),
    "four columns": ("{}\tNN\tx\tO\n", {"columns": (0, 3)}),
    "WikiAnn": ("en:{}\tO\n", {"prefixes": ("en",)}),
    "tags": ("{}\tNOUN\n", {"scheme": "none"}),
    "JSON": None,
}


def words_of(tmp_path, layout, word):
    if layout == "JSON":
        return jsonl(tmp_path, [{"w": [word, "x"]}], Columns(words="w"))
    line, options = LAYOUTS[layout]
    return conll(tmp_path, line.format(word) + line.format("x"), **options)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_words_in_columns_are_stripped_counted_or_refused(tmp_path, layout):
    for written in (" a", "a ", "\u00a0a", "a\u3000"):
        [sentence], counts = words_of(tmp_path, layout, written)
        assert sentence.words == ("a", "x")
        assert counts["words_stripped"] == 1
    [sentence], counts = words_of(tmp_path, layout, "\x94a")
    assert sentence.words == ("\x94a", "x")
    assert counts == {"words_misread": 1}
    for control in CONTROLS:
        with pytest.raises(CorpusError, match=r"x\.\w+:1: (the word .*)?holds"):
            words_of(tmp_path, layout, f"a{control}b")


@pytest.mark.parametrize("tag", ["B-X ", "B- X", "B-X\u00a0", "B-\x1bX"])
def test_tags_are_as_strict(tmp_path, tag):
    for text, options in (
        (f"a\t{tag}\n", {}), (f"a\t{tag}\n", {"scheme": "none"}),
        (f"a\tx\tx\t{tag}\n", {"columns": (0, 3)}),
        (f"a\tx\tx\t{tag}\n", {"columns": (0, 3), "scheme": "none"}),
    ):  # fmt: skip
        if options.get("scheme") == "none" and tag == "B- X":
            continue
        with pytest.raises(CorpusError, match=r"x\.txt:1: "):
            conll(tmp_path, text, **options)
    for spans in (False, True):
        if spans or tag != "B- X":
            with pytest.raises(CorpusError, match=r"x\.jsonl:1: "):
                jsonl(tmp_path, [{"w": ["a"], "y": [tag]}], Columns("w", "w", "y"), spans=spans)


def test_a_number_of_no_class_is_no_label_and_is_counted(tmp_path):
    rows = [{**PAIR, "y": 0}, {**PAIR, "i": "b", "y": -1}]
    pairs, counts = jsonl(tmp_path, rows, PAIRS, labels=("entailment",))
    assert len(pairs) == 1
    assert counts == {"pairs_unlabelled": 1}
    pairs, _ = jsonl(tmp_path, rows, PAIRS, labels=("entailment",), unlabelled="keep")
    assert [pair.label for pair in pairs] == ["entailment", None]
    with pytest.raises(CorpusError, match=r"x\.jsonl:2: a pair without a label \(-1\)"):
        jsonl(tmp_path, rows, PAIRS, labels=("entailment",), unlabelled="error")
    named = {"0": "entailment", "-1": "neutral", "-": "none"}
    pairs, counts = jsonl(tmp_path, [*rows, {**PAIR, "i": "c", "y": "-"}], PAIRS, rename=named)
    assert [pair.label for pair in pairs] == ["entailment", "neutral", "none"]
    assert counts == {}
    for value in (-1, -1.0, -2):  # without classes, a number is no label
        with pytest.raises(CorpusError, match=r"x\.jsonl:1: "):
            jsonl(tmp_path, [{**PAIR, "y": value}], PAIRS)


@pytest.mark.parametrize(
    ("scheme", "tags", "read", "repaired"),
    [
        ("iobes", "B-X I-X O", "B-X I-X O", 1),  # never closed
        ("iobes", "B-X B-X E-X", "B-X B-X I-X", 1),
        ("iobes", "B-X S-X", "B-X B-X", 1),
        ("iobes", "B-X E-Y", "B-X B-Y", 2),
        ("iobes", "O E-X", "O B-X", 1),
        ("iobes", "B-X L-X U-Y", "B-X I-X B-Y", 0),
        ("iobes", "B-X", "B-X", 1),  # at the end of the sentence
        ("iob1", "O B-X I-X", "O B-X I-X", 1),
        ("iob1", "I-Y B-X", "B-Y B-X", 1),
        ("iob1", "I-X B-X", "B-X B-X", 0),
        ("iob2", "O I-X", "O B-X", 1),
        ("iob2", "S-X I-X", "B-X I-X", 1),  # no tag of this scheme
    ],
)
def test_every_tag_that_breaks_its_scheme_is_counted(tmp_path, scheme, tags, read, repaired):
    path = tmp_path / "x.txt"
    path.write_text("".join(f"w {tag}\n" for tag in tags.split()))

    def sentences(**options):
        counts = Counter()
        options = ConllOptions(scheme=scheme, **options)
        return list(read_conll([path], language="eng", options=options, counts=counts)), counts

    [sentence], counts = sentences()
    assert " ".join(sentence.labels) == read
    assert counts["tags_repaired"] == repaired
    if repaired:
        with pytest.raises(CorpusError, match=r"x\.txt:1: .*breaks the scheme .*broken_spans"):
            sentences(broken_spans="error")


def jsonl(tmp_path, rows, columns, **options):
    path = tmp_path / "x.jsonl"
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows))
    counts = Counter()
    options = RowOptions(columns, **options)
    return list(read_table([path], language="eng", options=options, counts=counts)), counts


PAIR = {"p": "one", "h": "two", "y": "entailment", "i": "a"}
PAIRS = Columns(premise="p", hypothesis="h", label="y", id="i")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"y": ["entailment"]}, r"a label as text or as its number, got \['entailment'\]"),
        ({"y": {"label": 1}}, "a label as text or as its number"),
        ({"y": True}, "a label as text or as its number, got True"),
        ({"y": 1.0}, "a label as text or as its number, got 1.0"),
        ({"i": None}, "'i': expected text or a whole number, got None"),
        ({"i": ["a"]}, "'i': expected text or a whole number"),
        ({"p": 3}, "'p': expected text, got 3"),
        ({"p": "\ud800"}, "half of a surrogate pair"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_with_its_line(tmp_path, change, says):
    with pytest.raises(CorpusError, match=rf"x\.jsonl:2: .*{says}"):
        jsonl(tmp_path, [PAIR, {**PAIR, "i": "b", **change}], PAIRS, labels=("entailment", "x"))


@pytest.mark.parametrize("gone", list(PAIR))
def test_a_field_that_a_later_row_lacks_is_named_with_its_line(tmp_path, gone):
    later = {key: value for key, value in {**PAIR, "i": "b"}.items() if key != gone}
    with pytest.raises(CorpusError, match=rf"x\.jsonl:2: the column '{gone}' .* is missing"):
        jsonl(tmp_path, [PAIR, later], PAIRS)


def test_a_number_of_thousands_of_digits_and_deep_nesting_are_named(tmp_path):
    for value in ("9" * 5000, "[" * 100_000):
        with pytest.raises(CorpusError, match=r"x\.jsonl:2: broken JSON"):
            jsonl(tmp_path, [PAIR, f'{{"p": {value}}}'], PAIRS)


def test_a_row_whose_language_is_no_text_is_not_skipped(tmp_path):
    columns = Columns(text="t", language="l")
    with pytest.raises(CorpusError, match=r"x\.jsonl:2: 'l': expected text"):
        jsonl(tmp_path, [{"t": "a", "l": "eng"}, {"t": "b", "l": None}], columns)


def test_tags_of_iobes_in_a_table_end_their_spans(tmp_path):
    rows = [{"w": ["a", "b", "c"], "y": ["S-X", "B-X", "O"]}]
    columns = Columns(words="w", labels="y")
    [sentence], counts = jsonl(tmp_path, rows, columns, spans=True)
    assert sentence.labels == ("B-X", "B-X", "O")
    assert counts["tags_repaired"] == 1


def test_labels_given_as_numbers_are_renamed_by_their_text(tmp_path):
    [pair], _ = jsonl(tmp_path, [{**PAIR, "y": 7}], PAIRS, rename={"7": "entailment"})
    assert pair.label == "entailment"


def parquet(tmp_path, table):
    import pyarrow.parquet as pq

    path = tmp_path / "x.parquet"
    pq.write_table(table, path)
    options = RowOptions(Columns(text="t"))
    return list(read_table([path], language="eng", options=options, counts=Counter()))


def test_parquet_with_two_columns_of_a_name_is_refused(tmp_path):
    pa = pytest.importorskip("pyarrow")
    table = pa.table([pa.array(["a"]), pa.array(["b"])], names=["t", "t"])
    with pytest.raises(CorpusError, match=r"x\.parquet: a column occurs twice: 't'"):
        parquet(tmp_path, table)


def test_parquet_with_a_date_that_python_lacks_is_named(tmp_path):
    pa = pytest.importorskip("pyarrow")
    days = pa.array([0, 2**30], pa.int32()).cast(pa.date32())
    with pytest.raises(CorpusError, match=r"x\.parquet:1: the column 'd' holds a value"):
        parquet(tmp_path, pa.table({"t": ["a", "b"], "d": days}))


@pytest.mark.parametrize(
    ("name", "option", "says"),
    [
        ("cldr", {"languages": ["eng", False]}, r"languages: expected a list.*quote them: 'no'"),
        ("cldr", {"languages": "eng"}, "languages: expected a list"),
        ("cldr", {"kinds": None}, "kinds: expected a list"),
        ("cldr", {"test_size": 99_999_999}, "test_size: expected a number of records, 1 to"),
        ("cldr", {"test_size": True}, "test_size: expected a number of records"),
        ("cldr", {"seed": "0"}, "seed: expected a whole number"),
        ("cldr", {"case": "upper"}, "case: expected one of lower, keep"),
        ("ud", {"treebank": False}, "treebank: expected text.*quote them"),
        ("ner", {"entity_types": ["PER", True]}, "entity_types: expected a list"),
        ("ner", {"check_script": "no"}, "check_script: expected true or false"),
        ("text", {"segmenter": 3}, "segmenter: expected text, or text by language"),
        ("xnli", {"revision": 8}, "revision: expected text"),
    ],
)
def test_an_option_of_the_wrong_kind_is_refused_before_any_work(name, option, says):
    path = None if name == "cldr" else "nowhere"
    with pytest.raises(ConfigError, match=says):
        load_corpus(name, language="eng", split="test", path=path, **option)


def test_a_path_that_no_disk_can_hold_is_no_such_file(tmp_path):
    (tmp_path / "loop.conllu").symlink_to(tmp_path / "loop.conllu")
    (tmp_path / "file").write_text("")
    paths = ["x" * 300 + ".conllu", "loop.conllu", "file/x.conllu", "a\0.conllu"]
    for path in paths:
        with pytest.raises(CorpusError, match="no such file"):
            list(load_corpus("ud", language="eng", split="test", path=tmp_path / path))


@pytest.mark.parametrize("name", ["xnli.dev.TSV", "xnli.dev.tsv"])
def test_endings_in_capitals_are_found_in_folders_of_xnli(tmp_path, name):
    (tmp_path / name).write_text(
        "language\tgold_label\tsentence1\tsentence2\tpairID\nen\tneutral\tOne.\tTwo.\t1\n"
    )
    assert len(list(load_corpus("xnli", language="eng", split="dev", path=tmp_path))) == 1


def test_endings_in_capitals_are_found_in_folders_of_ud(tmp_path):
    folder = tmp_path / "UD_English-EWT"
    folder.mkdir()
    (folder / "en_ewt-ud-dev.CONLLU").write_text(tree("1"))
    assert len(list(load_corpus("ud", language="eng", split="dev", path=tmp_path))) == 1


@pytest.mark.parametrize("reader", ["corpus", "phonemize", "scores", "predictions"])
def test_parquet_that_swells_is_refused_before_it_fills_the_memory(tmp_path, reader, monkeypatch):
    import pyarrow as pa
    import pyarrow.parquet as pq

    from lingap.evaluation import read_predictions
    from lingap.g2p.bulk.records import read_parquet
    from lingap.storage import parquet_batches

    monkeypatch.setattr(parquet_batches, "MOST_UNPACKED", 1 << 20)
    names = ("text", "sentence_id", "language", "word", "gold", "predicted")
    n, long = 10_000, "a" * 2000
    table = pa.table({name: [long] * n for name in names} | {"position": list(range(n))})
    path = tmp_path / "kor.parquet"
    pq.write_table(table, path, compression="zstd")
    assert path.stat().st_size < 1 << 20
    read = {
        "corpus": lambda: list(
            load_corpus("text", language="kor", split="train", path=path, check_script=False)
        ),
        "phonemize": lambda: list(read_parquet(path, "text")),
        "scores": lambda: read_scores(path),
        "predictions": lambda: read_predictions(path),
    }[reader]
    with pytest.raises(LingapError, match=r"kor\.parquet: more than \d+ MiB come out of a file of"):
        read()


def test_a_pipe_as_parquet_is_refused_and_not_waited_for(tmp_path):
    import os

    from lingap.evaluation import read_predictions
    from lingap.g2p.bulk.records import read_parquet

    path = tmp_path / "kor.parquet"
    os.mkfifo(path)
    for read in (read_scores, read_predictions, lambda one: list(read_parquet(one, "text"))):
        with pytest.raises(LingapError, match=r"kor\.parquet is a (pipe|FIFO)"):
            read(path)
    with pytest.raises(CorpusError, match=r"kor\.parquet"):
        list(load_corpus("text", language="kor", split="train", path=path))


def test_labels_of_predictions_that_differ_in_form_only(tmp_path):
    from lingap.evaluation import read_predictions

    head = "sentence_id\tlanguage\tposition\tword\tgold\tpredicted\n"
    path = tmp_path / "x.tsv"
    path.write_text(head + "s\teng\t0\ta\té\te\u0301\n", encoding="utf-8")
    [found] = read_predictions(path)
    assert found.gold == found.predicted
    path.write_text(head + "s\teng\t0\ta\t1\t 1\n", encoding="utf-8")
    with pytest.raises(LingapError, match="the label ' 1' has white space at an end"):
        read_predictions(path)
