"""Text of one language, as it stands in the lines of a file or in the column of a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from lingap.corpora.formats.tables import is_table, read_rows
from lingap.errors import CorpusError
from lingap.languages import all_languages, known_language
from lingap.text.lines import read_lines

COLUMN = "text"


class TextRow(NamedTuple):
    """A text, the number of its line or row from 1, and its id where the table has a column id."""

    number: int
    text: str
    id: str | None = None


def read_text_rows(
    path: Path, language: str, counts: Counter[str], *, nfc: bool = True
) -> Iterator[TextRow]:
    """Lines of a text file, or the column ``text`` of a table (JSON Lines, Parquet, TSV, CSV).

    Args:
        path: The file.
        language: The language that its name says, any code.
        counts: To be added to, as by :func:`~lingap.text.lines.read_lines`.
        nfc: Whether text is brought into NFC.

    Raises:
        CorpusError: With file and line, for what breaks the format, a table without that column,
            or one whose columns name another language.
    """
    if not is_table(path):
        yield from (TextRow(*line) for line in read_lines(path, counts, nfc=nfc))
        return
    for at, (number, row) in enumerate(read_rows(path, counts, nfc=nfc)):
        if COLUMN not in row:
            raise CorpusError(
                f"expected a column {COLUMN!r}; columns here: {', '.join(row)}. Rename one, or "
                "write it to a file of a sentence per line.",
                path,
                number,
            )
        if at == 0:
            refuse_other_rows(row, language, path, number)
        text = row[COLUMN]
        if not isinstance(text, str):
            raise CorpusError(f"{COLUMN!r}: expected text, got {text!r:.80}.", path, number)
        yield TextRow(number, text, str(row["id"]) if "id" in row else None)


def refuse_other_rows(row: Mapping[str, Any], language: str, path: Path, number: int) -> None:
    """Refuse a row of FLORES+ that is of another language than was asked for.

    It names its language in the columns ``iso_639_3``, ``iso_15924`` and ``glottocode``. Only the
    Glottocode of a row of the table of languages tells two variants apart.

    Raises:
        CorpusError: For another language, script or variant.
    """
    parts = [row.get(name) for name in ("iso_639_3", "iso_15924", "glottocode")]
    if not all(isinstance(part, str) for part in parts[:2]):
        return
    wanted = known_language(language)
    exact = known_language("_".join(str(part) for part in parts if part))
    found = exact if exact in all_languages() else known_language("_".join(map(str, parts[:2])))
    if wanted is None or found is None or found == wanted:
        return
    told_apart = exact == found and found.glottocode != wanted.glottocode
    if not told_apart and (found.iso3, found.script) == (wanted.iso3, wanted.script):
        return
    raise CorpusError(
        f"a row of {found.name} ({found.code}), but the file was read as {wanted.name} "
        f"({wanted.code}). Is it named for another language?",
        path,
        number,
    )
