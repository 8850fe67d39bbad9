"""``lingap doctor``: what is installed, what is missing and how to get it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer

from lingap.cli.telling import tell, tell_json


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """What is installed, what is missing and how to get it; devices, caches and their sizes.

    Looks at this machine only: nothing is downloaded, written or removed.
    """
    from lingap.cli.surroundings import surroundings

    found = surroundings()
    if as_json:
        tell_json(found)
        return
    for title, lines_of in _SECTIONS.items():
        facts = found[title]
        if isinstance(facts, dict) and set(facts) == {"error"}:
            tell(f"\n{title}: cannot be looked at ({facts['error']})")
            continue
        for line in lines_of(facts):
            tell(line)


def _lingap(facts: dict[str, Any]) -> Iterator[str]:
    yield f"lingap {facts['version']}, Python {facts['python']}, {facts['system']}"
    yield f"  in {facts['folder']}, text as {facts['encoding']}"


def _extras(extras: list[dict[str, Any]]) -> Iterator[str]:
    yield "\nParts of lingap"
    for extra in extras:
        if extra["state"] == "ready":
            named = ", ".join(f"{one['name']} {one['version']}" for one in extra["packages"][:4])
            rest = " …" if len(extra["packages"]) > 4 else ""
            yield f"  {extra['name']:14} {extra['for']} ({named}{rest})"
    missing = [extra for extra in extras if extra["state"] != "ready"]
    if missing:
        yield "\nNot installed, and how to get it"
    for extra in missing:
        lacks = ", ".join(
            one["wanted"] + (f" (here: {one['version']})" if one["version"] else "")
            for one in extra["packages"]
            if one["state"] != "ready"
        )
        yield f"  {extra['name']:14} {extra['for']}: {extra['install']}"
        yield f"  {'':14} lacks {lacks}"


def _backends(backends: list[dict[str, Any]]) -> Iterator[str]:
    from lingap.text.display import counted

    yield "\nG2P back ends"
    for one in backends:
        if "error" in one:
            yield f"  {one['name']:16} cannot be looked at: {one['error']}"
            continue
        state = "" if one["install"] is None else f", not installed: {one['install']}"
        reads = counted(one["languages"], "language")
        if one["name"] == "lexicon":
            reads = "any language, by your pronunciation dictionary"
        yield f"  {one['name']:16} {reads}{state}"


def _devices(facts: dict[str, Any]) -> Iterator[str]:
    from lingap.text.display import counted

    memory = f", {_size(facts['memory_bytes'])} of memory" if facts["memory_bytes"] else ""
    yield "\nDevices"
    yield f"  {'CPU':14} {counted(facts['cores'], 'core')}{memory}"
    if facts["torch"] is None:
        yield f"  {'GPU':14} unknown without torch (extra train)"
        return
    yield f"  {'CUDA':14} {', '.join(facts['cuda']) or 'none'} (torch {facts['torch']})"
    yield f"  {'MPS':14} {'yes' if facts['mps'] else 'none'}"
    if "advice" in facts:
        yield f"  {facts['advice']}"


def _caches(caches: list[dict[str, Any]]) -> Iterator[str]:
    yield "\nCaches: what can be made or fetched again"
    for cache in caches:
        if cache["folder"] is None:
            yield f"  {cache['name']}: nothing is kept ({cache['set_by']}=off)"
            continue
        at_least = "" if cache["complete"] else "at least "
        kept = f"{at_least}{_size(cache['bytes'])} in {cache['files']:,} files"
        free = f", {_size(cache['free_bytes'])} free" if cache["free_bytes"] is not None else ""
        state = "" if cache["writable"] else ", cannot be written"
        yield f"  {cache['name']}: {kept}{free}{state}"
        yield f"    {cache['folder']} (another by {cache['set_by']})"
        for part in cache.get("parts", ()):
            yield f"    {part['name']:14} {_size(part['bytes'])} in {part['files']:,} files"


def _plugins(plugins: list[dict[str, Any]]) -> Iterator[str]:
    if plugins:
        yield "\nAdded by other packages"
    width = max((len(one["name"]) for one in plugins), default=0)
    for one in plugins:
        kind = one["group"].partition(".")[2].replace("_", " ")
        yield f"  {one['name']:{width}} {kind} of {one['package']}, {one['state']}"


def _settings(settings: dict[str, str]) -> Iterator[str]:
    if settings:
        yield "\nSettings in the environment"
    for name, value in settings.items():
        yield f"  {name}={value}"


_SECTIONS: dict[str, Callable[[Any], Iterator[str]]] = {
    "lingap": _lingap, "extras": _extras, "backends": _backends, "devices": _devices,
    "caches": _caches, "plugins": _plugins, "settings": _settings,
}  # fmt: skip


def _size(n_bytes: int) -> str:
    """Bytes as people read them.

    >>> _size(0), _size(1_300_000), _size(2_500_000_000)
    ('0.0 MB', '1.3 MB', '2.5 GB')
    """
    return f"{n_bytes / 1e9:.1f} GB" if n_bytes >= 1e9 else f"{n_bytes / 1e6:.1f} MB"
