"""Tables of token gaps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lingap.report.summary import language_name
from lingap.report.tables import Building, Cell, Column, Table, measured, methods

if TYPE_CHECKING:
    from lingap.gap import TokenGap


def token_tables(gaps: Sequence[TokenGap], *, most: int | None = None) -> list[Table]:
    """Both tables, the second once per text and reference; none without a gap."""
    if not gaps:
        return []
    groups: dict[tuple[str, str], list[TokenGap]] = {}
    for gap in gaps:
        groups.setdefault((gap.corpus, gap.reference), []).append(gap)
    return [tokenizer_table(gaps), *(premium_table(own, most=most) for own in groups.values())]


def tokenizer_table(gaps: Sequence[TokenGap]) -> Table:
    """One row per tokenizer: mean and highest premium, inequality, unknown tokens."""
    return (
        Building(gaps)
        .text("Tokenizer", lambda gap: gap.tokenizer)
        .count("Vocabulary", lambda gap: gap.vocabulary_size)
        .value(
            "Mean premium", lambda gap: gap.mean_premium, 2,
            "tokens per token of the reference, mean of the other languages",
        )
        .column(Column("Highest premium"), _highest)
        .value("Gini", lambda gap: gap.gini, 3, "of the languages' tokens; 0: all need as many")
        .value(
            "Tokens per word", lambda gap: gap.mean_fertility, 2,
            "fertility, mean of the languages; punctuation marks are words",
        )
        .value(
            "Unknown, %", lambda gap: 100 * gap.mean_unknown_share, 2,
            "share of tokens that are unknown, mean of the languages",
        )
        .table(
            "tokenizers",
            "Token gap: tokens for the same content",
            _caption(gaps),
        )
    )  # fmt: skip


def premium_table(gaps: Sequence[TokenGap], *, most: int | None = None) -> Table:
    """One row per language, a column per tokenizer; languages by their mean premium.

    Args:
        gaps: Of one text and reference.
        most: Languages shown, those with the highest premiums; None for all.
    """
    names = [name for name in gaps[0].languages if name != gaps[0].reference]
    ordered = sorted(names, key=lambda name: -sum(gap.premium[name] for gap in gaps))
    shown = ordered[:most]
    made = Building(shown).text("Language", lambda code: f"{language_name(code)} ({code})")
    for gap in gaps:
        made.column(Column(gap.tokenizer), _premium_in(gap))
    caption = f"Tokens per token of {language_name(gaps[0].reference)}. "
    if len(shown) < len(ordered):
        caption += f"The {len(shown)} highest of {len(ordered)}; --json has all. "
    return made.table(
        "premiums",
        "Token premium of each language",
        caption + methods(one for gap in gaps for one in gap.intervals.values()),
    )


def _premium_in(gap: TokenGap) -> Callable[[str], Cell]:
    return lambda code: measured(gap.premium[code], gap.intervals.get(code), 2)


def _highest(gap: TokenGap) -> Cell:
    value = gap.premium[gap.worst]
    return Cell(f"{value:.2f} ({language_name(gap.worst)})", value)


def _caption(gaps: Sequence[TokenGap]) -> str:
    first = gaps[0]
    return (
        f"{len(first.languages)} languages, {first.n_sentences:,} parallel sentences; a premium is "
        f"relative to {language_name(first.reference)}."
    )
