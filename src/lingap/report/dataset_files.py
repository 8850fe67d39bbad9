"""Results as a data set: a Parquet file for each table, and a data card that names them.

The folder is in the layout of the hub: ``datasets.load_dataset(folder, "scores")`` reads it.
"""

from __future__ import annotations

import io

import yaml

from lingap.errors import MissingExtra
from lingap.report.long_form import Row, long_form
from lingap.report.markdown import escaped, table_lines
from lingap.report.parts import listed
from lingap.report.result_tables import metric_name, task_name
from lingap.report.side_tables import settings_table
from lingap.report.summary import ReportData, known_language, language_name
from lingap.report.verdict import answer_parts
from lingap.text.display import shown_lines

FOLDER = "dataset"
CARD = "README.md"

_MEANS = {
    "scores": "score of each system in each language, 0 to 1, with its interval",
    "performance_gap": "spread of each system's scores over languages: Std, mean RPD in percent",
    "performance_gap_pairs": "relative percentage difference of each pair of languages",
    "linguistic_gap": "similarity of languages in each system's embeddings (CKA), means",
    "linguistic_gap_pairs": "the same of each pair of languages",
    "output_gap": "distance between output distributions, means",
    "output_gap_pairs": "the same of each pair of languages",
    "input_gap": "similarity of texts before any training, means",
    "input_gap_pairs": "the same of each pair of languages",
    "token_gap": "tokens that each language needs for the same content",
    "model_layers": "alignment of languages at each layer of a model, means",
    "model_languages": "the same of each language",
    "bound": "H-divergence of pairs of languages",
    "performance_gap_comparison": "paired tests between the gaps of two systems",
    "best_by_language": "the best system of each language against the others",
    "gap_origin": "whether a smaller gap comes of rising or of falling scores",
    "baselines": "scores of answering without reading",
    "correlation": "rank correlation of linguistic and performance gap",
    "correlation_points": "the points of these correlations",
    "g2p_coverage": "what phonemization lost in each language",
    "pretraining": "pre-trained encoders: size, vocabulary, loss on held-out text",
    "runs": "every run with its scores, or why it has none",
}
"""Table of the long form -> what a row is, for the card."""


def to_dataset_files(data: ReportData) -> dict[str, str | bytes]:
    """File name to its content: the card first, then a Parquet file for each table.

    Raises:
        MissingExtra: Without pyarrow.
    """
    tables = long_form(data)
    files: dict[str, str | bytes] = {f"{FOLDER}/{CARD}": _card(data, tables)}
    for name, rows in tables.items():
        files[f"{FOLDER}/data/{name}.parquet"] = _parquet(rows)
    return files


def _parquet(rows: list[Row]) -> bytes:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra("data", "Writing Parquet") from error
    names = dict.fromkeys(name for row in rows for name in row)
    table = pa.table({name: [row.get(name) for row in rows] for name in names})
    empty = [field for field in table.schema if pa.types.is_null(field.type)]
    for field in empty:  # so that data sets of several results can be joined
        kind = pa.string() if field.name.endswith(("method", "reason", "note")) else pa.float64()
        place = table.schema.get_field_index(field.name)
        table = table.set_column(place, field.name, table[field.name].cast(kind))
    out = io.BytesIO()
    pq.write_table(table, out, compression="zstd")
    return out.getvalue()


def _card(data: ReportData, tables: dict[str, list[Row]]) -> str:
    """The data card: facts that the hub reads as YAML, then the same for people."""
    head = {
        "pretty_name": data.title,
        "language": list(dict.fromkeys(map(_tag, data.languages))),
        "tags": ["lingap", "multilingual", "evaluation-results"],
        "configs": [{"config_name": name, "data_files": f"data/{name}.parquet"} for name in tables],
    }
    first = next(iter(tables), "scores")
    said = (
        f"**{escaped(part.verdict)}** {escaped(part.detail)}"
        if part.verdict
        else escaped(part.detail)
        for part in answer_parts(data)
    )
    listing = [f"| `{name}` | {len(rows):,} | {_MEANS[name]} |" for name, rows in tables.items()]
    made = f", {data.created}" if data.created else ""
    parts = [
        f"# {escaped(data.title)}",
        f"Results measured by lingap{made}.",
        *said,
        "## Tables",
        "\n".join(["| table | rows | a row is |", "| --- | ---: | --- |", *listing]),
        "Numbers are unrounded. Scores are from 0 to 1; `low` and `high` are the ends of the "
        "interval beside a number, empty where it has none.",
        f'```python\nfrom datasets import load_dataset\n\nload_dataset("{FOLDER}", "{first}")\n```',
        *_measured(data),
    ]
    for title, facts in (("How it was made", data.config), ("Versions", data.versions)):
        told = {  # what was set, and no path of the user's disk
            name: value
            for name, value in facts.items()
            if value not in ("", "none") and not name.endswith(".path")
        }
        if told:
            lines = table_lines(settings_table("settings", title, told))
            parts += [f"## {title}", "\n".join(lines)]
    if data.notes:
        parts += ["## Notes", "\n".join(f"- {escaped(note)}" for note in data.notes)]
    parts += [
        "## Licence",
        "Numbers of models on texts, whose own licences hold for what of them is published; name "
        "both where you publish this data set.",
    ]
    facts_first = yaml.safe_dump(head, allow_unicode=True, sort_keys=False)
    return shown_lines(f"---\n{facts_first}---\n\n" + "\n\n".join(parts) + "\n")


def _tag(code: str) -> str:
    language = known_language(code)
    return code if language is None else language.iso1 or language.iso3


def _measured(data: ReportData) -> list[str]:
    """What was measured, as a list."""
    lines = []
    if data.performance:
        tasks = dict.fromkeys((gap.task, gap.metric) for gap in data.performance)
        named = [f"{task_name(task)} ({metric_name(metric)})" for task, metric in tasks]
        lines.append(f"- Tasks: {escaped(listed(named))}.")
    if data.systems:
        lines.append(f"- Systems: {escaped(', '.join(data.systems))}.")
    if data.languages:
        named = [f"{language_name(code)} ({code})" for code in data.languages]
        lines.append(f"- {len(named)} languages: {escaped(', '.join(named))}.")
    if data.miniature:
        lines.append("- A miniature: small encoders, which show the method and prove no claim.")
    return ["## What was measured", "\n".join(lines)] if lines else []
