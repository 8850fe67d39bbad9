"""Options that several commands share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lingap.errors import ConfigError

if TYPE_CHECKING:
    from pydantic import BaseModel

Workers = Annotated[
    int | None, typer.Option(min=0, help="Processes; 0 works in this one. [default: cores]")
]
Threads = Annotated[
    int, typer.Option(min=1, help="Threads of arithmetic a process; one is best for small models.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print the plan and leave.")]
Schema = Annotated[
    bool, typer.Option("--schema", help="Print the configuration's JSON schema, for editors.")
]


def needed(config: Path | None) -> Path:
    """The file of a configuration, which only --schema does without."""
    if config is None:
        raise ConfigError("Name the configuration: a YAML file was expected, none came.")
    return config


def print_schema(model: type[BaseModel]) -> None:
    """A configuration's JSON schema, as editors read it."""
    schema: dict[str, Any] = model.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    typer.echo(json.dumps(schema, indent=2))
