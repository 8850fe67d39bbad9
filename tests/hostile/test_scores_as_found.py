"""Scores and texts as people have them, where a number without a message would be wrong."""

import numpy as np
import pytest

from lingap import Score, linguistic_gap, metrics, performance_gaps, read_scores
from lingap.errors import LingapError, MetricError, StoreError
from lingap.evaluation import score_file, write_predictions
from lingap.gap import load_tokenizer, read_parallel_text, token_gap
from lingap.gap.text_folders import read_texts
from lingap.records import Prediction


@pytest.mark.parametrize("ids", [(17, 42), (3, 1), (101, 102)])
@pytest.mark.parametrize("model", [True, False])
def test_a_column_of_ids_is_no_indonesian(ids, model):
    rows = [
        {"id": ids[0], "en": 80, "de": 75, "sw": 60},
        {"id": ids[1], "en": 70, "de": 65, "sw": 50},
    ]
    if model:
        rows = [{"model": name, **row} for name, row in zip("AB", rows, strict=True)]
    with pytest.raises(MetricError, match="'id' can be Indonesian or a summary or counter"):
        read_scores(rows)


def test_indonesian_among_codes_as_short_is_read_and_named():
    read = read_scores([{"model": "A", "id": 71, "en": 80, "de": 75, "sw": 60}])
    assert [score.language for score in read.scores] == ["ind", "eng", "deu", "swa"]
    assert read.notes == ("Read as languages, which their values show they are: id (Indonesian).",)


@pytest.mark.parametrize("value", [80, 1.0001, -0.1, float("nan"), "0.8", True, None])
def test_a_score_record_holds_a_share(value):
    rows = [Score("A", "ner", "eng", "f1", value), Score("A", "ner", "deu", "f1", 0.7)]
    with pytest.raises(MetricError, match="a Score holds a share, 0 to 1"):
        performance_gaps(rows)


def test_a_guess_of_the_scale_that_may_be_wrong_is_said():
    rows = [{"language": "en", "score": 1.234}, {"language": "de", "score": 1.1}]
    assert "Read as percentages, since the highest score is 1.234" in " ".join(
        read_scores(rows).notes
    )
    assert (
        read_scores([{"language": "en", "score": 81.0}, {"language": "de", "score": 70.0}]).notes
        == ()
    )


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the score of en is empty; fill it or drop the row"),
        ("80%", "Write it without the sign"),
        ("80.1 ± 0.3", "Put the spread in columns of its own"),
        ("80,1", "Write a decimal point"),
    ],
)
def test_a_score_that_is_no_number_is_told_how(text, told):
    with pytest.raises(MetricError, match=told):
        read_scores([{"language": "en", "score": text}, {"language": "de", "score": "70"}])


def test_one_language_may_be_named_without_a_list():
    rows = [{"model": "A", "en": 80, "de": 75}]
    assert [score.language for score in read_scores(rows, languages="en").scores] == ["eng"]


def test_masked_entries_are_no_numbers():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(20, 4))
    masked = np.ma.masked_greater(x, 0)
    for call in (
        lambda: metrics.linear_cka(masked, x),
        lambda: linguistic_gap({"eng": masked, "deu": x}),
    ):
        with pytest.raises(MetricError, match="masked entries"):
            call()
    assert metrics.linear_cka(np.ma.masked_greater(x, 1e9), x) == pytest.approx(1)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("eng.jsonl", "eng.jsonl:1: broken JSON"),
        ("eng_Latn.tsv", "eng_Latn.tsv:2: expected a column 'text'; columns here: id,words"),
        ("eng.csv", "eng.csv:2: expected a column 'text'; columns here: id, words"),
        ("eng.parquet", "eng.parquet: a damaged or foreign Parquet file"),
        ("eng.tsv.gz", "eng.tsv.gz.*damaged"),
        ("eng.json", "eng.json: not plain text"),
    ],
)
@pytest.mark.parametrize("read", [read_texts, read_parallel_text])
def test_a_table_without_text_is_no_text(tmp_path, name, says, read):
    (tmp_path / name).write_text("id,words\n1,hello\n")
    (tmp_path / "deu.txt").write_text("hallo\ndu\n")
    with pytest.raises(LingapError, match=says):
        read(tmp_path)


def test_few_sentences_have_no_interval_or_a_warning(tmp_path):
    for code, line in (("eng", "one two"), ("deu", "eins zwei drei")):
        (tmp_path / f"{code}.txt").write_text(f"{line}\n" * 2)
    one = token_gap(read_parallel_text(tmp_path, limit=1), load_tokenizer("byte"))
    assert one.intervals == {}
    assert one.warnings == ("Only 1 sentence: premiums hang on them, and there is no interval.",)
    two = token_gap(read_parallel_text(tmp_path), load_tokenizer("byte"))
    assert set(two.intervals) == {"deu"}
    assert "Only 2 sentences" in two.warnings[0]


@pytest.mark.parametrize(
    "name",
    [
        "ste",
        "mae",
        "mse",
        "dev",
        "dif",
        "rng",
        "los",
        "ent",
        "dim",
        "rep",
        "lay",
        "xqq",
        "avg_high",
        "low-resource",
    ],
)
def test_a_further_column_of_numbers_is_no_language(name):
    read = read_scores([{"model": "A", "eng": 50, "kor": 40, "swa": 30, name: 5.77}])
    assert [score.language for score in read.scores] == ["eng", "kor", "swa"]
    assert any(name in note for note in read.notes)
    if name.isalpha():
        asked = read_scores(
            [{"model": "A", "eng": 50, "kor": 40, "swa": 30, name: 5.77}], languages=["eng", name]
        )
        assert len(asked.scores) == 2


@pytest.mark.parametrize("name", ["bs", "mac", "mn", "sg", "per", "ts"])
def test_a_setting_is_no_language(name):
    with pytest.raises(MetricError, match=f"'{name}' can be"):
        read_scores([{"model": "A", "eng": 50.5, "kor": 40.5, "swa": 30.5, name: 32}])


def test_a_long_list_of_codes_is_read_whole():
    codes = "aar abk ace ach ady afr aka aln als alt amh ami ang aoz apc arb arg arn ary arz asm".split()
    read = read_scores([{"model": "A", **dict.fromkeys(codes, 0.5)}])
    assert len(read.scores) == len(codes)


@pytest.mark.parametrize("gold", [" 1", "1.0", "Entailment"])
def test_labels_spelled_in_another_way_have_no_score(tmp_path, gold):
    path = tmp_path / "p.tsv"
    predicted = gold.strip().removesuffix(".0").lower()
    write_predictions(path, [Prediction("a", "eng", ("x",), (gold,), (predicted,))])
    says = "white space at an end" if gold == " 1" else "no predicted label is among the gold ones"
    with pytest.raises(StoreError, match=says):
        score_file(str(path), "nli")


@pytest.mark.parametrize(("right", "low", "high"), [(True, 0.9289, 1.0), (False, 0.0, 0.0711)])
def test_all_right_or_nothing_right_has_an_interval_with_a_width(tmp_path, right, low, high):
    rows = [
        Prediction(
            str(i),
            "eng",
            ("x",),
            ("yes" if i else "no",),
            (("yes" if i else "no") if right else ("no" if i else "yes"),),
        )
        for i in range(50)
    ]
    path = tmp_path / "p.tsv"
    write_predictions(path, rows)
    found = score_file(path, "nli")["eng"]
    assert found.value == float(right)
    # Clopper and Pearson: 0.025 ** (1 / 50)
    assert found.interval == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))
