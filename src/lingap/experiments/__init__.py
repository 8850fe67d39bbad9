"""Experiments: a plan of runs and the gap analysis over them; the room that joins all others."""

from lingap.experiments.config import CorpusChoice, ExperimentConfig, RepresentationChoice
from lingap.experiments.experiment import Experiment
from lingap.experiments.plan import Job, Plan, make_plan
from lingap.experiments.store import Store

__all__ = [
    "CorpusChoice",
    "Experiment",
    "ExperimentConfig",
    "Job",
    "Plan",
    "RepresentationChoice",
    "Store",
    "make_plan",
]
