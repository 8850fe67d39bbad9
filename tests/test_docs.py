"""Documents hold what they promise: links lead somewhere, commands exist."""

import re
from importlib.resources import files

import pytest

from doc_blocks import PAGES, ROOT, SHELLS, blocks_of
from lingap.cli import _VERBS
from lingap.report.summary import language_name
from source_tree import of_source_tree


def links(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    return [target for target in targets if "://" not in target]


def verbs(page):
    command = re.compile(r"(?:^|\| |^\$ )(?:\.venv/bin/)?lingap ([a-z][a-z0-9-]*)", re.MULTILINE)
    shells = [block.text for block in blocks_of(page) if block.language in SHELLS]
    return {verb for text in shells for verb in command.findall(text)}


@of_source_tree
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


@pytest.fixture(scope="module")
def least_errors():
    """Language -> the lowest error measured, in per cent, and its back end."""
    table = files("lingap.g2p").joinpath("measured_errors.tsv").read_text("utf-8")
    found = {}
    for line in table.splitlines()[1:]:
        language, backend, error, *_ = line.split("\t")
        if error:
            found.setdefault(language, []).append((float(error), backend))
    return {language: min(own) for language, own in found.items()}


def test_languages_that_are_read_badly_are_those_measured(least_errors):
    page = (ROOT / "docs/explanation/limits.md").read_text("utf-8")
    rows = "\n".join(line for line in page.split("## Measures")[0].splitlines() if line[:1] == "|")
    said = dict(re.findall(r"(?:\| |, )([^\W\d][^|,]*?) (\d+)(?=[ ,])", rows))
    measured = {
        language_name(code): f"{error:.0f}"
        for code, (error, _) in least_errors.items()
        if error > 30
    }
    assert said == measured


def test_which_back_end_errs_least_is_what_was_measured(least_errors):
    page = " ".join((ROOT / "docs/comparison.md").read_text("utf-8").split())
    least = [backend for _, backend in least_errors.values()]
    n, of_others, of_epitran, of_espeak = map(
        int,
        re.search(
            r"Of (\d+) languages and scripts with a gold list, orthography2ipa .* least in (\d+); "
            r"Epitran in (\d+),.*; eSpeak NG in (\d+),",
            page,
        ).groups(),
    )
    assert n == len(least)
    assert [of_others, of_epitran, of_espeak] == [
        least.count(one) for one in ("orthography2ipa", "epitran", "espeak")
    ]
