import numpy as np
import pytest
import scipy.stats

from lingap.experiments.analysis import output_gaps
from lingap.experiments.config import ExperimentConfig
from lingap.experiments.correlation import correlate_over_seeds
from lingap.experiments.demo import demo_config
from lingap.gap import linguistic_gap
from lingap.metrics import relative_percentage_difference
from lingap.records import Score

SEEDS = range(6)


def correlated(scores, linguistic, outputs, config):
    return correlate_over_seeds(
        scores, linguistic, outputs, languages=config.languages, all_seeds=config.seeds
    )


@pytest.fixture(scope="module")
def measured():
    random = np.random.default_rng(0)
    config = ExperimentConfig.parse(
        demo_config(["kor", "eng", "fin"], seeds=SEEDS).model_dump(mode="json")
    )
    scores = [
        Score("phoneme", "ner", code, "span_f1", float(random.uniform(0.2, 0.9)), seed=seed)
        for seed in SEEDS
        for code in config.languages
    ]
    gaps = {}
    for seed in SEEDS:
        vectors = {code: random.normal(size=(20, 4)) for code in config.languages}
        gaps[seed] = linguistic_gap(vectors, system="phoneme", layer="last", n_permutations=0)
    return config, scores, {("phoneme", "last"): gaps}


def test_points_are_seeds_and_languages_against_english(measured):
    config, scores, linguistic = measured
    rows = {row.predictor: row for row in correlated(scores, linguistic, {}, config)}
    assert set(rows) == {
        "eng score", "CKA, last layer", "debiased CKA, last layer",
    }  # fmt: skip
    value = {(s.seed, s.language): s.value for s in scores}
    gaps, cka = [], []
    for seed in SEEDS:
        for code in ("kor", "fin"):
            gaps.append(relative_percentage_difference(value[seed, "eng"], value[seed, code]))
            gap = linguistic["phoneme", "last"][seed]
            cka.append(gap.cka[gap.languages.index("eng")][gap.languages.index(code)])
    row = rows["CKA, last layer"]
    assert row.system == "phoneme"
    assert (row.n_points, row.n_blocks) == (12, 6)
    assert row.spearman == pytest.approx(scipy.stats.spearmanr(gaps, cka).statistic)
    assert row.kendall == pytest.approx(scipy.stats.kendalltau(gaps, cka).statistic)


def test_few_seeds_give_no_correlation(measured):
    config, scores, linguistic = measured
    few = [score for score in scores if score.seed < 4]
    assert correlated(few, linguistic, {}, config) == []


def test_outputs_add_the_sinkhorn_distance(measured):
    config, scores, linguistic = measured
    random = np.random.default_rng(1)
    runs = [
        ("phoneme", seed, {code: random.dirichlet(np.ones(3), size=30)})
        for seed in SEEDS
        for code in config.languages
    ]
    outputs = output_gaps(runs, config.languages, corpus="c")
    rows = correlated(scores, linguistic, outputs, config)
    (row,) = [row for row in rows if row.predictor == "Sinkhorn distance"]
    value = {(s.seed, s.language): s.value for s in scores}
    gaps, apart = [], []
    for seed in SEEDS:
        for code in ("kor", "fin"):
            gaps.append(relative_percentage_difference(value[seed, "eng"], value[seed, code]))
            gap = outputs["phoneme"][seed]
            apart.append(gap.distance[gap.languages.index("eng")][gap.languages.index(code)])
    assert row.spearman == pytest.approx(scipy.stats.spearmanr(gaps, apart).statistic)
