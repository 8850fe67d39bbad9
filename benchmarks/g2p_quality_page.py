"""The documentation page of ``g2p_quality.py``, in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from g2p_quality import Measured
    from lingap.g2p.evaluation import G2PEvaluation

HEAD = """\
# G2P quality

Phoneme error rates (PER) of every back end against gold pronunciations, written by
`benchmarks/g2p_quality.py`. `auto` chooses by the same figures
(`src/lingap/g2p/measured_errors.tsv`).

**Error rate.** Edit distance to the nearest gold variant, summed over words and divided by the gold
symbols of those variants. *Phonemic*: NFD symbols without stress, length, ties and combining marks,
which a phonemic transcription does not mark; the main figure, since some lists are narrow.
*Marked*: the same with combining marks as symbols. *Segments*: whole segments with marks and
length, as a model reads them. Every symbol of an empty word is an error. Punctuation is dropped
from the output, since gold lists have none. Intervals are 95 % percentile bootstraps over words.
*By types* each word counts once, *by tokens* as often as it occurs in running text.

**Score of `auto`.** `auto` chooses the back end with the least PER plus share of symbols lost, by
tokens where frequencies are known. Words are split into five folds; the back end that is best on
four is scored on the fifth. `auto` reads its own word list (`src/lingap/g2p/words`: function words,
clitics, abbreviations) before any back end; the columns of back ends are without it.

