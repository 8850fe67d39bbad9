"""Records made of CLDR names: lists as the language writes them, each word tagged by its name.

One plan of keys serves all languages: record i holds the same things, in the same order,
everywhere. Which split a name belongs to follows from the seed and its key alone, so a name of
test is in no record of train or dev, neither by key nor, as no two usable names of a language are
spelt alike, by its spelling. (Single words, such as *South*, are shared.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lingap.corpora.sources.cldr_names import (
    KINDS,
    REFERENCE,
    Case,
    Key,
    locale_data,
    names_of,
    recase,
    resolve,
    shared_keys,
)
from lingap.corpora.sources.stable import ranking, split_of, stable_hash
from lingap.errors import CorpusError
from lingap.languages import Language, get_language
from lingap.records import Sentence
from lingap.text.words import clean, split_words

PORTIONS = (("train", 0.60), ("dev", 0.15), ("test", 0.25))  # of names
SIZES = {"train": 1000, "dev": 200, "test": 400}  # records
ENTITY_KINDS = ("territory", "language", "currency")
LARGEST = 4  # names in a record
_ATTEMPTS = 50  # to draw a record that is not there yet
_FEWEST = 3  # names of a kind that a split needs
_PLACES = tuple(chr(0xE000 + place) for place in range(LARGEST))  # private use: in no name

Plan = tuple[tuple[Key, ...], ...]


def pool_languages(language: str, languages: Sequence[str] | None) -> tuple[str, ...]:
    """Codes, sorted, of the languages whose shared names are used.

    Args:
        language: The language that is read; it is always one of them.
        languages: What the caller compares; None stands for :data:`REFERENCE`.
    """
    asked = REFERENCE if languages is None else tuple(languages)
    return tuple(sorted(row.code for row in resolve((language, *asked))))


def split_keys(
    languages: tuple[str, ...], kinds: tuple[str, ...], split: str, seed: int
) -> tuple[Key, ...]:
    """Keys of the pool that fall to one split, or all of them (split ``all``)."""
    keys = shared_keys(languages, kinds)
    if split == "all":
        return keys
    return tuple(key for key in keys if split_of(seed, key, PORTIONS) == split)


def _fewest(languages: tuple[str, ...], kind: str) -> str:
    sizes = sorted((sum(key[0] == kind for key in names_of(code)), code) for code in languages)
    return ", ".join(f"{code} ({size})" for size, code in sizes[:3])


def _draw(
    place: tuple[int | str, ...],
    by_kind: Sequence[Sequence[Key]],
    hashes: Sequence[NDArray[np.uint64]],
) -> tuple[Key, ...]:
    record: list[Key] = []
    for position in range(1 + stable_hash("length", *place) % LARGEST):
        slot = stable_hash("name", *place, position)
        for turn in range(len(by_kind)):  # a kind that is used up gives way to the next
            which = (slot + turn) % len(by_kind)
            choices = (by_kind[which][at] for at in ranking(slot, hashes[which]))
            free = next((key for key in choices if key not in record), None)
            if free is not None:
                record.append(free)
                break
    return tuple(record)


@cache
def make_plan(
    languages: tuple[str, ...], kinds: tuple[str, ...], split: str, seed: int, size: int
) -> Plan:
    """Keys of each record: one to four names, each kind as likely as any other.

    A place in a record prefers the names of its kind in an order of its own
    (:func:`~lingap.corpora.sources.stable.ranking`). A language that lacks a name thus changes the
    places that held that name, and no others.

    Raises:
        CorpusError: When the languages share too few names of a kind, or too few for `size`
            different records.
    """
    keys = split_keys(languages, kinds, split, seed)
    by_kind = [[key for key in keys if key[0] == kind] for kind in kinds]
    for kind, members in zip(kinds, by_kind, strict=True):
        if len(members) < _FEWEST:
            raise CorpusError(
                f"The languages asked for share {len(members)} names of kind {kind!r} in split "
                f"{split!r}; at least {_FEWEST} are needed. CLDR has the fewest of this kind in "
                f"{_fewest(languages, kind)}: leave out such languages, or the kind."
            )
    hashes = [np.array([stable_hash(*key) for key in m], dtype=np.uint64) for m in by_kind]
    plan: dict[tuple[Key, ...], None] = {}
    for number in range(size):
        for attempt in range(_ATTEMPTS):
            record = _draw((seed, split, number, attempt), by_kind, hashes)
            if record not in plan:
                plan[record] = None
                break
        else:
            raise CorpusError(
                f"{len(keys)} shared names make hardly more than {len(plan)} different records "
                f"for split {split!r}, not {size}; ask for fewer with the option {split}_size."
            )
    return tuple(plan)


@cache
def _list_marks(code: str, n_names: int) -> tuple[tuple[str, ...], ...]:
    """Words before the first name, between neighbours, and after the last: n_names + 1 groups.

    A connecting word that is written together with a name (Arabic wa-) is a word of its own.
    """
    from babel.lists import format_list

    language = get_language(code)
    pattern = clean(
        format_list(list(_PLACES[:n_names]), style="standard", locale=locale_data(language))
    )
    groups: list[tuple[str, ...]] = []
    rest = pattern
    for place in _PLACES[:n_names]:
        before, found, rest = rest.partition(place)
        if not found:
            raise CorpusError(f"{code}: CLDR's list pattern {pattern!r} changes the order.")
        groups.append(split_words(before, code))
    return (*groups, split_words(rest, code))


def tag_record(
    keys: Sequence[Key], language: Language, case: Case
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words and tags of one record: B/I with the kind in capitals for names, O for the rest.

    >>> tag_record([("territory", "KR"), ("language", "fr")], get_language("eng"), "keep")
    (('South', 'Korea', 'and', 'French'), ('B-TERRITORY', 'I-TERRITORY', 'O', 'B-LANGUAGE'))
    """
    names = names_of(language.code)
    marks = _list_marks(language.code, len(keys))
    words, tags = list(marks[0]), ["O"] * len(marks[0])
    for key, after in zip(keys, marks[1:], strict=True):
        name = names[key].words
        words += [*name, *after]
        kind = key[0].upper()
        tags += [f"B-{kind}", *[f"I-{kind}"] * (len(name) - 1), *["O"] * len(after)]
    return recase(tuple(words), case, language), tuple(tags)


