"""``lingap phonemize``: text in, phonemes out."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.options import Backend, BackendOptions, pairs
from lingap.cli.telling import tell


class FileFormat(StrEnum):
    """Formats of input and output."""

    text = "text"
    jsonl = "jsonl"
    parquet = "parquet"


def phonemize(
    source: Annotated[
        str, typer.Argument(metavar="[FILE or -]", help="What to read; - is standard input.")
    ] = "-",
    language: Annotated[
        str, typer.Option("--language", "-l", help="Any code or the English name.")
    ] = "",
    out: Annotated[
        str | None,
        typer.Option("--out", "-o", help="File to write, or a folder for a Parquet folder."),
    ] = None,
    backend: Backend = None,
    file_format: Annotated[
        FileFormat | None,
        typer.Option("--format", help="Where file names do not say: text, jsonl or parquet."),
    ] = None,
    column: Annotated[
        str, typer.Option(help="JSON Lines and Parquet: the field with text or a list of words.")
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
    processes: Annotated[int, typer.Option(min=0, help="Processes to use; 0 means all cores.")] = 0,
    cache: Annotated[
        bool, typer.Option(help="Remember words on disk (folder: LINGAP_CACHE).")
    ] = True,
) -> None:
    """Turn text into phonemes (IPA): units split by spaces, words by ▁, a line per line."""
    from lingap.errors import ConfigError
    from lingap.g2p.bulk.files import FORMATS, phonemize_file
    from lingap.g2p.phonemizer import Phonemizer
    from lingap.g2p.policies import Policies
    from lingap.g2p.protocol import DEFAULT_BACKEND
    from lingap.metrics.threads import n_cores

    if not language:
        raise ConfigError("No language: pass -l LANG, such as -l kor. See `lingap languages`.")
    if vocabulary is None and fit != "report":
        raise ConfigError(f"--fit {fit} needs a vocabulary: --vocabulary FILE.")
    phonemizer = Phonemizer(
        language,
        backend or DEFAULT_BACKEND,
        policies=Policies.parse(pairs("--policy", policy)),
        cache=cache,
        segmenter=segmenter,
        vocabulary=vocabulary,
        fit=fit,
        options=pairs("--option", option),
    )
    processes = processes or n_cores()
    stated = next((name for name in FORMATS if name == file_format), None)
    if Path(source).is_dir():
        from lingap.g2p.bulk.folders import phonemize_folder

        if out is None:
            raise ConfigError("A folder of Parquet files needs an output folder: pass -o OUT.")
        report = phonemize_folder(Path(source), Path(out), column, phonemizer, processes=processes)
        lost = report.coverage
        tell(
            f"{len(report.written)} files written, {len(report.finished_before)} were finished.",
            err=True,
        )
    else:
        lost = phonemize_file(
            source, out, phonemizer, stated=stated, column=column, processes=processes
        )
    sys.stdout.flush()
    tell(lost.as_text(), err=True)
    if coverage is not None:
        facts = lost.as_dict() | {"provenance": phonemizer.provenance()}
        coverage.write_text(json.dumps(facts, ensure_ascii=True, indent=1) + "\n", "utf-8")
