"""What the name of a measure says: errors, percentages, shares of the test items."""

from __future__ import annotations

import re

LOWER = "measures of which lower is better"
"""Reason for leaving out measures of errors, which have no relative difference as scores have."""
IN_PERCENT = frozenset(["bleu", "chrf", "chrf++", "chrf_plus", "sacrebleu", "spbleu"])
"""Measures that harnesses give from 0 to 100, however low they are."""

_LOWER_IS_BETTER = frozenset(
    ("bits_per_byte", "brier_score", "byte_perplexity", "cer", "ece", "loss", "mae", "mse",
     "perplexity", "ppl", "ter", "wer", "word_perplexity", "nll", "rmse", "eer", "error_rate")
)  # fmt: skip
_SHARE = re.compile(
    r"(acc|accuracy|exact_match|em|hits?@[0-9]+|hit|recall@1)(?![a-z0-9])|(main_)?score$"
)


def is_lower_better(measure: str) -> bool:
    """Whether a measure, as people write it, is one of errors.

    >>> is_lower_better("WER"), is_lower_better("Word perplexity"), is_lower_better("acc")
    (True, True, False)
    """
    return measure.strip().lower().replace(" ", "_").replace("-", "_") in _LOWER_IS_BETTER


def is_share(measure: str) -> bool:
    """Whether a measure is taken to be a share of the test items.

    >>> is_share("acc_norm"), is_share("hits@1"), is_share("score"), is_share("score_bleu")
    (True, True, True, False)
    """
    return _SHARE.match(measure.lower()) is not None
