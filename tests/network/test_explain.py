from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest

import gridcanary.network
from gridcanary.contracts.phrases import LANGUAGES, phrases_of

NETWORK = Path(gridcanary.network.__file__).parent
PHRASES = phrases_of("gridcanary.network")


def codes() -> dict[str, str]:
    """Codes of reasons that the lens's modules write out, with the file."""
    found = {}
    for path in NETWORK.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found[str(first.value)] = path.name
    return found


def test_every_code_has_a_phrase() -> None:
    assert codes()
    assert {code: file for code, file in codes().items() if code not in PHRASES} == {}


@pytest.mark.parametrize("code", PHRASES)
def test_both_languages_say_the_same_facts(code: str) -> None:
    fields = [
        {name for _, name, _, _ in Formatter().parse(PHRASES[code][lang]) if name} for lang in LANGUAGES
    ]
    assert fields[0] == fields[1]
