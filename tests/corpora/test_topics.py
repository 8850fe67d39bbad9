"""SIB-200: topics of sentences."""

import pytest

from lingap.corpora import load_corpus
from lingap.errors import CorpusError
from lingap.languages import get_language
from lingap.records import LabelledSentence

HEAD = "index_id\tcategory\ttext"


def sib(root, *rows, code="eng_Latn", name="dev.tsv", head=HEAD):
    (root / code).mkdir(exist_ok=True)
    (root / code / name).write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return root


def read(root, language="eng", split="dev"):
    return list(load_corpus("sib200", language=language, split=split, path=root))


def test_rows_are_sentences_with_a_label(tmp_path):
    (row,) = read(sib(tmp_path, "548\tsports\tSpeed becomes less, 3.5 times."))
    assert isinstance(row, LabelledSentence)
    assert (row.id, row.label) == ("548", "sports")
    assert row.sentence.words == ("Speed", "becomes", "less", ",", "3.5", "times", ".")
    assert row.sentences == (row.sentence,)


@pytest.mark.parametrize("root", ["", "eng_Latn"])
def test_the_root_or_the_folder_of_the_language(tmp_path, root):
    sib(tmp_path, "1\ttravel\tGo.", name="validation.tsv")
    assert [row.label for row in read(tmp_path / root)] == ["travel"]


@pytest.mark.parametrize(
    "place",
    [
        "ajp_Arab/test-00000-of-00001.parquet",
        "data/ajp_Arab/test-00000-of-00001.parquet",
        "ajp_Arab/test/0000.parquet",
    ],
)
def test_the_hubs_parquet(tmp_path, place):
    import pyarrow as pa
    import pyarrow.parquet as pq

    (tmp_path / place).parent.mkdir(parents=True)
    rows = {"index_id": [1500], "category": ["health"], "text": ["مرحبا بالعالم"]}
    pq.write_table(pa.table(rows), tmp_path / place)
    (row,) = read(tmp_path, "ajp", "test")
    assert (row.id, row.label, row.sentence.language) == (
        "1500",
        "health",
        get_language("ajp").code,
    )


@pytest.mark.parametrize(
    ("rows", "line", "says"),
    [
        (["7\ttravel\tGo.", "007\ttravel\tGo."], 3, "'007': expected the number of a line"),
        ([f"{'1' * 5000}\ttravel\tGo."], 2, "11': expected the number of a line"),
        (["1\ttravel\tGo.", "2009\ttravel\tGo."], 3, "'2009': expected the number of a line, 0 to 2008"),
        (["-1\ttravel\tGo."], 2, "the id '-1'"),
        (["x\ttravel\tGo."], 2, "the id 'x'"),
        (["1\ttravel\tGo.", "1\ttravel\tGo."], 3, "the id '1' is not unique"),
        (["1\ttravels\tGo."], 2, "'travels' is not one of science/technology"),
        (["1\t\tGo."], 2, "a text without a label"),
        (["1\ttravel\t "], 2, "no word in 'text'"),
        (["1\ttravel"], 2, "expected 3 columns"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_with_file_and_line(tmp_path, rows, line, says):
    with pytest.raises(CorpusError, match=rf"dev\.tsv:{line}: .*{says}"):
        read(sib(tmp_path, *rows))


def test_a_language_that_is_not_there_says_what_is_expected(tmp_path):
    sib(tmp_path, "1\ttravel\tGo.")
    with pytest.raises(CorpusError, match=r"expected kor_Hang/dev\.tsv"):
        read(tmp_path, "kor")
    with pytest.raises(CorpusError, match="another script|Latn"):
        read(
            sib(
                tmp_path, *(f"{i}\ttravel\tGo to the sea today." for i in range(9)), code="kor_Hang"
            ),
            "kor",
        )
