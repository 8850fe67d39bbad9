"""Words and runs of a million signs: time grows with their length, as the counted steps show."""

import io
import sys

import pytest

from lingap.g2p import Phonemizer
from lingap.g2p.bulk.textfile import phonemize_text
from lingap.g2p.ipa.segmentation import segment
from lingap.text.words import nfc, split_words

KINDS = {
    "letters": "abcd", "apostrophes": "'", "letters and apostrophes": "a'", "digits": "12",
    "marks": "\u0301\u0316", "letters and marks": "a\u0301", "hyphens": "-", "dots": "a.",
    "letters and hyphens": "a-", "joiners": "\u200d", "letters and joiners": "a\u200d",
    "invisible": "a\u200f", "Hangul": "한국", "jamo": "\u1100\u1161\u11a8", "Thai": "กา",
    "emoji": "😀\u200d", "flags": "🇫🇮", "mixed scripts": "aд", "addresses": "a@", "links": "http://(",
    "tags": "#1", "stress": "ˈ", "modifiers": "ʰ", "tones": "˥", "brackets": "([",
}  # fmt: skip


def steps(work):
    """Lines of Python run, which a busy machine does not change."""
    n = 0

    def count(frame, event, _):
        nonlocal n
        n += 1
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        work()
    finally:
        sys.settrace(before)
    return n


@pytest.mark.parametrize("kind", KINDS)
def test_steps_grow_with_length(kind):
    phonemizer = Phonemizer("fin", "epitran", cache=False)
    phonemizer.text("a " + KINDS[kind] * 20)

    def work(n):
        return lambda: phonemizer.text((KINDS[kind] * n)[:n])

    short, long = steps(work(1_000)), steps(work(8_000))
    assert long < 10 * short + 1000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "backend"),
    [("fin", "epitran"), ("fra", "auto"), ("kor", "auto"), ("eng", "auto"), ("tha", "epitran")],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_megabyte_ends(language, backend, kind):
    """Each takes seconds; copying what came before, for each sign, would take hours."""
    segmenter = "spaces" if language == "tha" else None
    phonemizer = Phonemizer(language, backend, cache=False, segmenter=segmenter)
    data = (KINDS[kind] * (1 << 20)).encode()[: 1 << 20]
    sink = io.BytesIO()
    coverage = phonemize_text(io.BytesIO(data + b" a\n"), sink, phonemizer)
    assert sink.getvalue().count(b"\n") == 1
    assert coverage.words >= 1


def test_marks_are_normalized_in_parts():
    few = "a" + "\u0301\u0316" * 128
    assert "\u034f" not in nfc(few)
    many = nfc("a" + "\u0301\u0316" * 5000)
    assert many.count("\u034f") == 10_000 // 256
    assert nfc(many) == many
    assert len(split_words("a" + "\u0301\u0316" * 5000)) == 1


@pytest.mark.parametrize("sign", ["ʰ", "ˈ", "˥", "a", "\u0301", "t͡", "ˈʰ", "˥ʰ"])
def test_segments_of_a_long_run_are_those_of_a_short_one(sign):
    """So many that copying each segment for each sign would take hours."""
    short, long = (segment("a" + sign * n + "a") for n in (4, 100_000))
    assert "".join(long) == "a" + sign * 100_000 + "a"
    assert (len(long) == len(short)) == (len(short) < 4)
