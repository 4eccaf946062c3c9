"""GraphSense TagPacks: YAML with a header whose fields every tag inherits unless it says otherwise.

Read as a stream of YAML events, so that a pack of 50,000 tags takes seconds and every fault has its line; tags of
YAML's own (``!!python…``), anchors and aliases are refused, because no TagPack needs them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

import yaml

from gridcanary.chain.labels.label import Attribution, LabelFile, Tag
from gridcanary.chain.rows import TextFile
from gridcanary.contracts.errors import InputError, UnsafeInput

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TRUE, _FALSE, _NULL = ("true", "yes", "on"), ("false", "no", "off"), ("", "~", "null", "none")
_INHERITED = (
    "label",
    "category",
    "actor",
    "confidence",
    "source",
    "lastmod",
    "licence",
    "license",
    "is_cluster_definer",
    "abuse",
)


class _Text(NamedTuple):
    value: str
    line: int


def tagpack_tags(file: LabelFile, text: TextFile) -> Iterator[Tag]:
    """The tags of a TagPack.

    Args:
        file: what the attributions point to.
        text: the YAML.

    Raises:
        InputError: no YAML, no list ``tags``, a tag without address or label, a field that is no text.
        UnsafeInput: aliases, anchors or YAML tags.
    """
    pack = _events_as_mapping(text)
    if "actors" in pack and "tags" not in pack:
        return  # an ActorPack, which lies beside TagPacks and names no addresses
    tags = pack.get("tags")
    if not isinstance(tags, list):
        raise InputError(text.path, "has no list of tags", column="tags", remedy="a TagPack is expected")
    header = _texts(text, {name: value for name, value in pack.items() if name not in ("tags", "_line")}, 1)
    said = cache(lambda *fields: _attribution(file, dict(fields)))
    for entry in tags:
        if not isinstance(entry, dict):
            raise InputError(text.path, "a tag is not a mapping", column="tags")
        line = entry.pop("_line")
        fields = {**header, **_texts(text, entry, line)}
        if not fields.get("address"):
            if fields.get("tx_hash"):
                continue  # a tag of a transaction, not of an address
            raise InputError(text.path, "a tag has no address", row=line, column="address")
        if not fields.get("label"):
            raise InputError(
                text.path, "neither the tag nor the header has a label", row=line, column="label"
            )
        about = ((name, fields[name]) for name in _INHERITED if fields.get(name))
        coin = fields.get("network") or fields.get("currency") or ""
        yield Tag(fields["address"], coin, said(*about), line)


def _attribution(file: LabelFile, fields: Mapping[str, str]) -> Attribution:
    definer = fields.get("is_cluster_definer", "").lower()
    return Attribution(
        name=fields["label"],
        file=file,
        category=fields.get("category") or fields.get("abuse") or "",
        actor=fields.get("actor", ""),
        confidence=fields.get("confidence", ""),
        source=fields.get("source", ""),
        date=fields.get("lastmod", ""),
        licence=fields.get("licence") or fields.get("license") or "",
        cluster_definer=True if definer in _TRUE else False if definer in _FALSE else None,
    )


def _texts(text: TextFile, fields: Mapping[str, Any], line: int) -> dict[str, str]:
    """The fields that are used, as texts; lists (such as concepts) of unused fields are passed over."""
    told = {}
    for name, value in fields.items():
        if isinstance(value, _Text):
            told[name] = "" if value.value.lower() in _NULL else value.value
        elif name in (*_INHERITED, "address", "currency", "network"):
            raise InputError(text.path, "a text is expected", row=line, column=name)
    return told


def _events_as_mapping(text: TextFile) -> dict[str, Any]:
    """The document as nested mappings, lists and texts with their lines."""
    try:
        events = yaml.parse(text.text, Loader=_LOADER)
        next(events), next(events)  # start of stream, start of document
        first = next(events)
        content = _node(text, first, events) if isinstance(first, yaml.MappingStartEvent) else None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "unreadable"
        row = None if mark is None else mark.line + 1
        raise InputError(text.path, f"is no YAML: {problem}", row=row) from error
    except StopIteration:
        content = None
    if not isinstance(content, dict):
        raise InputError(text.path, "is no mapping with a header and tags", remedy="a TagPack is expected")
    return content


def _node(text: TextFile, event: Any, events: Iterator[Any], depth: int = 0) -> Any:
    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
        raise UnsafeInput(text.path, "holds a YAML anchor or alias", row=line)
    if event.tag not in (None, "!") or depth > 8:
        raise UnsafeInput(text.path, "holds a YAML tag, or is nested too deep", row=line)
    if isinstance(event, yaml.ScalarEvent):
        return _Text(event.value, line)
    if isinstance(event, yaml.SequenceStartEvent):
        items = []
        while not isinstance(inner := next(events), yaml.SequenceEndEvent):
            items.append(_node(text, inner, events, depth + 1))
        return items
    found: dict[str, Any] = {"_line": line}
    while not isinstance(inner := next(events), yaml.MappingEndEvent):
        key = _node(text, inner, events, depth + 1)
        if not isinstance(key, _Text):
            raise InputError(text.path, "a key that is no text", row=line)
        found[key.value] = _node(text, next(events), events, depth + 1)
    return found
