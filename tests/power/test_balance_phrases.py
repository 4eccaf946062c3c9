from __future__ import annotations

import string
from importlib import resources

import pytest
import yaml

PARAMETERS = {
    "transformer": "T1", "onset": "2024-01-31", "candidates": "a, b", "other_transformer": "T2",
}  # fmt: skip


def catalogue(name: str) -> dict[str, dict[str, str]]:
    text = resources.files("gridcanary.power").joinpath("phrases", f"{name}.yaml").read_text("utf-8")
    return yaml.safe_load(text)


PHRASES = {**catalogue("balance"), **catalogue("phase")}


@pytest.mark.parametrize("code", PHRASES)
def test_both_languages_say_it_with_parameters_that_fit(code: str) -> None:
    phrase = PHRASES[code]
    assert set(phrase) == {"zh", "en"}
    fields = {field for text in phrase.values() for _, field, _, _ in string.Formatter().parse(text) if field}
    values = {field: PARAMETERS.get(field, 2.5) for field in fields}
    for text in phrase.values():
        assert "{" not in text.format(**values)
    assert any("一" <= character <= "鿿" for character in phrase["zh"])
