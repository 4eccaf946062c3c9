"""Sentences from the chain lens's reasons: one catalogue of phrases for each part of it, in zh-CN and en."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from gridcanary.contracts.reasons import Reason

LANGUAGES = ("zh", "en")


@cache
def phrases() -> Mapping[str, Mapping[str, str]]:
    """All phrases by code, then by language.

    Raises:
        ValueError: two catalogues define one code, or a phrase lacks a language.
    """
    found: dict[str, Mapping[str, str]] = {}
    folder = resources.files("gridcanary.chain").joinpath("phrases")
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if not item.name.endswith(".yaml"):
            continue
        for code, texts in yaml.safe_load(item.read_text(encoding="utf-8")).items():
            if code in found:
                raise ValueError(f"{item.name}: phrase {code} is defined twice")
            if set(texts) != set(LANGUAGES):
                raise ValueError(
                    f"{item.name}: phrase {code} has {sorted(texts)}, expected {sorted(LANGUAGES)}"
                )
            found[code] = texts
    return found


def render(reason: Reason, lang: str) -> str:
    """The sentence of one reason.

    Args:
        reason: code and parameters.
        lang: ``zh`` or ``en``.

    Raises:
        KeyError: no phrase has that code, or a parameter is missing.
    """
    return phrases()[reason.code][lang].format(**reason.params)
