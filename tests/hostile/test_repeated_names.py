"""Many names, some of them twice: told at once, not after hours of counting each in all others."""

import json

import pytest

import checkpoints as make
from lingap.errors import LingapError
from lingap.gap import read_results, read_scores
from lingap.representations.published import published_representation

N = 20_000
NAMES = [f"n{i}" for i in range(N)] * 2


def test_columns_of_a_table(tmp_path):
    (tmp_path / "a.csv").write_text(",".join(NAMES) + "\n")
    with pytest.raises(LingapError, match="a column occurs twice"):
        read_scores(tmp_path / "a.csv")


def test_columns_of_a_data_frame():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(LingapError, match="a column occurs twice"):
        read_scores(pandas.DataFrame([[0.5] * len(NAMES)], columns=NAMES))


def test_keys_of_json(tmp_path):
    pairs = ", ".join(f'"{name}": 1' for name in NAMES)
    (tmp_path / "a.jsonl").write_text(f"{{{pairs}}}\n")
    with pytest.raises(LingapError, match="the key 'n0' occurs twice"):
        read_scores(tmp_path / "a.jsonl")


def test_units_of_a_vocabulary(tmp_path):
    pytest.importorskip("transformers", reason="needs the extra train")
    make.xphonebert(tmp_path)
    (tmp_path / "vocab.txt").write_text("\n".join(NAMES) + "\n")
    with pytest.raises(LingapError, match="expected each unit once"):
        published_representation("phoneme", tmp_path, {})


def test_items_of_one_document(tmp_path):
    """A harness's samples, all with the same hash, are numbered."""
    for code in ("en", "sw"):
        rows = [
            json.dumps({"doc_hash": "same", "metrics": ["acc"], "acc": i % 2}) for i in range(N)
        ]
        name = f"samples_xnli_{code}_2025-01-02T10-00-00.000000.jsonl"
        (tmp_path / "org__m").mkdir(exist_ok=True)
        (tmp_path / "org__m" / name).write_text("\n".join(rows) + "\n")
    read = read_results(tmp_path)
    assert {score.value for score in read.scores} == {0.5}
    assert {len(items) for items in read.items.values()} == {N}
