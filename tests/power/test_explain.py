from __future__ import annotations

import re
import string
from importlib import resources
from pathlib import Path

import pytest

from gridcanary.contracts.phrases import LANGUAGES
from gridcanary.contracts.reasons import Reason
from gridcanary.power import explain

SOURCE = Path(str(resources.files("gridcanary.power")))
CODE = re.compile(r'"((?:load|archive|innocent|balance|bypass|phase)\.[a-z_]+)"')
BUILT = {
    # codes that are put together from a part that the data choose
    "phase.": ("short", "idle_phase", "lost_voltage", "neutral"),
    "balance.flat_": ("all_day", "night", "off_office", "off_peak"),
}
TEXTS = {
    "transformer": "T1", "other_transformer": "T2", "candidates": "M1, M2", "onset": "2026-02-16",
    "group": "G001", "tariff_zh": "居民生活", "tariff_en": "residential", "trade_code": "6450",
    "end_zh": "次日 6:00", "end_en": "6:00 the next day",
}  # fmt: skip
COUNTS = ("meters", "peers", "weeks", "days", "hours", "others", "start_hour")


def made_up(name: str) -> str | int | float:
    """A value for a parameter: a text, a count, or a number that has to be rounded."""
    return TEXTS.get(name, 12 if name in COUNTS else 12.345678)


def codes_used() -> set[str]:
    """Every code that the lens can tell."""
    found = {code for file in SOURCE.rglob("*.py") for code in CODE.findall(file.read_text("utf-8"))}
    return found | {prefix + part for prefix, parts in BUILT.items() for part in parts}


def parameters(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_code_has_a_phrase_and_every_phrase_a_code() -> None:
    assert codes_used() == set(explain.phrases())


@pytest.mark.parametrize("code", explain.phrases())
def test_both_languages_say_the_same_facts(code: str) -> None:
    phrase = explain.phrases()[code]
    # an English sentence counts hours that the Chinese one names, and the other way round
    assert parameters(phrase["zh"]) ^ parameters(phrase["en"]) <= {
        "end_zh",
        "end_en",
        "tariff_zh",
        "tariff_en",
        "hours",
    }


@pytest.mark.parametrize("code", explain.phrases())
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_phrase_renders_as_one_sentence(code: str, lang: str) -> None:
    names = set().union(*(parameters(text) for text in explain.phrases()[code].values()))
    told = explain.render(Reason(code, {name: made_up(name) for name in names}), lang)
    assert told[-1] in "。."
    assert "12.345" not in told, "a number is not rounded"
    assert not set(told) & set("{}\n")
    assert (re.search("[一-鿿]", told) is not None) == (lang == "zh")


@pytest.mark.parametrize("code", explain.phrases())
def test_chinese_uses_chinese_punctuation(code: str) -> None:
    assert not re.search(r"[一-鿿][,;:?!]|[,;?!][一-鿿]", explain.phrases()[code]["zh"])


def test_sentences_stand_one_a_line() -> None:
    reasons = [Reason("load.step_sudden"), Reason("load.others_unchanged")]
    assert explain.sentences(reasons, "en").count("\n") == 1
    assert explain.sentences([], "zh") == ""


@pytest.mark.parametrize(
    ("reason", "missing"),
    [
        pytest.param(Reason("load.unheard_of"), "load.unheard_of", id="code"),
        pytest.param(Reason("load.step_lasts"), "weeks", id="parameter"),
    ],
)
def test_what_is_missing_is_named(reason: Reason, missing: str) -> None:
    with pytest.raises(KeyError, match=missing):
        explain.render(reason, "en")
