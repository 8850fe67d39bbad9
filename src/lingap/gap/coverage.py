"""Languages that all systems of a task have; gaps over different languages are not comparable."""

from __future__ import annotations

from collections.abc import Sequence

from lingap.errors import MetricError
from lingap.records import Score
from lingap.text.display import first_of


def require_languages(
    scores: Sequence[Score],
    *,
    missing: str = "error",
    where: str = "the scores",
    damaged: Sequence[str] = (),
) -> tuple[list[Score], list[str]]:
    """Return scores in which all systems of a task have the same languages, and notes.

    Args:
        scores: Rows.
        missing: What to do with a language that some system of the task lacks: ``error``;
            ``shared``: leave it out of all systems; ``auto``: leave out systems with less than half
            of the task's languages, and then languages as ``shared`` does.
        where: The scores' origin, for messages.
        damaged: Notes on scores that could not be read, which may be those that are missing.

    Raises:
        MetricError: For a missing language (unless ``shared``), or fewer than two languages.
    """
    if missing not in ("error", "shared", "auto"):
        raise MetricError(f"missing must be 'error', 'shared' or 'auto', not {missing!r}.")
    tasks: dict[tuple[str, str], dict[str, dict[str, None]]] = {}
    for s in scores:
        tasks.setdefault((s.task, s.metric), {}).setdefault(s.system, {})[s.language] = None
    kept: dict[tuple[str, str], set[str]] = {}
    notes = []
    dropped: set[tuple[str, str, str]] = set()
    if missing == "auto":
        for key, systems in tasks.items():
            n = len({k for languages in systems.values() for k in languages})
            few = [name for name, languages in systems.items() if 2 * len(languages) < n]
            for name in few:
                dropped.add((*key, name))
                del systems[name]
            if few:
                notes.append(
                    f"{key[0]}: left out because they have less than half of the {n} languages: "
                    f"{first_of(few, 3)}."
                )
        scores = [s for s in scores if (s.task, s.metric, s.system) not in dropped]
    for key, systems in tasks.items():
        union = dict.fromkeys(k for languages in systems.values() for k in languages)
        lacking = {
            system: [k for k in union if k not in languages]
            for system, languages in systems.items()
            if len(languages) < len(union)
        }
        kept[key] = {k for k in union if all(k in languages for languages in systems.values())}
        if lacking and missing == "error":
            parts = [f"{name} lacks {first_of(gone, 20)}" for name, gone in lacking.items()]
            detail = first_of(parts, 8, "; ")
            raise MetricError(
                f"{where}: {key[0]}: missing languages: {detail}. Gaps over different languages "
                "are not comparable. Add the scores, or pass missing='shared' to leave these "
                "languages out of all systems." + "".join(f" {note}" for note in damaged)
            )
        if lacking:
            gone = [k for k in union if k not in kept[key]]
            shown = first_of(gone, 8 if len(gone) > 40 else 40)
            notes.append(f"{key[0]}: left out because not all systems have them: {shown}.")
        if len(kept[key]) < 2:
            only = f"only one language ({', '.join(kept[key])})" if kept[key] else "no language"
            raise MetricError(
                f"{where}: {key[0]} has {only} shared by all systems; a gap needs two or more."
                + "".join(f" {note}" for note in damaged)
            )
    return [s for s in scores if s.language in kept[s.task, s.metric]], notes
