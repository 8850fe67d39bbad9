"""What a report shows: one frozen object, made from plain rows or an experiment folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from lingap.languages import known_language as known_language
from lingap.languages import language_name as language_name
from lingap.records import Score
from lingap.tasks import of_whole_texts

if TYPE_CHECKING:
    from lingap.experiments.projecting import Projection
    from lingap.gap import (
        Baseline,
        GapComparison,
        GapCorrelation,
        GapOrigin,
        LinguisticGap,
        ModelGap,
        OutputGap,
        PairPoint,
        PerformanceGap,
        ScoreComparison,
        ScoreLevel,
        TextGap,
        TokenGap,
    )
    from lingap.gap.explanation import Explanation

Item = TypeVar("Item")
Key = TypeVar("Key")
Status = Literal["done", "failed", "missing"]


@dataclass(frozen=True, slots=True)
class HistoryPoint:
    """One training step and the values logged there (``loss``, ``dev_span_f1`` …)."""

    step: int
    values: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class RunRow:
    """One training run as listed in the report.

    Args:
        run_id: Its name in the store.
        system: What is compared; in lingap's own runs the representation.
        task: Its name in tables.
        kind: ``ner``, ``pos`` or ``nli``.
        protocol: ``in-language``, ``zero-shot`` or ``joint``.
        languages: Languages trained on.
        seed: Seed of the training.
        status: ``missing`` for a planned run that has not finished yet.
        reason: Why it failed or is missing, or "".
        seconds: Duration, if known.
        scores: Its test scores.
        history: Learning curve.
        chosen: Hyperparameters chosen from a grid on dev data, in words.
        notes: Deviations from the request, such as smaller batches when memory ran out.
    """

    run_id: str
    system: str
    task: str
    protocol: str
    languages: tuple[str, ...]
    seed: int
    status: Status
    kind: str = ""
    reason: str = ""
    seconds: float | None = None
    scores: tuple[Score, ...] = ()
    history: tuple[HistoryPoint, ...] = ()
    chosen: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PretrainingRow:
    """One pre-trained encoder: its size and its loss on held-out text.

    Args:
        system: The representation.
        n_parameters: Trained parameters.
        vocabulary_size: Units in its vocabulary.
        bits_per_character: Held-out masked-unit loss at the end, in bits per character of text.
        status: As of a run.
        reason: As of a run.
        seconds: Duration, if known.
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
    """Phonemization losses in one language.

    Args:
        language: Code.
        backend: Back end used.
        words: Words phonemized.
        types: Distinct words.
        empty_words: Words without any phoneme.
        unmapped: Character that no rule covers to its occurrences.
        unmapped_words: Words that contain such a character, or None where not counted.
        examples: The worst words, each with its characters that no rule covers.
        losses: Other losses by name, in words.
        warnings: Sentences on losses in many words.
        task: Task whose test text was phonemized, in an experiment.
        system: The representation.
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
    warnings: tuple[str, ...] = ()
    task: str = ""
    system: str = ""

    @property
    def n_unmapped(self) -> int:
        """Occurrences of characters that no rule covers."""
        return sum(self.unmapped.values())


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything a report shows. Only stored numbers: nothing is computed here.

    Args:
        title: Heading.
        config: Setting to its value as run, in order.
        versions: Package to its version.
        created: When the experiment was started.
        runs: Every planned run, finished or not.
        performance: Performance gaps, one per system and task.
        linguistic: Linguistic gaps, one per system, layer and corpus.
        coverage: Phonemization losses, one row per language.
        pretraining: Pre-trained encoders.
        projections: Parallel sentences in two dimensions.
        points: Performance gap with its predictors, for the scatter plot.
        correlations: Rank correlations over the points.
        by_language: The best system of each language against the others.
        comparisons: Paired tests between the performance gaps of two systems.
        origins: Where the smaller gap of two systems comes from.
        baselines: Scores of answering without reading, one per task and measure.
        outputs: Output gaps, one per system.
        inputs: Gaps of texts before any training, one per representation.
        tokens: Tokens of parallel text, one per tokenizer.
        levels: Mean and lowest scores beside each performance gap.
        models: Models, layer by layer.
        explanations: What features of languages explain of scores.
        miniature: Whether this is a small demonstration that cannot support a claim.
        notes: Remarks from reading the data, in sentences.
        reader: Languages of the reader's, which the answer starts with.
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
    by_language: tuple[ScoreComparison, ...] = ()
    comparisons: tuple[GapComparison, ...] = ()
    origins: tuple[GapOrigin, ...] = ()
    baselines: tuple[Baseline, ...] = ()
    outputs: tuple[OutputGap, ...] = ()
    inputs: tuple[TextGap, ...] = ()
    tokens: tuple[TokenGap, ...] = ()
    levels: tuple[ScoreLevel, ...] = ()
    models: tuple[ModelGap, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    miniature: bool = False
    notes: tuple[str, ...] = ()
    reader: tuple[str, ...] = ()

    @property
    def tasks(self) -> tuple[str, ...]:
        """Tasks with a performance gap or a run, in order of appearance."""
        rows: tuple[Any, ...] = (*self.performance, *self.runs)
        return tuple(dict.fromkeys(row.task for row in rows if row.task))

    @property
    def systems(self) -> tuple[str, ...]:
        """All systems compared, in order of appearance."""
        rows: tuple[Any, ...]
        rows = (*self.performance, *self.linguistic, *self.models, *self.runs, *self.outputs)
        names = [*(row.system for row in rows), *(gap.representation for gap in self.inputs)]
        return tuple(dict.fromkeys(filter(None, names)))

    @property
    def languages(self) -> tuple[str, ...]:
        """All languages with results, in order of appearance."""
        gaps: tuple[Any, ...]
        gaps = (*self.performance, *self.linguistic, *self.outputs, *self.inputs, *self.tokens)
        gaps += self.models
        codes = [code for gap in gaps for code in gap.languages]
        codes += [code for one in self.explanations for code in one.scores]
        return tuple(dict.fromkeys((*codes, *(row.language for row in self.coverage))))

    @property
    def unfinished(self) -> tuple[RunRow, ...]:
        """Runs without a result: failed ones first, then those not finished."""
        rest = [run for run in self.runs if run.status != "done"]
        return tuple(sorted(rest, key=lambda run: run.status != "failed"))

    def linguistic_for(self, system: str, task: str) -> LinguisticGap | None:
        """The linguistic gap to show next to a system's scores in a task.

        As in the paper: the input layer for word tasks, the last layer for texts; where that
        layer was not measured, another layer of the same system.
        """
        own = [g for g in self.linguistic if g.system == system and g.task in ("", task)]
        kind = next((run.kind for run in self.runs if run.task == task), task)
        wanted = "last" if of_whole_texts(kind) else "input"
        return next((gap for gap in own if gap.layer == wanted), own[0] if own else None)

    def output_for(self, system: str) -> OutputGap | None:
        """The output gap to show next to a system's scores: the first that it has."""
        return next((gap for gap in self.outputs if gap.system == system), None)


def grouped(items: Iterable[Item], key: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """Items by their key, both in order of appearance.

    >>> grouped(["ab", "c", "de"], len)
    {2: ['ab', 'de'], 1: ['c']}
    """
    found: dict[Key, list[Item]] = {}
    for item in items:
        found.setdefault(key(item), []).append(item)
    return found


def language_family(code: str) -> str:
    """Family of a language, or ``Unknown`` of a name that is no code."""
    language = known_language(code)
    return language.family if language else "Unknown"


def language_script(code: str) -> str:
    """Script of a language, or ``Unknown`` of a name that is no code."""
    language = known_language(code)
    return language.script if language else "Unknown"


def reads_right_to_left(code: str) -> bool:
    """Whether a language is written right to left; False if unknown."""
    language = known_language(code)
    return language is not None and language.right_to_left