def read_records(
    language: str,
    split: str,
    *,
    languages: Sequence[str] | None = None,
    kinds: Sequence[str] = ENTITY_KINDS,
    seed: int = 0,
    case: Case = "lower",
    size: int | None = None,
) -> Iterator[Sentence]:
    """Tagged records of one language and split, in the plan's order.

    Args:
        language: Code of the language to write them in.
        split: ``train``, ``dev`` or ``test``.
        languages: The languages to be compared: only names usable in all are used. None stands
            for :data:`~lingap.corpora.sources.cldr_names.REFERENCE`; `language` is added where it
            is not among them.
        kinds: Kinds of names, each a type of entity.
        seed: Draws the splits and the plan; not the training's seed.
        case: ``lower`` (default) or ``keep``. Capitals would give away the kind in languages that
            write language names small, such as French.
        size: Records; None for 1,000, 200 and 400 in train, dev and test.
    """
    row = get_language(language)
    pool = pool_languages(row.code, languages)
    plan = make_plan(pool, tuple(kinds), split, seed, SIZES[split] if size is None else size)
    for number, keys in enumerate(plan):
        words, tags = tag_record(keys, row, case)
        yield Sentence(f"cldr-{split}-{number:05d}", row.code, words, tags)


def read_names(
    language: str,
    split: str = "all",
    *,
    languages: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS,
    seed: int = 0,
    case: Case = "lower",
) -> Iterator[Sentence]:
    """Names of one language, one a sentence without labels; entry k is the same key everywhere.

    Args:
        language: Code of the language.
        split: ``all``, or the names that fall to ``train``, ``dev`` or ``test`` under the seed.
        languages: As in :func:`read_records`.
        kinds: Kinds of names.
        seed: Draws the splits.
        case: ``lower`` or ``keep``.
    """
    row = get_language(language)
    keys = split_keys(pool_languages(row.code, languages), tuple(kinds), split, seed)
    names = names_of(row.code)
    for key in keys:
        words = recase(names[key].words, case, row)
        yield Sentence(f"cldr-{key[0]}-{key[1]}", row.code, words)


def read_text(language: str, **options: Any) -> Iterator[Sentence]:
    """Text for pre-training: records of train and all names of train, labels taken off.

    Takes the options of :func:`read_records`. No name of dev or test is in it.
    """
    for record in read_records(language, "train", **options):
        yield Sentence(record.id, record.language, record.words)
    shared = {key: options[key] for key in ("languages", "seed", "case") if key in options}
    yield from read_names(language, "train", **shared)
