"""Finds the texts to translate in Python files and templates; needs Django but not gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "pgettext": 2, "ngettext": 2}
"""Functions that mark a text, with the number of leading text arguments."""

_TEMPLATE_CALL = re.compile(r"\b(_|gettext|pgettext|ngettext)\(")


def message_keys(package: Path) -> dict[str, list[str]]:
    """Every text to translate below a folder.

    Args:
        package: folder of Python files and templates.

    Returns:
        Key as in a .mo file (context and plural included) to the files that use it.
    """
    found: dict[str, list[str]] = {}
    for file in sorted(package.rglob("*")):
        if file.suffix == ".py" and "migrations" not in file.parts:
            keys = _python_keys(ast.parse(file.read_text(encoding="utf-8")))
        elif file.suffix == ".html":
            keys = _template_keys(file)
        else:
            continue
        for key in keys:
            places = found.setdefault(key, [])
            place = file.relative_to(package.parent).as_posix()
            if place not in places:
                places.append(place)
    return found


def _python_keys(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            name, texts = node.func.id, []
            for argument in node.args[: CALLS[node.func.id]]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    texts.append(argument.value)
            if len(texts) == CALLS[name]:
                yield _key(name, texts)


def _template_keys(file: Path) -> Iterator[str]:
    marked = templatize(file.read_text(encoding="utf-8"), origin=str(file))
    for match in _TEMPLATE_CALL.finditer(marked):
        # The reader leaves calls such as gettext('…') among filler; each is an expression of its own.
        end = match.end()
        while end <= len(marked):
            end = marked.index(")", end) + 1
            try:
                yield from _python_keys(ast.parse(marked[match.start() : end].strip()))
            except SyntaxError:
                continue
            break


def _key(name: str, texts: list[str]) -> str:
    if name == "pgettext":
        return "\x04".join(texts)
    return "\0".join(texts)
