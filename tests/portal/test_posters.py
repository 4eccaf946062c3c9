"""Posters and share cards: what stands on them, the QR code in the printed picture, the pages that offer them."""

from __future__ import annotations

import io
import re

import pytest
import segno
from django.test import Client
from django.utils import translation
from PIL import Image
from pytest_django import Settings

from gridcanary.contracts.errors import InputError
from gridcanary.places.addresses import full_name
from gridcanary.portal import posters
from gridcanary.portal.poster_sheets import CARD, PDF, PNG, POSTER, qr_drawing, typeset_sheet
from gridcanary.portal.posters import sheet_of, site_address
from gridcanary.tips.areas import own_counties, parts_of
from tests.casework.conftest import unit

SITE = "https://report.example.org"
COUNTY = "370102"
BLACK = 40
"""Only the code is black: the texts are dark blue, whose blue is brighter than this."""


def dark_modules(picture: bytes) -> list[list[bool]]:
    """The QR code in a picture, read module by module: its corners tell where it lies and, a
    corner being seven modules wide, its version."""
    drawn = Image.open(io.BytesIO(picture)).convert("RGB")
    black = drawn.split()[2].point(lambda blue: 255 if blue < BLACK else 0)
    left, top, right, bottom = black.getbbox() or (0, 0, 0, 0)
    corner = next(x for x in range(left, right) if not black.getpixel((x, top + 1))) - left
    count = 17 + 4 * round(((right - left) / (corner / 7) - 17) / 4)
    step_x, step_y = (right - left) / count, (bottom - top) / count
    return [
        [
            black.getpixel((int(left + (x + 0.5) * step_x), int(top + (y + 0.5) * step_y))) == 255
            for x in range(count)
        ]
        for y in range(count)
    ]


