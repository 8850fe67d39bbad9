"""Training-free measures of units, by hand and by other implementations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lingap.errors import MetricError
from lingap.gap import text_gap
from lingap.metrics import compression_distance, inventory_overlap, ngram_jsd, token_overlap
from lingap.metrics.units import (
    inventory_overlaps,
    jensen_shannon,
    ngram_counts,
    ngram_ids,
    token_overlaps,
    unit_bytes,
)

text = st.lists(
    st.lists(st.sampled_from(["a", "b", "ʃ", "t͡ʃ", "ङ"]), min_size=1, max_size=6),
    min_size=1, max_size=5,
)  # fmt: skip


@given(x=text, y=text)
def test_bounds_symmetry_identity(x, y):
    for measure, own in ((inventory_overlap, 1), (token_overlap, 1), (ngram_jsd, 0)):
        assert 0 <= measure(x, y) <= 1
        assert measure(x, y) == pytest.approx(measure(y, x))
        assert measure(x, x) == pytest.approx(own)


@given(x=text, y=text)
def test_unigrams_equal_scipy(x, y):
    from scipy.spatial.distance import jensenshannon

    units = sorted({u for s in x + y for u in s})
    p, q = ([sum(s.count(u) for s in t) for u in units] for t in (x, y))
    assert ngram_jsd(x, y, n=1) == pytest.approx(jensenshannon(p, q, base=2) ** 2, abs=1e-9)


def test_counts_of_many_texts_at_once():
    counts = ngram_counts([[["a", "b"], ["a"]], [], [["b", "b"]]], n=1).toarray()
    counts = counts[:, np.argsort(-counts[0])]
    assert counts.tolist() == [[2, 1], [0, 0], [0, 2]]
    some = counts[[0, 2]]
    assert inventory_overlaps(some).tolist() == [[1, 0.5], [0.5, 1]]
    # A third of the first text's units stand in the second, all of the second's in the first.
    assert token_overlaps(some) == pytest.approx(np.array([[1, 2 / 3], [2 / 3, 1]]))
    assert jensen_shannon(some * [[1], [7]]) == pytest.approx(jensen_shannon(some))
    with pytest.raises(MetricError, match="x has no 4-gram"):
        ngram_jsd([["a"]], [["a", "b", "c"]], n=4)


def test_sparse_counts_equal_a_dense_table(rng):
    texts = [
        [list(rng.choice(list(letters), size=rng.integers(1, 9))) for _ in range(45)]
        for letters in ("abcd", "bcde", "xyza", "pqrs")
    ]
    for n in (1, 2, 3):
        found = ngram_counts(texts, n=n, groups=4)
        rows, size = ngram_ids([s for text in texts for s in text], max_n=n, min_n=n)
        assert found.shape == (16, size)
        expected = np.zeros((4, 4, size))
        for place, ids in enumerate(rows):
            text, sentence = divmod(place, 45)
            np.add.at(expected[sentence % 4, text], ids, 1)
        # The columns may be in another order: their contents are the same.
        order, other = (np.lexsort(a) for a in (found.toarray(), expected.reshape(16, size)))
        assert (found.toarray()[:, order] == expected.reshape(16, size)[:, other]).all()
        p = expected.sum(axis=0) / expected.sum(axis=(0, 2))[:, None]
        middle = (p[:, None] + p[None]) / 2
        logs = [np.log2(x, out=np.zeros_like(x), where=x > 0) for x in (p, middle)]
        entropy = -(p * logs[0]).sum(axis=1)
        dense = -(middle * logs[1]).sum(axis=2) - (entropy[:, None] + entropy[None]) / 2
        assert jensen_shannon(expected.sum(axis=0)) == pytest.approx(dense, abs=1e-12)
        assert dense[0, 3] == pytest.approx(1 if n == 1 else jensen_shannon(p)[0, 3])


def test_a_hand_counted_bigram():
    # x: ^a ab b$ ; y: ^a a$ : half of y's mass and a third of x's is shared (^a).
    value = ngram_jsd([["a", "b"]], [["a"]], n=2)
    p, q = np.array([1, 1, 1, 0]) / 3, np.array([1, 0, 0, 1]) / 2
    m = (p + q) / 2
    expected = sum(0.5 * (r[r > 0] * np.log2(r[r > 0] / m[r > 0])).sum() for r in (p, q))
    assert value == pytest.approx(expected)


def test_compression_sees_units_and_not_their_spelling(rng):
    def random_text(letters):
        return [[letters[i] for i in rng.integers(len(letters), size=40)] for _ in range(100)]

    x, y = random_text("abcdefgh"), random_text("abcdefgh")
    spelled_long = [[f"<unit number {u}>" for u in s] for s in x]
    assert compression_distance(x, x) < 0.05
    assert compression_distance(x, y) > 0.9
    other = [[f"<unit number {u}>" for u in s] for s in y]
    assert compression_distance(spelled_long, other) == compression_distance(x, y)


def test_many_different_units_take_further_bytes():
    codes = {f"u{number}": number for number in (1, 0xEF, 0xF0, 0x123, 0x4567)}
    written = unit_bytes([["u1", f"u{0xEF}"], [f"u{0xF0}", f"u{0x123}", f"u{0x4567}"]], codes)
    first, second = [1, 0xEF, 0], [0xF0, 0x0F, 0xF3, 0x12, 0xF7, 0xF6, 0x45, 0]
    assert list(written) == first + second


@pytest.mark.parametrize("measure", [inventory_overlap, token_overlap, ngram_jsd])
def test_texts_without_units_are_refused(measure):
    with pytest.raises(MetricError, match="no units"):
        measure([["a"]], [[]])
    with pytest.raises(MetricError, match="at least one unit"):
        ngram_jsd([["a"]], [["a"]], n=0)


def test_the_table_equals_pair_by_pair(rng):
    texts = {
        code: [list(rng.choice(list(letters), size=12)) for _ in range(60)]
        for code, letters in (("eng", "abcd"), ("fin", "bcde"), ("rus", "xyza"))
    }
    same = text_gap(texts, representation="character")
    assert same.intervals["inventory_overlap"] is None  # whichever sentences are left out
    texts["fin"][0][0] = "q"  # in one sentence only
    gap = text_gap(texts, representation="character", corpus="toy", classifier=True)
    names = list(texts)
    for i, a in enumerate(names):
        for j, b in enumerate(names):
            x, y = texts[a], texts[b]
            assert gap.inventory_overlap[i][j] == pytest.approx(inventory_overlap(x, y))
            assert gap.token_overlap[i][j] == pytest.approx(token_overlap(x, y))
            assert gap.jsd[i][j] == pytest.approx(ngram_jsd(x, y, n=2), abs=1e-12)
            assert gap.compression[i][j] == pytest.approx(compression_distance(x, y), abs=0.02)
    assert gap.n_units == {"eng": 720, "fin": 720, "rus": 720}
    assert gap.classifier[0][2] > gap.classifier[0][1]
    for key in ("inventory_overlap", "token_overlap", "jsd", "classifier"):
        assert gap.intervals[key].low <= gap.means[key] <= gap.intervals[key].high
    assert gap.intervals["compression"] is None


def test_compression_that_takes_long_is_left_out_and_told(rng, monkeypatch):
    texts = {code: [list(rng.choice(list("abc"), size=9))] * 5 for code in ("eng", "fin")}
    whole = text_gap(texts, representation="character")
    assert (whole.compression[0][1] > 0, whole.warnings) == (True, ())
    monkeypatch.setattr("lingap.gap.text._COMPRESSION_LIMIT", 100)
    gap = text_gap(texts, representation="character")
    assert (gap.compression, "compression" in gap.means) == ((), False)
    assert "Compression distance is left out" in gap.warnings[0]
    assert gap.to_rows()[0]["compression"] is None
    assert type(gap).from_dict(gap.to_dict()) == gap
    asked = text_gap(texts, representation="character", compression=True)
    assert asked.compression == whole.compression


def test_texts_of_unlike_size_warn():
    texts = {"eng": [["a", "b"]] * 10, "fin": [["a", "c"]] * 4}
    gap = text_gap(texts, representation="character")
    assert "differ in size" in gap.warnings[0]
    assert gap.intervals["jsd"] is None
    with pytest.raises(MetricError, match="no units"):
        text_gap({"eng": [["a"]], "fin": [[]]}, representation="character")
