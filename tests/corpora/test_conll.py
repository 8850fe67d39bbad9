"""CoNLL files: schemes, columns, policies, and what breaks them."""

import string
import tarfile
from collections import Counter
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap.corpora import load_corpus
from lingap.corpora.formats.conll import ConllOptions, read_conll
from lingap.corpora.formats.iob import detect_scheme, to_iob2
from lingap.errors import ConfigError, CorpusError
from lingap.records import Sentence
from lingap.text.words import nfc

TYPES = ["PER", "LOC"]
WORD = st.text(
    st.sampled_from(string.ascii_letters + "éß한글दीيکا#-. '\":"), min_size=1, max_size=8
).filter(lambda word: word.strip() == word and not word.startswith("-DOCSTART-"))
SPANS = st.lists(st.tuples(st.sampled_from(["O", *TYPES]), st.integers(1, 4)), max_size=6)


def iob2(spans):
    tags = []
    for kind, length in spans:
        tags += ["O"] * length if kind == "O" else [f"B-{kind}"] + [f"I-{kind}"] * (length - 1)
    return tags


def iob1(tags):
    """IOB2 to IOB1, by its definition: B only between touching spans of one type."""
    return [
        f"I-{tag[2:]}" if tag[0] == "B" and (at == 0 or tags[at - 1][2:] != tag[2:]) else tag
        for at, tag in enumerate(tags)
    ]


def iobes(tags, end="E", single="S"):
    result = []
    for tag, after in zip(tags, [*tags, "O"][1:], strict=True):
        last = not after.startswith("I-")
        prefix = {("B", True): single, ("I", True): end}.get((tag[0], last), tag[0])
        result.append(tag if tag == "O" else f"{prefix}-{tag[2:]}")
    return result


@given(SPANS)
def test_every_scheme_names_the_same_spans(spans):
    tags = iob2(spans)
    for scheme, written in [
        ("iob2", tags), ("iob1", iob1(tags)), ("iobes", iobes(tags)), ("iobes", iobes(tags, "L", "U")),
    ]:  # fmt: skip
        assert to_iob2(written, scheme) == (tuple(tags), 0)


@given(st.lists(SPANS, min_size=1, max_size=5))
def test_a_detected_scheme_reads_back(many):
    sentences = [iob2(spans) for spans in many]
    for write in (list, iob1, iobes):
        written = [write(tags) for tags in sentences]
        scheme = detect_scheme(written)
        assert [list(to_iob2(tags, scheme)[0]) for tags in written] == sentences


@given(st.lists(st.sampled_from(["O", *(f"{p}-{t}" for p in "BIES" for t in TYPES)]), max_size=9))
def test_any_tags_become_strict_iob2(tags):
    strict, broken = to_iob2(tags, "iobes")
    assert to_iob2(strict, "iob2") == (strict, 0)
    assert 0 <= broken <= len(tags)
    assert [tag[2:] for tag in strict] == [tag[2:] for tag in tags]


def read(tmp_path, text, name="x.txt", **options):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    counts = Counter()
    rows = list(read_conll([path], language="kor", options=ConllOptions(**options), counts=counts))
    return rows, counts


GOOD = "서울 B-LOC\n역 I-LOC\n에 O\n\n김 B-PER\n"


@pytest.mark.parametrize(
    "text",
    [
        GOOD, GOOD + "\n", GOOD + "\n\n", "\n\n" + GOOD, GOOD.replace(" ", "\t"),
        GOOD.replace("\n\n", "\n \t\n"), GOOD.replace(" ", "  "), "-DOCSTART- O\n\n" + GOOD,
    ],
)  # fmt: skip
def test_layouts_of_the_same_sentences(tmp_path, text):
    rows, _ = read(tmp_path, text)
    assert [(r.words, r.labels) for r in rows] == [
        (("서울", "역", "에"), ("B-LOC", "I-LOC", "O")),
        (("김",), ("B-PER",)),
    ]
    assert len({row.id for row in rows}) == 2


def test_bom_crlf_and_nfc_are_counted(tmp_path):
    text = "\ufeff" + "cafe\u0301 O\r\nb O\r\n"
    rows, counts = read(tmp_path, text)
    assert rows[0].words == ("café", "b")
    assert counts == {"byte_order_marks": 1, "crlf_lines": 2, "lines_normalized": 1}


