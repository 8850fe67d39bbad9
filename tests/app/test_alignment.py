"""Alignment of phonemes: an edit distance, and nothing is lost on the way."""

from hypothesis import given
from hypothesis import strategies as st

from lingap.app.alignment import align, base

UNITS = st.lists(st.sampled_from(["p", "pʰ", "a", "aː", "ʁ", "t͡ɕ"]), max_size=8).map(tuple)


@given(UNITS, UNITS)
def test_every_unit_is_there_in_order(one, other):
    made = align(one, other)
    assert tuple(a for a, _ in made.pairs if a is not None) == one
    assert tuple(b for _, b in made.pairs if b is not None) == other
    assert (None, None) not in made.pairs


@given(UNITS, UNITS)
def test_similarity_is_symmetric_and_bounded(one, other):
    similarity = align(one, other).similarity
    assert similarity == align(other, one).similarity
    assert 0 <= similarity <= 1
    assert (similarity == 1) == (one == other)


def plain_edits(one, other):
    """Edit distance by its recursive definition."""
    if not one or not other:
        return len(one) + len(other)
    change = 0 if one[0] == other[0] else 0.5 if base(one[0]) == base(other[0]) else 1
    return min(
        plain_edits(one[1:], other[1:]) + change,
        plain_edits(one[1:], other) + 1,
        plain_edits(one, other[1:]) + 1,
    )


@given(UNITS.filter(lambda u: len(u) < 5), UNITS.filter(lambda u: len(u) < 5))
def test_the_alignment_is_the_cheapest(one, other):
    made = align(one, other)
    cost = sum(1 if None in pair else 0 if pair[0] == pair[1] else 0.5 if base(pair[0]) == base(pair[1]) else 1
               for pair in made.pairs)  # fmt: skip
    assert cost == plain_edits(one, other)
