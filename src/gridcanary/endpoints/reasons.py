"""Reasons in words: codes come from the table, sentences from the network lens's phrases."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language

from gridcanary.contracts.reasons import Reason, load_reasons
from gridcanary.network.explain import render


def language() -> str:
    """Language of the sentences that the page shows: ``zh`` or ``en``."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def sentences(stored: str, lang: str = "") -> list[str]:
    """The sentences of stored reasons.

    Args:
        stored: JSON text, as contracts.reasons writes it.
        lang: zh or en; the page's when left out.

    Returns:
        One a reason. A code that this version doesn't know, from a newer scan, shows as it is with its figures.
    """
    return _told(load_reasons(stored), lang or language())


def in_both_languages(stored: str) -> dict[str, list[str]]:
    """Sentences by language, as a case's lead keeps them."""
    return {lang: sentences(stored, lang) for lang in ("zh", "en")}


def _told(reasons: Iterable[Reason], lang: str) -> list[str]:
    found = []
    for reason in reasons:
        try:
            found.append(render(reason, lang))
        except (KeyError, ValueError):
            params = ", ".join(f"{name} {value}" for name, value in sorted(reason.params.items()))
            found.append(f"{reason.code}: {params}" if params else reason.code)
    return found
