"""``lingap phonemize``: text in, phonemes out."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from lingap.cli.options import (
    Backend,
    BackendOptions,
    EngineChoice,
    Inventory,
    Overwrite,
    pairs,
)
from lingap.cli.telling import tell

if TYPE_CHECKING:
    from lingap.g2p.coverage import G2PCoverage
    from lingap.g2p.phonemizer import Phonemizer


def phonemize(
    source: Annotated[
        str,
        typer.Argument(
            metavar="[FILE, DIR or -]",
            help="What to read; - is standard input. A folder of Parquet files may be a URL, such "
            "as s3://bucket/folder.",
        ),
    ] = "-",
    language: Annotated[
        str,
        typer.Option(
            "--language",
            "-l",
            help="Any code or the English name; none for a folder of texts named by language.",
        ),
    ] = "",
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", help="File to write; of a folder, a folder or its URL."),
    ] = None,
    overwrite: Overwrite = False,
    backend: Backend = None,
    file_format: Annotated[
        Literal["text", "csv", "tsv", "jsonl", "parquet"] | None,
        typer.Option("--format", help="Where a file's name does not end in one of these."),
    ] = None,
    column: Annotated[
        str, typer.Option(help="In tables and JSON Lines: the field with text or a list of words.")
    ] = "text",
    coverage: Annotated[
        Path | None, typer.Option(help="Write what was lost, and all versions, as JSON.")
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(help="NAME=CHOICE, such as digits=drop or foreign=english; repeatable."),
    ] = None,
    option: BackendOptions = None,
    segmenter: Annotated[
        str | None,
        typer.Option(help="Word segmenter for languages written without spaces."),
    ] = None,
    vocabulary: Annotated[
        Path | None,
        typer.Option(help="Phoneme vocabulary of a model: count the units it lacks."),
    ] = None,
    fit: Annotated[
        str,
        typer.Option(help="report: only count those; nearest: write the nearest known unit."),
    ] = "report",
    inventory: Inventory = "",
    processes: Annotated[int, typer.Option(min=0, help="Processes to use; 0 means all cores.")] = 0,
    engine: EngineChoice = "local",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Of a folder: print files, machines and time; exit.")
    ] = False,
    cache: Annotated[
        bool, typer.Option(help="Remember words on disk (folder: LINGAP_CACHE).")
    ] = True,
) -> None:
    """Turn text into phonemes (IPA): units split by spaces, words by ▁, a line per line."""
    from lingap.errors import ConfigError
    from lingap.g2p.bulk.files import made_by, phonemize_file
    from lingap.g2p.phonemizer import Phonemizer
    from lingap.g2p.policies import Policies
    from lingap.g2p.protocol import DEFAULT_BACKEND
    from lingap.metrics.threads import n_cores
    from lingap.storage.outputs import output, refuse_same
    from lingap.storage.special_files import special_kind

    is_folder = Path(source).is_dir() or "://" in source
    by_name = not language and Path(source).is_dir()
    if not (language or by_name):
        raise ConfigError("No language: pass -l LANG, such as -l kor. See `lingap languages`.")
    if by_name and (engine != "local" or dry_run):
        raise ConfigError(
            f"--{'dry-run' if dry_run else 'engine'} is for a folder of Parquet files in one "
            "language: pass -l LANG, or leave the option out."
        )
    if vocabulary is None and fit != "report":
        raise ConfigError(f"--fit {fit} needs a vocabulary: --vocabulary FILE.")
    options = pairs("--option", option)
    inputs = [source, *([inventory] if inventory else []), *options.values()]
    inputs += [str(vocabulary)] if vocabulary else []
    read: list[Path | int] = [0 if place == "-" else Path(place) for place in inputs]
    with ExitStack() as reports:
        for target in (out, coverage):
            if target is not None:
                refuse_same(Path(target), read)
        report_at = None
        if coverage is not None:
            same = out is not None and Path(out).resolve() == coverage.resolve()
            if same and special_kind(coverage) is None:
                raise ConfigError(f"--out and --coverage name the same file, {out}.")
            maker = f"coverage of the {made_by(source)}"
            report_at = reports.enter_context(output(coverage, maker, overwrite=overwrite))
        phonemizer_of = partial(
            Phonemizer,
            backend=backend or DEFAULT_BACKEND,
            policies=Policies.parse(pairs("--policy", policy)),
            cache=cache,
            segmenter=segmenter,
            vocabulary=vocabulary,
            fit=fit,
            inventory=inventory or None,
            options=options,
        )
        processes = processes or n_cores()
        spell = partial(phonemize_file, stated=file_format, column=column, overwrite=overwrite)
        if by_name:
            from lingap.cli.phonemize_languages import phonemize_languages

            every = phonemize_languages(
                Path(source), out, phonemizer_of, spell, processes=processes
            )
            _write(report_at, {code: _facts(*one) for code, one in every.items()})
            return
        phonemizer = phonemizer_of(language)
        if is_folder:
            from lingap.cli.phonemize_folder import phonemize_a_folder

            found = phonemize_a_folder(
                source, out, column, phonemizer, processes=processes, overwrite=overwrite,
                engine=engine, dry_run=dry_run,
            )  # fmt: skip
            if found is None:
                return
            lost = found
        elif engine != "local" or dry_run:
            raise ConfigError(
                f"--{'dry-run' if dry_run else 'engine'} is for a folder of Parquet files; "
                f"{source} is none. Name a folder, or leave the option out."
            )
        else:
            lost = spell(source, out, phonemizer, processes=processes)
        sys.stdout.flush()
        tell(lost.as_text(), err=True)
        _write(report_at, _facts(phonemizer, lost))


def _write(report_at: Path | None, facts: dict[str, Any]) -> None:
    if report_at is not None:
        report_at.write_text(json.dumps(facts, ensure_ascii=True, indent=1) + "\n", "utf-8")


def _facts(phonemizer: Phonemizer, lost: G2PCoverage) -> dict[str, Any]:
    return lost.as_dict() | {"provenance": phonemizer.provenance()}
