"""Files of running text, phonemized line by line in bounded memory on all cores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Protocol

from lingap.g2p.bulk.lines import LineSpeller
from lingap.g2p.bulk.parallel import map_in_order
from lingap.g2p.coverage import CoverageCounter, G2PCoverage
from lingap.g2p.phonemizer import Phonemizer

CHUNK_BYTES = 1 << 20


class ByteSink(Protocol):
    """Anything that takes bytes."""

    def write(self, data: bytes, /) -> object:
        """Write all of it."""


def line_chunks(file: BinaryIO, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Whole lines, about `size` bytes at once; a longer line comes alone."""
    rest: list[bytes] = []
    while block := file.read(size):
        end = block.rfind(b"\n") + 1
        if end:
            yield b"".join((*rest, block[:end]))
            rest = [block[end:]] if end < len(block) else []
        else:
            rest.append(block)
    if rest:
        yield b"".join(rest)


def _spell_chunk(speller: LineSpeller, chunk: bytes) -> tuple[bytes, CoverageCounter]:
    return speller.spell(chunk)


def phonemize_text(
    source: BinaryIO, sink: ByteSink, phonemizer: Phonemizer, *, processes: int = 1
) -> G2PCoverage:
    """Phonemize lines of UTF-8 text: units one space apart, words by ``▁``, one line a line.

    An empty line stays one. Bytes that are no UTF-8 are counted and become unmapped characters; a
    word of which nothing can be spelled is ``<unk>``. The output does not depend on `processes`.

    Args:
        source: Bytes to read.
        sink: Where the bytes of the output go.
        phonemizer: Language, back end, policies, segmenter.
        processes: Processes to spread over; little text is done in this one.

    Returns:
        What was lost.

    Raises:
        LanguageError: When the language needs a segmenter and the phonemizer has none.
    """
    phonemizer.split("")  # a segmenter that is missing is an error before any work
    total = phonemizer.new_counter()
    results = map_in_order(_spell_chunk, line_chunks(source), LineSpeller, phonemizer, processes)
    for spelled, coverage in results:
        sink.write(spelled)
        total.merge(coverage)
    return total.snapshot()
