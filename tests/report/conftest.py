"""One small experiment as a report sees it, made of real gap objects from invented scores."""

import math

import numpy as np
import pytest

from lingap.gap import linguistic_gap, performance_gaps
from lingap.gap.compare import compare_gaps
from lingap.records import Interval, Score
from lingap.report.summary import (
    Correlation,
    CoverageRow,
    HistoryPoint,
    PairPoint,
    PretrainingRow,
    Projection,
    ReportData,
    RunRow,
)

LANGUAGES = ("eng", "fra", "rus", "kor", "tur", "fin", "hin", "urd")
SYSTEMS = ("character", "subword", "phoneme")
HOSTILE = "<script>window.hacked = true</script>"
LINK = "<a href='javascript:window.hacked = true'>x</a>"
TEXTS = {
    "eng": ("South Korea", HOSTILE, "Thursday"),
    "kor": ("대한민국", LINK, "목요일"),
    "hin": ("दक्षिण कोरिया", "जर्मनी", "गुरुवार"),
    "urd": ("جنوبی کوریا", "جرمنی", "جمعرات"),
}


def make_scores(seeds: int = 3, spread: float = 0.05) -> list[Score]:
    rng = np.random.default_rng(0)
    rows = []
    for system_at, system in enumerate(SYSTEMS):
        for at, language in enumerate(LANGUAGES):
            for seed in range(seeds):
                value = 0.8 + spread * math.sin(at * 1.7 + system_at) + rng.normal() * 0.01
                ends = Interval(value - 0.02, value + 0.02, 0.95, "bootstrap over sentences")
                rows.append(Score(system, "ner", language, "span_f1", value, seed, 900, {}, ends))
    return rows


def make_embeddings(noise: float, n: int = 60, width: int = 16) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    base = rng.normal(size=(n, width))
    return {code: base + noise * rng.normal(size=(n, width)) for code in LANGUAGES}


def make_history(at: int) -> tuple[HistoryPoint, ...]:
    return tuple(
        HistoryPoint(
            step,
            {
                "learning_rate": 1e-3 * (1 - step / 200),
                "loss": 2.0 * math.exp(-step / 60) + 0.02 * at,
                "dev_span_f1": 1 - math.exp(-step / 50),
            },
        )
        for step in range(0, 201, 20)
    )


def make_data(**changes) -> ReportData:
    gaps = tuple(performance_gaps(make_scores(), n_resamples=200))
    linguistic = tuple(
        linguistic_gap(
            make_embeddings(noise),
            system=system,
            layer=layer,
            corpus="CLDR names",
            n_permutations=20,
        )
        for layer, factor in (("input", 1.0), ("last", 0.6))
        for system, noise in zip(SYSTEMS, (1.6 * factor, 1.2 * factor, 0.8 * factor), strict=True)
    )
    runs = [
        RunRow(f"run{system[0]}{at}s{seed}", system, "ner", "in-language", (language,), seed, "done",
               seconds=12.5, history=make_history(at))
        for system in SYSTEMS for at, language in enumerate(LANGUAGES) for seed in range(2)
    ]  # fmt: skip
    runs[3] = RunRow(
        "runc1s1",
        "character",
        "ner",
        "in-language",
        ("fra",),
        1,
        "failed",
        reason=f"the loss is no number {HOSTILE}",
    )
    runs[9] = RunRow(
        "runc4s1", "character", "ner", "in-language", ("tur",), 1, "missing", reason="not begun"
    )
    rng = np.random.default_rng(2)
    codes = [code for code in TEXTS for _ in range(3)]
    projections = tuple(
        Projection(system, "input", "t-SNE", tuple(codes), tuple(range(3)) * 4,
                   tuple(rng.normal(size=12).tolist()), tuple(rng.normal(size=12).tolist()), TEXTS)
        for system in ("character", "phoneme")
    )  # fmt: skip
    points = tuple(
        PairPoint(
            gap.system,
            "ner",
            (one, other),
            None,
            "CKA, debiased",
            float(rng.uniform(0.3, 0.8)),
            gap.rpd[i][j] or 0.0,
        )
        for gap in gaps
        for i, one in enumerate(LANGUAGES)
        for j, other in enumerate(LANGUAGES)
        if i < j
    )
    values = {
        "title": f"Names in eight languages {HOSTILE}",
        "config": {"preset": "demo", "seeds": "0 1", "note": LINK},
        "versions": {"lingap": "0.1.0", "numpy": "2.4.6"},
        "created": "2026-11-03 10:00",
        "runs": tuple(runs),
        "performance": gaps,
        "linguistic": linguistic,
        "coverage": (
            CoverageRow("eng", "gruut-lang-en", 4210, 1450, 0),
            CoverageRow("kor", "epitran", 2600, 1270, 1, {"中": 1}, 1, (("中國", "中 國"),)),
            CoverageRow("hin", "epitran", 3120, 1211, 0, {"ॉ": 7}, 7, (("डॉलर", "ॉ"),)),
            CoverageRow("urd", "epitran", 3300, 1190, 2, {"ۂ": 12, "ۓ": 4, "<": 1}, 17, (("مکۂ", "ۂ"), (HOSTILE, "<"))),
        ),
        "pretraining": tuple(
            PretrainingRow(system, 1_234_567 + at, 300 * (at + 1), 2.1 - 0.2 * at, seconds=61.0,
                           history=tuple(HistoryPoint(s, {"loss": 5 / (1 + s / 50), "bits_per_character": 3 / (1 + s / 50)}) for s in range(0, 300, 30)))
            for at, system in enumerate(SYSTEMS)
        ),
        "projections": projections,
        "points": points,
        "correlations": (Correlation("ner", "CKA, debiased", len(points), -0.41, 0.03, -0.3, 0.04, note="pairs share languages, so p is too small"),),
        "comparisons": tuple(compare_gaps(make_scores(), n_resamples=200)),
        "miniature": True,
    }  # fmt: skip
    return ReportData(**{**values, **changes})


@pytest.fixture(scope="session")
def data() -> ReportData:
    return make_data()


@pytest.fixture(scope="session")
def make():
    """The maker of that experiment, whose parts a test may change."""
    return make_data
