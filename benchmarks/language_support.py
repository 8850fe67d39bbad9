"""How many languages lingap reads, by family and by list: the counts of the languages page.

    python benchmarks/language_support.py [--write]

A language counts as *measured* where a back end that is installed has an error in
``measured_errors.tsv``, as *rules* where one serves it without, as *kin* where it is read by the
G2P of another, and as *none* otherwise. `--write` puts the tables into
``docs/reference/languages.md``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from lingap.errors import LanguageError
from lingap.g2p.choice import choose, measured_errors
from lingap.g2p.protocol import BACKENDS, reader_of
from lingap.languages import Language, all_languages, get_language

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/reference/languages.md"
LISTS = ROOT / "tests/data/language_codes"
MARK = "<!-- support -->"
KINDS = ("measured", "rules", "kin", "none")
LARGEST = 12


def support(language: Language) -> str:
    """One of KINDS."""
    reader = reader_of(BACKENDS["auto"], language)
    try:
        chosen = choose(reader)
    except LanguageError:
        return "none"
    if reader != language:
        return "kin"
    return "measured" if chosen in measured_errors().get(language.code, {}) else "rules"


def row(name: str, languages: Iterable[Language]) -> str:
    """A line of a table."""
    counts = Counter(map(support, languages))
    cells = [str(counts.total()), *(str(counts[kind] or "–") for kind in KINDS)]
    return f"| {name} | {' | '.join(cells)} |"


def tables() -> str:
    """Both tables."""
    head = f"| languages | {' | '.join(KINDS)} |\n| ---: | ---: | ---: | ---: | ---: |"
    lines = [f"| list {head.splitlines()[0]}", f"| --- {head.splitlines()[1]}"]
    lines.append(row("the table", all_languages()))
    for path in sorted(LISTS.glob("*.txt")):
        codes = {get_language(code).code for code in path.read_text(encoding="utf-8").split()}
        lines.append(row(path.stem.replace("_", "-").upper(), map(get_language, sorted(codes))))
    families: dict[str, list[Language]] = {}
    for language in all_languages():
        families.setdefault(language.family, []).append(language)
    ordered = sorted(families.items(), key=lambda item: -len(item[1]))
    lines += ["", f"| family {head.splitlines()[0]}", f"| --- {head.splitlines()[1]}"]
    lines += [row(name, own) for name, own in ordered[:LARGEST]]
    rest = [one for _, own in ordered[LARGEST:] for one in own]
    lines.append(row(f"{len(ordered) - LARGEST} further families", rest))
    return "\n".join(lines)


def main() -> None:
    """Count, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the documentation page")
    options = parser.parse_args()
    found = tables()
    print(found)
    if options.write:
        before, _, after = PAGE.read_text(encoding="utf-8").partition(MARK)
        _, _, rest = after.partition(MARK)
        PAGE.write_text(f"{before}{MARK}\n\n{found}\n\n{MARK}{rest}", encoding="utf-8")


if __name__ == "__main__":
    main()
