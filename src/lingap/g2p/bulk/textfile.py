"""Files of running text, phonemized line by line, in bounded memory, on several cores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from typing import BinaryIO

from lingap.g2p.bulk.lines import WHITE, LineSpeller, cut_token
from lingap.g2p.bulk.parallel import map_in_order
from lingap.g2p.coverage import CoverageCounter, G2PCoverage
from lingap.g2p.phonemizer import Phonemizer
from lingap.g2p.pronounced_text import WORD_BOUNDARY

CHUNK_BYTES = 1 << 20
LONGEST_LINE = 1 << 22
"""Bytes of a line kept in memory; a longer one comes in parts."""

_BOUNDARY = WORD_BOUNDARY.encode()


def line_chunks(
    file: BinaryIO, size: int = CHUNK_BYTES, longest: int = LONGEST_LINE
) -> Iterator[bytes]:
    """Whole lines, about `size` bytes at a time; a longer line is a chunk of its own.

    A line longer than `longest` bytes comes in parts, of which only the last has its line feed: cut
    at white space, or where :func:`~lingap.g2p.bulk.lines.cut_token` cuts a token without end.
    """
    rest: list[bytes] = []
    n_bytes = 0
    while block := file.read(size):
        end = block.rfind(b"\n") + 1
        if end:
            yield b"".join((*rest, block[:end]))
            rest = [block[end:]] if end < len(block) else []
            n_bytes = len(block) - end
        else:
            rest.append(block)
            n_bytes += len(block)
        if n_bytes > longest:
            line = b"".join(rest)
            end = _end_of_part(line)
            yield line[:end]
            rest, n_bytes = [line[end:]], len(line) - end
    if n_bytes:
        yield b"".join(rest)


def _end_of_part(line: bytes) -> int:
    """Where to cut a line that goes on."""
    start = max(line.rfind(space) for space in WHITE) + 1
    end = start
    while (further := cut_token(line, end)) < len(line):
        end = further
    return end or len(line)


def phonemize_text(
    source: BinaryIO, sink: BinaryIO, phonemizer: Phonemizer, *, processes: int = 1
) -> G2PCoverage:
    """Phonemize lines of UTF-8 text: units separated by a space, words by ``▁``, line by line.

    Empty lines are kept. Bytes that are not UTF-8 are counted and become unmapped characters; an
    empty word is ``<unk>``. The output does not depend on `processes`, and memory not on the
    length of lines or words.

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
    pieces = _pieces(line_chunks(source))
    begins_line = True  # whether nothing of the current line has been written
    with closing(map_in_order(_spell, pieces, LineSpeller, phonemizer, processes)) as results:
        for spelled, coverage in results:
            if begins_line:
                spelled = spelled.removeprefix(_BOUNDARY)
            sink.write(spelled)
            if spelled:
                begins_line = spelled.endswith(b"\n")
            total.merge(coverage)
    return total.snapshot()


def _spell(speller: LineSpeller, piece: tuple[bytes, bool]) -> tuple[bytes, CoverageCounter]:
    return speller.spell_part(*piece)


def _pieces(chunks: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Chunks, the last one ended by a line feed, and whether each begins a line."""
    waiting = iter(chunks)
    chunk, begins_line = next(waiting, None), True
    while chunk is not None:
        following = next(waiting, None)
        if following is None and not chunk.endswith(b"\n"):
            chunk += b"\n"
        yield chunk, begins_line
        begins_line, chunk = chunk.endswith(b"\n"), following
