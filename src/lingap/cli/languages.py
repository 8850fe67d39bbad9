"""``lingap languages``: what is supported, by which back end, with which codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingap.cli.telling import aligned, tell_json

if TYPE_CHECKING:
    from lingap.languages import Language

_COLUMNS = ("code", "script", "iso1", "name", "family", "cldr", "flores", "wikiann", "ud")
_FIRST = 30
_FAMILIES = 6


def languages(
    query: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORD…]",
            help="Only languages with these words in name, family or script, or with this code.",
        ),
    ] = None,
    backend: Annotated[
        str | None,
        typer.Option(help="Only languages of this G2P back end, or of a chain such as a+b."),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List all, not only the first 30.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON with every code.")] = False,
) -> None:
    """List languages, the G2P back ends that read each, and the codes that other tools use."""
    from lingap.g2p.choice import find_backend
    from lingap.g2p.protocol import BACKENDS
    from lingap.languages.registered import why_no_language
    from lingap.languages.table import normalized

    # A back end for every language (a dictionary of the user's own) says nothing in a list of all.
    names = [backend] if backend else [name for name in BACKENDS if name != "lexicon"]
    engines = {name: find_backend(name) for name in names}
    served = {name: engine.languages() for name, engine in engines.items()}
    hints = {name: engine.missing() for name, engine in engines.items()}
    rows = _rows(served, everything=backend is None)
    if query:
        rows = _matching(rows, " ".join(query), served)
    for name, engine in engines.items():
        variants = getattr(engine, "variants", None)
        if variants is not None:
            _add_variants(rows, name, variants)
    if as_json:
        facts = {
            name: {
                "languages": sum(name in row["backends"] for row in rows),  # those read as another
                "installed": hint is None,
                "install": hint,
            }
            for name, hint in hints.items()
        }
        tell_json({"backends": facts, "languages": rows})
        return
    is_cut = not (every or query or backend) and len(rows) > _FIRST
    for line in _table(rows[:_FIRST] if is_cut else rows):
        typer.echo(line)
    if is_cut:
        typer.echo(_summary(rows))
    if query and (reason := why_no_language(normalized(" ".join(query)))):
        typer.echo(f"{' '.join(query)} itself is no language: it is {reason}.", err=True)
    for name, hint in hints.items():
        if not query:
            state = "installed" if hint is None else f"not installed: {hint}"
            n_shared = sum(name in row["backends"] and bool(row["read_as"]) for row in rows)
            shared = f" and {n_shared} read as one of them" if n_shared else ""
            typer.echo(f"{name}: {len(served[name])} languages{shared}, {state}", err=True)
    typer.echo(
        "Any other code of ISO 639-3, script or variant is known too, without a back end of its "
        "own: tah, hin-Latn, eng-GB (read as eng).",
        err=True,
    )


def _matching(
    rows: list[dict[str, Any]], query: str, served: Mapping[str, Mapping[str, str]]
) -> list[dict[str, Any]]:
    """Rows that have all words of a query, or whose code it is; LanguageError for none.

    A language that no row has, but ISO 639-3, or a variant of one, is a row too.
    """
    from lingap.errors import LanguageError
    from lingap.languages import get_language

    try:
        meant = get_language(query)
    except LanguageError as error:
        meant, unknown = None, error
    wanted, words = query.casefold(), query.casefold().split()
    by_code, by_words = [], []
    for row in rows:
        codes = (row["code"], row["iso1"], row["flores"], row["wikiann"], row["cldr"])
        names = (row["name"], row["family"], row["script"], *row["aliases"])
        text = " ".join(filter(None, names)).casefold()
        if wanted in (code.casefold() for code in codes if code):
            by_code.append(row)
        elif all(len(word) > 1 and word in text for word in words):
            by_words.append(row)
    if found := by_code or by_words:
        return found
    if meant is not None and (same := [row for row in rows if row["code"] == meant.code]):
        return same
    if meant is None:
        raise unknown
    return [_row(meant, served)]


def _summary(rows: list[dict[str, Any]]) -> str:
    """What is left out of the list, by family."""
    families = Counter(row["family"] for row in rows)
    largest = ", ".join(f"{name} {n}" for name, n in families.most_common(_FAMILIES))
    n_read = sum(bool(row["backends"]) for row in rows)
    return (
        f"… and {len(rows) - _FIRST} more: --all lists them, and a word searches them "
        f"(`lingap languages turkic`).\n{len(rows)} languages, {n_read} with a back end, of "
        f"{len(families)} families: {largest} …"
    )


def _rows(served: Mapping[str, Mapping[str, str]], *, everything: bool) -> list[dict[str, Any]]:
    """One row a language: its codes, and each back end's own code for it."""
    from lingap.languages import all_languages, get_language

    known = {language.code: language for language in all_languages()}
    for code in (code for codes in served.values() for code in codes):
        if code not in known:  # of a back end that another package adds
            known[code] = get_language(code)
    rows = [_row(language, served) for language in known.values()]
    return [row for row in rows if row["backends"] or everything]


def _row(language: Language, served: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Its codes, and those of the back ends for it or for the nearest language that it is read as.

    As :func:`lingap.g2p.protocol.reader_of` reads it.
    """
    from lingap.languages import get_language

    reader = language
    while not (backends := _codes(served, reader.code)) and reader.base:
        reader = get_language(reader.base)
    row: dict[str, Any] = {column: getattr(language, column) for column in _COLUMNS}
    row |= {"aliases": list(language.aliases), "variant": language.variant}
    read_as = reader.code if backends and reader is not language else ""
    return row | {"read_as": read_as, "backends": backends}


def _codes(served: Mapping[str, Mapping[str, str]], language: str) -> dict[str, str]:
    return {name: codes[language] for name, codes in served.items() if language in codes}


def _add_variants(
    rows: list[dict[str, Any]], name: str, variants: Callable[[Language], tuple[str, ...]]
) -> None:
    """What the option ``table`` of a back end takes beside its first table, where it has more."""
    from lingap.languages import get_language

    for row in rows:
        language = get_language(row["read_as"] or row["code"])
        if name in row["backends"] and len(found := variants(language)) > 1:
            row.setdefault("tables", {})[name] = list(found)


def _table(rows: list[dict[str, Any]]) -> list[str]:
    """Aligned lines, back ends with their own codes last."""
    columns = ("code", "script", "iso1", "name", "family", "flores")
    cells = [[*columns, "back ends"]]
    for row in rows:
        more = {n: "/" + "/".join(found[1:]) for n, found in row.get("tables", {}).items()}
        own = "  ".join(f"{n}:{code}{more.get(n, '')}" for n, code in row["backends"].items())
        shared = f" (as {row['read_as']})" if row["read_as"] else ""
        cells.append([row[column] or "-" for column in columns] + [(own or "-") + shared])
    return aligned(cells)
