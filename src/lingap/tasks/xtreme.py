"""XTREME's figure for parts of speech, span F1 on bare tags; for comparison with its tables only.

XTREME (Hu et al. 2020) passes tags such as ``NOUN`` to seqeval, which takes the first letter as the
position in a span and the rest as its type. So neighbours with the same tag are one span, ``INTJ``
continues a span of ``NTJ``, and the score says little about words.
"""

from __future__ import annotations

from collections.abc import Sequence

from lingap.errors import MetricError

_ALONE = ("O", ".")  # letters that stand outside of every span


def _spans(sentences: Sequence[Sequence[str]]) -> set[tuple[str, int, int]]:
    """Type, first and last word of each span; words are counted with one gap per sentence."""
    found = set()
    begin, place, before, kind_before = 0, 0, "O", ""
    for sentence in sentences:
        for tag in (*sentence, "O"):
            letter, kind = tag[0], tag[1:].split("-", maxsplit=1)[-1] or "_"
            differs = kind != kind_before
            if before not in _ALONE and (
                before in "ES" or (before in "BI" and letter in "BSO") or differs
            ):
                found.add((kind_before, begin, place - 1))
            if letter not in _ALONE and (
                letter in "BS" or (before in "ESO" and letter in "EI") or differs
            ):
                begin = place
            before, kind_before, place = letter, kind, place + 1
    return found


def xtreme_span_f1(gold: Sequence[Sequence[str]], predicted: Sequence[Sequence[str]]) -> float:
    """Micro F1 of the spans that seqeval 1.2.2 sees in bare tags, 0 to 1.

    Args:
        gold: One tag per word, for each sentence.
        predicted: As many tags for the same sentences.

    Raises:
        MetricError: When sentences or tags differ in number.

    >>> xtreme_span_f1([["NOUN", "NOUN", "VERB"]], [["NOUN", "VERB", "VERB"]])
    0.0
    """
    if [len(s) for s in gold] != [len(s) for s in predicted]:
        raise MetricError("Gold and predicted tags differ in number.")
    ours, theirs = _spans(gold), _spans(predicted)
    total = len(ours) + len(theirs)
    return 2 * len(ours & theirs) / total if total else 0.0
