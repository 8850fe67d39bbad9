"""``lingap report``: tables and figures of an experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lingap.cli.options import Overwrite
from lingap.cli.telling import tell


def report(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="An experiment's folder, finished or not; a JSON file that "
            "`lingap gap … --json` wrote; or a table of scores as `lingap gap scores` reads it.",
        ),
    ],
    kind: Annotated[
        str,
        typer.Option(
            "--format",
            "-f",
            help="html, markdown, latex, csv, dataset (Parquet, with a card), svg, png, pdf, "
            "terminal.",
        ),
    ] = "html",
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            help="Folder for the files. By default html goes into DIR, other formats into "
            "DIR/report; of a file a.csv, next to it: a.report.html, a.report/.",
        ),
    ] = None,
    overwrite: Overwrite = False,
    languages: Annotated[
        str | None,
        typer.Option(help="Your languages, codes split by commas: the answer starts with them."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Heading, in place of the stored name.")] = None,
) -> None:
    """Tables and figures of a finished or unfinished experiment.

    Prints the answer and the main tables, all of them with `--format terminal`, writes the report,
    and names its file. Nothing is scored or trained: what is not available yet is reported as
    missing.
    """
    from dataclasses import replace

    from rich.console import Console

    from lingap.errors import ConfigError
    from lingap.experiments.store import MARKER
    from lingap.report.export import FORMATS, write_report
    from lingap.report.folder import read_folder
    from lingap.report.reader_answer import languages_of
    from lingap.report.terminal import terminal_report
    from lingap.storage.outputs import make_folder

    if kind not in (*FORMATS, "terminal"):
        raise ConfigError(f"--format {kind!r} is not one of {', '.join(FORMATS)}, terminal.")
    data = read_folder(source)
    if title:
        data = replace(data, title=title)
    if languages:
        named = [code.strip() for code in languages.split(",") if code.strip()]
        data = replace(data, reader=languages_of(data, named))
    Console(highlight=False, markup=False).print(terminal_report(data, brief=kind != "terminal"))
    if kind == "terminal":
        return
    home, name = source, "report"
    if not source.is_dir():  # its folder may hold other tables, each with a report of its own
        home, name = source.parent, f"{source.stem}.report"
    folder = out or (home if kind == "html" else home / name)
    make_folder(folder)
    is_own = out is None and (source / MARKER).is_file()  # an experiment's report lies in it
    written = write_report(
        data, folder, kind=kind, source=source, overwrite=overwrite or is_own,
        name="report" if out else name,
    )  # fmt: skip
    if not written:
        tell(f"Nothing to write as {kind} yet.")
    else:
        more = f" and {len(written) - 1} more files next to it" if len(written) > 1 else ""
        tell(f"Written: {written[0]}{more}")
