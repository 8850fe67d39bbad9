"""Distinct words, counted in bounded memory."""

import pickle

import pytest

from lingap.g2p import distinct
from lingap.g2p.distinct import DistinctWords


def words(start, end):
    return [f"w{number}" for number in range(start, end)]


def test_exact_for_as_many_words_as_it_says(monkeypatch):
    monkeypatch.setattr(distinct, "EXACT", 50)
    counter = DistinctWords()
    for end in range(51):
        counter.add(words(0, end))
        assert len(counter) == end


def test_types_are_estimated_closely_beyond_memory():
    counter = DistinctWords()
    for start in range(0, 300_000, 1000):
        counter.add(words(start, start + 1500))
    assert len(counter) == pytest.approx(300_500, rel=0.005)
    assert len(counter._hashes) <= 2 * distinct.EXACT


@pytest.mark.parametrize("most", [30, 100_000])
def test_merged_is_as_if_counted_at_once_in_any_order(monkeypatch, most):
    monkeypatch.setattr(distinct, "EXACT", most)
    parts = [words(0, 700), words(500, 1200), ["ä", "\ud800", ""], []]
    together = DistinctWords()
    for part in parts:
        together.add(part)
    for order in (parts, parts[::-1]):
        total = DistinctWords()
        for part in order:
            counted = DistinctWords()
            counted.add(part)
            total.merge(pickle.loads(pickle.dumps(counted)))
        assert total == together
        assert len(total) == len(together)
    if most > 1203:
        assert len(together) == 1203


def test_a_copy_goes_its_own_way():
    counter = DistinctWords()
    counter.add(["a"])
    copied = counter.copy()
    counter.add(["b"])
    assert (len(copied), len(counter)) == (1, 2)
    assert copied != counter
