from __future__ import annotations

import ast
from pathlib import Path
from string import Formatter

import pytest

import gridcanary.chain
from gridcanary.chain.explain import phrases
from gridcanary.contracts.phrases import LANGUAGES

CHAIN = Path(gridcanary.chain.__file__).parent
PREFIXES = ("trace.", "coinjoin.", "chain.")


def codes() -> set[str]:
    """Codes of reasons that the lens's modules write out."""
    found = set()
    for path in CHAIN.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Reason" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and str(first.value).startswith(PREFIXES):
                    found.add(str(first.value))
    return found


def test_every_code_of_a_trace_has_a_phrase() -> None:
    assert len(codes()) > 10
    assert codes() <= phrases().keys()


@pytest.mark.parametrize("code", phrases())
def test_both_languages_say_the_same_facts(code: str) -> None:
    fields = [
        {name for _, name, _, _ in Formatter().parse(phrases()[code][lang]) if name} for lang in LANGUAGES
    ]
    assert fields[0] == fields[1]
