"""The desk in a real browser: no scripts or styles refused, narrow and wide, filters without a reload."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from gridcanary.accounts.models import User
from gridcanary.endpoints.models import Endpoint, FindingsFile
from tests.chromium import needs_chromium
from tests.endpoints.made import WALLET, pseudonym

pytestmark = [*needs_chromium, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [390, 1440])
def test_pages_fit_the_screen_and_filters_work(
    chromium: Browser, live_server: LiveServer, imported: FindingsFile, officer: User, home: Path, width: int
) -> None:
    client = Client()
    client.force_login(officer)
    context = chromium.new_context(viewport={"width": width, "height": 900})
    cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": "en"}
    context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
    page, problems = context.new_page(), []
    page.on("console", lambda told: problems.append(told.text) if told.type == "error" else None)
    line = Endpoint.objects.get(pseudonym=pseudonym("a"))
    paths = [
        *(reverse(f"endpoints:{name}") for name in ("pools", "areas", "files")),
        reverse("endpoints:wallet") + f"?address={WALLET}",
        reverse("endpoints:endpoint", kwargs={"endpoint": line.pk}),
        reverse("endpoints:desk"),
    ]
    for path in paths:
        page.goto(live_server.url + path)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    page.locator("select[name=hypothesis]").select_option("proxy")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#desk-rows tbody tr")).to_have_count(1)
    assert "hypothesis=proxy" in page.url
    context.close()
    assert not problems
