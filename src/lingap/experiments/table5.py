"""The hyperparameters of Jung et al. (2024), Table 5: the grid and the choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# (task, representation) -> hyperparameter -> value -> the languages it was chosen for.
_CHOSEN: Mapping[tuple[str, str], Mapping[str, Mapping[Any, str]]] = {
    ("nli", "subword"): {
        "learning_rate": {5e-6: "eng swa urd"},
        "weight_decay": {0.01: "eng swa urd"},
        "schedule": {"cosine": "eng swa urd"},
    },
    ("nli", "character"): {
        "learning_rate": {5e-6: "eng", 1e-5: "swa urd"},
        "weight_decay": {0.1: "eng", 0.0: "swa", 0.01: "urd"},
        "schedule": {"cosine": "eng swa urd"},
    },
    ("nli", "phoneme"): {
        "learning_rate": {7e-6: "eng", 3e-6: "swa urd"},  # 3e-6 is not in the printed grid
        "weight_decay": {0.1: "eng", 0.0: "swa", 0.01: "urd"},
        "schedule": {"constant": "eng swa urd"},
    },
    ("ner", "character"): {
        "learning_rate": {5e-5: "eng fra ita hun kor tur", 1e-4: "rus ukr fin hin"}
    },
    ("ner", "phoneme"): {
        "learning_rate": {3e-5: "rus ita", 5e-5: "eng fra hun ukr tur fin hin", 1e-4: "kor"}
    },
    ("pos", "character"): {
        "learning_rate": {5e-5: "rus ukr tur", 1e-4: "eng fra fin hin", 3e-4: "ita hun kor"}
    },
    ("pos", "phoneme"): {
        "learning_rate": {5e-5: "eng", 1e-4: "fra rus ita hun ukr kor tur fin hin"}
    },
}

_GRIDS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "nli": {
        "learning_rate": (5e-6, 7e-6, 1e-5, 3e-5, 5e-5),
        "weight_decay": (0.0, 1e-1, 1e-2, 1e-3),
        "schedule": ("cosine", "constant"),
    },
    "ner": {"learning_rate": (3e-5, 5e-5, 1e-4, 3e-4)},
    "pos": {"learning_rate": (3e-5, 5e-5, 1e-4, 3e-4)},
}

_EPOCHS = {"nli": 20, "ner": 30, "pos": 30}


def paper_settings(
    task: str, representations: Sequence[str], languages: Sequence[str], *, grid: bool = False
) -> dict[str, Any]:
    """The paper's settings for fine-tuning published encoders.

    Batches of 128, AdamW, weight decay 0.01 and a cosine schedule unless otherwise chosen. The
    paper does not report a warm-up; there is none here. A language or representation that the paper
    did not train takes the first value of the task's grid.

    Args:
        task: ``nli``, ``ner`` or ``pos``.
        representations: Those that are compared.
        languages: Those that are trained on; settings of others are left out.
        grid: Search the paper's grid on dev data, in place of what the paper chose from it.

    Returns:
        ``finetuning``, with ``grid`` or ``overrides`` by representation and language.
    """
    base = {
        "epochs": _EPOCHS[task], "batch_size": 128, "weight_decay": 0.01, "schedule": "cosine",
        "warmup": 0.0, "learning_rate": _GRIDS[task]["learning_rate"][0], "precision": "auto",
    }  # fmt: skip
    if grid:
        return {"finetuning": base, "grid": dict(_GRIDS[task])}
    overrides = [
        {
            "settings": {name: value},
            "representations": [representation],
            "languages": [code for code in codes.split() if code in languages],
        }
        for (of, representation), chosen in _CHOSEN.items()
        for name, values in chosen.items()
        for value, codes in values.items()
        if of == task and representation in representations
    ]
    return {"finetuning": base, "overrides": [one for one in overrides if one["languages"]]}
