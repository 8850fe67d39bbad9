"""A file in another script than its language's is most likely of another language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from lingap.errors import CorpusError
from lingap.languages import Language
from lingap.records import Sentence, SentencePair
from lingap.text.scripts import count_letters, script_of

Record = TypeVar("Record", Sentence, SentencePair)

_LOOKED_AT = 200  # records
_ENOUGH = 50  # letters to judge by
_LEAST = 0.3  # share of letters in the language's script


def refuse_foreign_script(
    records: Iterable[Record], language: Language, path: Path | None = None
) -> Iterator[Record]:
    """Pass records on, unless the first 200 are mostly in another script than the language's.

    Raises:
        CorpusError: When less than 30 % of their letters are of the language's script.
    """
    held: list[Record] = []
    own = other = 0
    seen: Counter[str] = Counter()
    judged = False
    for record in records:
        if judged:
            yield record
            continue
        held.append(record)
        words = record.words if isinstance(record, Sentence) else record.first.words
        for word in words:
            mine, foreign = count_letters(word, language.script)
            own, other = own + mine, other + foreign
            seen.update(map(script_of, word))
        if len(held) == _LOOKED_AT:
            judged = True
            _judge(own, other, seen, language, path)
            yield from held
            held.clear()
    if not judged:
        _judge(own, other, seen, language, path)
        yield from held


def _judge(own: int, other: int, seen: Counter[str], language: Language, path: Path | None) -> None:
    if own + other >= _ENOUGH and own < _LEAST * (own + other):
        del seen["Zyyy"]
        name, count = seen.most_common(1)[0]
        raise CorpusError(
            f"{100 * count / (own + other):.0f} % of the letters are {name}, but {language.name} "
            f"({language.code}) is written in {language.script}: a file of another language? If "
            "it is right, give check_script=False.",
            path,
        )
