"""A small experiment folder for the explorer."""

import json
from dataclasses import asdict

import numpy as np
import pytest

from lingap.gap import linguistic_gap, performance_gaps
from lingap.records import Prediction, Score

LANGUAGES = ("eng", "kor", "urd")
SENTENCES = {
    "eng": [("Paris", "and", "<b>Rome</b>"), ("Seoul",)],
    "kor": [("파리", "와", "로마"), ("서울",)],
    "urd": [("پیرس", "اور", "روم"), ("سیول",)],
}


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
            runs.append(run_id)
            record = {
                "run_id": run_id, "status": "done",
                "config": {"task": "ner", "representation": system, "protocol": "in-language",
                           "train_languages": [code], "seed": 0},
                "scores": [asdict(score)],
            }  # fmt: skip
            folder = root / "runs" / run_id
            folder.mkdir(parents=True)
            (folder / "run.json").write_text(json.dumps(record), encoding="utf-8")
            try:
                from lingap.evaluation.prediction_files import write_predictions

                write_predictions(folder / "predictions.parquet", [
                    Prediction(f"s{k}", code, words, ("O",) * len(words), ("O",) * (len(words) - 1) + ("B-X" if k == 0 else "O",))
                    for k, words in enumerate(SENTENCES[code])
                ])  # fmt: skip
            except ImportError:
                continue
    (root / "experiment.json").write_text(
        json.dumps({"config": {"name": "Cities <i>"}, "runs": [*runs, "not-yet"]}), encoding="utf-8"
    )
    rng = np.random.default_rng(0)
    base = rng.normal(size=(20, 6))
    linguistic = [
        linguistic_gap({code: base + noise * rng.normal(size=base.shape) for code in LANGUAGES},
                       system=system, corpus="names", n_permutations=20)
        for system, noise in (("character", 1.5), ("phoneme", 0.5))
    ]  # fmt: skip
    gaps = {"performance": [gap.to_dict() for gap in performance_gaps(rows)],
            "linguistic": [gap.to_dict() for gap in linguistic]}  # fmt: skip
    (root / "gaps.json").write_text(json.dumps(gaps), encoding="utf-8")
    return root
