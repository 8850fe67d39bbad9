"""The end of every study: its page, or a table in a page, written where it was asked for."""

from __future__ import annotations

from pathlib import Path


def put(text: str, target: Path | None) -> None:
    """Write a page to `target`, or print it without one."""
    if target:
        target.write_text(text, encoding="utf-8")
    else:
        print(text)


def put_between(text: str | None, page: Path, name: str) -> None:
    """Replace what stands between the two comments of a name in a page that is written by hand.

    Args:
        text: None only checks that both are there, as before a study.
        page: With ``<!-- name: begin -->`` and ``<!-- name: end -->``.
        name: Of the comments.
    """
    first, last = (f"<!-- {name}: {end} -->" for end in ("begin", "end"))
    before, found, rest = page.read_text(encoding="utf-8").partition(first)
    _, closed, after = rest.partition(last)
    if not found or not closed:
        raise SystemExit(f"{page} lacks {first} and {last}, between which the table is written.")
    if text is not None:
        page.write_text(f"{before}{first}\n\n{text}\n\n{last}{after}", encoding="utf-8")
