from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError, UnsafeInput
from gridcanary.power.readers.xml_records import DEEPEST, LARGEST_RECORD, xml_events
from tests.power.readers.collected import write

BOMB = """<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY x "ha"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>
<a><r>&y;</r></a>"""
EXTERNAL = """<?xml version="1.0"?>
<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<a><r>&x;</r></a>"""


def read(path: Path) -> list[tuple[str, str, int]]:
    events = xml_events(path, frozenset({"a"}), frozenset({"r"}))
    return [(event.kind, event.record.text if event.record else event.tag, event.line) for event in events]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_records_have_their_text_and_line(tmp_path: Path, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<x:a xmlns:x="u">\n<b/><x:r>\n 电表 </x:r>\n</x:a>'
    found = read(write(tmp_path, "a.xml", text, encoding))
    assert found == [("open", "a", 2), ("record", "电表", 3), ("close", "a", 5)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(BOMB, id="entities that multiply"),
        pytest.param(EXTERNAL, id="an external entity"),
        pytest.param('<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>', id="an external document type"),
        pytest.param("<a><r>" + "x" * 200_000 + "</r></a>", id="a huge text"),
        pytest.param("<a>" + "<b>" * DEEPEST + "</b>" * DEEPEST + "</a>", id="bottomless nesting"),
        pytest.param("<a><r>" + "<c/>" * (LARGEST_RECORD + 1) + "</r></a>", id="an endless record"),
        pytest.param("<a " + "b" * (9 << 20), id="a tag that never ends"),
    ],
)
def test_what_tries_to_harm_is_unsafe(tmp_path: Path, text: str) -> None:
    with pytest.raises(UnsafeInput, match=r"a\.xml, row \d+"):
        read(write(tmp_path, "a.xml", text))


@pytest.mark.parametrize(
    ("text", "row"),
    [
        pytest.param("<a>\n<r>1</r>\n<r>", 3, id="cut short"),
        pytest.param("<a>\n<r>1</q></a>", 2, id="crossed tags"),
        pytest.param("", 1, id="empty"),
        pytest.param("\n<a>&nbsp;</a>", 2, id="an entity that nobody declared"),
    ],
)
def test_damage_has_its_line(tmp_path: Path, text: str, row: int) -> None:
    with pytest.raises(InputError) as caught:
        read(write(tmp_path, "a.xml", text))
    assert caught.value.row == row


def test_gzip_cut_short(tmp_path: Path) -> None:
    body = "".join(f"<r>{i * i}</r>" for i in range(5000))
    packed = tmp_path / "a.xml"
    packed.write_bytes(gzip.compress(f"<a>{body}</a>".encode())[:-50])
    with pytest.raises(InputError, match="cut short"):
        read(packed)
