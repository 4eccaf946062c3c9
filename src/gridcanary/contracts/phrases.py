"""Catalogues of phrases: the sentences of a lens's reasons, in zh-CN and en, as YAML files in its folder phrases."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

LANGUAGES = ("zh", "en")


@cache
def phrases_of(package: str) -> Mapping[str, Mapping[str, str]]:
    """All phrases of a package by code, then by language.

    Args:
        package: such as ``gridcanary.power``; its folder ``phrases`` holds the catalogues.

    Raises:
        ValueError: two catalogues define one code, or a phrase lacks a language.
    """
    found: dict[str, Mapping[str, str]] = {}
    folder = resources.files(package).joinpath("phrases")
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if not item.name.endswith(".yaml"):
            continue
        for code, texts in (yaml.safe_load(item.read_text(encoding="utf-8")) or {}).items():
            if code in found:
                raise ValueError(f"{item.name}: phrase {code} is defined twice")
            if set(texts) != set(LANGUAGES):
                raise ValueError(
                    f"{item.name}: phrase {code} has {sorted(texts)}, expected {sorted(LANGUAGES)}"
                )
            found[code] = texts
    return found
