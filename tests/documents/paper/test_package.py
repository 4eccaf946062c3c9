"""What is not taken in as a document."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gridcanary.documents.paper.faults import UnsafeFile
from gridcanary.documents.paper.package import open_docx
from tests.documents.paper.made import TYPES, damaged, docx

LINK = '<Relationships><Relationship Id="r9" Type="x" Target="{}" TargetMode="External"/></Relationships>'


def field(instruction: str) -> str:
    return f"<w:p><w:r><w:instrText>{instruction}</w:instrText></w:r></w:p>"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(b"%PDF-1.7", "is no DOCX", id="another type"),
        pytest.param(b"PK\x03\x04" + b"\0" * 40, "is no DOCX", id="broken archive"),
        pytest.param(docx("a")[:-40], "is no DOCX", id="cut short"),
        pytest.param(b"x" * (5 * 1024 * 1024 + 1), "larger than 5 MB", id="too large"),
        pytest.param(docx("a", word__vbaProject_DOT_bin=b"\0"), "macros", id="macros"),
        pytest.param(docx("a", word__activeX__x_DOT_xml="<x/>"), "controls that run code", id="controls"),
        pytest.param(docx("a", word__embeddings__o_DOT_bin=b"\0"), "embedded objects", id="embedded object"),
        pytest.param(docx("a", word__media__p_DOT_png=b"\0"), "pictures", id="picture"),
        pytest.param(
            docx("a", word___rels__document_DOT_xml_DOT_rels=LINK.format("http://evil/t.dotm")),
            "outside the file",
            id="remote template",
        ),
        pytest.param(docx("a", raw=field("DDEAUTO c:\\\\cmd.exe")), "DDEAUTO", id="DDE"),
        pytest.param(docx("a", raw=field(' INCLUDETEXT "/etc/passwd" ')), "INCLUDETEXT", id="included file"),
        pytest.param(
            docx("a", word__x_DOT_xml='<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
            "XML declaration",
            id="entities",
        ),
    ],
)
def test_what_runs_or_reaches_out_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(UnsafeFile, match=told):
        open_docx(content, "own.docx")


def test_a_macro_document_under_another_name_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx("a"))) as packed, zipfile.ZipFile(out, "w") as changed:
        for name in packed.namelist():
            content = packed.read(name)
            if name == "[Content_Types].xml":
                content = TYPES.replace("document.main+xml", "document.macroEnabled.main+xml").encode()
            changed.writestr(name, content)
    with pytest.raises(UnsafeFile, match="macros"):
        open_docx(out.getvalue(), "own.docx")


def test_an_archive_that_unpacks_without_end_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"\0" * (41 * 1024 * 1024))
    with pytest.raises(UnsafeFile, match="unpacks to more"):
        open_docx(out.getvalue(), "bomb.docx")


PRESSINGS = {
    "deflate": zipfile.ZIP_DEFLATED, "bzip2": zipfile.ZIP_BZIP2, "lzma": zipfile.ZIP_LZMA, "stored": zipfile.ZIP_STORED,
}  # fmt: skip


@pytest.mark.parametrize("pressing", PRESSINGS.values(), ids=PRESSINGS)
def test_a_damaged_part_is_told(pressing: int) -> None:
    whole = docx("甲" * 500, pressing=pressing)
    assert open_docx(whole, "own.docx")
    with pytest.raises(UnsafeFile, match=r"own\.docx: is no DOCX document, or it is damaged"):
        open_docx(damaged(whole), "own.docx")


@settings(max_examples=300, deadline=None)
@given(
    at=some.integers(0, 10_000), byte=some.integers(0, 255), pressing=some.sampled_from([*PRESSINGS.values()])
)
def test_any_one_byte_is_told_or_harmless(at: int, byte: int, pressing: int) -> None:
    content = bytearray(docx("甲乙丙" * 40, pressing=pressing))
    content[at % len(content)] = byte
    with contextlib.suppress(UnsafeFile):
        assert "word/document.xml" in open_docx(bytes(content), "own.docx")


def test_a_plain_document_is_taken() -> None:
    assert set(open_docx(docx("a"), "own.docx")) == {
        "[Content_Types].xml",
        "_rels/.rels",
        "word/document.xml",
    }
