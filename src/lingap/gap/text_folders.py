"""A folder of plain text, one file per language, to units in one representation."""

from __future__ import annotations

import difflib
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import Any

from lingap.corpora.formats.text_rows import read_text_rows
from lingap.errors import LanguageError, MetricError, UnknownName
from lingap.g2p import DEFAULT_BACKEND
from lingap.g2p.ipa.inventory import PhonemeInventory
from lingap.g2p.protocol import bare_name
from lingap.gap.array_folders import files_by_language, folders_not_read
from lingap.gap.language_names import language_code
from lingap.gap.parallel_checks import cut_at, notes_on_order, refuse_other_ids
from lingap.languages.file_names import written_language
from lingap.records import Sentence
from lingap.representations.phoneme import Phonemes
from lingap.text.display import first_of
from lingap.text.segmenters import WordReader, unsegmented_notes

_NOT_PLAIN = {
    ".json", ".arrow", ".conllu", ".conll", ".xml", ".html", ".yaml", ".yml", ".zip", ".tar",
    ".docx", ".xlsx", ".pdf",
}  # fmt: skip
REPRESENTATIONS = ("character", "subword", "phoneme")


@dataclass(frozen=True, slots=True)
class Texts:
    """Sentences of a folder by language.

    Args:
        sentences: Language -> sentences, empty lines left out.
        parallel: Whether all languages have equally many lines; line i is then taken to be the same
            sentence in each.
        notes: Sentences on what was left out.
    """

    sentences: Mapping[str, tuple[Sentence, ...]]
    parallel: bool
    notes: tuple[str, ...]


def text_files(folder: Path, languages: list[str] | None = None) -> dict[str, Path]:
    """The text of each language in a folder, or in its only subfolder, such as ``devtest``.

    A text has a sentence per line, or is a table (JSON Lines, Parquet, TSV, CSV) with the column
    ``text``, as in FLORES+.

    Raises:
        MetricError: For no text, a link out of the folder, or two files of one language.
    """
    folder = _inner(folder) if folder.is_dir() and not languages else folder
    paths = files_by_language(folder, (), what="text", languages=languages)
    for path in paths.values():
        if any(suffix.lower() in _NOT_PLAIN for suffix in path.suffixes[-2:]):
            raise MetricError(
                f"{path}: not plain text. Expected a sentence per line, or a table (JSON Lines, "
                "Parquet, TSV, CSV) with a column 'text'; write the text to such a file."
            )
    return paths


def _inner(folder: Path) -> Path:
    """The folder, or its only subfolder where none of its own files is named by language.

    Raises:
        MetricError: For several subfolders, such as ``dev`` and ``devtest`` beside a README.
    """
    parts = [path for path in folder.iterdir() if path.name[0] != "."]
    files = [path.name for path in parts if path.is_file()]
    inner = sorted(path.name for path in parts if path.is_dir())
    if not inner or any(language_code(written_language(name)[0]) for name in files):
        return folder
    if len(inner) > 1 and files:
        raise MetricError(
            f"{folder}: no file is named by language, such as kor.txt. Pass the folder that has "
            f"them; folders here: {first_of(inner, 6)}."
        )
    return _inner(folder / inner[0]) if len(inner) == 1 else folder


def _not_read(paths: Mapping[str, Path], languages: list[str] | None) -> list[str]:
    """Folders beside the texts that look as if they held others."""
    return folders_not_read(next(iter(paths.values())).parent, languages)


def rows_in_all(lines: Mapping[str, Sequence[Any]]) -> tuple[list[int], list[str]]:
    """The rows, of equally many in each language, that are empty in none; a note on the others.

    >>> rows_in_all({"eng": ["one", "two"], "kor": ["", "둘"]})
    ([1], ['1 lines left out of all languages: empty in one of them.'])
    """
    n = len(next(iter(lines.values())))
    keep = [i for i in range(n) if all(rows[i] for rows in lines.values())]
    if len(keep) == n:
        return keep, []
    return keep, [f"{n - len(keep)} lines left out of all languages: empty in one of them."]


