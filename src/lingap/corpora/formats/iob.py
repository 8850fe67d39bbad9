"""Schemes of span tags: IOB1, IOB2 and IOBES (also BIOES, BILOU) in, strict IOB2 out.

In IOB2 each span begins with B. In IOB1 it begins with I, and with B only straight after a span of
the same type. IOBES marks ends with E and spans of one word with S; BILOU calls these L and U.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

_PREFIXES = frozenset("BIESLU")
_OPENING = frozenset("BSU")
_CLOSING = frozenset("ESLU")
BROKEN = {
    "iob1": "begins with B where none of its type goes before",
    "iob2": "begins without B",
    "iobes": "begins without B, or does not end with E",
}
"""Scheme -> how a span breaks it, for messages."""


@lru_cache(maxsize=4096)
def split_tag(tag: str) -> tuple[str, str]:
    """Prefix and type of a tag; ``O`` has no type.

    Raises:
        ValueError: For anything but O or prefix, hyphen, type.

    >>> split_tag("B-PER"), split_tag("I-LOC-2"), split_tag("O")
    (('B', 'PER'), ('I', 'LOC-2'), ('O', ''))
    """
    if tag == "O":
        return "O", ""
    if len(tag) > 2 and tag[1] == "-" and tag[0] in _PREFIXES and tag[2:] == tag[2:].strip():
        return tag[0], tag[2:]
    raise ValueError(tag)


def detect_scheme(sentences: Iterable[Sequence[str]]) -> str:
    """The scheme that the tags follow.

    IOBES when E, S, L or U occurs. IOB1 when some span begins with I and each B stands straight
    after its own type; else IOB2 (of which a file may break the rules).

    >>> detect_scheme([["I-PER", "I-PER", "B-PER"]]), detect_scheme([["B-PER", "O", "I-LOC"]])
    ('iob1', 'iob2')
    """
    starts_with_i = False
    b_after_other = False
    for tags in sentences:
        previous = ""
        for tag in tags:
            prefix, kind = split_tag(tag)
            if prefix in _CLOSING:
                return "iobes"
            if kind and kind != previous:
                starts_with_i |= prefix == "I"
                b_after_other |= prefix == "B"
            previous = kind
    return "iob1" if starts_with_i and not b_after_other else "iob2"


def to_iob2(tags: Sequence[str], scheme: str) -> tuple[tuple[str, ...], int]:
    """Tags of one sentence in strict IOB2, and how many of them broke the scheme they came in.

    An I (or E) that continues nothing begins a span, as conlleval counts it; in IOB1 that is the
    rule, and a B that parts no two spans of a type breaks it. In IOBES a span that no E closes
    ends before the next one, and its last tag is broken.

    >>> to_iob2(["I-PER", "I-PER", "B-PER", "O"], "iob1")
    (('B-PER', 'I-PER', 'B-PER', 'O'), 0)
    >>> to_iob2(["S-PER", "B-LOC", "E-LOC"], "iobes")
    (('B-PER', 'B-LOC', 'I-LOC'), 0)
    >>> to_iob2(["O", "I-PER"], "iob2"), to_iob2(["O", "B-PER"], "iob1")
    ((('O', 'B-PER'), 1), (('O', 'B-PER'), 1))
    >>> to_iob2(["B-PER", "O"], "iobes")
    (('B-PER', 'O'), 1)
    """
    result: list[str] = []
    broken: set[int] = set()
    open_kind = ""  # type of the span that the next tag may continue
    for at, tag in enumerate(tags):
        prefix, kind = split_tag(tag)
        begins = prefix in _OPENING or kind != open_kind
        if open_kind and begins and scheme == "iobes":
            broken.add(at - 1)
        if not kind:
            result.append("O")
            open_kind = ""
            continue
        misplaced = kind != open_kind and (prefix in _OPENING) == (scheme == "iob1")
        if misplaced or (prefix in _CLOSING and scheme != "iobes"):
            broken.add(at)
        result.append(f"{'B' if begins else 'I'}-{kind}")
        open_kind = "" if prefix in _CLOSING and scheme == "iobes" else kind
    if open_kind and scheme == "iobes":
        broken.add(len(result) - 1)
    return tuple(result), len(broken)
