"""Options that several commands share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lingap.errors import ConfigError

if TYPE_CHECKING:
    from pydantic import BaseModel

Workers = Annotated[
    int | None, typer.Option(min=0, help="Processes; 0 works in this one. [default: cores]")
]
Threads = Annotated[
    int, typer.Option(min=1, help="Arithmetic threads per process; one is best for small models.")
]
EngineChoice = Annotated[
    Literal["local", "ray"],
    typer.Option(
        "--engine", help="This machine, or the Ray cluster that RAY_ADDRESS names (extra cluster)."
    ),
]
GpuShare = Annotated[
    float | None,
    typer.Option(
        min=0.01, max=1.0, help="With --engine ray: part of a GPU per job. [default: by its memory]"
    ),
]
Overwrite = Annotated[
    bool, typer.Option("--overwrite", help="Replace files that this command did not write.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the plan and exit.")]
Schema = Annotated[
    bool, typer.Option("--schema", help="Print the configuration's JSON schema, for editors.")
]


Backend = Annotated[
    str | None,
    typer.Option(
        help="G2P back end, a chain such as epitran+espeak, or auto (the default): the best here."
    ),
]
BackendOptions = Annotated[
    list[str] | None, typer.Option("--option", help="NAME=VALUE for the back end; repeatable.")
]
Inventory = Annotated[
    str,
    typer.Option(
        help="written: the units of the back end; broad: in an alphabet common to all languages; "
        "or a file of `lingap g2p inventory --out`."
    ),
]


def pool_of(
    engine: str, *, read: Sequence[Path] = (), shared: Sequence[Path] = (), processes: int = 1
) -> Callable[[Any], Any]:
    """What makes the engine: this process, several, or a Ray cluster that sees these files."""
    if engine == "ray":
        from lingap.engines.cluster import Cluster

        return partial(Cluster, shared=shared, read=read)
    from lingap.engines.here import Here
    from lingap.engines.processes import Processes

    return partial(Processes, n=processes) if processes > 1 else Here


def pairs(name: str, given: Iterable[str] | None) -> dict[str, str]:
    """NAME=VALUE pairs of a repeatable option.

    Raises:
        ConfigError: For one without a name or ``=``.
    """
    found = {}
    for text in given or ():
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise ConfigError(f"{name}: expected NAME=VALUE, got {text!r}.")
        found[key] = value
    return found


def needed(config: Path | None) -> Path:
    """The file of a configuration, optional only for --schema."""
    if config is None:
        raise ConfigError("Expected the YAML file of a configuration, got none; name it.")
    return config


def print_schema(model: type[BaseModel]) -> None:
    """A configuration's JSON schema, as editors read it."""
    schema: dict[str, Any] = model.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    typer.echo(json.dumps(schema, indent=2))