def parallel_lines(
    folder: Path,
    *,
    languages: list[str] | None = None,
    limit: int | None = None,
    reference: str | None = None,
) -> tuple[dict[str, list[str]], list[str]]:
    """Lines of parallel text by language as they are in their files, and notes on those left out.

    A line that is empty in one language is left out of all.

    Args:
        folder: Files named by language, as ``kor.txt`` or ``kor_Hang.devtest``.
        languages: Only these; None for all.
        limit: Lines read of each; None for all.
        reference: A language that is read besides `languages` if the folder has it.

    Raises:
        MetricError: For texts that are not parallel, or no line with text in all of them.
        CorpusError: For bytes that are not UTF-8.
    """
    rows: dict[str, list[str]] = {}
    paths = text_files(folder, languages)
    notes = _not_read(paths, languages)
    if reference is not None and (besides := _reference(folder, paths, reference)):
        paths |= besides
        notes.append(f"{next(iter(besides))} is read besides: it is the reference.")
    ids: dict[str, list[str | None]] = {}
    for name, path in paths.items():
        found = read_text_rows(path, name, Counter(), nfc=False)  # tokenizing includes NFC
        read = [*islice(found, limit and min(limit, sys.maxsize))]
        rows[name], ids[name] = [row.text for row in read], [row.id for row in read]
    refuse_other_ids(folder, ids)
    if end := cut_at(rows):
        notes += _longer(rows, end)
        rows = {name: lines[:end] for name, lines in rows.items()}
    sizes = {name: len(lines) for name, lines in rows.items()}
    if len(set(sizes.values())) > 1:
        least, most = min(sizes, key=sizes.__getitem__), max(sizes, key=sizes.__getitem__)
        raise MetricError(
            f"{folder}: not parallel: {least} has {sizes[least]:,} lines, {most} {sizes[most]:,}. "
            "Languages are compared by translations; give equally many lines, or choose languages."
        )
    keep, left_out = rows_in_all({name: [*map(str.strip, lines)] for name, lines in rows.items()})
    if not keep:
        raise MetricError(f"{folder}: no line has text in all of {', '.join(rows)}.")
    kept = {name: [lines[i] for i in keep] for name, lines in rows.items()}
    return kept, [*notes, *left_out]


def _longer(rows: Mapping[str, Sequence[Any]], end: int) -> list[str]:
    """A note on the texts that go on after `end` with empty lines."""
    longer = [name for name, lines in rows.items() if len(lines) > end]
    return [f"Empty lines at the end of {first_of(longer, 6)} left out."] if longer else []


def _reference(folder: Path, paths: Mapping[str, Path], reference: str) -> dict[str, Path]:
    """The file of a reference that is not among the paths, if there is one."""
    if (language_code(reference) or reference) in paths:
        return {}
    try:
        return text_files(folder, [reference])
    except MetricError:  # who needs it says which texts there are
        return {}


def read_texts(
    folder: Path,
    *,
    languages: list[str] | None = None,
    limit: int | None = None,
    segmenter: str | Mapping[str, str] | None = None,
) -> Texts:
    """Read one text file per language, one sentence per line, or one table with a column ``text``.

    Files are named by language, as ``kor.txt`` or ``kor_Hang.devtest``. If all have equally
    many lines, a line that is empty in one language is left out in all.

    Args:
        folder: The files, or a folder whose only subfolder contains them, such as ``devtest``.
        languages: Only these; None for all.
        limit: Lines read of each; None for all.
        segmenter: Word segmenter of languages written without spaces, or one by language code;
            without one their stretches between spaces count as words, which a note says.

    Raises:
        MetricError: For no text, a link out of the folder, or two files of one language.
        CorpusError: For bytes that are not UTF-8, or a table without that column.
    """
    paths = text_files(folder, languages)
    lines: dict[str, list[tuple[str, ...]]] = {}
    ids: dict[str, list[str | None]] = {}
    notes = _not_read(paths, languages)
    unsegmented = {}
    for language, path in paths.items():
        rows = []
        once: dict[str, str] = {}  # each word is kept once, however often it stands there
        counts: Counter[str] = Counter()
        words_of = WordReader(language, segmenter, counts)
        ids[language] = []
        found = read_text_rows(path, language, counts)
        for row in islice(found, limit and min(limit, sys.maxsize)):
            words = words_of(row.text)
            rows.append(tuple(map(once.setdefault, words, words)))
            ids[language].append(row.id)
        lines[language] = rows
        unsegmented[language] = counts["texts_unsegmented"]
    notes += unsegmented_notes(unsegmented)
    plain = {name: [" ".join(words) for words in rows] for name, rows in lines.items()}
    if end := cut_at(plain):
        notes += _longer(lines, end)
        lines = {name: rows[:end] for name, rows in lines.items()}
    parallel = len({len(rows) for rows in lines.values()}) == 1
    if parallel:
        refuse_other_ids(folder, ids)
        keep, left_out = rows_in_all(lines)
        if not keep and all(any(rows) for rows in lines.values()):
            raise MetricError(
                f"{folder}: no line has a word in all of {', '.join(lines)}. Texts with equally "
                "many lines are taken to be parallel, line i the same sentence in each."
            )
        notes += left_out
        notes += notes_on_order({name: [rows[i] for i in keep] for name, rows in plain.items()})
    else:
        sizes = ", ".join(f"{language} {len(rows)}" for language, rows in lines.items())
        notes.append(f"Not parallel: lines per language are {sizes}.")
    sentences = {}
    for language, rows in lines.items():
        own = [i for i, words in enumerate(rows) if words]
        at = keep if parallel else own
        if not own:
            raise MetricError(f"{paths[language]}: no line has a word.")
        if not parallel and len(at) < len(rows):
            notes.append(f"{language}: {len(rows) - len(at)} empty lines left out.")
        sentences[language] = tuple(Sentence(f"{language}:{i + 1}", language, rows[i]) for i in at)
    return Texts(sentences, parallel, tuple(notes))


