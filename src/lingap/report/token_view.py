"""What ``lingap gap tokens`` prints: the answer, and the tables that there is room for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lingap.gap.order import MANY_LANGUAGES
from lingap.report.rounding import fixed
from lingap.report.summary import language_name
from lingap.report.terminal import MOST_LINES, View, fits, n_lines
from lingap.report.token_tables import cost_table, of_one_text, token_tables

if TYPE_CHECKING:
    from lingap.gap import TokenGap

_ROWS = (MANY_LANGUAGES, 12, 8, 5)  # of each table, the most that leave room for two
_FIRST = ("tokenizers", "premiums")


def token_view(gaps: Sequence[TokenGap], *, details: bool = False) -> View:
    """The tables of tokenizers that a terminal has room for; with `details`, all."""
    every = token_tables(gaps, most=MANY_LANGUAGES)
    if details or n_lines(every) <= MOST_LINES:
        return View(tuple(every))
    for most in _ROWS:
        shown = [one for one in token_tables(gaps, most=most) if one.name in _FIRST]
        if fits(*shown):
            break
    asked = [
        cost_table(own, most=_ROWS[-1])
        for own in of_one_text(gaps)
        if any(gap.price is not None for gap in own)
    ]
    left = []
    for table in every:
        if table.name not in (*_FIRST, *(one.name for one in asked)):
            if fits(*shown, table):
                shown.append(table)
            else:
                left.append(table.title.lower())
    short = {table.name: len(table.rows) for table in (*shown, *asked)}
    if any(short.get(table.name, 0) < len(table.rows) for table in every if table.name in short):
        left.append("further languages")
    return View((*shown, *asked), tuple(dict.fromkeys(left)))


def token_answers(gaps: Sequence[TokenGap]) -> list[str]:
    """Answer for each text and reference which language pays most, and with which tokenizer."""
    return [_answer(own) for own in of_one_text(gaps)]


def _answer(own: Sequence[TokenGap]) -> str:
    reference = language_name(own[0].reference)
    n_others = len(own[0].languages) - 1
    ranked = sorted(own, key=lambda gap: gap.mean_premium)
    least, most = ranked[0], ranked[-1]
    if n_others == 1:
        each = f" with {most.tokenizer}, {_premium(least)} with {least.tokenizer}"
        return (
            f"{language_name(own[0].worst)} needs {_premium(most)} times the tokens of {reference}"
            f"{each if len(own) > 1 else ''}."
        )
    if len(own) == 1:
        return (
            f"{language_name(own[0].worst)} needs {_premium(own[0])} times the tokens of "
            f"{reference}, the most of {n_others} languages; their mean is "
            f"{fixed(own[0].mean_premium, 2)}."
        )
    worst, n = Counter(gap.worst for gap in own).most_common(1)[0]
    sides = [
        f"{gap.tokenizer}, {fixed(gap.mean_premium, 2)} (up to {_premium(gap)}, "
        f"{language_name(gap.worst)})"
        for gap in (least, most)
    ]
    pays = (
        f"{language_name(worst)} pays the highest premium over {reference} with {n} of {len(own)} "
        "tokenizers."
    )
    if n == 1:
        pays = "Which language pays the highest premium differs between the tokenizers."
    return f"{pays} The mean premium is lowest with {sides[0]}, and highest with {sides[1]}."


def _premium(gap: TokenGap) -> str:
    return fixed(gap.premium[gap.worst], 2)
