"""Text keeps the contrast of WCAG AA on every ground, in the light and in the dark scheme."""

from __future__ import annotations

import re
from itertools import product

import pytest

from tests.console.conftest import CONSOLE

AA = 4.5
TEXTS = ("text", "muted", "accent", "suspect", "calm", "warn", "bad")
GROUNDS = ("ground", "card", "tag")
PAIRS = [
    *product(TEXTS[:3], GROUNDS),
    *product(("suspect", "calm", "bad"), ("ground", "card")),
    ("warn", "warn-soft"),
    ("text", "warn-soft"),
    ("text", "calm-soft"),
    ("text", "bad-soft"),
    ("accent-text", "accent"),
]


def schemes() -> dict[str, dict[str, str]]:
    """Colour variables of both schemes, as base.css sets them."""
    css = (CONSOLE / "static" / "console" / "base.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    return {
        name: dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
        for name, block in zip(("light", "dark"), blocks, strict=True)
    }


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS, ids=lambda name: str(name))
def test_contrast(scheme: str, text: str, ground: str) -> None:
    colours = schemes()[scheme]
    assert contrast(colours[text], colours[ground]) >= AA


def test_black_on_white_is_the_known_ratio() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
