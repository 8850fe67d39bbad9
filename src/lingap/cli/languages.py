"""``lingap languages``: what is supported, by which back end, with which codes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingap.cli.telling import tell_json

if TYPE_CHECKING:
    from lingap.languages import Language

_COLUMNS = ("code", "script", "iso1", "name", "family", "cldr", "flores", "wikiann", "ud")


def languages(
    backend: Annotated[
        str | None,
        typer.Option(help="Only languages of this G2P back end, or of a chain such as a+b."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON with every code.")] = False,
) -> None:
    """List languages, the G2P back ends that read each, and the codes that other tools use."""
    from lingap.g2p.choice import find_backend
    from lingap.g2p.protocol import BACKENDS

    # A back end for every language (a dictionary of the user's own) says nothing in a list of all.
    names = [backend] if backend else [name for name in BACKENDS if name != "lexicon"]
    engines = {name: find_backend(name) for name in names}
    served = {name: engine.languages() for name, engine in engines.items()}
    hints = {name: engine.missing() for name, engine in engines.items()}
    rows = _rows(served, everything=backend is None)
    for name, engine in engines.items():
        variants = getattr(engine, "variants", None)
        if variants is not None:
            _add_variants(rows, name, variants)
    if as_json:
        facts = {"backends": _backend_facts(served, hints), "languages": rows}
        tell_json(facts)
        return
    for line in _table(rows):
        typer.echo(line)
    for name, hint in hints.items():
        state = "installed" if hint is None else f"not installed: {hint}"
        typer.echo(f"{name}: {len(served[name])} languages, {state}", err=True)


def _rows(served: Mapping[str, Mapping[str, str]], *, everything: bool) -> list[dict[str, Any]]:
    """One row a language: its codes, and each back end's own code for it."""
    from lingap.languages import all_languages

    rows = []
    for language in all_languages():
        own = {
            name: codes[language.code] for name, codes in served.items() if language.code in codes
        }
        if own or everything:
            row: dict[str, Any] = {column: getattr(language, column) for column in _COLUMNS}
            rows.append(row | {"aliases": list(language.aliases), "backends": own})
    return rows


def _add_variants(
    rows: list[dict[str, Any]], name: str, variants: Callable[[Language], tuple[str, ...]]
) -> None:
    """What the option ``table`` of a back end takes beside its first table, where it has more."""
    from lingap.languages import get_language

    for row in rows:
        if name in row["backends"] and len(found := variants(get_language(row["code"]))) > 1:
            row.setdefault("tables", {})[name] = list(found)


def _backend_facts(
    served: Mapping[str, Mapping[str, str]], hints: Mapping[str, str | None]
) -> dict[str, Any]:
    return {
        name: {"languages": len(codes), "installed": hints[name] is None, "install": hints[name]}
        for name, codes in served.items()
    }


def _table(rows: list[dict[str, Any]]) -> list[str]:
    """Aligned lines, back ends with their own codes last."""
    columns = ("code", "script", "iso1", "name", "family", "flores")
    cells = [[*columns, "back ends"]]
    for row in rows:
        more = {n: "/" + "/".join(found[1:]) for n, found in row.get("tables", {}).items()}
        own = "  ".join(f"{n}:{code}{more.get(n, '')}" for n, code in row["backends"].items())
        cells.append([row[column] or "-" for column in columns] + [own or "-"])
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    return [
        "  ".join([*(c.ljust(w) for c, w in zip(line, widths, strict=False)), line[-1]])
        for line in cells
    ]
