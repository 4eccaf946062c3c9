"""Sentences from the network lens's reasons, in zh-CN and en."""

from __future__ import annotations

from collections.abc import Iterable

from gridcanary.contracts.phrases import phrases_of
from gridcanary.contracts.reasons import Reason


def render(reason: Reason, lang: str) -> str:
    """The sentence of one reason.

    Args:
        reason: code and parameters.
        lang: ``zh`` or ``en``.

    Raises:
        KeyError: no phrase has that code, or a parameter is missing.
    """
    return phrases_of("gridcanary.network")[reason.code][lang].format(**reason.params)


def sentences(reasons: Iterable[Reason], lang: str) -> str:
    """The sentences of several reasons, one a line."""
    return "\n".join(render(reason, lang) for reason in reasons)
