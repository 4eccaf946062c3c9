"""Sentences from reasons: one catalogue of phrases for each part of the lens, in zh-CN and en."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gridcanary.contracts.phrases import phrases_of
from gridcanary.contracts.reasons import Reason


def phrases() -> Mapping[str, Mapping[str, str]]:
    """All phrases of the lens by code, then by language."""
    return phrases_of("gridcanary.power")


def render(reason: Reason, lang: str) -> str:
    """The sentence of one reason.

    Args:
        reason: code and parameters.
        lang: ``zh`` or ``en``.

    Raises:
        KeyError: no phrase has that code, or a parameter is missing.
    """
    return phrases()[reason.code][lang].format(**reason.params)


def sentences(reasons: Iterable[Reason], lang: str) -> str:
    """The sentences of several reasons, one a line."""
    return "\n".join(render(reason, lang) for reason in reasons)
