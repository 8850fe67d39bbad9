"""The language in the name of a task: ``xnli_sw`` is ``xnli`` in Swahili, ``arc_easy`` is in none.

Any short word can be a code (``arc`` is Aramaic, ``no`` Norwegian), so a word counts as the
language if other tasks have the same name but for it, or the task's own configuration says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from lingap.gap.language_names import language_code
from lingap.languages import listed_language

_WORD = re.compile(r"[^_\-.:\s]+")
_SECOND = re.compile(r"[A-Z][a-z]{3}|[A-Z]{2}")  # a script or a country
_SLOT = "\0"
_OTHER = r"(?P<other>[A-Za-z]{2,3}(?:_[A-Z][a-z]{3})?)"
_AFTER = re.compile(rf"-{_OTHER}(?=$|[_.:\s])")
_BEFORE = re.compile(rf"(?:^|(?<=[_.:\s-])){_OTHER}-$")
"""The other language of a pair, after the slot and before it."""
_COUNTRIES = {"jp": "ja", "cn": "zh", "cz": "cs", "gr": "el"}
"""Codes of countries, which are no language's, that harnesses name languages by."""


def languages_in(tasks: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, str]]:
    """Task to its name without the language and the language as written; others are left out.

    Args:
        tasks: Name to what its configuration says of the language, if anything.

    >>> found = languages_in({"xnli_sw": (), "xnli_ur": (), "arc_easy": (), "mgsm_en": ["en"]})
    >>> found["xnli_sw"], found["mgsm_en"], "arc_easy" in found
    (('xnli', 'sw'), ('mgsm', 'en'), False)
    """
    places = {task: list(_places(task)) for task in tasks}
    siblings: dict[str, set[str]] = {}
    for found in places.values():
        for template, word in found:
            if (row := listed_language(_plain(word))) is not None:
                siblings.setdefault(template, set()).add(row.code)
    chosen: dict[str, tuple[str, str]] = {}
    for task, found in places.items():
        said = {language_code(_plain(hint)) for hint in tasks[task]} - {None}
        best: tuple[int, int, str, str] | None = None
        for template, word in found:
            known = siblings.get(template, set())
            if word in _COUNTRIES and language_code(_COUNTRIES[word]) in known:
                continue
            support = len(known) + (word in _COUNTRIES)
            if language_code(_plain(word)) in said:
                support += 1_000_000
            if support >= 2 and (best is None or (support, len(word)) > best[:2]):
                best = support, len(word), template, word
        if best is not None:
            chosen[task] = best[2:]
    templates = {template for template, _ in chosen.values()}
    return {
        task: (_without_slot(template, templates) or task, _COUNTRIES.get(word, word))
        for task, (template, word) in chosen.items()
    }


def _plain(word: str) -> str:
    return word.replace("-", "_")


def _places(task: str) -> Iterator[tuple[str, str]]:
    """Each word of a name that can be a language, and the name with a slot for it."""
    words = list(_WORD.finditer(task))
    for at, first in enumerate(words):
        for last in words[at : at + 2]:
            if last is not first and not _SECOND.fullmatch(last[0]):
                continue
            word = task[first.start() : last.end()]
            if word in _COUNTRIES or language_code(_plain(word)) is not None:
                yield f"{task[: first.start()]}{_SLOT}{task[last.end() :]}", word


def _without_slot(template: str, others: Collection[str]) -> str:
    """The name without its language.

    Of a pair of languages with the direction and the other language, where `others` has both
    directions.
    """
    before, after = template.split(_SLOT)
    if (found := _AFTER.match(after)) and listed_language(_plain(found["other"])):
        rest = after[found.end() :]
        if f"{before}{found['other']}-{_SLOT}{rest}" in others:
            return f"{_joint(before, rest)}, X→{found['other']}"
    if (found := _BEFORE.search(before)) and listed_language(_plain(found["other"])):
        rest = before[: found.start()]
        if f"{rest}{_SLOT}-{found['other']}{after}" in others:
            return f"{_joint(rest, after)}, {found['other']}→X"
    return _joint(before, after)


def _joint(before: str, after: str) -> str:
    joint = before[-1:] if before and after else ""
    return f"{before.rstrip('_-.: ')}{joint}{after.lstrip('_-.: ')}" if joint else (
        before.rstrip("_-.: ") + after.lstrip("_-.: ")
    )  # fmt: skip