def test_a_tag_without_a_word_is_dropped_and_counted_or_refused(tmp_path):
    text = "서 B-LOC\n I-LOC\n울 I-LOC\n"
    rows, counts = read(tmp_path, text)
    assert (rows[0].words, rows[0].labels) == (("서", "울"), ("B-LOC", "I-LOC"))
    assert counts == {"words_empty": 1}
    with pytest.raises(CorpusError, match=r"x\.txt:2: a tag without a word"):
        read(tmp_path, text, empty_words="error")


def test_a_dropped_begin_passes_to_what_it_began(tmp_path):
    rows, counts = read(tmp_path, "a O\n B-LOC\n울 I-LOC\n")
    assert rows[0].labels == ("O", "B-LOC")
    assert counts == {"words_empty": 1, "begins_moved": 1}


def test_a_word_with_a_space_stays_one_word(tmp_path):
    rows, counts = read(tmp_path, "a O\n02.00 - 18.00 O\n")
    assert rows[0].words == ("a", "02.00 - 18.00")
    assert counts == {"words_with_space": 1}
    with pytest.raises(CorpusError, match=r"x\.txt:2: expected 2 columns, got 4"):
        read(tmp_path, "a O\n02.00 - 18.00 O\n", inner_spaces="error")


def test_further_columns_are_named(tmp_path):
    text = "EU NNP B-NP B-ORG\nrejects VBZ B-VP O\n"
    with pytest.raises(CorpusError, match=r"columns=\(0, 3\)"):
        read(tmp_path, text)
    rows, _ = read(tmp_path, text, columns=(0, 3))
    assert (rows[0].words, rows[0].labels) == (("EU", "rejects"), ("B-ORG", "O"))
    rows, _ = read(tmp_path, "# id = 1\n1\tEU\tB-ORG\t-\t-\n", columns=(1, 2), comment_prefix="# ")
    assert (rows[0].words, rows[0].labels) == (("EU",), ("B-ORG",))


def test_foreign_types_by_policy(tmp_path):
    text = "a B-PER\nb B-DATE\nc I-DATE\n"
    types = ("PER", "LOC")
    with pytest.raises(CorpusError, match=r"x\.txt:2: the type 'DATE'.*foreign='drop'"):
        read(tmp_path, text, entity_types=types)
    rows, counts = read(tmp_path, text, entity_types=types, foreign="drop")
    assert rows[0].labels == ("B-PER", "O", "O")
    assert counts == {"tags_foreign": 2}
    rows, counts = read(tmp_path, text, entity_types=types, foreign="keep")
    assert rows[0].labels == ("B-PER", "B-DATE", "I-DATE")
    assert counts == {"tags_foreign": 2}


def test_spans_without_a_beginning_by_policy(tmp_path):
    text = "x B-PER\na O\nb I-PER\n"
    rows, counts = read(tmp_path, text)
    assert rows[0].labels == ("B-PER", "O", "B-PER")
    assert counts == {"tags_repaired": 1}
    with pytest.raises(CorpusError, match=r"x\.txt:1: .*broken_spans"):
        read(tmp_path, text, broken_spans="error")


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a O\nb\n", 2, "a word without a tag: 'b'"),
        ("a O\nb \n", 2, "a word without a tag"),
        ("a O\nSan Francisco\n", 2, "'Francisco'"),
        ("a\tO\nb O\n", 2, "expected columns split by tabs .* got a space"),
        ("a O\nb\tO\n", 2, "expected columns split by spaces .* got a tab"),
        ("a\tO\nb\tx\tO\n", 2, "expected 2 columns, got 3"),
        ("a O\nb PER\n", 2, "'PER'"),
        ("a O\nb X-PER\n", 2, "'X-PER'"),
        ("a NN x O\nb NN O\n", 2, "expected 4 columns as in the first line, got 3"),
        (b"a O\n\xe9 O\n", 2, "not UTF-8"),
    ],
)
def test_what_breaks_the_format_is_named_with_its_line(tmp_path, text, line, says):
    columns = (
        (0, 3)
        if line == 2 and b"NN" in (text if isinstance(text, bytes) else text.encode())
        else None
    )
    with pytest.raises(CorpusError, match=says) as caught:
        read(tmp_path, text, columns=columns)
    assert caught.value.line == line
    assert f"x.txt:{line}: " in str(caught.value)


