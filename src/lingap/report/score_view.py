"""What ``lingap gap scores`` prints: everything where it is short, else the answer's tables."""

from __future__ import annotations

from lingap.report.language_tables import language_table
from lingap.report.level_tables import brief_level_tables, level_tables
from lingap.report.many_languages import many_language_tables
from lingap.report.origins import origin_table
from lingap.report.result_tables import result_tables
from lingap.report.side_tables import comparison_table
from lingap.report.source_tables import source_tables
from lingap.report.summary import ReportData
from lingap.report.tables import Table
from lingap.report.terminal import MOST_LINES, View, fits, n_lines, that_fit
from lingap.text.display import MOST_LANGUAGES

MOST_SYSTEMS = 60
MOST_COLUMNS = 8
MOST_GROUPS = 8
_ROWS = (30, 20, 14, 10, 7, 5, 3)  # of each task, the most that leave room for all tasks
_SCORES = "scores and gaps with their intervals"


def score_view(
    data: ReportData,
    *,
    details: bool = False,
    with_chance: bool = False,
    source: str | None = None,
) -> View:
    """Choose the tables of a result of scores for a terminal.

    Args:
        data: What to show.
        details: Whether to show every table, however long.
        with_chance: Whether gaps of scores above chance were asked for.
        source: Code of a language that gaps to were asked for.
    """
    by_kind = _every(data, with_chance=with_chance)
    asked = source_tables(data, source=source) if source is not None else ()
    every = [table for tables in by_kind.values() for table in tables]
    if details or n_lines((*every, *asked)) <= MOST_LINES:
        return View((*every, *asked))
    for most in _ROWS:
        levels = brief_level_tables(data, with_chance=with_chance, most=most)
        if fits(*levels):
            break
    shown = that_fit(levels)
    left = []
    if len(shown) < len(levels):
        left.append(f"{len(levels) - len(shown)} of {len(levels)} tasks")
    if sum(len(table.rows) for table in levels) < len(data.levels):
        left.append("systems of lower means")
    is_cut = bool(left)
    adds_languages = all(len(gap.languages) <= MOST_LANGUAGES for gap in data.performance)
    for kind, tables in by_kind.items():
        adds = kind and (adds_languages or kind != _SCORES)
        if adds and not is_cut and fits(*shown, *tables):
            shown = (*shown, *tables)
        elif tables and kind:
            left.append(kind)
    return View((*shown, *asked), tuple(left))


def _every(data: ReportData, *, with_chance: bool) -> dict[str, list[Table]]:
    """All tables by what they show; under "" those that short ones stand for."""
    gaps = data.performance
    many = len(gaps) > MOST_SYSTEMS
    has_levels = many or with_chance or any(len(gap.languages) > MOST_LANGUAGES for gap in gaps)
    few_systems = len({gap.system for gap in gaps}) <= MOST_COLUMNS
    found = {
        "the best of each language": [language_table(data)],
        _SCORES: [] if many else [*result_tables(data, max_languages=MOST_LANGUAGES)],
        "": level_tables(data, with_chance=with_chance, most=MOST_SYSTEMS) if has_levels else [],
        "families and scripts": many_language_tables(data, most=MOST_GROUPS) if few_systems else [],
        "tests of systems": [comparison_table(data)],
        "where gaps come from": [origin_table(data)],
    }
    return {kind: [t for t in tables if t.rows] for kind, tables in found.items()}
