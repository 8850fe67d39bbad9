"""CoNLL-U by hand-made files and by writing and reading again; counts against the conllu package."""

import bz2
import gzip
import itertools
import lzma
import string
from collections import Counter
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap.corpora import load_corpus
from lingap.corpora.formats.conllu import UPOS, read_conllu, read_trees
from lingap.errors import ConfigError, CorpusError
from lingap.records import Sentence
from lingap.text.words import nfc

WORD = st.text(
    st.sampled_from(string.ascii_letters + "éß한글दीيکا#_-. '\"" + "абв"), min_size=1, max_size=8
).filter(lambda word: word.strip() == word)


def tree(*rows, head=("# sent_id = s1", "# text = x")):
    return "\n".join([*head, *rows]) + "\n\n"


def row(name, form, upos="NOUN", misc="_"):
    return f"{name}\t{form}\t_\t{upos}\tXP\t_\t0\troot\t_\t{misc}"


def read(tmp_path, text, name="x.conllu", **options):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    counts = Counter()
    rows = list(read_conllu([path], language="eng", counts=counts, **options))
    return rows, counts


def test_repeated_and_absent_words_are_no_words(tmp_path):
    text = tree(
        row("1-2", "du", "_"), row("1", "de", "ADP"), row("2", "le", "DET"), row("2.1", "x", "VERB"),
        row("3", "pain", "NOUN", "SpaceAfter=No"),
    )  # fmt: skip
    rows, counts = read(tmp_path, text)
    assert rows == [Sentence("s1", "eng", ("de", "le", "pain"), ("ADP", "DET", "NOUN"))]
    assert counts == {"multiword_tokens": 1, "empty_nodes": 1}
    [parsed] = read_trees(tmp_path / "x.conllu", counts=Counter())
    assert parsed.space_after == (False, True, False)
    assert (parsed.id, parsed.text, parsed.line) == ("s1", "x", 1)


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n\n\n"])
def test_the_last_blank_line_may_lack(tmp_path, end):
    rows, _ = read(tmp_path, tree(row("1", "a")).rstrip("\n") + end)
    assert [sentence.words for sentence in rows] == [("a",)]


def test_bom_and_crlf_are_counted_not_read(tmp_path):
    text = tree(row("1", "a"), row("2", "b")).replace("\n", "\r\n")
    rows, counts = read(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert rows[0].words == ("a", "b")
    assert rows[0].id == "s1"
    assert counts == {"byte_order_marks": 1, "crlf_lines": 5}


def test_text_comes_in_nfc(tmp_path):
    rows, counts = read(tmp_path, tree(row("1", "cafe\u0301"), row("2", "b")))
    assert rows[0].words == ("café", "b")
    assert counts == {"lines_normalized": 1}


def test_a_form_may_hold_a_space_or_be_an_underscore(tmp_path):
    rows, _ = read(tmp_path, tree(row("1", "110 000", "NUM"), row("2", "_", "PUNCT")))
    assert rows[0].words == ("110 000", "_")


def test_other_columns_and_missing_tags(tmp_path):
    assert read(tmp_path, tree(row("1", "a")), column="xpos")[0][0].labels == ("XP",)
    rows, counts = read(tmp_path, tree(row("1", "a", "_"), row("2", "b")), missing_tag="X")
    assert rows[0].labels == ("X", "NOUN")
    assert counts == {"tags_missing": 1}


def test_ids_met_twice_are_numbered_on_request(tmp_path):
    rows, counts = read(tmp_path, tree(row("1", "a")) * 3, duplicate_ids="number")
    assert [sentence.id for sentence in rows] == ["s1", "s1#2", "s1#3"]
    assert counts == {"ids_numbered": 2}


def test_sentences_without_an_id_get_one(tmp_path):
    rows, _ = read(tmp_path, tree(row("1", "a"), head=()) * 2)
    assert [sentence.id for sentence in rows] == ["x.conllu-1", "x.conllu-2"]


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        (tree("1\ta\t_\tNOUN"), 3, "10 columns"),
        (tree(row("1", "a").replace("\t", " ")), 3, "tabs spaces"),
        (tree(row("1", "a") + "\t_"), 3, "got 11"),
        (tree(row("1", "a"), row("3", "b")), 4, "expected word id 2, got 3"),
        (tree(row("1", "a")).rstrip("\n") + "\n" + tree(row("1", "b"), head=()), 4, "blank line"),
        (tree(row("x", "a")), 3, "not a word id"),
        (tree(row("1", "")), 3, "tag without a word"),
        (tree(row("1", "a", "")), 3, "word without a tag"),
        (tree(row("1", "a", "_")), 1, "missing_tag"),
        (tree(row("1", "a", "NOM")), 1, "'NOM'"),
        (tree(row("1", "a")) * 2, 5, "the id 's1' is not unique.*duplicate_ids='number'"),
        (tree(), 3, "comments without words"),
        ("# sent_id = s1", 1, "ends after comments"),
        (tree(row("1", "a")).encode() + b"\xff\xfe\n", 5, "not UTF-8"),
    ],
)
def test_what_breaks_the_format_is_named_with_its_line(tmp_path, text, line, says):
    with pytest.raises(CorpusError, match=says) as caught:
        read(tmp_path, text)
    assert caught.value.line == line
    assert f"x.conllu:{line}: " in str(caught.value)


