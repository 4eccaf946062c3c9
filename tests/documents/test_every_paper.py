"""Every paper that a shipped pack names can be drafted and printed."""

from __future__ import annotations

import datetime as dt

import pytest

from gridcanary import packs
from gridcanary.documents.fields import FIELDS
from gridcanary.documents.paper import Frame, check_template, fill, names_used, read_paper, typeset
from gridcanary.documents.shape import GROUPS, LISTS, sample_values, template_shape
from gridcanary.documents.wording import FRAME_WORDS
from gridcanary.packs import template_fields

SHIPPED = [
    pytest.param(found.id, code, id=f"{found.id}-{code}")
    for found in packs.available()
    for code in packs.load(found.id).documents
]


def frame(title: str, language: str) -> Frame:
    words = FRAME_WORDS.get(language, FRAME_WORDS["en"])
    moment = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    return Frame(
        title, "单位", "jn-1", "〔2026〕1号", 1, "ab" * 32, "cd" * 32, 1, "", language, words, moment
    )


@pytest.mark.parametrize(("pack_id", "code"), SHIPPED)
def test_a_paper_is_filled_and_printed_without_a_gap(pack_id: str, code: str) -> None:
    pack = packs.load(pack_id)
    name, content = pack.document(code).template, pack.template(code)
    check_template(content, name, template_shape())
    values = sample_values("甲#1")
    values["document"]["title"] = pack.document(code).title.of(pack.switches.document_language)
    filled = read_paper(fill(content, values, name), name)
    assert "{{" not in filled.text
    assert "{%" not in filled.text
    assert values["document"]["title"] in filled.text
    assert filled.text.count("甲#1") >= len([one for one in names_used(content, name) if one in FIELDS])
    printed = typeset(filled, frame(values["document"]["title"], pack.switches.document_language[:2]))
    assert printed.startswith(b"%PDF-1.7")
    assert len(printed) < 200_000


def test_packs_and_papers_name_the_same_fields() -> None:
    named = {f"{group}.{name}" for group, names in GROUPS.items() for name in names}
    named |= set(LISTS) | set(FIELDS) | {"attachments", "device_total"}
    assert set(template_fields.FIELDS) == named
    assert {name: frozenset(row) for name, row in LISTS.items()} | {
        "attachments": frozenset()
    } == template_fields.LIST_FIELDS


def test_every_field_is_asked_for_by_a_shipped_template() -> None:
    asked = {
        name
        for found in packs.available()
        for file, content in packs.load(found.id).templates.items()
        for name in names_used(content, file)
    }
    assert set(FIELDS) - asked == set()
