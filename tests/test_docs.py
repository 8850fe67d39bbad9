"""Documents hold what they promise: links lead somewhere, commands exist."""

import re

import pytest

from doc_blocks import PAGES, ROOT, SHELLS, blocks_of
from lingap.cli import _VERBS


def links(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    return [target for target in targets if "://" not in target]


def verbs(page):
    command = re.compile(r"(?:^|\| |^\$ )(?:\.venv/bin/)?lingap ([a-z][a-z0-9-]*)", re.MULTILINE)
    shells = [block.text for block in blocks_of(page) if block.language in SHELLS]
    return {verb for text in shells for verb in command.findall(text)}


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    assert [to for to in links(page) if not (page.parent / to).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_in_the_text_exist(page):
    assert verbs(page) <= set(_VERBS)


def test_pages_are_read_and_show_the_verbs():
    assert sum(len(links(page)) for page in PAGES) > 40
    in_text_alone = {"g2p", "reproduce"}
    assert set().union(*map(verbs, PAGES)) >= set(_VERBS) - in_text_alone
