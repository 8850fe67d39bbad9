"""Named choices for everything in a word that the back end's rules do not spell."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Literal, get_args, get_type_hints

from lingap.errors import G2PError

Keep = Literal["keep", "drop"]
Digits = Literal["keep", "drop", "words"]
Foreign = Literal["unmapped", "keep", "english"]
Unmapped = Literal["drop", "keep"]
Inventory = Literal["written", "broad"]


@dataclass(frozen=True, slots=True)
class Policies:
    """One choice for each lossy step. The coverage counts everything dropped.

    Args:
        punctuation: ``keep`` makes each mark a unit, ``drop`` leaves it out.
        digits: ``keep`` makes each decimal digit of any script a unit ``0`` to ``9``, ``words``
            reads numbers by the spell-out rules of Unicode CLDR (extra ``numbers``); a language
            without rules keeps its digits, counted as ``digits not spelled out``.
        symbols: ``keep`` makes each symbol (``$ % + =``) a unit.
        emoji: ``keep`` makes each emoji (a whole sequence) a unit.
        foreign: For words in a script that the language does not use: ``unmapped`` counts their
            letters as unmapped, ``keep`` makes each letter a unit, ``english`` reads words in
            Latin script as English and counts others as unmapped.
        unmapped: Letters of the language's own script that no rule covers: ``drop``, or ``keep``
            as units; counted either way.
        stress: ``drop`` or ``keep`` the stress marks of a back end.
        inventory: ``written`` leaves the units of the back end, ``broad`` writes them in the
            alphabet common to all languages (:mod:`lingap.g2p.ipa.inventory`), one-to-one.

    >>> Policies.parse({"digits": "drop"}).digits
    'drop'
    """

    punctuation: Keep = "keep"
    digits: Digits = "keep"
    symbols: Keep = "keep"
    emoji: Keep = "drop"
    foreign: Foreign = "unmapped"
    unmapped: Unmapped = "drop"
    stress: Keep = "drop"
    inventory: Inventory = "written"

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for field in fields(self):
            allowed = get_args(hints[field.name])
            if getattr(self, field.name) not in allowed:
                raise G2PError(
                    f"Policy {field.name}={getattr(self, field.name)!r} is not one of "
                    f"{', '.join(allowed)}."
                )

    @classmethod
    def parse(cls, choices: dict[str, str]) -> Policies:
        """Make policies from names; G2PError for an unknown policy or choice."""
        known = {field.name for field in fields(cls)}
        for name in choices:
            if name not in known:
                raise G2PError(f"No policy is called {name!r}. Known: {', '.join(sorted(known))}.")
        return cls(**choices)  # type: ignore[arg-type]

    def as_dict(self) -> dict[str, str]:
        """Name to choice."""
        return asdict(self)
