"""``lingap corpora``: the corpora, and what is in them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lingap.cli.options import pairs
from lingap.cli.telling import tell, tell_json

_FACTS = (
    "name", "task", "summary", "splits", "sizes", "licence", "revision", "source", "options",
)  # fmt: skip
_LISTED = (
    "splits", "sizes", "languages", "labels", "licence", "revision", "source", "options",
    "policies",
)  # fmt: skip
app = typer.Typer(help="List the known corpora, or inspect one.", no_args_is_help=True)


@app.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """List every corpus: task, splits, licence, where it comes from, its options."""
    from lingap.corpora import CORPORA

    rows = [_facts(CORPORA[name]) for name in CORPORA]
    if as_json:
        tell_json(rows)
        return
    for row in rows:
        tell(f"{row['name']} ({row['task']}): {row['summary']}")
        for key in _LISTED:
            tell(f"    {key:9} {_flat(row[key]) or 'none'}")


@app.command()
def show(
    name: Annotated[str, typer.Argument(help="A corpus, or a YAML file that describes one.")],
    language: Annotated[str, typer.Option("-l", "--language", help="Any code, such as ko.")],
    split: Annotated[str | None, typer.Option(help="Split; all available ones by default.")] = None,
    path: Annotated[Path | None, typer.Option(help="Folder or file of a release.")] = None,
    n: Annotated[int, typer.Option("--n", min=0, help="Records to print per split.")] = 3,
    option: Annotated[
        list[str] | None,
        typer.Option("--option", "-o", help="Option of the corpus, as treebank=PUD; repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead.")] = False,
) -> None:
    """Count a corpus in one language, its labels and lossy steps, and print a few records."""
    from lingap.corpora import find_corpus
    from lingap.corpora.survey import survey

    corpus = find_corpus(name)
    options = {key: _value(key, text) for key, text in pairs("--option", option).items()}
    surveys = survey(name, language=language, split=split, path=path, n=n, options=options)
    if as_json:
        facts = {**_facts(corpus), "surveys": surveys}
        tell_json(facts)
        return
    tell(f"{corpus.name} ({corpus.task}): {corpus.summary}")
    tell(f"licence  {corpus.licence}\nrevision {corpus.revision}")
    for row in surveys:
        tell(f"\n{row['language']} {row['split']}")
        if "absent" in row:
            tell(f"  not here: {row['absent']}")
            continue
        for key in ("records", "words", "types", "labels", "counts", "fingerprint"):
            tell(f"  {key:11} {_flat(row[key])}")
        for example in row["examples"]:
            tell(f"  | {example}")


def _facts(corpus: Any) -> dict[str, Any]:
    from lingap.corpora.loading import default_labels

    return {
        **{name: getattr(corpus, name) for name in _FACTS},
        "languages": corpus.languages or "any",
        "labels": default_labels(corpus) or "",
        "policies": {
            name: " | ".join(map(str, allowed))
            for name, allowed in corpus.choices.items()
            if name in corpus.options
        },
    }


def _flat(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}={_flat(one)}" for key, one in value.items()) or "none"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value)) or "none"
    return str(value)


def _value(key: str, text: str) -> Any:
    """The value of an option, read as YAML, so that 3, true and [A, B] are what they look like."""
    import yaml

    from lingap.errors import ConfigError
    from lingap.storage.yaml_text import load_yaml

    try:
        return load_yaml(text)
    except yaml.YAMLError as error:
        raise ConfigError(f"--option {key}: expected a YAML value, got {text!r}.") from error
