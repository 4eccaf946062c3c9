"""Compiling catalogues, checked against the standard library's own reader."""

from __future__ import annotations

import gettext
import io
import os
from pathlib import Path

import pytest

from gridcanary.console.catalogues import CatalogueError, compile_po, compile_stale, read_po

HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def compiled(tmp_path: Path, body: str) -> gettext.GNUTranslations:
    po_file = tmp_path / "django.po"
    po_file.write_text(HEADER + body, encoding="utf-8")
    return gettext.GNUTranslations(io.BytesIO(compile_po(po_file)))


def test_plain_escaped_and_continued_texts(tmp_path: Path) -> None:
    catalogue = compiled(
        tmp_path, 'msgid ""\n"one "\n"line"\nmsgstr "一\\"行\\n"\n\n#: somewhere\nmsgid "b"\nmsgstr "乙"\n'
    )
    assert catalogue.gettext("one line") == '一"行\n'
    assert catalogue.gettext("b") == "乙"
    assert catalogue.gettext("not there") == "not there"


def test_context_and_plural(tmp_path: Path) -> None:
    catalogue = compiled(
        tmp_path,
        'msgctxt "date"\nmsgid "j F"\nmsgstr "n月j日"\n\n'
        'msgid "%d day"\nmsgid_plural "%d days"\nmsgstr[0] "%d 天"\n',
    )
    assert catalogue.pgettext("date", "j F") == "n月j日"
    assert catalogue.ngettext("%d day", "%d days", 3) == "%d 天"


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param('#, fuzzy\nmsgid "a"\nmsgstr "甲"\n', id="doubtful"),
        pytest.param('msgid "a"\nmsgstr ""\n', id="missing"),
        pytest.param('#~ msgid "a"\n#~ msgstr "甲"\n', id="obsolete"),
    ],
)
def test_what_is_not_sure_shows_the_source_text(tmp_path: Path, entry: str) -> None:
    assert compiled(tmp_path, entry + '\nmsgid "z"\nmsgstr "末"\n').gettext("a") == "a"
    assert compiled(tmp_path, entry + '\nmsgid "z"\nmsgstr "末"\n').gettext("z") == "末"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('msgid "a"\nnonsense\n', id="no keyword"),
        pytest.param('msgid "a"\nmsgstr "b\n', id="open quote"),
    ],
)
def test_a_broken_catalogue_names_the_line(tmp_path: Path, body: str) -> None:
    po_file = tmp_path / "django.po"
    po_file.write_text(body, encoding="utf-8")
    with pytest.raises(CatalogueError, match="line 2"):
        read_po(po_file)


def test_only_what_is_older_than_its_source_is_compiled(tmp_path: Path) -> None:
    po_file = tmp_path / "zh_Hans" / "LC_MESSAGES" / "django.po"
    po_file.parent.mkdir(parents=True)
    po_file.write_text(HEADER, encoding="utf-8")
    mo_file = po_file.with_suffix(".mo")
    assert compile_stale(tmp_path) == [mo_file]
    assert compile_stale(tmp_path) == []
    newer = mo_file.stat().st_mtime_ns + 10**9
    os.utime(po_file, ns=(newer, newer))
    assert compile_stale(tmp_path) == [mo_file]
