"""The portal in a browser: axe finds nothing, nothing is wider than a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from tests.chromium import needs_chromium

pytestmark = [*needs_chromium, pytest.mark.django_db(transaction=True)]
PAGES = [
    f"/{lang}/open/{page}/"
    for lang in ("zh", "en")
    for page in ("law", "figures", "posters", "posters/370102")
]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    chromium: Browser, live_server: LiveServer, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for address in PAGES:
        page.goto(live_server.url + address)
        found = Axe().run(page)
        assert not found.response["violations"], (address, scheme, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    context.close()
