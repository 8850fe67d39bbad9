"""Documents hold what they promise: links lead somewhere, commands exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_in_the_text_exist(page):
    from lingap.cli import _VERBS

    for block in re.findall(
        r"```(?:sh|bash|console)?\n(.*?)```", page.read_text("utf-8"), re.DOTALL
    ):
        for verb in re.findall(
            r"(?:^|\| )(?:\.venv/bin/)?lingap ([a-z0-9-]+)", block, re.MULTILINE
        ):
            assert verb in _VERBS, f"{page.name}: lingap {verb}"
