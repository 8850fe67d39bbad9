"""What a report tells of: one frozen object, made from plain rows or from an experiment folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from lingap.errors import LanguageError
from lingap.languages import get_language
from lingap.records import Score

if TYPE_CHECKING:
    from lingap.experiments.projecting import Projection
    from lingap.gap import (
        GapComparison,
        GapCorrelation,
        LinguisticGap,
        OutputGap,
        PairPoint,
        PerformanceGap,
        TextGap,
    )

Status = Literal["done", "failed", "missing"]


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """One step of a training and what was measured there (``loss``, ``dev_span_f1`` …)."""

    step: int
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RunRow:
    """One training as the report lists it.

    Args:
        run_id: Its name in the store.
        system: What is compared; the representation's name in lingap's own runs.
        task: ``ner``, ``pos`` or ``nli``.
        protocol: ``in-language``, ``zero-shot`` or ``joint``.
        languages: Languages trained on.
        seed: Seed of the training.
        status: ``missing`` for a planned run that has not ended yet.
        reason: Why it failed or is missing; "" for a finished run.
        seconds: Time it took, if known.
        scores: What it reached.
        history: Its learning curve.
        chosen: What of a grid of hyperparameters dev data chose, in words.
        notes: What was done otherwise than asked for, such as less at once when memory was short.
    """

    run_id: str
    system: str
    task: str
    protocol: str
    languages: tuple[str, ...]
    seed: int
    status: Status
    reason: str = ""
    seconds: float | None = None
    scores: tuple[Score, ...] = ()
    history: tuple[HistoryPoint, ...] = ()
    chosen: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PretrainingRow:
    """One pre-trained encoder: its size, and how well it predicts held-out text.

    Args:
        system: The representation.
        n_parameters: Trained parameters.
        vocabulary_size: Units it knows.
        bits_per_character: Held-out masked-unit loss at the end, in bits per character of text.
        status: Whether it ended.
        reason: Why not.
        seconds: Time it took.
        history: Learning curve.
        notes: As of a run.
    """

    system: str
    n_parameters: int | None
    vocabulary_size: int | None
    bits_per_character: float | None = None
    status: Status = "done"
    reason: str = ""
    seconds: float | None = None
    history: tuple[HistoryPoint, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """What phonemization cost in one language.

    Args:
        language: Code.
        backend: Back end that was used.
        words: Words phonemized.
        types: Distinct words.
        empty_words: Words that got no phoneme at all.
        unmapped: Character that no rule covers, to its occurrences.
        unmapped_words: Words that hold such a character, or None where it was not counted.
        examples: The worst words, each with the characters of it that no rule covers.
        losses: Other losses by name, to words.
        task: Whose test text it was, in an experiment.
        system: The representation that was spelled.
    """

    language: str
    backend: str
    words: int
    types: int
    empty_words: int
    unmapped: Mapping[str, int] = field(default_factory=dict)
    unmapped_words: int | None = None
    examples: tuple[tuple[str, str], ...] = ()
    losses: Mapping[str, int] = field(default_factory=dict)
    task: str = ""
    system: str = ""

    @property
    def n_unmapped(self) -> int:
        """Occurrences of characters that no rule covers."""
        return sum(self.unmapped.values())


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything a report shows. Only stored numbers: nothing is scored here.

    Args:
        title: Heading.
        config: Setting to its value as run, in reading order.
        versions: Package to its version.
        created: When the experiment was begun, as stored.
        runs: Every planned run, finished or not.
        performance: Performance gaps, one a system and task.
        linguistic: Linguistic gaps, one a system, layer and corpus.
        coverage: G2P coverage, one a language.
        pretraining: Pre-trained encoders.
        projections: Parallel sentences in two dimensions.
        points: Performance gap beside its predictors, for the scatter.
        correlations: Rank correlations over the points.
        comparisons: Paired tests between the performance gaps of two systems.
        outputs: Output gaps, one a system, with all their matrices.
        inputs: Gaps of texts before any training, one a representation.
        miniature: Whether this is a small demonstration that cannot carry a claim.
        notes: What was odd on reading, in sentences.
    """

    title: str
    config: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    created: str = ""
    runs: tuple[RunRow, ...] = ()
    performance: tuple[PerformanceGap, ...] = ()
    linguistic: tuple[LinguisticGap, ...] = ()
    coverage: tuple[CoverageRow, ...] = ()
    pretraining: tuple[PretrainingRow, ...] = ()
    projections: tuple[Projection, ...] = ()
    points: tuple[PairPoint, ...] = ()
    correlations: tuple[GapCorrelation, ...] = ()
    comparisons: tuple[GapComparison, ...] = ()
    outputs: tuple[OutputGap, ...] = ()
    inputs: tuple[TextGap, ...] = ()
    miniature: bool = False
    notes: tuple[str, ...] = ()

    @property
    def tasks(self) -> tuple[str, ...]:
        """Tasks with a performance gap or a run, in order of appearance."""
        return _distinct(
            [*(g.task for g in self.performance), *(r.task for r in self.runs if r.task)]
        )

    @property
    def systems(self) -> tuple[str, ...]:
        """Everything compared, in order of appearance."""
        names = [g.system for g in self.performance] + [g.system for g in self.linguistic]
        names += [r.system for r in self.runs if r.system]
        names += [g.system for g in self.outputs] + [g.representation for g in self.inputs]
        return _distinct(names)

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language with a number, in order of appearance."""
        names = [c for g in self.performance for c in g.languages]
        names += [c for g in self.linguistic for c in g.languages]
        names += [c for g in self.outputs for c in g.languages]
        names += [c for g in self.inputs for c in g.languages]
        return _distinct(names + [row.language for row in self.coverage])

    @property
    def unfinished(self) -> tuple[RunRow, ...]:
        """Runs without a result: failed ones first, then those not yet done."""
        rest = [run for run in self.runs if run.status != "done"]
        return tuple(sorted(rest, key=lambda run: run.status != "failed"))

    def linguistic_for(self, system: str, task: str) -> LinguisticGap | None:
        """The linguistic gap that belongs beside a system's scores in a task.

        As in the paper: the input layer for word tasks, the last layer for sentence pairs; where
        that layer was not measured, another of the same system.
        """
        own = [g for g in self.linguistic if g.system == system and g.task in ("", task)]
        wanted = "last" if task == "nli" else "input"
        return next((gap for gap in own if gap.layer == wanted), own[0] if own else None)


def _distinct(names: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def language_name(code: str) -> str:
    """English name of a language, or the code itself where the table does not know it.

    >>> language_name("kor"), language_name("x-mine")
    ('Korean', 'x-mine')
    """
    try:
        return get_language(code).name
    except LanguageError:
        return code


def reads_right_to_left(code: str) -> bool:
    """Whether text of that language is set from the right; unknown languages are not."""
    try:
        return get_language(code).right_to_left
    except LanguageError:
        return False