**Gold lists.** {origin} A list that one back end equals in
whole segments (less than {made} % error) while all others are far off was probably made with that
back end; it is marked, and `auto` ignores it. Two published lists of that kind are not used here:
CharsiuG2P's Turkish and Urdu dictionaries equal eSpeak NG's output (PER 0.0 and 0.2 % on 600 words
each). lingap's repairs to orthography2ipa (`orthography2ipa_repairs.tsv`) were developed on half of
these words, and on the list `frequent` with the word lists; the last table scores the same
languages on WikiPron words outside these lists.
"""

ORIGIN = (
    "`wikipron`: Wiktionary, by WikiPron (Lee et al. 2020); broad for most languages, narrow for "
    "Hungarian, Ukrainian and Korean. `frequent`: the most frequent words of 28 languages that "
    "WikiPron has, with the frequencies of wordfreq. `charsiu`: dictionaries of CharsiuG2P (Zhu et "
    "al. 2022) of mixed sources; Finnish and Russian."
)


_SECTION = re.compile(r"^## .*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def with_section(page: str, section: str) -> str:
    r"""A page with a section in place of the one of the same heading, or at its end.

    >>> with_section("# A\n## B\nold\n## C\n", "## B\nnew\n")
    '# A\n## B\nnew\n## C\n'
    """
    heading = section.partition("\n")[0]
    for old in _SECTION.finditer(page):
        if old[0].partition("\n")[0] == heading:
            return page[: old.start()] + section + page[old.end() :]
    return page.rstrip("\n") + "\n\n" + section


def with_sections_of(page: str, old: str) -> str:
    """A page with those sections of an older one that it lacks."""
    own = {section.partition("\n")[0] for section in _SECTION.findall(page)}
    for section in _SECTION.findall(old):
        if section.partition("\n")[0] not in own:
            page = with_section(page, section)
    return page


def page(
    results: Sequence[Measured], further: Sequence[Measured], targets: Mapping[str, int]
) -> str:
    """The page in Markdown."""
    made = f"{1.0:g}"
    parts = [
        HEAD.format(origin=ORIGIN, made=made),
        "## Languages with gold lists, phonemic PER in %\n",
    ]
    parts += [
        _headline(results, targets),
        "",
        "## Other comparisons, PER in % and words right in %\n",
    ]
    parts += [_others(results), ""]
    if further:
        parts += [
            "## Further languages, phonemic PER in %\n",
            f"A sample of WikiPron per language ({len(further)} languages). Compare back ends, not "
            "languages, since transcriptions differ in how narrow they are. `auto` is "
            "cross-validated as above. Languages above have only words outside their lists.\n",
            _further(further),
            "",
        ]
    return "\n".join(parts)


def folded_section(rates: Iterable[tuple[str, int, float]], ceilings: Mapping[str, float]) -> str:
    """Running text in folded symbols, and the ceilings."""
    rows = [
        f"| {code} | {words} | {rate:.2f} | {ceilings.get(code, '–')} |"
        for code, words, rate in rates
    ]
    return "\n".join(
        [
            "## Running text in folded symbols, PER of `auto` by tokens in %\n",
            "Folded as in `benchmarks/g2p_running_text.py`: without length, marks, modifiers and "
            "what lists and back ends write in different ways (the height of mid vowels, the kind "
            "of a rhotic, palatal and retroflex places). The lists are `frequent`, on which "
            "repairs and word lists were developed; Catalan's is short.\n",
            "| language | words | PER | ceiling |",
            "| --- | ---: | ---: | ---: |",
            *rows,
            "",
            "",
        ]
    )


def _headline(results: Sequence[Measured], targets: Mapping[str, int]) -> str:
    names = list(dict.fromkeys(name for m in results for name in m.whole))
    lines = [
        "| language | gold | words | by | "
        + " | ".join(names)
        + " | auto, cross-validated | goal |",
        "| --- | --- | ---: | --- |" + " ---: |" * (len(names) + 2),
    ]
    for m in results:
        source = m.source + (f" (made with {m.made_with})" if m.made_with else "")
        lines.append(
            f"| {m.language.code} | {source} | {m.words} | types | "
            + " | ".join(_cell(m.whole.get(name), by_tokens=False) for name in names)
            + (" | – | – |" if m.by == "tokens" else f" | {_auto(m)} | {_goal(m, targets)} |")
        )
        if m.by == "tokens":
            lines.append(
                "| | | | tokens | "
                + " | ".join(_cell(m.whole.get(name), by_tokens=True) for name in names)
                + f" | {_auto(m)} | – |"
            )
    return "\n".join(lines)


def _cell(found: G2PEvaluation | None, *, by_tokens: bool) -> str:
    if found is None:
        return "–"
    rate = (found.token_error_rates if by_tokens else found.error_rates)["phonemic"]
    return f"{rate.percent:.1f} [{rate.interval.low:.1f}, {rate.interval.high:.1f}]"


def _auto(m: Measured) -> str:
    chosen = " / ".join(dict.fromkeys(m.choice(fold) for fold in range(len(m.sums[m.choice(0)]))))
    return f"**{m.cross_validated:.1f}** ({chosen})"


def _goal(m: Measured, targets: Mapping[str, int]) -> str:
    return str(targets.get(m.language.code, "–"))


def _others(results: Sequence[Measured]) -> str:
    lines = [
        "| language | back end | marked | segments | words right | empty | unmapped |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for m in results:
        for name, found in m.whole.items():
            rates = found.error_rates
            low, high = found.accuracy_interval.low, found.accuracy_interval.high
            lines.append(
                f"| {m.language.code} | {name} | {rates['marked'].percent:.1f} | "
                f"{rates['segments'].percent:.1f} | {found.accuracy_percent:.1f} "
                f"[{low:.1f}, {high:.1f}] | {found.n_empty} | {found.n_unmapped} |"
            )
    return "\n".join(lines)


def _further(results: Sequence[Measured]) -> str:
    names = list(dict.fromkeys(name for m in results for name in m.whole))
    lines = [
        "| language | words | " + " | ".join(names) + " | auto |",
        "| --- | ---: |" + " ---: |" * (len(names) + 1),
    ]
    for m in results:
        cells = [
            f"{m.whole[name].error_rates['phonemic'].percent:.1f}" if name in m.whole else "–"
            for name in names
        ]
        made = f" (list made with {m.made_with})" if m.made_with else ""
        lines.append(
            f"| {m.language.name} ({m.language.code}){made} | {m.words} | "
            + " | ".join(cells)
            + f" | {m.cross_validated:.1f} |"
        )
    return "\n".join(lines)
