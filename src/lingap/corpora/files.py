"""Where the files of a corpus are, and digests of what is in them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from lingap.corpora.archives import is_archive, unpacked
from lingap.corpora.formats.tables import is_table
from lingap.corpora.protocol import Request
from lingap.errors import CorpusError
from lingap.languages import Language, listed_language
from lingap.storage.digests import file_digest
from lingap.storage.paths import is_file, is_folder
from lingap.storage.special_files import refuse_special
from lingap.text.display import first_of

READERS = "4"  # increased when a reader returns other records for the same bytes
_CODE = re.compile(
    r"[a-z]{3}([_-][A-Z]{2})?|[a-z]{2,3}[_-][A-Z][a-z]{3}([_-](?:[A-Z]{2}|[a-z0-9]{4}[0-9]{4}))?"
)


def root_of(request: Request) -> Path:
    """The folder or file to read from; an archive is unpacked once.

    Raises:
        CorpusError: For a path that does not exist, or an unsafe archive.
    """
    assert request.path is not None, "load_corpus refuses requests without the path they need"
    refuse_special(request.path, CorpusError)
    if not (is_file(request.path) or is_folder(request.path)):
        raise CorpusError("no such file or folder; check the path.", request.path)
    if is_archive(request.path):
        return unpacked(request.path)
    return request.path


def homes_of(root: Path, *below: str) -> tuple[Path, ...]:
    """Where folders of a corpus may lie: here, in ``data``, in those named, or in one folder more.

    A release unpacks into one folder more, as ``flores200_dataset`` or ``sib-200-main``.
    """
    inner = [path for path in sorted(root.iterdir()) if path.is_dir() and path.name[0] != "."]
    roots = [root, *(inner if len(inner) == 1 else ())]
    return tuple(dict.fromkeys(home / name for home in roots for name in ("", "data", *below)))


def split_tables(folders: Iterable[Path], split: str) -> list[Path]:
    """Tables of a split in the folders of a language, also as the hub converts them to Parquet.

    They are called ``dev.tsv``, ``validation-00000-of-00001.parquet`` or ``dev/0000.parquet``.
    """
    names = ("dev", "validation") if split == "dev" else (split,)

    def split_of(path: Path) -> str:
        name = path.parent.name if path.name == "0000.parquet" else path.name.partition(".")[0]
        return name.partition("-")[0]

    return [
        path
        for folder in folders
        for path in (*folder.iterdir(), *folder.glob("*/0000.parquet"))
        if is_table(path) and split_of(path) in names
    ]


def fill(pattern: str | Path, request: Request) -> Path:
    """A path with ``{language}``, ``{iso1}``, ``{iso3}``, ``{script}``, ``{flores}``, ``{split}``.

    Raises:
        CorpusError: For another name in braces.
    """
    language = request.language
    facts = {
        "language": language.code,
        "iso1": language.iso1,
        "iso3": language.iso3,
        "script": language.script,
        "flores": language.flores,
        "split": request.split,
    }
    try:
        return Path(str(pattern).format(**facts))
    except (KeyError, IndexError, ValueError) as error:
        raise CorpusError(
            f"{str(pattern)!r}: only {', '.join('{' + name + '}' for name in facts)} can appear in "
            f"a path ({error})."
        ) from error


def codes_of(language: Language) -> tuple[str, ...]:
    """All codes that files and folders use for the language; a variant has only its own."""
    known: list[str] = [language.code, language.flores]
    short = [code for code in language.aliases if re.fullmatch("[a-z]{2,3}", code)]
    if language.variant:
        known += [f"{language.iso3}_{language.script}_{language.variant}"]
    else:
        known += [language.iso3, language.iso1, language.wikiann]
        short = [*filter(None, (language.iso3, language.iso1)), *short]
    scripted = (f"{code}_{language.script}" for code in short)
    return tuple(filter(None, dict.fromkeys((*known, *scripted, *language.aliases))))


def refuse_other_language(name: str, request: Request, path: Path) -> None:
    """Refuse a file or folder whose name is another language's code.

    Only codes of three letters or with a script (``fra``, ``eng_Latn``) count: a folder called
    ``it`` or ``my`` may mean anything. The option ``check_script=False`` turns the check off.

    Raises:
        CorpusError: When the name is another language's code.
    """
    language = request.language
    known = name in codes_of(language) or _CODE.fullmatch(name) is None
    if known or not request.options.get("check_script"):
        return
    other = listed_language(name)
    if other is not None and other != language:
        raise CorpusError(
            f"{name!r} is named for {other.name}, but {language.name} ({language.code}) was "
            "requested. If it is right, pass check_script=False.",
            path,
        )


def the_one(found: Iterable[Path], what: str, root: Path) -> Path:
    """The only path found.

    Raises:
        CorpusError: When there is none, with what the folder holds, or more than one.
    """
    paths = sorted(found)
    if len(paths) == 1:
        return paths[0]
    if paths:
        names = ", ".join(path.name for path in paths)
        raise CorpusError(f"several files fit {what}: {names}. Pass the path of one.", root)
    raise CorpusError(f"expected {what}; the folder holds {_listing(root)}.", root)


def _listing(root: Path, most: int = 12) -> str:
    folder = root if root.is_dir() else root.parent
    names = sorted(path.name + "/" * path.is_dir() for path in folder.iterdir())
    return first_of(names, most)


def provenance_of(
    find: Callable[[Request], Iterable[Path]],
) -> Callable[[Request], Mapping[str, str]]:
    """Provenance of records read from files: file digests, options, version of the readers."""

    def provenance(request: Request) -> dict[str, str]:
        paths = tuple(find(request))
        hub = {}
        if request.path is None and paths:  # in the hub's cache, below the commit
            parts = paths[0].parts
            if "snapshots" in parts:
                hub["commit"] = parts[parts.index("snapshots") + 1]
        return {
            "files": " ".join(f"{path.name}:{file_digest(path, 16)}" for path in paths),
            **hub,
            "options": json.dumps(dict(request.options), sort_keys=True, default=str),
            "readers": READERS,
        }

    return provenance
