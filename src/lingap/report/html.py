"""The report as one HTML file that needs no network: text, tables, and charts by plotly.js."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from lingap.errors import MissingExtra
from lingap.report import rounding
from lingap.report.charts import chart_data, in_title
from lingap.report.distance_tables import bound_table, input_table, output_table, space_table
from lingap.report.explain_page import explained
from lingap.report.language_tables import language_table
from lingap.report.many_languages import many_language_tables
from lingap.report.markup import (
    asset,
    folded,
    json_text,
    packed,
    page_style,
    script_hash,
    table_html,
)
from lingap.report.model_tables import meaning, model_tables
from lingap.report.origins import origin_table
from lingap.report.parts import Part
from lingap.report.result_tables import first_heading, layer_name, linguistic_table, result_tables
from lingap.report.side_tables import (
    chosen_table,
    comparison_table,
    correlation_table,
    coverage_table,
    pretraining_table,
    settings_table,
    unfinished_table,
)
from lingap.report.source_tables import source_tables
from lingap.report.summary import ReportData
from lingap.report.tables import Table
from lingap.report.token_tables import token_tables
from lingap.report.transfer_tables import pair_tables, transfer_tables
from lingap.report.verdict import FoldedAnswer
from lingap.storage.digests import digest_of
from lingap.text.display import counted, shown, shown_lines

FEW_WARNINGS = 5
LINGUISTIC = "linguistic-gap"  # name of the table below the heat map

Section = tuple[str, str, str, str]  # anchor, short name, heading, HTML


def render_html(data: ReportData) -> str:
    """One self-contained page that opens from disk and makes no network request.

    Texts are escaped and steer nothing, charts get theirs as JSON, and the policy in the file
    allows only its own four scripts, by hash, and its style sheet, by nonce. Plotly.js and the
    charts' data are compressed: of 200 languages they are most of the file.

    Raises:
        MissingExtra: When plotly, which carries plotly.js, is not installed.
    """
    payload = shown_lines(json_text(chart_data(data)))
    title = shown(data.title)
    scripts = tuple(map(asset, ("plotly_shim.js", "tables.js", "page.js")))
    plotly = plotly_js()
    nonce = digest_of(payload + title, 24)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {' '.join(map(script_hash, (*scripts, plotly)))}",
            f"style-src 'nonce-{nonce}'",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )
    sections = [section for section in _sections(data) if section[3]]
    contents = "".join(
        f'<li><a href="#{anchor}">{escape(short)}</a></li>' for anchor, short, _, _ in sections
    )
    body = "".join(
        f'<section id="{anchor}"><h2>{escape(heading)}</h2>{inner}</section>'
        for anchor, _, heading, inner in sections
    )
    return "".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f'<style nonce="{nonce}">{page_style()}</style></head>',
            "<body>",
            f'<header class="top wrap">{shown_lines(_header(data))}</header>',
            f'<nav class="toc" aria-label="Contents"><div class="wrap"><ul>{contents}</ul></div>',
            f'</nav><main class="wrap">{shown_lines(body)}</main>',
            f'<footer class="wrap">{shown_lines(_footer(data))}</footer>',
            packed("chart-data", payload),
            packed("plotly", plotly),
            *(f"<script>{script}</script>" for script in scripts),
            "</body></html>\n",
        )
    )


def plotly_js() -> str:
    """The source of plotly.js as the plotly package ships it.

    Raises:
        MissingExtra: When plotly is not installed.
    """
    try:
        from plotly.offline import get_plotlyjs
    except ImportError as error:
        raise MissingExtra("report", "The HTML report") from error
    return str(get_plotlyjs())


def _header(data: ReportData) -> str:
    counts = [
        (len(data.languages), "language"),
        (len(data.systems), first_heading(data).lower()),
        (len(data.tasks), "task"),
        (len({run.seed for run in data.runs}), "seed"),
        (len(data.runs), "run"),
    ]
    facts = [counted(n, noun) for n, noun in counts if n]
    if data.created:
        facts.append(data.created)
    meta = "".join(f"<span>{escape(fact)}</span>" for fact in facts)
    notes = _notes(data.notes)
    return (
        f'<p class="kicker">Performance gap and linguistic gap</p><h1>{escape(data.title)}</h1>'
        f'<p class="meta">{meta}</p>{_controls(("reader-language", "Answer for"))}'
        '<div class="lead" id="reader-answer" aria-live="polite"></div>'
        f'<div class="lead" id="answer">{_answer(data)}</div>{notes}'
    )


def _answer(data: ReportData) -> str:
    told = FoldedAnswer.of(data)
    rest = "".join(map(_said, told.rest))
    if rest:
        rest = folded(told.rest_title, rest)
    return "".join(map(_said, told.lead)) + rest + "".join(map(_said, told.cautions))


def _said(part: Part) -> str:
    if not part.verdict:
        return f'<p class="caution">{escape(part.detail)}</p>'
    return (
        f"<p><strong>{escape(part.verdict)}</strong> "
        f'<span class="figures">{escape(part.detail)}</span></p>'
    )


def _notes(notes: Sequence[str]) -> str:
    """Remarks: a single one as it is, more of them as one line that opens."""
    if len(notes) < 2:
        return "".join(f'<p class="warn">{escape(note)}</p>' for note in notes)
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    return (
        f'<details class="warn"><summary>{len(notes)} notes on what could not be read, compared '
        f"or finished</summary><ul>{items}</ul></details>"
    )


def _sections(data: ReportData) -> list[Section]:
    return [
        ("results", "Scores", "Scores and gaps", _results(data)),
        ("gaps", "Gaps", "Gaps side by side", _bars(data)),
        ("similarity", "CKA", "Similarity of languages in the model", _heat_map(data)),
        ("layers", "Layers", "The model layer by layer", _layers(data)),
        ("outputs", "Outputs", "Distance between output distributions", _outputs(data)),
        ("inputs", "Texts", "Similarity of texts before any training", _inputs(data)),
        ("tokens", "Tokens", "Tokens for the same content", _tokens(data)),
        ("sentences", "Sentences", "Parallel sentences", _projection(data)),
        ("correlation", "Correlation", "Linguistic gap against performance gap", _scatter(data)),
        ("why", "Why", "What features of languages explain", _why(data)),
        ("caveats", "Caveats", "Caveats", _warnings(data)),
        ("coverage", "Phonemes", "Phonemization losses", _titled(coverage_table(data))),
        ("encoders", "Encoders", "Pre-trained encoders", _encoders(data)),
        ("learning", "Learning", "Learning curves", _curves(data)),
        ("unfinished", "Unfinished", "Runs without a result", _titled(unfinished_table(data))),
        ("chosen", "Chosen", "Hyperparameters chosen on dev data", _titled(chosen_table(data))),
        ("setup", "Setup", "Configuration and versions", _setup(data)),
    ]


def _titled(table: Table, *, heading: bool = False) -> str:
    if not table.rows:
        return ""
    return (f"<h3>{escape(table.title)}</h3>" if heading else "") + table_html(table)


def _results(data: ReportData) -> str:
    tables = [table for table in result_tables(data) if table.name != LINGUISTIC]
    tables += many_language_tables(data)
    parts = [_dots(data), _titled(language_table(data), heading=True)]
    shown_first = (*pair_tables(data), *transfer_tables(data), *tables)
    parts += [_titled(table, heading=True) for table in shown_first]
    parts += [folded(table.title, table_html(table)) for table in source_tables(data)]
    parts += [_titled(t, heading=True) for t in (comparison_table(data), origin_table(data))]
    return "".join(parts)


def _dots(data: ReportData) -> str:
    """Every score with its interval, a row of dots per language."""
    if not data.performance:
        return ""
    return _chart("score-dots", ("dots-task", "Task"), caption="dots-caption")


def _warnings(data: ReportData) -> str:
    said = [(gap.system, gap.warnings) for gap in data.performance]
    said += [(f"{gap.system}, {layer_name(gap.layer)}", gap.warnings) for gap in data.linguistic]
    said += [(gap.system, gap.warnings) for gap in data.outputs]
    said += [(gap.representation, gap.warnings) for gap in data.inputs]
    said += [(gap.tokenizer, gap.warnings) for gap in data.tokens]
    said += [(gap.system, gap.warnings) for gap in data.models]
    warnings = dict.fromkeys(f"{system}: {text}" for system, texts in said for text in texts)
    items = f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in warnings)}</ul>"
    if len(warnings) > FEW_WARNINGS:
        return folded(f"{len(warnings)} caveats", items)
    return items if warnings else ""


def _chart(name: str, *controls: tuple[str, str], caption: str = "") -> str:
    """A chart's frame, with its controls above it and a caption below if it has one."""
    below = f'<figcaption class="caption" id="{caption}"></figcaption>' if caption else ""
    chart = f'<figure><div class="chart" id="{name}"></div>{below}</figure>'
    return f"{_controls(*controls)}{chart}"


