"""What phonemization loses in every language of a parallel corpus, by the back end of `auto`.

    python benchmarks/g2p_coverage_many.py FLORES/devtest [--lines 40] [--write]

`--write` writes ``docs/reference/g2p-coverage-200.md``. The word cache is not used.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from lingap.errors import LanguageError
from lingap.g2p import G2PCoverage, Phonemizer
from lingap.gap.language_names import language_code
from lingap.gap.text_folders import read_texts
from lingap.languages import get_language

PAGE = Path(__file__).resolve().parents[1] / "docs/reference/g2p-coverage-200.md"
HEAD = """# G2P coverage of 204 languages

What the back end that `auto` chooses loses in the first {lines} lines of FLORES-200 devtest, made
by `python benchmarks/g2p_coverage_many.py FLORES/devtest --lines {lines} --write` with the extras
`g2p`, `espeak`, `cjk` and `africa`. *Empty*: words that could not be spelled; *unmapped*: words
with a character that no rule covers; *foreign*: words with letters of a script that the language
does not use. Shares are of words, punctuation marks among them; last, the most frequent unmapped
characters. {n_read} of {n} languages are read.

| language | read as | back end | words | types | empty % | unmapped % | foreign % | most often |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | --- |
"""


def row(coverage: G2PCoverage, read_as: str) -> str:
    """One line of the table."""
    worst = ", ".join(
        f"{c} × {n}" for c, n in list(coverage.unmapped.items())[:3] if c.isprintable()
    )
    cells = (
        coverage.language, read_as, coverage.backend, f"{coverage.words:,}",
        f"{coverage.types:,}", f"{coverage.empty_percent:.2f}", f"{coverage.unmapped_percent:.2f}",
        f"{coverage.foreign_percent:.2f}", worst.replace("|", "\\|") or "–",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measure, print, and write on request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lines", type=int, default=40)
    parser.add_argument("--write", action="store_true", help="write the documentation page")
    options = parser.parse_args()
    texts = read_texts(options.folder, limit=options.lines)
    lines, unread = [], []
    for code, sentences in texts.sentences.items():
        try:
            phonemizer = Phonemizer(language_code(code) or code, cache=False)
        except LanguageError:
            unread.append(f"{get_language(code).name} ({code})")
            continue
        phonemizer([word for sentence in sentences for word in sentence.words])
        kin = phonemizer.read_as.code if phonemizer.read_as != phonemizer.language else "–"
        lines.append(row(phonemizer.take_coverage(), kin))
        print(lines[-1], flush=True)
    n = len(texts.sentences)
    page = HEAD.format(lines=options.lines, n=n, n_read=len(lines)) + "\n".join(lines)
    page += f"\n\nNot read by any of them: {', '.join(unread)}.\n"
    if options.write:
        PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
