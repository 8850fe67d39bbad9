"""A report's files: one format at a time, each written atomically."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lingap.errors import ConfigError, StoreError
from lingap.report.summary import ReportData
from lingap.storage.atomic import sweep, write_whole
from lingap.storage.outputs import check_replaceable, held, refuse_same, remember

FORMATS = ("html", "markdown", "latex", "csv", "dataset", "svg", "png", "pdf")


def write_report(
    data: ReportData,
    folder: Path,
    *,
    kind: str = "html",
    source: Path | None = None,
    overwrite: bool = False,
    name: str = "report",
) -> list[Path]:
    """Write the report in one format.

    Args:
        data: What to show.
        folder: Destination; created if needed.
        kind: One of :data:`FORMATS`: ``html`` is ``report.html``; ``markdown`` is ``report.md``
            with SVG figures, ``latex`` is ``report.tex`` and one file per table, with PDF figures;
            ``csv`` is one file per kind of number; ``dataset`` is the same as Parquet in a folder
            ``dataset`` with a data card; the others are the figures alone.
        source: What the report is of: its earlier files are replaced, and it is not. Without it,
            the title decides which report is meant.
        overwrite: Whether to replace any other file too.
        name: Of the page, in place of ``report``, without its ending.

    Returns:
        The files written, the main one first.

    Raises:
        ConfigError: For an unknown format.
        StoreError: If a file cannot be written, another's file has its name, or another process
            writes a report into the folder.
        MissingExtra: If plotly, matplotlib or pyarrow is needed and not installed.
    """
    files = _contents(data, kind, name)
    maker = f"report of {data.title if source is None else source.resolve()}"
    targets = [folder / file for file in files]
    for target in targets:
        refuse_same(target, () if source is None else (source,))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}.") from error
    with held(folder / "report"):  # one report is never made of two
        check_replaceable(targets, maker, overwrite=overwrite, inside="folder")
        sweep(folder)
        for target, content in zip(targets, files.values(), strict=True):
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                write_whole(target, content, durable=True)
                remember(target, maker)
            except OSError as error:
                raise StoreError(f"{target} cannot be written: {error.strerror}.") from error
    return targets


def _contents(data: ReportData, kind: str, page: str) -> Mapping[str, str | bytes]:
    if kind == "html":
        from lingap.report.html import render_html

        return {f"{page}.html": render_html(data)}
    if kind == "csv":
        from lingap.report.csv_files import to_csv

        return to_csv(data)
    if kind == "dataset":
        from lingap.report.dataset_files import to_dataset_files

        return to_dataset_files(data)
    if kind not in FORMATS:
        raise ConfigError(f"Unknown format {kind!r}; expected one of {', '.join(FORMATS)}.")
    from lingap.report.figures import figure_files

    figures = figure_files(data, kind={"markdown": "svg", "latex": "pdf"}.get(kind, kind))
    pictures: dict[str, str | bytes] = {name: content for name, (_, content) in figures.items()}
    titles = [(title, name) for name, (title, _) in figures.items()]
    if kind == "markdown":
        from lingap.report.markdown import to_markdown

        return {"report.md": to_markdown(data, figures=titles), **pictures}
    if kind == "latex":
        from lingap.report.latex import latex_table, to_latex
        from lingap.report.side_tables import all_tables

        tables = {f"table-{table.name}.tex": latex_table(table) for table in all_tables(data)}
        return {"report.tex": to_latex(data, figures=titles), **tables, **pictures}
    return pictures
