"""A small experiment folder for the explorer."""

import json

import numpy as np
import pytest

import stored_records as stored
from lingap.experiments.records import PlannedJob, PlanRecord
from lingap.gap import Baseline, linguistic_gap, performance_gaps
from lingap.records import Prediction, Score
from lingap.storage.json_file import write_json

LANGUAGES = ("eng", "kor", "urd")
SENTENCES = {
    "eng": [("Paris", "and", "<b>Rome</b>"), ("Seoul",)],
    "kor": [("파리", "와", "로마"), ("서울",)],
    "urd": [("پیرس", "اور", "روم"), ("سیول",)],
}


CHANCE = {"eng": 0.06, "kor": 0.05, "urd": 0.04}


@pytest.fixture(scope="session")
def experiment(tmp_path_factory):
    """Two representations, three languages; the last word of a first sentence is labelled wrongly."""
    root = tmp_path_factory.mktemp("experiment")
    rows, runs = [], []
    for system, level in (("character", 0.6), ("phoneme", 0.7)):
        for at, code in enumerate(LANGUAGES):
            run_id = f"{system}-{code}"
            score = Score(system, "ner", code, "span_f1", level + 0.05 * at, 0, 4, run_id=run_id)
            rows.append(score)
            spec = stored.run_spec(system, (code,))
            runs.append(PlannedJob(id=run_id, title=run_id, config=spec))
            record = stored.run_record(run_id, spec, scores=(score,))
            folder = root / "runs" / run_id
            folder.mkdir(parents=True)
            write_json(folder / "run.json", record.model_dump(mode="json"))
            try:
                from lingap.evaluation.prediction_files import write_predictions

                write_predictions(folder / "predictions.parquet", [
                    Prediction(f"s{k}", code, words, ("O",) * len(words), ("O",) * (len(words) - 1) + ("B-X" if k == 0 else "O",))
                    for k, words in enumerate(SENTENCES[code])
                ])  # fmt: skip
            except ImportError:
                continue
    runs.append(PlannedJob(id="not-yet", title="not-yet", config=stored.run_spec("phoneme")))
    plan = PlanRecord(config={"name": "Cities <i>"}, runs=tuple(runs))
    write_json(root / "experiment.json", plan.model_dump(mode="json"))
    rng = np.random.default_rng(0)
    base = rng.normal(size=(20, 6))
    linguistic = [
        linguistic_gap({code: base + noise * rng.normal(size=base.shape) for code in LANGUAGES},
                       system=system, corpus="names", n_permutations=20)
        for system, noise in (("character", 1.5), ("phoneme", 0.5))
    ]  # fmt: skip
    gaps = {"performance": [gap.to_dict() for gap in performance_gaps(rows)],
            "linguistic": [gap.to_dict() for gap in linguistic],
            "baselines": [Baseline("ner", "span_f1", dict.fromkeys(LANGUAGES, 0.0),
                                   dict.fromkeys(LANGUAGES, "O"), CHANCE).to_dict()]}  # fmt: skip
    (root / "gaps.json").write_text(json.dumps(gaps), encoding="utf-8")
    return root
