"""Results as Parquet with a data card, and as data sets in memory."""

import csv
import io
import re

import datasets
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

import lingap
from lingap.errors import MetricError, StoreError
from lingap.report.csv_files import to_csv
from lingap.report.dataset_files import _MEANS
from lingap.report.export import write_report
from lingap.report.long_form import long_form


@pytest.fixture(scope="module")
def folder(data, tmp_path_factory):
    written = write_report(data, tmp_path_factory.mktemp("x"), kind="dataset")
    assert written[0].name == "README.md"
    return written[0].parent


def card(folder):
    text = (folder / "README.md").read_text(encoding="utf-8")
    _, head, rest = text.split("---\n", 2)
    return yaml.safe_load(head), rest


def test_every_table_of_the_csv_files_is_there_with_the_same_numbers(data, folder):
    tables = {name.removesuffix(".csv"): text for name, text in to_csv(data).items()}
    assert {path.stem for path in folder.glob("data/*.parquet")} == set(tables)
    for name, text in tables.items():
        rows = pq.read_table(folder / "data" / f"{name}.parquet").to_pylist()
        listed = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == len(listed)
        assert {key for row in rows for key in row} == set(listed[0])
        for row, other in zip(rows, listed, strict=True):
            numbers = {key: value for key, value in row.items() if isinstance(value, float)}
            assert numbers == {key: float(other[key]) for key in numbers}


def test_the_library_reads_it_by_its_card(folder, tmp_path):
    head, _ = card(folder)
    names = [one["config_name"] for one in head["configs"]]
    assert datasets.get_dataset_config_names(str(folder)) == names
    read = datasets.load_dataset(str(folder), "scores", split="train", cache_dir=str(tmp_path))
    assert read.to_list() == pq.read_table(folder / "data" / "scores.parquet").to_pylist()


def test_the_card_says_what_was_measured(data, folder):
    head, text = card(folder)
    assert head["pretty_name"] == data.title
    assert head["language"] == ["en", "fr", "ru", "ko", "tr", "fi", "hi", "ur"]
    assert "Named entities (span F1)" in text
    assert "8 languages: English (eng), French (fra)" in text
    for name, rows in long_form(data).items():
        assert f"| `{name}` | {len(rows):,} |" in text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_every_table_has_its_meaning(data):
    import inspect

    from lingap.report import long_form as module

    named = re.findall(r'^ {8}"(\w+)": ', inspect.getsource(module.long_form), re.MULTILINE)
    assert set(_MEANS) == set(named) >= set(long_form(data))


def test_paths_of_the_user_stay_at_home(make, tmp_path):
    config = {"name": "x", "tasks.1.corpus.path": "/home/me/secret", "seeds": "0", "source": "none"}
    text = write_report(make(config=config), tmp_path, kind="dataset")[0].read_text("utf-8")
    assert "secret" not in text
    assert "| seeds | 0 |" in text
    assert "source" not in text


def test_columns_without_a_value_have_the_type_of_their_kind(make, tmp_path):
    runs = tuple(run for run in make().runs if run.status != "done")
    write_report(make(runs=runs), tmp_path, kind="dataset")
    schema = pq.read_schema(tmp_path / "dataset" / "data" / "runs.parquet")
    assert schema.field("score").type == pa.float64()
    assert not any(pa.types.is_null(field.type) for field in schema)


def test_a_card_of_the_users_own_is_not_overwritten(data, tmp_path):
    own = tmp_path / "dataset" / "README.md"
    own.parent.mkdir()
    own.write_text("mine")
    with pytest.raises(StoreError, match=r"README\.md is there already"):
        write_report(data, tmp_path, kind="dataset")
    assert own.read_text() == "mine"
    assert list(own.parent.iterdir()) == [own]


def test_gaps_are_data_sets(data):
    gaps = data.performance
    found = lingap.to_dataset(gaps)
    assert isinstance(found, datasets.Dataset)
    assert found.to_list() == [row for gap in gaps for row in gap.to_rows()]
    assert gaps[0].to_dataset().to_list() == gaps[0].to_rows()


def test_results_of_several_kinds_share_their_columns(data):
    found = lingap.to_dataset([data.performance[0], data.linguistic[0]])
    rows = [*data.performance[0].to_rows(), *data.linguistic[0].to_rows()]
    assert set(found.column_names) == {name for row in rows for name in row}
    assert [{k: v for k, v in row.items() if v is not None} for row in found] == [
        {k: v for k, v in row.items() if v is not None} for row in rows
    ]


def test_no_results_and_what_is_none():
    assert len(lingap.to_dataset([])) == 0
    with pytest.raises(MetricError, match="expected gaps or other results"):
        lingap.to_dataset([3])
