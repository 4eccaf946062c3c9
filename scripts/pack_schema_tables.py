"""Writes the schema tables of docs/packs.md anew from the schema, between the two marks in that page."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from gridcanary.packs.schema.base import Fact
from gridcanary.packs.schema.content import Content
from gridcanary.packs.schema.holidays import DayRange
from gridcanary.packs.template_fields import FIELDS, LIST_FIELDS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "packs.md"
BEGIN, END = "<!-- schema: begin -->", "<!-- schema: end -->"
SPELLED = {"Text": "text in `zh`, `en` and perhaps more", "date": "day", "Decimal": "number", "str": "text",
           "int": "whole number", "bool": "`true` or `false`"}  # fmt: skip


def main() -> int:
    """Rewrites the page."""
    PAGE.write_text(rewritten(PAGE.read_text("utf-8")), "utf-8")
    return 0


def rewritten(page: str) -> str:
    """The page with its tables anew."""
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{tables()}{END}{tail}"


def tables() -> str:
    """A section for each file of a pack, for the groups of fields inside entries, and for templates."""
    files: list[tuple[str, type[BaseModel], str]] = []
    for name, field in Content.model_fields.items():
        (model,) = models_in(field.annotation)
        files.append((name, model, field.description or ""))
    shown = {model for _, model, _ in files} | {Fact}
    parts = [
        section("`source` and other fields of a fact of law", Fact, "Every fact carries them.", fact=False)
    ]
    parts += [section(f"{name}.yaml", model, f"{text[:1].upper()}{text[1:]}.") for name, model, text in files]
    inner = list(dict.fromkeys(model for _, one, _ in files for model in nested(one) if model not in shown))
    parts += [section(f"Fields of {model.__name__}", model, model.__doc__ or "") for model in inner]
    rows = [f"| `{name}` | {text} | {elements(name)} |" for name, text in FIELDS.items()]
    parts.append(
        "### Fields of templates\n\n| field | meaning | an element holds |\n|---|---|---|\n"
        + "\n".join(rows)
        + "\n"
    )
    return "\n".join(parts)


def elements(name: str) -> str:
    """What an element of a list field holds."""
    if name not in LIST_FIELDS:
        return "–"
    return ", ".join(f"`{one}`" for one in sorted(LIST_FIELDS[name])) or "text"


def section(title: str, model: type[BaseModel], text: str, *, fact: bool = True) -> str:
    """A heading, a sentence and a table of a model's fields."""
    is_fact = fact and issubclass(model, Fact)
    own = {
        key: field for key, field in model.model_fields.items() if not (is_fact and key in Fact.model_fields)
    }
    rows = [
        f"| `{key}` | {spelled(field.annotation)} | {'yes' if field.is_required() else 'no'} | "
        f"{(field.description or '').replace('|', chr(92) + '|')} |"
        for key, field in own.items()
    ]
    note = " Each is a fact of law." if is_fact else ""
    first = text.splitlines()[0] if text else ""
    table = "\n".join(["| key | what | needed | meaning |", "|---|---|---|---|", *rows])
    return f"### {title}\n\n{first}{note}\n\n{table}\n"


def spelled(annotation: Any) -> str:
    """A type as a reader of the page would say it."""
    if annotation is DayRange:
        return "day or `first to last`"
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " ".join(f"`{one}`" for one in args)
    if origin is typing.Annotated:
        return spelled(args[0])
    if origin in (types.UnionType, typing.Union):
        return " or ".join(spelled(one) for one in args if one is not type(None))
    if origin is tuple:
        return f"list of: {spelled(args[0])}"
    if origin is dict:
        return f"entries of {spelled(args[1])}"
    name = getattr(annotation, "__name__", str(annotation))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and name != "Text":
        return f"[{name}](#fields-of-{name.lower()})"
    return SPELLED.get(name, name)


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """Models named anywhere in a type."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for inner in get_args(annotation) for model in models_in(inner)]


def nested(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Models of the fields of a model, and of theirs."""
    for field in model.model_fields.values():
        for inner in models_in(field.annotation):
            yield inner
            yield from nested(inner)


def documented_keys(page: str) -> set[str]:
    """Keys in the tables of the page."""
    return set(re.findall(r"^\| `([a-z_.]+)` \|", page, re.MULTILINE))


if __name__ == "__main__":
    raise SystemExit(main())
