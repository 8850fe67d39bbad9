"""A file that is mostly in another script than its language's is most likely not that language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from lingap.errors import CorpusError
from lingap.languages import Language
from lingap.records import LabelledSentence, Sentence, SentencePair
from lingap.text.scripts import count_letters, script_of

Record = TypeVar("Record", Sentence, LabelledSentence, SentencePair)

_LOOKED_AT = 200  # records
_ENOUGH = 50  # letters to judge by
_LEAST = 0.3  # share of letters in the language's script


def refuse_foreign_script(
    records: Iterable[Record], language: Language, path: Path | None = None, *, of: str = "the text"
) -> Iterator[Record]:
    """Pass records on, unless the first 200 are mostly in another script than the language's.

    Args:
        records: Of one language and split.
        language: That they are in.
        path: Where they were read.
        of: What they are, for the message.

    Raises:
        CorpusError: When less than 30 % of their letters are in the language's script.
    """
    records = iter(records)
    first = list(islice(records, _LOOKED_AT))
    own = other = 0
    seen: Counter[str] = Counter()
    for record in first:
        for word in record.sentences[0].words:
            mine, foreign = count_letters(word, language.script)
            own, other = own + mine, other + foreign
            seen.update(map(script_of, word))
    if own + other >= _ENOUGH and own < _LEAST * (own + other):
        del seen["Zyyy"]
        name, count = seen.most_common(1)[0]
        raise CorpusError(
            f"{100 * count / (own + other):.0f} % of the letters of {of} are {name}, but "
            f"{language.name} ({language.code}) is written in {language.script}. Is this file in "
            "another language? If it is right, pass check_script=False.",
            path,
        )
    yield from chain(first, records)
