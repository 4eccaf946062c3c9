"""Pages for everybody: language by address, no cookie, nothing told to others."""

from __future__ import annotations

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.translation import get_language

from gridcanary.public.pages import public_page


@public_page(keep=False)
def spoken(request: HttpRequest) -> HttpResponse:
    """Says the language that holds while the page is made; tries to set a cookie."""
    response = HttpResponse(get_language())
    response.set_cookie("trace", "1")
    return response


@pytest.mark.parametrize(("lang", "code"), [("zh", "zh-hans"), ("en", "en")])
def test_the_address_gives_the_language(lang: str, code: str) -> None:
    response = spoken(RequestFactory().post("/"), lang=lang)
    assert response.content.decode() == code


def test_no_other_language_has_pages() -> None:
    with pytest.raises(Http404):
        spoken(RequestFactory().get("/"), lang="fr")


def test_a_page_carries_no_cookie_and_tells_others_nothing() -> None:
    response = spoken(RequestFactory().get("/"), lang="en")
    assert not response.cookies
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("en-GB,en;q=0.8", "/en/report/"),
        ("zh-CN", "/zh/report/"),
        ("fr", "/zh/report/"),
        ("", "/zh/report/"),
    ],
)
def test_an_address_without_a_language_leads_on(asked: str, address: str) -> None:
    headers = {"accept-language": asked} if asked else {}
    response = Client().get("/report/", headers=headers)
    assert (response.status_code, response.headers["Location"]) == (302, address)
    assert not response.cookies
