import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lingap.errors import StoreError
from lingap.evaluation import read_predictions, score_file, write_predictions
from lingap.records import Prediction

FORMATS = ["parquet", "tsv", "conll"]
text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
tags = st.sampled_from(["O", "B-X", "I-X", "B-Y"])


@st.composite
def predictions(draw):
    words = draw(st.lists(st.tuples(text, tags, tags), min_size=1, max_size=5))
    return Prediction(
        draw(text), draw(st.sampled_from(["eng", "urd"])), *map(tuple, zip(*words, strict=True))
    )


@pytest.mark.parametrize("suffix", FORMATS)
@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(made=st.lists(predictions(), max_size=4))
def test_what_was_written_is_read(tmp_path, suffix, made):
    path = tmp_path / f"predictions.{suffix}"
    write_predictions(path, made, run_id="abc")
    assert read_predictions(path) == made


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_is_scored_alike(tmp_path, suffix):
    made = [
        Prediction(
            "a",
            "eng",
            ("#", "# x", "\\n", "c"),
            ("B-X", "I-X", "O", "O"),
            ("B-X", "I-X", "O", "B-X"),
        ),
        Prediction("a", "urd", ("کھانا", "ہے"), ("O", "B-X"), ("O", "O")),
    ]
    path = tmp_path / f"predictions.{suffix}"
    write_predictions(path, made)
    scored = score_file(path, "ner")
    assert list(scored) == ["eng", "urd"]
    assert scored["eng"].value == pytest.approx(2 / 3)  # one span right, one too many
    assert scored["urd"].value == 0.0
    write_predictions(tmp_path / "other.parquet", made)
    assert score_file(tmp_path / "other.parquet", "ner") == scored


@pytest.mark.parametrize("suffix", ["tsv", "conll"])
def test_an_editors_line_ends_change_no_score(tmp_path, suffix):
    made = [Prediction("a", "eng", ("x", "y"), ("B-X", "O"), ("B-X", "O"))]
    path = tmp_path / f"x.{suffix}"
    write_predictions(path, made)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_predictions(path) == made


def test_a_sentence_without_words_is_refused(tmp_path):
    for suffix in FORMATS:
        with pytest.raises(StoreError, match="'a' has no words"):
            write_predictions(tmp_path / f"x.{suffix}", [Prediction("a", "eng", (), (), ())])


def test_an_empty_label_is_no_label_called_none(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    row = {"sentence_id": "a", "language": "eng", "position": 0, "word": "x", "gold": "O"}
    pq.write_table(pa.Table.from_pylist([{**row, "predicted": None}]), tmp_path / "x.parquet")
    with pytest.raises(StoreError, match="predicted has 1 empty value"):
        read_predictions(tmp_path / "x.parquet")


def test_text_formats_are_as_people_expect(tmp_path):
    made = [Prediction("s1", "kor", ("한국", "말"), ("B-X", "O"), ("O", "O"))]
    write_predictions(tmp_path / "x.conll", made, run_id="r1")
    assert (tmp_path / "x.conll").read_text(encoding="utf-8") == (
        "# sent_id = s1\n# language = kor\n# run = r1\n한국\tB-X\tO\n말\tO\tO\n\n"
    )
    write_predictions(tmp_path / "x.tsv", made, run_id="r1")
    assert (tmp_path / "x.tsv").read_text(encoding="utf-8").splitlines() == [
        "sentence_id\tlanguage\tposition\tword\tgold\tpredicted\trun",
        "s1\tkor\t0\t한국\tB-X\tO\tr1",
        "s1\tkor\t1\t말\tO\tO\tr1",
    ]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("x.tsv", "word\tgold\n", "x.tsv:1: the header lacks sentence_id, language"),
        ("x.tsv", "sentence_id\tlanguage\tposition\tword\tgold\tpredicted\na\tb\n", "x.tsv:2: expected 6 columns and a number as position, got 'a"),
        ("x.tsv", "sentence_id\tlanguage\tposition\tword\tgold\tpredicted\na\teng\t1\tx\tO\tO\n", "does not follow"),
        ("x.conll", "a\tO\tO\n", "x.conll:1: expected word, gold and predicted"),
        ("x.conll", "# sent_id = 1\n# language = eng\na O O\n", "x.conll:3"),
        ("x.csv", "", "from .parquet, .tsv or .conll"),
    ],
)  # fmt: skip
def test_a_broken_file_is_named_with_its_line(tmp_path, name, content, message):
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(StoreError, match=message):
        read_predictions(tmp_path / name)
    with pytest.raises(StoreError, match=r"missing\.tsv"):
        read_predictions(tmp_path / "missing.tsv")
    with pytest.raises(StoreError, match="are written as"):
        write_predictions(tmp_path / "x.csv", [])
