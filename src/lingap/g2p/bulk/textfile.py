"""Files of running text, phonemized line by line, in bounded memory, on several cores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from lingap.g2p.bulk.lines import LineSpeller
from lingap.g2p.bulk.parallel import map_in_order
from lingap.g2p.coverage import G2PCoverage
from lingap.g2p.phonemizer import Phonemizer

CHUNK_BYTES = 1 << 20


def line_chunks(file: BinaryIO, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Whole lines, about `size` bytes at a time; a longer line is a chunk of its own."""
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


def phonemize_text(
    source: BinaryIO, sink: BinaryIO, phonemizer: Phonemizer, *, processes: int = 1
) -> G2PCoverage:
    """Phonemize lines of UTF-8 text: units separated by a space, words by ``▁``, line by line.

    Empty lines are kept. Bytes that are not UTF-8 are counted and become unmapped characters; an
    empty word is ``<unk>``. The output does not depend on `processes`.

    Args:
        source: File to read.
        sink: File to write.
        phonemizer: Language, back end, policies, segmenter.
        processes: Processes to use; a short text needs only this one.

    Raises:
        LanguageError: When the language needs a segmenter and the phonemizer has none.
    """
    phonemizer.split("")  # reports a missing segmenter before any work
    total = phonemizer.new_counter()
    chunks = line_chunks(source)
    results = map_in_order(LineSpeller.spell, chunks, LineSpeller, phonemizer, processes)
    for spelled, coverage in results:
        sink.write(spelled)
        total.merge(coverage)
    return total.snapshot()
