"""Prediction files whose types or positions would give a wrong score."""

import pytest

from lingap.errors import MetricError, StoreError
from lingap.evaluation import read_predictions, score_file

pa = pytest.importorskip("pyarrow")

COLUMNS = {
    "sentence_id": ["a", "b"], "language": ["eng", "eng"], "position": [0, 0],
    "word": ["x", "y"], "gold": ["1", "0"], "predicted": ["1", "0"],
}  # fmt: skip


def written(tmp_path, **columns):
    import pyarrow.parquet as pq

    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({**COLUMNS, **columns}), path)
    return path


@pytest.mark.parametrize(
    ("name", "values", "says"),
    [
        ("gold", pa.array([b"1", b"0"]), "gold holds values of type binary; expected text"),
        ("gold", pa.array([1, 0]), "gold holds values of type int64; expected text"),
        ("predicted", pa.array([True, False]), "predicted holds values of type bool"),
        ("predicted", pa.array([1.0, 0.0]), "predicted holds values of type double"),
        ("gold", pa.array([b"1", b"0"]).dictionary_encode(), "gold holds values of type dict"),
        ("word", pa.array([["x"], ["y"]]), "word holds values of type list"),
        ("position", pa.array([0.0, 0.0]), "position holds values of type double"),
        ("position", pa.array(["0", "0"]), "position holds values of type string"),
        ("position", pa.array([0, -1]), "does not follow"),
        ("sentence_id", pa.array([b"a", b"b"]), "sentence_id holds values of type binary"),
        ("gold", pa.array(["1", None]), "gold has 1 empty value"),
    ],
)
def test_a_column_of_another_type_is_refused(tmp_path, name, values, says):
    with pytest.raises(StoreError, match=rf"x\.parquet.*{says}"):
        read_predictions(written(tmp_path, **{name: values}))


def test_text_of_any_encoding_and_numbered_sentences_are_scored(tmp_path):
    gold = pa.array(["1", "0"]).dictionary_encode()
    large = pa.array(["1", "0"], pa.large_string())
    path = written(tmp_path, gold=gold, predicted=large, sentence_id=[1, 2])
    assert score_file(path, "nli")["eng"].value == 1.0
    assert [p.sentence_id for p in read_predictions(path)] == ["1", "2"]


def test_a_column_twice_is_refused(tmp_path):
    import pyarrow.parquet as pq

    path = tmp_path / "x.parquet"
    names = [*COLUMNS, "gold"]
    pq.write_table(pa.table([pa.array(v) for v in [*COLUMNS.values(), ["0", "0"]]], names), path)
    with pytest.raises(StoreError, match="the column gold occurs twice"):
        read_predictions(path)


@pytest.mark.parametrize("position", ["٠", "0_0", "-0", "9" * 5000, "0.5"])
def test_a_position_is_a_plain_number(tmp_path, position):
    path = tmp_path / "x.tsv"
    path.write_text("\t".join(COLUMNS) + f"\na\teng\t{position}\tx\tO\tO\n")
    with pytest.raises(StoreError, match=r"x\.tsv:2: .*a number as position"):
        read_predictions(path)


def test_an_empty_label_and_a_path_that_cannot_be_are_named(tmp_path):
    path = tmp_path / "x.tsv"
    path.write_text("\t".join(COLUMNS) + "\na\teng\t0\tx\t\tO\n")
    with pytest.raises(StoreError, match=r"x\.tsv:2: a label is empty"):
        read_predictions(path)
    (tmp_path / "loop.tsv").symlink_to(tmp_path / "loop.tsv")
    (tmp_path / "folder.tsv").mkdir()
    for name in ("x" * 300 + ".tsv", "loop.tsv", "x.tsv/x.tsv", "folder.tsv", "folder.parquet"):
        with pytest.raises(StoreError, match=r"cannot be read|holds no predictions"):
            read_predictions(tmp_path / name)


def test_gold_labels_that_open_no_span_are_counted_beside_the_score(tmp_path):
    path = written(tmp_path, gold=["I-X", "B-X"], predicted=["B-X", "B-X"])
    assert score_file(path, "ner")["eng"].counts["invalid_gold"] == 1


def test_gold_labels_in_iob1_are_refused(tmp_path):
    path = written(tmp_path, gold=["I-X", "I-X"], predicted=["I-X", "O"])
    with pytest.raises(StoreError, match="2 gold spans begin with I-, 0 with B-, as in IOB1"):
        score_file(path, "ner")


@pytest.mark.parametrize("label", ["E-X", "L-X", "S-X", "U-X", "M-X"])
def test_labels_of_iobes_and_bilou_are_refused(tmp_path, label):
    for columns in ({"gold": ["B-X", label]}, {"predicted": ["B-X", label]}):
        path = written(tmp_path, **{"gold": ["B-X", "O"], "predicted": ["B-X", "O"]} | columns)
        with pytest.raises(MetricError, match="is not an IOB2 label"):
            score_file(path, "ner")
