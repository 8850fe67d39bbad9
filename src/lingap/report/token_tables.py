"""Tables of token gaps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from lingap.gap.order import MANY_LANGUAGES, ValueGroup
from lingap.report.many_languages import KINDS, group_table
from lingap.report.rounding import fixed
from lingap.report.summary import grouped, language_name
from lingap.report.tables import Building, Cell, Column, Table, measured, methods

if TYPE_CHECKING:
    from lingap.gap import TokenGap


def token_tables(gaps: Sequence[TokenGap], *, most: int | None = None) -> list[Table]:
    """Tables of tokenizers, and of families, scripts and languages once per text and reference."""
    tables = [tokenizer_table(gaps)] if gaps else []
    for own in of_one_text(gaps):
        if len(own[0].languages) > MANY_LANGUAGES:
            tables += [_groups(own, kind, most) for kind in KINDS]
        tables.append(premium_table(own, most=most))
        if len(own) > 1:
            tables.append(fertility_table(own, most=most))
        if any(gap.price is not None for gap in own):
            tables.append(cost_table(own, most=most))
    return tables


def of_one_text(gaps: Sequence[TokenGap]) -> list[list[TokenGap]]:
    """Gaps that can be compared: of one text and reference."""
    return [*grouped(gaps, lambda gap: (gap.corpus, gap.reference)).values()]


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
    """Tokens per token of the reference, a row per other language, the highest first."""
    others = [code for code in gaps[0].languages if code != gaps[0].reference]

    def premium(gap: TokenGap, code: str) -> Cell:
        return measured(gap.premium[code], gap.intervals.get(code), 2)

    made, cut = _by_language(others, gaps, lambda gap: gap.premium, premium, most)
    ends = methods(one for gap in gaps for one in gap.intervals.values())
    caption = f"Tokens per token of {language_name(gaps[0].reference)}.{cut} {ends}"
    return made.table("premiums", "Token premium of each language", caption)


def fertility_table(gaps: Sequence[TokenGap], *, most: int | None = None) -> Table:
    """Tokens per word, a row per language and the reference."""

    def fertility(gap: TokenGap, code: str) -> Cell:
        return measured(gap.fertility[code], None, 2)

    made, cut = _by_language(gaps[0].languages, gaps, lambda gap: gap.fertility, fertility, most)
    caption = "Compare tokenizers in one language by it, not languages: words are not alike."
    return made.table("tokens-per-word", "Tokens per word of each language", caption + cut)


def cost_table(gaps: Sequence[TokenGap], *, most: int | None = None) -> Table:
    """What a thousand sentences cost in each language, by each tokenizer with a price."""
    priced = [gap for gap in gaps if gap.price is not None]

    def cost(gap: TokenGap, code: str) -> Cell:
        left = f"{fixed(100 * gap.context_left(code), 0)} % of the context"
        return replace(measured(gap.cost(code), None, 4), detail=left)

    made, cut = _by_language(priced[0].languages, priced, lambda gap: gap.premium, cost, most)
    prices = ", ".join(f"{gap.tokenizer} {gap.price:g}" for gap in priced)
    caption = (
        f"At a price of a million tokens of {prices}. Below: the content that fits one context, of "
        f"what fits in {language_name(priced[0].reference)}.{cut}"
    )
    return made.table("costs", "Cost of a thousand sentences", caption)


def _by_language(
    codes: Sequence[str],
    gaps: Sequence[TokenGap],
    values: Callable[[TokenGap], Mapping[str, float]],
    cell: Callable[[TokenGap, str], Cell],
    most: int | None,
) -> tuple[Building[str], str]:
    """A row per language, the highest values first, a column per tokenizer; and what is cut off."""
    ordered = sorted(codes, key=lambda code: -sum(values(gap)[code] for gap in gaps))
    made = (
        Building(ordered[:most])
        .text("Language", lambda code: f"{language_name(code)} ({code})")
        .columns(gaps, lambda gap: Column(gap.tokenizer), cell)
    )
    n = len(made.items)
    return made, f" The {n} highest of {len(ordered)}; --json has all." * (n < len(ordered))


def _groups(gaps: Sequence[TokenGap], kind: str, most: int | None) -> Table:
    """A row per family or script: mean premium, lowest and highest."""
    return group_table(
        (f"premiums-{kind}", "Token premium"),
        kind,
        [(gap.tokenizer, _of_others(gap)) for gap in gaps],
        lambda premium: fixed(premium, 2),
        f"Tokens per token of {language_name(gaps[0].reference)}, mean, lowest and highest.",
        most=most,
        rest="--json",
    )


def _of_others(gap: TokenGap) -> dict[str, float]:
    return {name: value for name, value in gap.premium.items() if name != gap.reference}


def premium_groups(gap: TokenGap, *, by_script: bool = False) -> dict[str, ValueGroup]:
    """Premiums of languages other than the reference by family or script, the largest first."""
    return {g.name: g for g in ValueGroup.all_of(_of_others(gap), by_script=by_script)}


def _highest(gap: TokenGap) -> Cell:
    value = gap.premium[gap.worst]
    return Cell(f"{value:.2f} ({language_name(gap.worst)})", value)


def _caption(gaps: Sequence[TokenGap]) -> str:
    first = gaps[0]
    return (
        f"{len(first.languages)} languages, {first.n_sentences:,} parallel sentences; a premium is "
        f"relative to {language_name(first.reference)}."
    )
