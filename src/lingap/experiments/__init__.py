"""Plans of runs and the gap analysis over them; the room that joins all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lingap.registry import lazy_names

if TYPE_CHECKING:
    from lingap.experiments.config import ExperimentConfig, PretrainConfig
    from lingap.experiments.config_parts import CorpusChoice, RepresentationChoice
    from lingap.experiments.experiment import Experiment, pretrain_encoders
    from lingap.experiments.plan import Job, Plan, make_plan
    from lingap.experiments.projecting import Projection
    from lingap.experiments.records import read_record
    from lingap.experiments.result import ExperimentResult
    from lingap.experiments.store import Store
    from lingap.experiments.stored import StoredExperiment

_HOME = {
    "config_parts": "CorpusChoice RepresentationChoice",
    "config": "ExperimentConfig PretrainConfig",
    "experiment": "Experiment pretrain_encoders",
    "plan": "Job Plan make_plan",
    "projecting": "Projection",
    "records": "read_record",
    "result": "ExperimentResult",
    "store": "Store",
    "stored": "StoredExperiment",
}

__all__ = [
    "CorpusChoice",
    "Experiment",
    "ExperimentConfig",
    "ExperimentResult",
    "Job",
    "Plan",
    "PretrainConfig",
    "Projection",
    "RepresentationChoice",
    "Store",
    "StoredExperiment",
    "make_plan",
    "pretrain_encoders",
    "read_record",
]


__getattr__ = lazy_names(__name__, _HOME)
