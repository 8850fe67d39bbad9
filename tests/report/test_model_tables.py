"""Models in the report: tables, curves, and a sentence that its numbers support."""

from dataclasses import replace

import pytest

from lingap.errors import MetricError
from lingap.gap import LayerGap, ModelGap
from lingap.report.charts import layer_curves
from lingap.report.csv_files import to_csv
from lingap.report.model_tables import meaning, model_tables
from lingap.report.summary import ReportData
from lingap.report.verdict import answer


def layer(name, mexa, cka, cosine=0.3):
    shares = {"kor": mexa, "swa": mexa / 2}
    return LayerGap(
        layer=name, width=8, mean_cka=0.8, mean_cka_interval=None, mean_cka_debiased=cka,
        mean_cka_debiased_interval=None, mean_floor=0.2, n_within_floor=0, cka_debiased=shares,
        retrieval_to=shares, retrieval_from=shares, mexa=shares, mexa_interval=None,
        anisotropy={"eng": cosine, "kor": cosine, "swa": cosine},
    )  # fmt: skip


def model(*layers, chosen="1", **others):
    made = {
        "system": "tiny", "corpus": "text", "reference": "eng", "languages": ("eng", "kor", "swa"),
        "n_sentences": 100, "pooling": "mean", "layers": layers, "chosen": chosen, "depth": 2,
    }  # fmt: skip
    return ModelGap(**{**made, **others})


def test_the_sentence_says_what_the_numbers_do():
    first, verdict = layer("0", 0.2, 0.4), layer("1", 0.8, 0.6)
    said = " ".join(meaning(model(first, verdict)))
    assert "closest to English at layer 1 of 2, where 60.0 %" in said
    assert "farthest is Swahili with 40.0 %" in said
    # Another layer was asked for: it is not called the closest.
    assert "closest" not in " ".join(meaning(model(first, verdict, chosen="0")))
    narrow = meaning(model(layer("1", 0.1, 0.6, cosine=0.97)))[1]
    assert "mean cosine 0.97): the space is narrow, not shared" in narrow
    assert "neighbours, while the spaces" in meaning(model(layer("1", 0.9, 0.1)))[1]
    assert "most translations are not neighbours" in meaning(model(layer("1", 0.2, 0.6)))[1]
    assert "undefined" in meaning(model(layer("1", 0.2, None)))[1]


def test_tables_curves_and_files_have_every_layer():
    gap = model(layer("0", 0.2, 0.4), layer("1", 0.8, None), n_cut={"kor": 3})
    layers, languages = model_tables([gap])
    assert [row.cells[0].text for row in layers.rows] == ["0", "1 *"]
    assert [row.cells[0].text for row in languages.rows] == ["Swahili (swa)", "Korean (kor)"]
    assert [row.cells[-1].text for row in languages.rows] == ["0", "3"]
    assert len(model_tables([gap, replace(gap, system="b")])) == 5
    [curve] = layer_curves(ReportData("", models=(gap,)))
    assert curve["points"]["step"] == [0, 1]
    assert curve["points"]["debiased"] == [0.4, None]
    files = to_csv(ReportData("", models=(gap,)))
    assert len(files["model_layers.csv"].splitlines()) == 3
    assert len(files["model_languages.csv"].splitlines()) == 5
    assert "There is no result yet" not in answer(ReportData("", models=(gap,)))


def test_a_layer_that_is_not_there_cannot_be_chosen():
    data = model(layer("1", 0.2, 0.4)).to_dict()
    with pytest.raises(MetricError, match="no layer '7'"):
        ModelGap.from_dict({**data, "chosen": "7"})
