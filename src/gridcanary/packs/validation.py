"""Turns what pydantic found wrong into faults that name file, line and field, what is there and what should be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from gridcanary.packs.faults import Fault
from gridcanary.packs.schema.content import HEAD, Content
from gridcanary.packs.yaml_source import YamlFile

_EXPECTED: dict[str, str] = {
    "bool_type": "true or false",
    "dict_type": "entries by code",
    "date_type": "a day such as 2026-11-23",
    "date_from_datetime_parsing": "a day such as 2026-11-23",
    "decimal_parsing": "a number",
    "decimal_type": "a number",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "model_type": "a group of fields",
    "model_attributes_type": "a group of fields",
    "string_type": 'text; put numbers and dates that are meant as text in quotes: "2026.1"',
    "tuple_type": "a list such as [a, b]",
}

_FROM_CONTEXT: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "decimal_max_places": lambda c: f"at most {c['decimal_places']} digits after the point",
    "greater_than": lambda c: f"a number above {c['gt']}",
    "greater_than_equal": lambda c: f"a number of at least {c['ge']}",
    "less_than_equal": lambda c: f"a number of at most {c['le']}",
    "literal_error": lambda c: f"one of {c['expected']}",
    "string_pattern_mismatch": lambda c: f"text of the form {c['pattern']}",
    "string_too_long": lambda c: f"at most {c['max_length']} characters",
    "string_too_short": lambda c: "text that is not empty",
    "too_short": lambda c: f"at least {c['min_length']} in the list",
}


def faults_of(error: ValidationError, files: Mapping[str, YamlFile]) -> list[Fault]:
    """One fault for each thing that pydantic found.

    Args:
        error: what pydantic raised on the whole content.
        files: the files of the pack by section, the head under ``pack``.
    """
    return [_fault(dict(told), files) for told in error.errors(include_url=False)]


def _fault(told: dict[str, Any], files: Mapping[str, YamlFile]) -> Fault:
    location = tuple(part for part in told["loc"] if part != "[key]")
    section, path = str(location[0]), location[1:]
    source = files.get(section) or files[HEAD]
    kind, context = str(told["type"]), told.get("ctx") or {}
    field = ".".join(str(part) for part in path) or section
    row = source.row(path) if section in files else 0
    if kind == "extra_forbidden":
        return Fault(source.name, row, field, "an unknown key", f"one of {_known_keys(location)}")
    if kind == "missing":
        return Fault(source.name, row, field, "nothing", _describe(location))
    found = "this" if kind == "value_error" else _show(told["input"])
    return Fault(source.name, row, field, found, _expected(kind, context, told["msg"]))


def _expected(kind: str, context: Mapping[str, Any], message: str) -> str:
    if kind == "value_error":
        return f"something else: {context.get('error', message)}"
    if kind in _FROM_CONTEXT:
        return _FROM_CONTEXT[kind](context)
    return _EXPECTED.get(kind, message)


def _show(value: object) -> str:
    text = str(value) if not isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _describe(location: tuple[Any, ...]) -> str:
    model = _model_at(location[:-1])
    field = model.model_fields.get(str(location[-1])) if model else None
    return (field.description if field else None) or "a value"


def _known_keys(location: tuple[Any, ...]) -> str:
    model = _model_at(location[:-1])
    return ", ".join(model.model_fields) if model else "the keys of the schema"


def _model_at(location: tuple[Any, ...]) -> type[BaseModel] | None:
    """The model that stands at a path of the content; None where it is not a model."""
    model: type[BaseModel] | None = Content
    inner: Any = Content
    for part in location:
        if model is not None:
            field = model.model_fields.get(str(part))
            if field is None:
                return None
            inner = field.annotation
            model = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None
            if model is None:
                model = _only_model_in(inner) if not _is_mapping(inner) and not _is_list(inner) else None
        else:  # a key of a mapping or an index of a list
            model = _only_model_in(inner)
    return model


def _is_mapping(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is dict


def _is_list(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is tuple


def _only_model_in(annotation: Any) -> type[BaseModel] | None:
    for part in get_args(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None
