"""A pack as one text that can be stored with a case and loaded again, bit for bit."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from gridcanary.packs.faults import ChangedPack
from gridcanary.packs.pack import Pack
from gridcanary.packs.schema.content import Content

FORMAT = 1
"""Raised when the layout of the frozen text changes."""


def freeze(content: Content, templates: Mapping[str, bytes], overrides: tuple[str, ...]) -> Pack:
    """The pack of a content, with the canonical text that can be stored: content, templates and digest.

    Fields that have their default are left out, so that a later version of gridcanary that knows more fields
    gives the same digest.
    """
    body = {
        "format": FORMAT,
        "content": content.model_dump(mode="json", exclude_defaults=True),
        "templates": {
            name: base64.b64encode(bytes_).decode("ascii") for name, bytes_ in sorted(templates.items())
        },
    }
    digest = digest_of(body)
    return Pack(content, digest, canonical({**body, "digest": digest}), templates, overrides)


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces, and letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(body: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical body without its digest, in hexadecimal."""
    without = {key: value for key, value in body.items() if key != "digest"}
    return hashlib.sha256(canonical(without).encode("utf-8")).hexdigest()


def from_frozen(text: str) -> Pack:
    """Load a pack that was stored with a case.

    Args:
        text: what ``Pack.frozen_json`` gave.

    Returns:
        The same pack; its ``frozen_json`` is this text.

    Raises:
        ChangedPack: the text is not what was stored.
        ValueError: it is not a frozen pack of a format that this version reads.
    """
    body = json.loads(text)
    if body.get("format") != FORMAT:
        raise ValueError(f"a frozen pack of format {FORMAT} is needed, this is format {body.get('format')}")
    name = str(body["content"]["pack"]["id"])
    if canonical(body) != text or digest_of(body) != body["digest"]:
        raise ChangedPack(name, str(body["digest"]), digest_of(body))
    templates = {file: base64.b64decode(coded) for file, coded in body["templates"].items()}
    return Pack(Content.model_validate(body["content"]), body["digest"], text, templates, ())