@pytest.mark.parametrize(
    ("columns", "name", "last"),
    [((0, 9), "labels", 9), ((4, 3), "words", 4), ((7, 8), "labels", 8)],
)
def test_a_column_beyond_the_line_is_named(columns, name, last, tmp_path):
    with pytest.raises(CorpusError) as caught:
        read(tmp_path, "a NN x O\n", columns=columns)
    assert f"columns.{name} is {last}, but the line has 4 columns (0 to 3)" in str(caught.value)
    assert caught.value.line == 1


def write_conll(sentences, path):
    """Write a word, a tab and its label a line; ValueError for what a line cannot hold."""
    lines = []
    for sentence in sentences:
        if not sentence.words:
            raise ValueError(sentence)
        for word, label in zip(sentence.words, sentence.labels, strict=True):
            if (
                any(category(c) in ("Cc", "Zl", "Zp") and not "\x80" <= c <= "\x9f" for c in word)
                or word != word.strip()
                or word.startswith(("-DOCSTART-", "\ufeff"))
            ):
                raise ValueError(word)
            lines.append(f"{word}\t{label}\n")
        lines.append("\n")
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


@given(
    st.lists(st.tuples(SPANS.filter(bool), st.lists(WORD, min_size=24, max_size=24)), max_size=6),
)
def test_write_then_read_gives_the_same(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("conll") / "x.txt"
    sentences = []
    for spans, words in rows:
        tags = tuple(iob2(spans))
        name = f"x.txt-{len(sentences) + 1}"
        sentences.append(Sentence(name, "kor", tuple(words[: len(tags)]), tags))
    write_conll(sentences, path)
    again = list(read_conll([path], language="kor", options=ConllOptions(), counts=Counter()))
    assert again == sentences


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)))
def test_any_word_is_either_refused_or_read_again(tmp_path_factory, words):
    path = tmp_path_factory.mktemp("conll") / "x.txt"
    made = [Sentence("x.txt-1", "kor", tuple(map(nfc, words)), ("O",) * len(words))]
    try:
        write_conll(made, path)
    except ValueError:
        return
    counts = Counter()
    again = list(read_conll([path], language="kor", options=ConllOptions(), counts=counts))
    assert again == made
    assert set(counts) <= {"words_with_space", "words_misread"}
    assert counts["words_misread"] == sum(any("\x80" <= c <= "\x9f" for c in w) for w in words)


