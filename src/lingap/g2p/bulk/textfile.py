"""Files of running text, phonemized line by line in bounded memory on all cores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, Protocol

from lingap.g2p.bulk.distinct import DistinctCounter
from lingap.g2p.bulk.lines import ChunkReport, LineSpeller, TextSettings
from lingap.g2p.bulk.parallel import map_in_order
from lingap.g2p.coverage import CoverageCounter, G2PCoverage
from lingap.text.segmenters import make_segmenter

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


def _spell_chunk(speller: LineSpeller, chunk: bytes) -> tuple[bytes, ChunkReport]:
    return speller.spell(chunk)


class CoverageSum:
    """Adds up the reports of chunks, in their order.

    Args:
        settings: Language, back end, policies.

    Raises:
        LanguageError: When the language needs a segmenter and the settings name none.
    """

    def __init__(self, settings: TextSettings):
        phonemizer = settings.phonemizer()
        make_segmenter(phonemizer.language, settings.segmenter)  # an error before any work
        name = settings.vocabulary.name if settings.vocabulary else ""
        self._sum = CoverageCounter(phonemizer.language.code, phonemizer.backend.name, name)
        self._types = DistinctCounter()

    def add(self, report: ChunkReport) -> None:
        """Add one chunk."""
        self._sum.merge(report.coverage)
        self._types.add(report.prints)

    def coverage(self) -> G2PCoverage:
        """All of it; the number of types is an estimate from 20,000 up."""
        return replace(self._sum.snapshot(), types=self._types.count)


def phonemize_text(
    source: BinaryIO, sink: ByteSink, settings: TextSettings, *, processes: int = 1
) -> G2PCoverage:
    """Phonemize lines of UTF-8 text: units one space apart, words by ``▁``, one line a line.

    An empty line stays one. Bytes that are no UTF-8 are counted and become unmapped characters; a
    word of which nothing can be spelled is ``<unk>``. The output does not depend on `processes`.

    Args:
        source: Bytes to read.
        sink: Where the bytes of the output go.
        settings: Language, back end, policies.
        processes: Processes to spread over; little text is done in this one.

    Returns:
        What was lost.

    Raises:
        LanguageError: When the language needs a segmenter and the settings name none.
    """
    total = CoverageSum(settings)
    results = map_in_order(_spell_chunk, line_chunks(source), LineSpeller, settings, processes)
    for spelled, report in results:
        sink.write(spelled)
        total.add(report)
    return total.coverage()
