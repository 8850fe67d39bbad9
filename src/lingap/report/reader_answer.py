"""The answer for a language of the reader's: its scores, its place, its neighbours, its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lingap.errors import ConfigError
from lingap.languages import get_language
from lingap.report import rounding
from lingap.report.language_verdict import language_part, score_of
from lingap.report.parts import MOST_SYSTEMS, Part, some
from lingap.report.result_tables import gap_groups, layer_name, task_name
from lingap.report.summary import ReportData, grouped, known_language, language_name

if TYPE_CHECKING:
    from lingap.gap import LinguisticGap, PerformanceGap


def parts_for(data: ReportData, code: str) -> list[Part]:
    """Statements on one language, each true of the numbers alone; none where it has no result."""
    parts: list[Part] = []
    for (task, metric), gaps in gap_groups(data).items():
        own = [gap for gap in gaps if code in gap.scores]
        if own:
            tested = language_part(data, task, metric, code)
            parts += [tested or _scores(task, own, code), Part("", _places(own, code))]
    for first, *_ in grouped(data.linguistic, lambda gap: gap.system).values():  # of its layers
        parts += [Part("", text)] if (text := _near(first, code)) else []
    for tokens in data.tokens:
        if code in tokens.premium and code != tokens.reference:
            times = rounding.fixed(tokens.premium[code], 2)
            said = f"Tokens of {tokens.tokenizer}: {language_name(code)} needs {times} times those"
            parts.append(Part(f"{said} of {language_name(tokens.reference)}.", ""))
    for model in data.models:
        if code in model.best.mexa:
            share = rounding.fixed(model.best.mexa[code], 3)
            said = f"{model.system}, layer {model.chosen}: alignment with "
            said += language_name(model.reference)
            mean = rounding.fixed(model.best.mean_mexa, 3)
            parts.append(Part(f"{said} (MEXA) {share}.", f"Its mean over languages is {mean}."))
    return parts


def languages_of(data: ReportData, named: Sequence[str]) -> tuple[str, ...]:
    """Languages of the results by any of their codes.

    Raises:
        LanguageError: For an unknown code.
        ConfigError: For a language without a result.
    """
    found = []
    by_language = {known_language(code) or code: code for code in data.languages}
    for name in named:
        code = name if name in data.languages else by_language.get(get_language(name))
        if code is None:
            raise ConfigError(
                f"--languages: there is no result in {language_name(name)} ({name}). Languages "
                f"with results: {', '.join(data.languages)}."
            )
        found.append(code)
    return tuple(dict.fromkeys(found))


def _scores(task: str, gaps: Sequence[PerformanceGap], code: str) -> Part:
    """The scores of a language where no test compares them."""
    shown = [score_of(gap, code) for gap in sorted(gaps, key=lambda gap: -gap.scores[code])]
    return Part(f"{task_name(task)}, {language_name(code)}: {some(shown, MOST_SYSTEMS)}.", "")


def _places(gaps: Sequence[PerformanceGap], code: str) -> str:
    """Where a language stands among all of each system."""
    said = []
    for gap in gaps:
        place = 1 + sum(score > gap.scores[code] for score in gap.scores.values())
        mean = rounding.fixed(100 * sum(gap.scores.values()) / len(gap.scores), 1)
        said.append(f"{place} of {len(gap.scores)} with {gap.system} (mean {mean})")
    return f"Place of {language_name(code)}, the best language first: {some(said, MOST_SYSTEMS)}."


def _near(gap: LinguisticGap, code: str) -> str:
    """The languages closest to one and farthest from it."""
    if code not in gap.languages or len(gap.languages) < 3:
        return ""
    name, matrix, *_ = gap.similarity
    row = matrix[gap.languages.index(code)]
    others = {
        other: value for other, value in zip(gap.languages, row, strict=True) if other != code
    }
    near, far = max(others, key=others.__getitem__), min(others, key=others.__getitem__)
    return (
        f"In {gap.system} ({layer_name(gap.layer)}) {language_name(code)} is closest to "
        f"{language_name(near)} ({name} {rounding.fixed(others[near], 3)}) and farthest from "
        f"{language_name(far)} ({rounding.fixed(others[far], 3)})."
    )
