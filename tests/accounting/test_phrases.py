"""Every step has a sentence in both languages, with the same inputs, and no sentence is left over."""

from __future__ import annotations

import re
from importlib.resources import files
from string import Formatter

import yaml

ROOM = files("gridcanary.accounting")
PHRASES: dict[str, dict[str, str]] = yaml.safe_load(ROOM.joinpath("phrases.yaml").read_text("utf-8"))


def inputs(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_both_languages_say_the_same() -> None:
    for code, sentences in PHRASES.items():
        assert set(sentences) == {"zh", "en"}, code
        assert inputs(sentences["zh"]) == inputs(sentences["en"]), code


def test_sentences_and_steps_belong_together() -> None:
    text = "".join(one.read_text("utf-8") for one in ROOM.iterdir() if one.name.endswith(".py"))
    used = set(re.findall(r'"([a-z_]+\.[a-z_]+)"', text))
    used |= {f"theft.hours_presumed_{use}" for use in ("power", "lighting")}
    used -= {"gridcanary.accounting", "phrases.yaml"}
    assert set(PHRASES) <= used
    steps = {code for code in used if code.split(".")[0] in {key.split(".")[0] for key in PHRASES}}
    assert steps == set(PHRASES)