def _controls(*names: tuple[str, str]) -> str:
    fields = "".join(
        f'<label for="{name}">{escape(label)}<select id="{name}"></select></label>'
        for name, label in names
    )
    return f'<div class="controls">{fields}</div>'


def _bars(data: ReportData) -> str:
    if not data.performance:
        return ""
    panels = "".join(
        f'<div id="panel-{name}"><h3>{title}</h3><div class="chart" id="bar-{name}"></div></div>'
        for name, title in (
            ("gap", "Performance gap, RPD % ↓"),
            ("cka", f"{in_title(gap.similarity.name for gap in data.linguistic)} ↑"),
            ("sinkhorn", "Sinkhorn distance of outputs ↓"),
        )
    )
    return (
        '<p class="intro">One bar per representation. Lines are intervals, where available.</p>'
        f"{_controls(('bar-task', 'Task'), ('bar-pair', 'Languages'))}"
        f'<figure><div class="panels">{panels}</div></figure>'
    )


def _triangles(name: str, chart: str, place: str, intro: str, *tables: Table) -> str:
    """A heat map with a choice of what each triangle shows, and the tables that belong to it."""
    controls = (
        (f"{name}-upper", "Above the diagonal"),
        (f"{name}-lower", "Below the diagonal"),
        (f"{name}-layer", place),
        (f"{name}-measure", "Measure"),
    )
    below = "".join(_titled(table, heading=True) for table in tables)
    frame = _chart(chart, *controls, caption=f"{name}-caption")
    return f'<p class="intro">{intro}</p>{frame}{below}'


