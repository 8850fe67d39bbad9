"""What pages of the documentation assume to be there, made small and in their own words."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

DATA = Path(__file__).parents[1] / "data"
FLORES = {"eng": "eng_Latn", "fra": "fra_Latn", "kor": "kor_Hang", "swa": "swh_Latn"}


def parallel(folder: Path, languages: Sequence[str] = tuple(FLORES), n: int = 60) -> None:
    """Names of CLDR as parallel text in the layout of FLORES-200."""
    from lingap.corpora import load_parallel

    folder.mkdir(parents=True)
    rows = load_parallel("cldr_names", languages=list(languages), split="train")
    lines = {code: [" ".join(row.words) for row in rows[code][:n]] for code in languages}
    for code, text in lines.items():
        (folder / f"{FLORES[code]}.devtest").write_text("\n".join(text) + "\n", encoding="utf-8")


def give(page: str, folder: Path) -> None:
    """Put into a folder what a page assumes."""
    for make in GIVEN.get(page, ()):
        make(folder)


def results(folder: Path) -> None:
    """What lm-evaluation-harness wrote for two models."""
    shutil.copytree(DATA / "results/lm_eval", folder / "results")


GIVEN: dict[str, tuple[Callable[[Path], None], ...]] = {}
