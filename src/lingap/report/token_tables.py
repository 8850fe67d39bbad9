"""Tables of token gaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lingap.gap.order import MANY_LANGUAGES, ValueGroup
from lingap.report.rounding import fixed
from lingap.report.summary import language_name
from lingap.report.tables import Building, Cell, Column, Table, measured, methods

if TYPE_CHECKING:
    from lingap.gap import TokenGap


def token_tables(gaps: Sequence[TokenGap], *, most: int | None = None) -> list[Table]:
    """Tables of tokenizers, and of families, scripts and languages once per text and reference.

    Args:
        gaps: What to show.
        most: Families, scripts and languages shown; None for all.
    """
    tables = [tokenizer_table(gaps)] if gaps else []
    for own in of_one_text(gaps):
        if len(own[0].languages) > MANY_LANGUAGES:
            tables += [group_table(own, by_script=kind, most=most) for kind in (False, True)]
        tables.append(premium_table(own, most=most))
        if len(own) > 1:
            tables.append(fertility_table(own, most=most))
        if any(gap.price is not None for gap in own):
            tables.append(cost_table(own, most=most))
    return tables


def of_one_text(gaps: Sequence[TokenGap]) -> list[list[TokenGap]]:
    """Gaps that can be compared: of one text and reference."""
    groups: dict[tuple[str, str], list[TokenGap]] = {}
    for gap in gaps:
        groups.setdefault((gap.corpus, gap.reference), []).append(gap)
    return [*groups.values()]


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
        .value(
            "Context left, %", lambda gap: 100 * gap.context_left(gap.worst), 0,
            "content that fits one context in that language, of what fits in the reference",
        )
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


def fertility_table(gaps: Sequence[TokenGap], *, most: int | None = None) -> Table:
    """Tokens per word, a row per language and the reference, a column per tokenizer.

    Args:
        gaps: Of one text and reference.
        most: Languages shown, those with the most tokens per word; None for all.
    """
    ordered = sorted(gaps[0].languages, key=lambda name: -sum(gap.fertility[name] for gap in gaps))
    shown = ordered[:most]
    made = Building(shown).text("Language", lambda code: f"{language_name(code)} ({code})")
    for gap in gaps:
        made.column(Column(gap.tokenizer), _fertility_in(gap))
    caption = "Compare tokenizers in one language by it, not languages: words are not alike."
    if len(shown) < len(ordered):
        caption += f" The {len(shown)} highest of {len(ordered)}; --json has all."
    return made.table("tokens-per-word", "Tokens per word of each language", caption)


def group_table(
    gaps: Sequence[TokenGap], *, by_script: bool = False, most: int | None = None
) -> Table:
    """One row per family or script: mean premium, lowest and highest, a column per tokenizer."""
    groups = [premium_groups(gap, by_script=by_script) for gap in gaps]
    every = [*groups[0].values()]
    shown = every[:most]
    kind = "script" if by_script else "family"
    made = (
        Building(shown)
        .text(kind.capitalize(), lambda group: group.name)
        .count("Languages", lambda group: len(group.languages))
    )
    for gap, own in zip(gaps, groups, strict=True):
        made.column(Column(gap.tokenizer), _mean_in(own))
    caption = f"Tokens per token of {language_name(gaps[0].reference)}, mean, lowest and highest."
    if len(shown) < len(every):
        rest = sum(len(group.languages) for group in every[len(shown) :])
        caption += f" {len(every) - len(shown)} more with {rest} languages: --json."
    return made.table(f"premiums-{kind}", f"Token premium by {kind}", caption)


def premium_groups(gap: TokenGap, *, by_script: bool = False) -> dict[str, ValueGroup]:
    """Premiums of languages other than the reference by family or script, the largest first."""
    others = {name: value for name, value in gap.premium.items() if name != gap.reference}
    return {group.name: group for group in ValueGroup.all_of(others, by_script=by_script)}


def _mean_in(groups: Mapping[str, ValueGroup]) -> Callable[[ValueGroup], Cell]:
    def cell(row: ValueGroup) -> Cell:
        group = groups[row.name]
        ends = f"{fixed(group.values[0], 2)}–{fixed(group.values[-1], 2)}"
        return Cell(fixed(group.mean, 2), group.mean, detail=ends if len(group.values) > 1 else "")

    return cell


def cost_table(gaps: Sequence[TokenGap], *, most: int | None = None) -> Table:
    """What a thousand sentences cost in each language, by each tokenizer with a price."""
    priced = [gap for gap in gaps if gap.price is not None]
    ordered = sorted(
        priced[0].languages, key=lambda name: -sum(gap.premium[name] for gap in priced)
    )
    shown = ordered[:most]
    made = Building(shown).text("Language", lambda code: f"{language_name(code)} ({code})")
    for gap in priced:
        made.column(Column(gap.tokenizer), _cost_in(gap))
    prices = ", ".join(f"{gap.tokenizer} {gap.price:g}" for gap in priced)
    caption = (
        f"At a price of a million tokens of {prices}. Below: the content that fits one context, of "
        f"what fits in {language_name(priced[0].reference)}."
    )
    if len(shown) < len(ordered):
        caption += f" The {len(shown)} highest of {len(ordered)}; --json has all."
    return made.table("costs", "Cost of a thousand sentences", caption)


def _cost_in(gap: TokenGap) -> Callable[[str], Cell]:
    def cell(code: str) -> Cell:
        left = f"{fixed(100 * gap.context_left(code), 0)} % of the context"
        return replace(measured(gap.cost(code), None, 4), detail=left)

    return cell


def _premium_in(gap: TokenGap) -> Callable[[str], Cell]:
    return lambda code: measured(gap.premium[code], gap.intervals.get(code), 2)


def _fertility_in(gap: TokenGap) -> Callable[[str], Cell]:
    return lambda code: measured(gap.fertility[code], None, 2)


def _highest(gap: TokenGap) -> Cell:
    value = gap.premium[gap.worst]
    return Cell(f"{value:.2f} ({language_name(gap.worst)})", value)


def _caption(gaps: Sequence[TokenGap]) -> str:
    first = gaps[0]
    return (
        f"{len(first.languages)} languages, {first.n_sentences:,} parallel sentences; a premium is "
        f"relative to {language_name(first.reference)}."
    )
