"""A folder of texts named by language for ``lingap phonemize`` without a language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lingap.cli.telling import aligned, tell

if TYPE_CHECKING:
    from lingap.g2p.coverage import G2PCoverage
    from lingap.g2p.phonemizer import Phonemizer

_COLUMNS = (
    "language", "back end", "words", "empty %", "unmapped %", "foreign %", "read as; unmapped",
)  # fmt: skip
_SHOWN = 3
_LARGE = 4_000_000  # bytes
_UNREAD = "which no installed back end reads (`lingap languages` lists them)"
_UNSEGMENTED = "written without spaces (name a word segmenter: --segmenter)"


def phonemize_languages(
    source: Path,
    out: str | None,
    phonemizer_of: Callable[[str], Phonemizer],
    spell: Callable[..., G2PCoverage],
    *,
    processes: int,
) -> dict[str, tuple[Phonemizer, G2PCoverage]]:
    """Phonemize the text of each language in a folder, and print what was lost in each.

    A language that no back end reads, or that needs a word segmenter, is told and left out.

    Args:
        source: Files named by language, such as ``kor_Hang.devtest``.
        out: Folder for files of the same names.
        phonemizer_of: Makes that of a language.
        spell: Writes the phonemes of a file to another, ``spell(source, target, phonemizer,
            processes=1)``.
        processes: Processes to use, where a file is worth their start.

    Raises:
        ConfigError: Without an output folder.
        MetricError: For files that are named for no language, or two of one.
        LanguageError: When no language is read.
    """
    from lingap.cli.languages_bar import languages_bar
    from lingap.errors import ConfigError, LanguageError, StoreError
    from lingap.gap.text_folders import text_files
    from lingap.storage.outputs import make_folder

    if out is None:
        raise ConfigError("A folder of texts by language needs an output folder: pass -o OUT.")
    files = text_files(source)
    target = Path(out)
    if target.resolve().is_relative_to(source.resolve()):
        raise StoreError(
            f"The output folder {out} is the input folder or in it, so that outputs would be read "
            "as inputs. Name another folder."
        )
    make_folder(target)
    done: dict[str, tuple[Phonemizer, G2PCoverage]] = {}
    left_out: dict[str, list[str]] = {}
    with languages_bar("phonemize", len(files)) as told:
        for code, path in files.items():
            told(code, done=False)
            why = _UNREAD
            try:
                phonemizer = phonemizer_of(code)
                why = _UNSEGMENTED
                n = processes if path.stat().st_size >= _LARGE else 1
                lost = spell(str(path), str(target / path.name), phonemizer, processes=n)
                done[code] = phonemizer, lost
            except LanguageError:
                left_out.setdefault(why, []).append(code)
            told(code)
    if not done:
        raise LanguageError(f"{source}: no language is read: {'; '.join(left_out)}.")
    for line in _table({code: coverage for code, (_, coverage) in done.items()}):
        tell(line)
    for why, codes in left_out.items():
        tell(f"{len(codes)} left out, {why}: {', '.join(codes)}.", err=True)
    return done


def _table(coverages: Mapping[str, G2PCoverage]) -> list[str]:
    """Aligned lines, one a language."""
    from lingap.g2p.coverage import printable

    rows = [_COLUMNS]
    for code, one in coverages.items():
        kin = f"as {one.read_as}" if one.read_as else ""
        lost = [f"{printable(sign)} × {n:,}" for sign, n in [*one.unmapped.items()][:_SHOWN]]
        rows.append(
            (
                code, one.backend, f"{one.words:,}", f"{one.empty_percent:.2f}",
                f"{one.unmapped_percent:.2f}", f"{one.foreign_percent:.2f}",
                "; ".join(filter(None, [kin, ", ".join(lost)])) or "-",
            )
        )  # fmt: skip
    return aligned(rows, right=range(2, len(_COLUMNS) - 1))