def with_back_end(texts: Texts, backend: str | None = None, *, lacking: str = "error") -> Texts:
    """The texts whose languages a G2P back end reads, so that all representations have the same.

    Args:
        texts: Of :func:`read_texts`.
        backend: G2P back end.
        lacking: What becomes of the other languages: ``error``, or ``drop``, left out and told in
            one note.

    Raises:
        LanguageError: For a language that the back end does not support, under ``error``.
        MetricError: For another policy.
    """
    if lacking not in ("error", "drop"):
        raise MetricError(f"lacking: expected error or drop, got {lacking!r}.")
    spell = Phonemes(backend=backend or DEFAULT_BACKEND)
    lost = []
    for language in texts.sentences:
        try:
            spell.prepare(language)
        except LanguageError:
            if lacking == "error":
                raise
            lost.append(language)
    if not lost:
        return texts
    note = (
        f"{len(lost)} languages left out of all representations, since the back end "
        f"{backend or DEFAULT_BACKEND} does not read them: {', '.join(lost)}."
    )
    kept = {code: rows for code, rows in texts.sentences.items() if code not in lost}
    return replace(texts, sentences=kept, notes=(*texts.notes, note))


def inventory_of(texts: Texts, backend: str | None = None) -> PhonemeInventory:
    """The alphabet common to the languages of some texts, from the phonemes that they have.

    Args:
        texts: Of :func:`read_texts`.
        backend: G2P back end.

    Raises:
        LanguageError: For a language that the back end does not support.
    """
    spell = Phonemes(backend=backend or DEFAULT_BACKEND)
    units: dict[str, Counter[str]] = {}
    backends = {}
    for language, sentences in texts.sentences.items():
        phonemizer = spell.prepare(language)
        code = phonemizer.read_as.code
        backends[code] = bare_name(phonemizer.backend.name)
        counts = units.setdefault(code, Counter())
        for sentence in sentences:
            counts.update(chain.from_iterable(p.units for p in phonemizer(sentence.words)))
    return PhonemeInventory.of(units, backends)


def chosen(representations: Sequence[str] | None) -> list[str]:
    """Requested representations; by default all, subwords only if ``tokenizers`` is installed.

    Raises:
        UnknownName: For an unknown name.
    """
    from importlib.util import find_spec

    if not representations:
        return [r for r in REPRESENTATIONS if r != "subword" or find_spec("tokenizers")]
    for name in representations:
        if name not in REPRESENTATIONS:
            near = difflib.get_close_matches(name, REPRESENTATIONS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise UnknownName(
                f"No representation is called {name!r}.{hint} Known: {', '.join(REPRESENTATIONS)}."
            )
    return list(dict.fromkeys(representations))
