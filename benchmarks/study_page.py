"""The end of every study: its page, or a table in a page, written where it was asked for."""

from __future__ import annotations

from pathlib import Path


def put(text: str, target: Path | None) -> None:
    """Write a page to `target`, or print it without one."""
    if target:
        target.write_text(text, encoding="utf-8")
    else:
        print(text)


def put_between(text: str, page: Path, name: str) -> None:
    """Replace what stands between the two comments of a name in a page that is written by hand."""
    marks = [f"<!-- {name}: begin -->", f"<!-- {name}: end -->"]
    told = page.read_text(encoding="utf-8")
    before, _, rest = told.partition(marks[0])
    _, mark, after = rest.partition(marks[1])
    if not mark:
        raise ValueError(f"{page} lacks {' and '.join(marks)}.")
    page.write_text(f"{before}{marks[0]}\n\n{text}\n\n{marks[1]}{after}", encoding="utf-8")