@given(
    st.lists(
        st.tuples(SPANS.filter(bool), st.lists(WORD, min_size=24, max_size=24)),
        min_size=1,
        max_size=4,
    )
)
def test_what_rahimis_layout_holds_is_read(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("wikiann") / "ko" / "dev"
    path.parent.mkdir()
    expected, lines = [], []
    for spans, words in rows:
        tags = tuple(iob2(spans))
        expected.append((tuple(words[: len(tags)]), tags))
        lines += [f"ko:{word}\t{tag}" for word, tag in zip(words, tags, strict=False)] + [""]
    path.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    split = load_corpus(
        "wikiann", language="kor", split="dev", path=path.parents[1], check_script=False
    )
    assert [(row.words, row.labels) for row in split] == expected


def test_the_folder_by_which_wikiann_means_another_language_is_not_read(tmp_path):
    for code in ("als", "sq"):
        (tmp_path / code).mkdir()
        (tmp_path / code / "dev").write_text(f"{code}:Bern\tB-LOC\n\n", encoding="utf-8")

    def read(language):
        return load_corpus("wikiann", language=language, split="dev", path=tmp_path).head(9)

    assert [len(read(language)) for language in ("gsw", "sqi")] == [1, 1]
    (tmp_path / "sq" / "dev").unlink()
    (tmp_path / "sq").rmdir()
    assert len(read("gsw")) == 1  # Alemannic is als there
    with pytest.raises(CorpusError, match="in a folder sqi"):
        read("sqi")


@pytest.mark.parametrize("columns", ["0", (0,), (0, -1), (1, 1), (0, "3")])
def test_columns_are_two_numbers(columns):
    with pytest.raises(ConfigError, match="two different numbers from 0"):
        ConllOptions(columns=columns)


def test_entity_types_are_a_list(tmp_path):
    with pytest.raises(ConfigError, match=r"a list, such as \[PER\]"):
        ConllOptions(entity_types="PER")
    with pytest.raises(ConfigError, match=r"a list, such as \[PER\]"):
        load_corpus("ner", language="eng", split="dev", path=tmp_path, entity_types="PER").labels  # noqa: B018


# --- where the files are -------------------------------------------------------------------


def test_a_folder_a_language_whatever_its_code(tmp_path):
    for code, split in [("kor", "dev.txt"), ("sw", "test.conll"), ("fi", "train")]:
        (tmp_path / code).mkdir()
        (tmp_path / code / split).write_text("abc B-LOC\n", encoding="utf-8")
    for language, split in [("swh_Latn", "test"), ("Finnish", "train")]:
        [record] = load_corpus("ner", language=language, split=split, path=tmp_path)
        assert record.words == ("abc",)
    with pytest.raises(
        CorpusError, match=r"kor: expected test, test\.txt or similar .* the folder holds dev\.txt"
    ):
        list(load_corpus("ner", language="kor", split="test", path=tmp_path))
    with pytest.raises(CorpusError, match="the folder holds fi/, kor/, sw/"):
        list(load_corpus("ner", language="ita", split="test", path=tmp_path))


def test_a_folder_of_another_language_is_refused(tmp_path):
    folder = tmp_path / "fin"
    folder.mkdir()
    (folder / "dev.txt").write_text("Helsinki B-LOC\n", encoding="utf-8")
    for place in (folder, folder / "dev.txt"):
        with pytest.raises(CorpusError, match=r"'fin' is named for Finnish, but French \(fra\)"):
            load_corpus("ner", language="fra", split="dev", path=place).head(1)
        wanted = {"split": "dev", "path": place}
        assert load_corpus("ner", language="fra", check_script=False, **wanted).head(1)
        assert load_corpus("ner", language="fi", **wanted).head(1)
    folder.rename(tmp_path / "it")  # which may mean anything
    assert load_corpus("ner", language="fra", split="dev", path=tmp_path / "it").head(1)


def test_wikiann_files_have_the_language_on_each_word(tmp_path):
    (tmp_path / "ko").mkdir()
    (tmp_path / "ko" / "dev").write_text(
        "ko:서울\tB-LOC\nko::\tO\n\nko:김\tB-PER\n", encoding="utf-8"
    )
    for name in ("wikiann", "ner"):
        rows = list(load_corpus(name, language="kor", split="dev", path=tmp_path))
        assert [row.words for row in rows] == [("서울", ":"), ("김",)]
    other = tmp_path / "ko" / "test"
    other.write_text("ko:서울\tB-LOC\nja:東京\tB-LOC\n", encoding="utf-8")
    with pytest.raises(
        CorpusError, match=r"test:2: .* got 'ja:東京'. Is this file in another language"
    ):
        list(load_corpus("wikiann", language="kor", split="test", path=tmp_path))


def test_rahimis_archives_are_read_as_they_come(tmp_path, monkeypatch):
    monkeypatch.setenv("LINGAP_CACHE", str(tmp_path / "cache"))
    (tmp_path / "src").mkdir()
    for split in ("train", "dev", "test", "extra"):
        (tmp_path / "src" / split).write_text(f"ko:{split}\tB-LOC\n", encoding="utf-8")
    with tarfile.open(tmp_path / "ko.tar.gz", "w:gz") as file:
        file.add(tmp_path / "src", arcname=".")
    for place in (tmp_path / "ko.tar.gz", tmp_path):
        wanted = {"split": "dev", "path": place, "check_script": False}
        assert [row.words for row in load_corpus("wikiann", language="ko", **wanted)] == [("dev",)]


def test_labels_follow_the_types(tmp_path):
    split = load_corpus("ner", language="kor", split="dev", path=tmp_path, entity_types=["A"])
    assert split.labels == ("O", "B-A", "I-A")
    assert (
        load_corpus("ner", language="kor", split="dev", path=tmp_path, foreign="keep").labels
        is None
    )


def test_an_unknown_policy_is_refused(tmp_path):
    (tmp_path / "x.txt").write_text("a O\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="foreign: expected one of error, drop, keep"):
        load_corpus("ner", language="eng", split="dev", path=tmp_path / "x.txt", foreign="x")
