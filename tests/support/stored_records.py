"""Small records of jobs, as the store keeps them, for tests that need one and train nothing."""

from lingap.experiments.config_parts import CorpusChoice, PretrainingConfig, RepresentationSettings
from lingap.experiments.records import (
    BeforeAndAfter,
    FailedRecord,
    ItemCounts,
    PretrainRecord,
    RunRecord,
    TrialRecord,
)
from lingap.experiments.specs import PretrainSpec, RunSpec, TrialSpec
from lingap.models.encoder import EncoderConfig
from lingap.records import Interval, Score
from lingap.training.settings import TrainingSettings

SETTINGS = TrainingSettings(epochs=1)


def pretrain_spec(representation="character", **changes):
    pretraining = PretrainingConfig.model_validate(
        {"text": {"name": "cldr_text"}, "training": {"steps": 4}}
    )
    return PretrainSpec(**{
        "recipe": "2", "languages": ("eng", "kor"), "spelling": {"representation": representation},
        "representation": RepresentationSettings(name=representation), "encoder": EncoderConfig(),
        "pretraining": pretraining, "text": ({"eng": "e1", "kor": "k1"},), **changes,
    })  # fmt: skip


def _finetuning(representation, languages, changes):
    return {
        "recipe": "2", "languages": ("eng", "kor"), "task": "ner",
        "representation": representation, "protocol": "in-language", "train_languages": languages,
        "encoder": "e1", "choice": RepresentationSettings(name="character"),
        "corpus": CorpusChoice(name="cldr"), "pooling": "mean", "seed": 0,
        "data": dict.fromkeys(languages, ("a", "b", "c")), **changes,
    }  # fmt: skip


def trial_spec(representation="character", languages=("eng",), **changes):
    return TrialSpec(finetuning=SETTINGS, **_finetuning(representation, languages, changes))


def run_spec(representation="character", languages=("eng",), **changes):
    given = {
        "test_languages": languages, "layers": ("input", "last"), "parallel": None,
        "parallel_languages": (), "finetuning": (SETTINGS,), "trials": (),
    }  # fmt: skip
    return RunSpec(**_finetuning(representation, languages, given | changes))


def score(system="character", language="eng", value=0.8, seed=0):
    ends = Interval(value - 0.02, value + 0.02, 0.95, "bootstrap")
    return Score(system, "ner", language, "span_f1", value, seed, 100, {"words_unspelled": 2}, ends)


def run_record(run_id="abc", spec=None, **changes):
    spec = spec or run_spec()
    return RunRecord(**{
        "run_id": run_id, "config": spec, "settings": SETTINGS, "labels": ("O",),
        "scores": (score(spec.representation, spec.train_languages[0], seed=spec.seed),),
        "details": {}, "parallel_counts": {}, "n_items": ItemCounts(train=30, dev=10),
        "n_parameters": 500_000, "seconds": 3.5, "versions": {"lingap": "0.1.0"}, **changes,
    })  # fmt: skip


def trial_record(run_id="abc", **changes):
    return TrialRecord(**{"run_id": run_id, "config": trial_spec(), "best_dev": 0.5, **changes})


def pretrain_record(run_id="abc", **changes):
    counts = {"units": 100, "units_unknown": 0}
    return PretrainRecord(**{
        "run_id": run_id, "config": pretrain_spec(), "representation": "character",
        "provenance": {"representation": "character"}, "n_parameters": 500_000,
        "vocabulary_size": 120, "units_added": (), "n_sentences": 90, "counts": counts,
        "n_heldout": 10, "n_heldout_repeated": 0, "heldout_counts": counts,
        "heldout_characters": 80, "heldout_bits_per_character": BeforeAndAfter(before=5, after=2.5),
        **changes,
    })  # fmt: skip


def failed_record(run_id="abc", spec=None, reason="no memory", **changes):
    return FailedRecord(run_id=run_id, config=spec or run_spec(), reason=reason, **changes)
