"""The portal in a browser: axe finds nothing, nothing is wider than a phone."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.portal.actions.telling import write
from gridcanary.portal.models import TypicalCase
from tests.casework.conftest import Departments
from tests.chromium import needs_chromium
from tests.portal.test_told_cases import TELLING

pytestmark = [*needs_chromium, pytest.mark.django_db(transaction=True)]
PAGES = [
    f"/{lang}/open/{page}/"
    for lang in ("zh", "en")
    for page in ("law", "figures", "cases", "posters", "posters/370102")
]


@pytest.fixture
def told(departments: Departments, officer: User, case: Case) -> TypicalCase:
    """A public case, and one that was withdrawn."""
    gone = write(officer, case, TELLING)
    TypicalCase.objects.filter(pk=gone.pk).update(
        state="withdrawn",
        released_at=timezone.now(),
        withdrawn_at=timezone.now(),
        withdrawn_reason="决定已撤销。",
    )
    one = write(officer, case, TELLING)
    TypicalCase.objects.filter(pk=one.pk).update(state="released", released_at=timezone.now())
    return one


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    chromium: Browser, live_server: LiveServer, scheme: str, told: TypicalCase
) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    slugs = TypicalCase.objects.values_list("slug", flat=True)
    for address in [*PAGES, *(f"/{lang}/open/cases/{slug}/" for lang in ("zh", "en") for slug in slugs)]:
        page.goto(live_server.url + address)
        found = Axe().run(page)
        assert not found.response["violations"], (address, scheme, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    context.close()