def _heat_map(data: ReportData) -> str:
    if not data.linguistic:
        return ""
    if all(len(gap.languages) < 2 for gap in data.linguistic):
        return '<p class="intro">One language only: similarity is of two.</p>'
    intro = (
        "Linear CKA of parallel sentences, one cell per pair of languages, one representation in "
        "each triangle. Brighter is more similar."
    )
    linguistic = linguistic_table(LINGUISTIC, list(data.linguistic))
    tables = (linguistic, space_table(data), bound_table(data))
    return _triangles("heat", "heatmap", "Layer and corpus", intro, *tables)


def _outputs(data: ReportData) -> str:
    if not data.outputs:
        return ""
    intro = "Distance between the output distributions of each pair of languages. Darker is closer."
    return _triangles("out", "output-map", "Corpus", intro, output_table(data))


def _inputs(data: ReportData) -> str:
    if not data.inputs:
        return ""
    intro = "Texts of each pair of languages as units, compared without any model."
    return _triangles("text", "input-map", "Corpus", intro, input_table(data))


def _tokens(data: ReportData) -> str:
    return "".join(_titled(table, heading=True) for table in token_tables(data.tokens))


def _why(data: ReportData) -> str:
    return "".join(map(explained, data.explanations))


def _layers(data: ReportData) -> str:
    if not data.models:
        return ""
    said = "".join(f"<p>{escape(' '.join(meaning(gap)))}</p>" for gap in data.models)
    chart = _chart("layer-curves", ("layer-measure", "Measure"))
    tables = "".join(_titled(table, heading=True) for table in model_tables(data.models))
    return f"{said}{chart}{tables}"


def _projection(data: ReportData) -> str:
    if not data.projections:
        return ""
    return (
        '<p class="intro">Each point is a sentence, coloured by language. Point at one, or move '
        "the slider, to see where its translations are.</p>"
        f"{_controls(('left-projection', 'Left'), ('right-projection', 'Right'))}"
        '<figure><div class="panels wide"><div class="chart" id="left-cloud"></div>'
        '<div class="chart" id="right-cloud"></div></div>'
        '<div class="controls"><label for="row-choice">Sentence <span id="row-number"></span>'
        '<input type="range" id="row-choice" min="0" value="0" step="1"></label></div>'
        '<div class="translations" id="translations" aria-live="polite"></div>'
        '<figcaption class="caption" id="cloud-caption"></figcaption></figure>'
    )


def _scatter(data: ReportData) -> str:
    controls = (("scatter-task", "Task"), ("scatter-predictor", "Predictor"))
    chart = _chart("scatter", *controls, caption="scatter-caption") if data.points else ""
    return chart + _titled(correlation_table(data))


def _encoders(data: ReportData) -> str:
    drawn = any(row.history for row in data.pretraining)
    chart = _chart("encoder-curves", ("encoder-measure", "Measure")) if drawn else ""
    return _titled(pretraining_table(data)) + chart


def _curves(data: ReportData) -> str:
    if not any(run.history for run in data.runs):
        return ""
    controls = (
        ("curve-task", "Task"), ("curve-language", "Language"), ("curve-measure", "Measure"),
    )  # fmt: skip
    return _chart("curves", *controls)


def _setup(data: ReportData) -> str:
    tables = (
        settings_table("config", "Configuration", data.config),
        settings_table("versions", "Versions", data.versions),
    )
    return "".join(
        folded(
            f"{table.title} ({rounding.count(len(table.rows))})",
            table_html(table, sortable=False),
        )
        for table in tables
        if table.rows
    )


def _footer(data: ReportData) -> str:
    made = f"lingap {data.versions.get('lingap', '')}".strip()
    return (
        f"<p>Made by {escape(made)}. Measures after Jung et al. (2024), "
        "<cite>Mitigating the Linguistic Gap with Phonemic Representations for Robust "
        "Cross-lingual Transfer</cite>. "
        "A difference counts as shown where a paired test over seeds is significant after "
        "adjustment, or, where no test was possible, where two intervals do not overlap.</p>"
    )