def pages(pdf: bytes) -> int:
    """Pages of a PDF as typst writes it."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.parametrize("kind", [POSTER, CARD])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_printed_code_is_that_of_the_form_with_the_county(kind: str, lang: str) -> None:
    read = dark_modules(typeset_sheet(sheet_of(COUNTY, lang, SITE), kind, PNG))
    meant = segno.make_qr(f"{SITE}/{lang}/report/?county={COUNTY}", error="m", boost_error=True)
    assert read == [[bool(module) for module in row] for row in meant.matrix]
    other = segno.make_qr(f"{SITE}/{lang}/report/?county=370103", error="m", boost_error=True)
    assert read != [[bool(module) for module in row] for row in other.matrix]


def test_a_code_keeps_four_empty_modules_around_it() -> None:
    code = segno.make_qr(SITE, error="m", boost_error=True)
    width = int(re.search(r'width="(\d+)"', qr_drawing(SITE)).group(1))  # type: ignore[union-attr]
    assert width == len(code.matrix) + 2 * 4


@pytest.mark.parametrize(
    ("kind", "size"),
    [pytest.param(POSTER, (1240, 1754), id="A4"), pytest.param(CARD, (1080, 1440), id="card")],
)
def test_sizes_and_one_page_also_for_the_longest_name(
    kind: str, size: tuple[int, int], settings: Settings
) -> None:
    settings.GRIDCANARY_PACK = "cn"
    longest = max(own_counties(), key=lambda code: len(full_name(code)))
    assert len(full_name(longest)) > 20
    for lang in ("zh", "en"):
        sheet = sheet_of(longest, lang, SITE)
        assert Image.open(io.BytesIO(typeset_sheet(sheet, kind, PNG))).size == size
        assert pages(typeset_sheet(sheet, kind, PDF)) == 1


def test_the_same_sheet_gives_the_same_bytes() -> None:
    sheet = sheet_of(COUNTY, "zh", SITE)
    assert typeset_sheet(sheet, POSTER, PDF) == typeset_sheet(sheet, POSTER, PDF)


def test_texts_are_the_pack_s_and_the_form_s() -> None:
    zh, en = sheet_of(COUNTY, "zh", SITE), sheet_of(COUNTY, "en", SITE)
    assert zh.county == "山东省济南市历下区"
    assert [one.number for one in zh.lines] == ["0531-51783330", "12398"]
    assert (zh.lines[0].mark, zh.lines[1].mark) == ("（未经核实）", "")
    assert zh.signs[0].label == "风扇昼夜轰鸣"
    with translation.override("en"):
        assert [one.label for one in en.signs] == [str(cue.label) for cue in posters.SIGNS]
    assert "〔未核实〕" in zh.law_source
    assert "2021-09-03" in zh.law_source
    assert len(zh.words) == len(en.words)
    assert all(zh.words[name] != en.words[name] for name in en.words)


def test_an_own_number_goes_first_and_without_address_there_is_no_code(settings: Settings) -> None:
    settings.GRIDCANARY_TIP_PHONE = "0531-12345"
    sheet = sheet_of(COUNTY, "en", "")
    assert (sheet.lines[0].number, sheet.lines[0].mark, sheet.address) == ("0531-12345", "", "")
    assert Image.open(io.BytesIO(typeset_sheet(sheet, CARD, PNG))).size == (1080, 1440)


def test_without_line_there_is_still_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posters, "lines", list)
    assert dark_modules(typeset_sheet(sheet_of(COUNTY, "zh", SITE), POSTER, PNG))
    with pytest.raises(InputError, match="neither a telephone line nor an address"):
        sheet_of(COUNTY, "zh", "")


@pytest.mark.parametrize("code", ["110101", "370100", "37010", "", "370199", "３７０１０２", "370102 "])
def test_what_is_no_county_of_the_pack_has_no_poster(code: str) -> None:
    with pytest.raises(InputError, match="no county"):
        sheet_of(code, "zh", SITE)
    assert Client().get(f"/zh/open/posters/{code}/poster.pdf").status_code == 404


@pytest.mark.parametrize("given", ["javascript:alert(1)", "report.example.org", "https://", "https://a/?b=1"])
def test_an_address_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(InputError, match="no web address"):
        site_address(given)


def test_areas_lead_to_their_counties() -> None:
    assert len(parts_of("370000")) == 16
    assert COUNTY in parts_of("370100")
    assert sum(len(own_counties(city)) for city in parts_of("370000")) == len(own_counties())


@pytest.mark.django_db
def test_pages_lead_from_the_province_to_the_files_without_cookie(settings: Settings) -> None:
    settings.GRIDCANARY_PUBLIC_URL = SITE + "/"
    assert "/zh/open/posters/" in Client().get("/zh/open/law/").content.decode()
    assert "/zh/open/posters/370100/" in Client().get("/zh/open/posters/").content.decode()
    assert f"/zh/open/posters/{COUNTY}/" in Client().get("/zh/open/posters/370100/").content.decode()
    page = Client().get(f"/zh/open/posters/{COUNTY}/").content.decode()
    files = re.findall(rf"/zh/open/posters/{COUNTY}/[a-z]+\.[a-z]+", page)
    assert len(files) == 4
    assert f"{SITE}/zh/report/?county={COUNTY}" in page
    for file in files:
        answer = Client().get(file)
        assert answer.status_code == 200
        assert answer.content[:4] in (b"%PDF", b"\x89PNG")
        assert not answer.cookies
        assert "public" in answer.headers["Cache-Control"]
        again = Client().get(file, headers={"if-none-match": answer.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db
def test_the_form_is_filled_in_with_a_known_county_only() -> None:
    unit("jn-energy", "energy")
    filled = Client().get(f"/en/report/?county={COUNTY}").content.decode()
    assert 'value="山东省济南市历下区"' in filled
    assert f"/zh/report/?county={COUNTY}" in filled
    for bad in ("110101", "x", '"><script>', "370100", ""):
        page = Client().get("/en/report/", {"county": bad}).content.decode()
        assert re.search(r'id="town"[^>]*value=""', page)
        assert "<script>" not in page
