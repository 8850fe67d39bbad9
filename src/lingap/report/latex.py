"""The report as LaTeX: a document that compiles, and each table alone, with booktabs.

A character that pdfLaTeX cannot set is written as its code point, so that the same file compiles
everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from lingap.report.side_tables import all_tables
from lingap.report.summary import ReportData
from lingap.report.tables import HALF_WIDTH, Cell, Table
from lingap.report.verdict import answer_parts

MAX_ROWS = 60
"""Longer tables are cut; the CSV has all rows."""

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}",
    "–": "--", "—": "---", "−": r"$-$", "×": r"$\times$", "±": r"$\pm$", "→": r"$\rightarrow$",
    "τ": r"$\tau$", "δ": r"$\delta$", "Δ": r"$\Delta$",
    "·": r"$\cdot$", "≤": r"$\leq$", "≥": r"$\geq$", "…": r"\ldots{}",
    "\u202f": r"\,", "\u00a0": "~", "’": "'", "‘": "`", "“": "``", "”": "''", "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "[": "{[}", "]": "{]}", "*": "{*}",  # after \\ and \midrule they would begin an argument
}  # fmt: skip

_PREAMBLE = r"""\documentclass[11pt]{article}
\usepackage[a4paper,landscape,margin=2cm]{geometry}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\IfFileExists{lmodern.sty}{\usepackage{lmodern}}{}
\usepackage{booktabs}
\usepackage{graphicx}
\usepackage{array}
% A table as wide as it is, or else as wide as the page.
\newsavebox{\lingaptable}
\newcommand{\fitted}[1]{\sbox{\lingaptable}{#1}%
  \ifdim\wd\lingaptable>\linewidth\resizebox{\linewidth}{!}{\usebox{\lingaptable}}%
  \else\usebox{\lingaptable}\fi}
\begin{document}
"""


def to_latex(data: ReportData, *, figures: Sequence[tuple[str, str]] = ()) -> str:
    """A complete document; `figures` are titles and file names (PDF) beside it."""
    parts = [_PREAMBLE, f"\\section*{{{escaped(data.title)}}}\n"]
    for part in answer_parts(data):
        bold = f"\\textbf{{{escaped(part.verdict)}}} " if part.verdict else ""
        parts.append(f"{bold}{escaped(part.detail)}\n\n")
    parts += [f"\\emph{{{escaped(note)}}}\n\n" for note in data.notes]
    for table in all_tables(data):
        parts += [latex_table(table), "\n"]
    for title, name in figures:
        parts.append(
            "\\begin{figure}[p]\\centering\n"
            f"\\includegraphics[width=\\linewidth,height=.85\\textheight,keepaspectratio]{{{name}}}"
            f"\n\\caption{{{escaped(title)}}}\n\\end{{figure}}\n"
        )
    return "".join((*parts, "\\end{document}\n"))


def latex_table(table: Table) -> str:
    r"""One floating table; it needs booktabs, graphicx and the ``\fitted`` of :func:`to_latex`."""
    kept = [at for at, column in enumerate(table.columns) if not column.foreign]
    columns = [table.columns[at] for at in kept]
    shape = "".join("r" if column.numeric else "l" for column in columns)
    head = " & ".join(escaped(column.label) for column in columns)
    rows = [" & ".join(_cell(row.cells[at]) for at in kept) for row in table.rows[:MAX_ROWS]]
    stop = "" if table.title[-1] in ".?!" else "."
    caption = f"{table.title}{stop} {table.caption}".strip()
    if table.needs_half_width:
        caption += f" {HALF_WIDTH}"
    if len(table.rows) > MAX_ROWS:
        caption += f" {len(table.rows) - MAX_ROWS} more rows are in the CSV."
    body = " \\\\\n".join(rows)
    return (
        f"\\begin{{table}}[htbp]\\centering\\small\n\\fitted{{\\begin{{tabular}}{{{shape}}}\n"
        f"\\toprule\n{head} \\\\\n\\midrule\n{body} \\\\\n\\bottomrule\n\\end{{tabular}}}}\n"
        f"\\caption{{{escaped(caption)}}}\n\\label{{tab:{table.name}}}\n\\end{{table}}\n"
    )


def _cell(cell: Cell) -> str:
    text = escaped(cell.text)
    second = cell.brief or cell.detail
    return f"{text} {{\\scriptsize {escaped(second)}}}" if second else text


def escaped(text: str) -> str:
    r"""A text escaped for LaTeX; letters that pdfLaTeX lacks become code points.

    >>> escaped("50 % of a_b"), escaped("é ک")
    ('50 \\% of a\\_b', 'é \\texttt{U+06A9}')
    """
    text = unicodedata.normalize(
        "NFC", re.sub(r"\s*[\t\r\n\x0b\x0c\x85\u2028\u2029]+\s*", " ", text)
    )
    return "".join(_SPECIAL.get(character) or _letter(character) for character in text)


def _letter(character: str) -> str:
    if " " <= character <= "~" or ("\u00c0" <= character <= "\u017f" and character.isalpha()):
        return character
    return f"\\texttt{{U+{ord(character):04X}}}"
