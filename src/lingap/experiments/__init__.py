"""Plans of runs and the gap analysis over them; the room that joins all others."""

from lingap.experiments.config import ExperimentConfig, PretrainConfig
from lingap.experiments.config_parts import CorpusChoice, RepresentationChoice
from lingap.experiments.experiment import Experiment, pretrain_encoders
from lingap.experiments.plan import Job, Plan, make_plan
from lingap.experiments.records import read_record
from lingap.experiments.result import ExperimentGaps, ExperimentResult
from lingap.experiments.store import Store

__all__ = [
    "CorpusChoice",
    "Experiment",
    "ExperimentConfig",
    "ExperimentGaps",
    "ExperimentResult",
    "Job",
    "Plan",
    "PretrainConfig",
    "RepresentationChoice",
    "Store",
    "make_plan",
    "pretrain_encoders",
    "read_record",
]
