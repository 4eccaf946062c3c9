"""Printing: A4 PDF without network, every character as it was written."""

from __future__ import annotations

import importlib
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcanary.documents.paper import read_paper, typeset, typeset_pages
from gridcanary.documents.paper.reading import Paper, Paragraph, Run
from tests.documents.paper.made import docx, frame

MARKUP = "#$*_<>\\\"'`@[]{}=/~^-+甲乙"


def paper(*texts: str) -> Paper:
    return Paper(tuple(Paragraph("body", (Run(text),)) for text in texts))


typesetting = importlib.import_module("gridcanary.documents.paper.typeset")


def glyphs(text: str) -> int:
    """Glyphs that a paper with one paragraph draws."""
    drawn = typesetting._compile(paper(text), frame(), format="svg")
    pages = drawn if isinstance(drawn, list) else [drawn]
    return sum(len(re.findall(rb"<use", bytes(page))) for page in pages)


def test_a_print_is_a_pdf_for_the_archive() -> None:
    made = typeset(paper("一、违法事实"), frame())
    assert made.startswith(b"%PDF-1.7")
    assert b"pdfaid:part>2<" in made
    assert re.search(rb"/MediaBox\s*\[0 0 595\.2756 841\.8898\]", made)


def test_the_same_paper_gives_the_same_print() -> None:
    assert typeset(paper("甲"), frame()) == typeset(paper("甲"), frame())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('#panic("x")', id="code"),
        pytest.param('#read("/etc/passwd")', id="file"),
        pytest.param('#import "@preview/cetz:0.3.0"', id="package"),
        pytest.param('"); panic("x', id="end of a string"),
        pytest.param('\\"}]},"blocks":[', id="end of the JSON"),
        pytest.param("] #panic() [", id="end of a block"),
        pytest.param("$x^2$ *fat* _lean_ <label> @ref = title", id="markup"),
        pytest.param("#let blocks = ()", id="definition"),
    ],
)
def test_code_in_a_value_is_printed_not_run(text: str) -> None:
    drawn = len(text.replace(" ", ""))
    assert glyphs(text) - glyphs("") == drawn


@settings(max_examples=40, deadline=None)
@given(value=st.text(alphabet=MARKUP, min_size=1, max_size=30))
def test_characters_with_a_meaning_to_typesetters_are_printed_as_they_are(value: str) -> None:
    assert glyphs(value) - glyphs("") == len(value)


def test_pages_come_as_pictures() -> None:
    pages = typeset_pages(paper(*["一行文字"] * 60), frame(mark="草　稿"))
    assert len(pages) == 2
    assert all(page.startswith(b"\x89PNG") for page in pages)


def test_a_break_and_a_table_are_printed() -> None:
    table = (
        '<w:tbl><w:tblGrid><w:gridCol w:w="1"/><w:gridCol w:w="2"/></w:tblGrid>'
        "<w:tr><w:trPr><w:tblHeader/></w:trPr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:tc></w:tr>"
        '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr><w:p><w:r><w:t>丙</w:t></w:r></w:p></w:tc></w:tr></w:tbl>'
        '<w:p><w:r><w:br w:type="page"/><w:t>丁</w:t></w:r></w:p>'
    )
    read = read_paper(docx("首段", raw=table), "own.docx")
    assert read.text.split("\n") == ["首段", "甲", "乙", "丙", "丁"]
    assert len(typeset_pages(read, frame())) == 2


@pytest.mark.parametrize("language", ["zh", "en", "ms", "ru", "kk"])
def test_every_language_of_papers_has_its_letters(language: str) -> None:
    text = "行政处罚 Penalty Қазақстан Ә ә Ғ Ұ Россия Keputusan 《〔2026〕》“挖矿”"
    missing = glyphs("") + len("".join(text.split()))
    assert glyphs(text) == missing
    assert typeset(paper(text), frame(language=language))


def test_a_page_takes_less_than_half_a_second() -> None:
    typeset(paper("甲"), frame())
    began = time.perf_counter()
    typeset(paper(*["违法事实和证据" * 20] * 5), frame())
    assert time.perf_counter() - began < 0.5