def write_conllu(sentences, path):
    """Write words and UPOS tags; ValueError for a word, tag or id that no field can hold."""
    lines = []
    for sentence in sentences:
        if sentence.id != sentence.id.strip() or any(c in sentence.id for c in "\n\r\0"):
            raise ValueError(sentence.id)
        lines.append(f"# sent_id = {sentence.id}\n")
        for number, (word, tag) in enumerate(zip(sentence.words, sentence.labels, strict=True), 1):
            for text in (word, tag):
                is_control = any(category(c) in ("Cc", "Zl", "Zp") for c in text)
                if is_control or text != text.strip():
                    raise ValueError(word, tag)
            lines.append(f"{number}\t{word}\t_\t{tag}\t_\t_\t_\t_\t_\t_\n")
        lines.append("\n")
    path.write_text("".join(lines), encoding="utf-8", newline="\n")


@given(
    st.lists(st.lists(st.tuples(WORD, st.sampled_from(UPOS)), min_size=1, max_size=6), max_size=8)
)
def test_write_then_read_gives_the_same(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("conllu") / "x.conllu"
    sentences = [
        Sentence(f"s {at}", "eng", tuple(w for w, _ in pairs), tuple(t for _, t in pairs))
        for at, pairs in enumerate(rows)
    ]
    write_conllu(sentences, path)
    assert list(read_conllu([path], language="eng", counts=Counter())) == sentences


ANY = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)


@given(st.lists(st.tuples(ANY, ANY, ANY), min_size=1, max_size=5))
def test_any_text_is_either_refused_or_read_again(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("conllu") / "x.conllu"
    words, tags = (tuple(nfc(row[i]) for row in rows) for i in (1, 2))
    sentence = Sentence(nfc(rows[0][0]), "eng", words, tags)
    try:
        write_conllu([sentence, Sentence("two", "eng", words, tags)], path)
    except ValueError:
        return
    counts = Counter()
    [first, _] = read_trees(path, counts=counts)
    assert (first.words, first.tags) == (sentence.words, sentence.labels)
    assert first.id == sentence.id
    assert counts == {}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"column": "lemma"}, "column: expected one of upos, xpos, got 'lemma'"),
        ({"missing_tag": "drop"}, "missing_tag: expected one of error, X, got 'drop'"),
        ({"duplicate_ids": "ignore"}, "duplicate_ids: expected one of error, number"),
    ],
)
def test_a_policy_of_another_name_is_refused(tmp_path, options, says):
    with pytest.raises(ConfigError, match=says):
        read(tmp_path, tree(row("1", "a")), **options)
    with pytest.raises(ConfigError, match=says):  # before anything is read
        load_corpus("ud", language="eng", split="dev", path=tmp_path, **options)


