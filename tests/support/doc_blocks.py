"""Code blocks of a page of the documentation, and what a comment before one says of it.

A comment ``<!-- slow: why -->`` before a block leaves it to the slow suite; ``<!-- shown: why -->`` says
that it cannot be run here. A block's ``title="scores.csv"`` names the file that it is.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")])
SHELLS = ("sh", "bash", "console")
_MARK = re.compile(r"<!-- (slow|shown): .+ -->")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TITLE = re.compile(r'title="([^"]+)"')


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    language: str
    text: str
    line: int
    """Of its first line of text, from 1."""
    title: str | None = None
    mark: str | None = None


def blocks_of(page: Path) -> list[Block]:
    """All blocks of a page, in order."""
    found, mark = [], None
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "fence":
            language, _, rest = token.info.partition(" ")
            title = _TITLE.search(rest)
            found.append(Block(language, token.content, token.map[0] + 2, title and title[1], mark))
        comment = _MARK.match(token.content) if token.type == "html_block" else None
        mark = comment and comment[1]
    return found


@dataclass(frozen=True)
class Command:
    """A command of a shell block and what the page says that it prints, if anything."""

    text: str
    printed: str | None


def commands_of(block: Block) -> list[Command]:
    """A console's commands with their output; another block is one script."""
    if block.language != "console":
        return [Command(block.text, None)]
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)
    assert not parts[0].strip(), f"line {block.line}: a console begins with a command"
    found = []
    for part in parts[1:]:
        command, _, printed = part.partition("\n")
        while command.endswith("\\"):
            more, _, printed = printed.partition("\n")
            command = f"{command}\n{more}"
        found.append(Command(command, printed.rstrip() or None))
    return found


def is_printed(expected: str, printed: str, *, numbers: bool = True) -> bool:
    """Whether an output is the one shown: ``…`` stands for any text, and numbers may differ by 2 %.

    So a page need not change with every word that a G2P back end reads better. Without `numbers`
    only their form is compared.
    """
    shown, came = (
        "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
        for text in (expected, printed)
    )
    pattern = "".join(
        ".*?" if part == "…" else rf"({_NUMBER.pattern})" if place % 2 else re.escape(part)
        for place, part in enumerate(re.split(rf"({_NUMBER.pattern}|…)", shown))
    )
    found = re.fullmatch(pattern, came, re.DOTALL)
    if found is None or not numbers:
        return found is not None
    pairs = zip(_NUMBER.findall(shown), found.groups(), strict=True)
    return all(abs(float(one) - float(other)) <= 0.02 * float(one) + 0.002 for one, other in pairs)