@pytest.mark.parametrize(
    ("pack", "name"), [(gzip.compress, "gz"), (lzma.compress, "xz"), (bz2.compress, "bz2")]
)
def test_packed_files_are_read_and_damaged_ones_named(tmp_path, pack, name):
    text = "".join(tree(row("1", f"w{n}"), head=(f"# sent_id = {n}",)) for n in range(400)).encode()
    packed = pack(text)
    assert len(read(tmp_path, packed, f"x.conllu.{name}")[0]) == 400
    flipped = bytearray(packed)
    for at in range(len(packed) // 2, len(packed) // 2 + 30):
        flipped[at] ^= 0xFF
    for broken in (packed[: len(packed) // 2], bytes(flipped), b"no packed file"):
        with pytest.raises(CorpusError, match=rf"x\.conllu\.{name}.*damaged"):
            read(tmp_path, broken, f"x.conllu.{name}")


# --- where the files are -------------------------------------------------------------------


@pytest.fixture
def release(tmp_path):
    names = {
        "UD_Korean-Kaist": ["ko_kaist-ud-dev", "ko_kaist-ud-test"],
        "UD_Korean-GSD": ["ko_gsd-ud-dev"],
        "UD_Russian-Taiga": ["ru_taiga-ud-train-a", "ru_taiga-ud-train-b"],
        "UD_German-GSD": ["de_gsd-ud-dev"],
    }
    for at, (folder, files) in enumerate(names.items()):
        (tmp_path / folder).mkdir()
        for file in files:
            word = {"ko": "서울", "ru": "город", "de": "Stadt"}[file[:2]]
            text = tree(row("1", word * 60), head=(f"# sent_id = {file}{at}",))
            (tmp_path / folder / f"{file}.conllu").write_text(text, encoding="utf-8")
    return tmp_path


def ids(**wanted):
    return [sentence.id for sentence in load_corpus("ud", **wanted)]


def test_a_release_a_treebank_and_a_file_serve_alike(release):
    folder = release / "UD_Korean-Kaist"
    places = [release, folder, folder / "ko_kaist-ud-dev.conllu"]
    assert {*itertools.chain(*(ids(language="kor", split="dev", path=p) for p in places))} == {
        "ko_kaist-ud-dev0"
    }


def test_the_release_may_lie_in_one_more_folder(release, tmp_path_factory):
    outer = tmp_path_factory.mktemp("outer")
    release.rename(outer / "ud-treebanks-v2.13")
    assert ids(language="kor", split="dev", path=outer) == ["ko_kaist-ud-dev0"]
    (outer / "ud-treebanks-v2.13").rename(release)


def test_several_train_files_follow_one_another(release):
    assert ids(language="ru", split="train", path=release) == [
        "ru_taiga-ud-train-a2", "ru_taiga-ud-train-b2",
    ]  # fmt: skip


@pytest.fixture
def releases_own_names(tmp_path):
    """Folders and files as releases of UD call them."""
    for folder, files, word in (
        ("UD_German-HDT", ["de_hdt-ud-train-a-1", "de_hdt-ud-train-a-2", "de_hdt-ud-train-b-1"], "Haus"),
        ("UD_Norwegian-Bokmaal", ["no_bokmaal-ud-train"], "hus"),
        ("UD_Norwegian-Nynorsk", ["no_nynorsk-ud-train"], "hus"),
        ("UD_Old_East_Slavic-TOROT", ["orv_torot-ud-train"], "дом"),
        ("UD_Komi_Zyrian-Lattice", ["kpv_lattice-ud-train"], "керка"),
    ):  # fmt: skip
        (tmp_path / folder).mkdir()
        for file in files:
            text = tree(row("1", word * 20), head=(f"# sent_id = {file}",))
            (tmp_path / folder / f"{file}.conllu").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("language", "files"),
    [
        ("deu", ["de_hdt-ud-train-a-1", "de_hdt-ud-train-a-2", "de_hdt-ud-train-b-1"]),
        ("nob", ["no_bokmaal-ud-train"]),
        ("nno", ["no_nynorsk-ud-train"]),
        ("orv", ["orv_torot-ud-train"]),  # the table calls it Old Russian
        ("kpv", ["kpv_lattice-ud-train"]),
    ],
)
def test_treebanks_are_found_under_the_names_of_the_releases(releases_own_names, language, files):
    assert ids(language=language, split="train", path=releases_own_names) == files


def test_bokmaal_and_nynorsk_are_not_read_for_each_other(releases_own_names):
    path = releases_own_names / "UD_Norwegian-Nynorsk/no_nynorsk-ud-train.conllu"
    with pytest.raises(CorpusError, match="a file of nno, but nob was requested"):
        ids(language="nob", split="train", path=path)


def test_a_folder_of_two_columns_says_how_it_is_read(tmp_path):
    (tmp_path / "eng").mkdir()
    (tmp_path / "eng" / "dev.txt").write_text("Go VERB\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"treebanks here: none\. Files of a word .*own-corpus"):
        ids(language="eng", split="dev", path=tmp_path, treebank="EWT")


def test_treebanks_are_chosen_by_name(release):
    for name in ["GSD", "UD_Korean-GSD", "ko_gsd"]:
        assert ids(language="kor", split="dev", path=release, treebank=name) == ["ko_gsd-ud-dev1"]
    assert ids(language="deu", split="dev", path=release) == ["de_gsd-ud-dev3"]


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"language": "kor", "split": "train"}, "has dev, test"),
        ({"language": "kor", "split": "dev", "treebank": "PUD"}, "GSD, Kaist"),
        ({"language": "fin", "split": "dev"}, "its treebanks here: none"),
        ({"language": "kor", "split": "dev", "path": "UD_German-GSD/de_gsd-ud-dev.conllu"}, "a file of deu"),
        ({"language": "deu", "split": "test", "path": "UD_German-GSD/de_gsd-ud-dev.conllu"}, "split dev"),
        ({"language": "deu", "split": "dev", "path": "nowhere"}, "no such file or folder"),
    ],
)  # fmt: skip
def test_what_is_not_there_is_named(release, wanted, says):
    wanted["path"] = release / wanted.get("path", "")
    with pytest.raises(CorpusError, match=says):
        ids(**wanted)


def test_a_file_of_another_script_is_refused(release, tmp_path):
    path = tmp_path / "mine.conllu"
    path.write_bytes((release / "UD_Korean-Kaist/ko_kaist-ud-dev.conllu").read_bytes())
    with pytest.raises(CorpusError, match="100 % of the letters of split 'dev' of ud are Hang"):
        ids(language="hin", split="dev", path=path)
    assert len(ids(language="hin", split="dev", path=path, check_script=False)) == 1


def test_an_empty_split_is_an_error(tmp_path):
    (tmp_path / "x.conllu").write_text("", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"x\.conllu: ud has no record of eng in split 'dev'"):
        ids(language="eng", split="dev", path=tmp_path / "x.conllu")
