"""The tabs in a real browser: choices that narrow down, both languages, phone and wide, no error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from gridcanary.casework.models import Case
from gridcanary.enforcement.actions.measures import Target, propose
from gridcanary.enforcement.actions.money import open_item
from gridcanary.enforcement.actions.parties import add_party
from gridcanary.enforcement.models import Measure, Part, SubjectKind
from tests.casework.conftest import browser
from tests.chromium import needs_chromium
from tests.enforcement.conftest import MINER, World, opened

pytestmark = [*needs_chromium, pytest.mark.django_db(transaction=True)]
OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer, world: World) -> Iterator[OpenPage]:
    """Opens an address as the officer; the test fails on any error that the browser reports."""
    client, problems, contexts = browser(world.officer), [], []

    def opened_page(path: str, *, width: int = 1440, language: str = "en", scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, color_scheme="dark"
        )
        contexts.append(context)
        cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": language}
        context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
        page = context.new_page()
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield opened_page
    for context in contexts:
        context.close()
    assert not problems


@pytest.fixture
def filled(world: World) -> Case:
    case = opened(world)
    party = add_party(world.officer, case, MINER, [Part.OPERATOR])
    target = Target(SubjectKind.PARTY, party=party)
    propose(world.officer, case, "register_preserve", "apl_56", world.energy, target, "seen")
    open_item(world.officer, case, "fine", world.utility, Decimal("1234567.89"), reason="bill", party=party)
    return case


@pytest.mark.parametrize("width", [pytest.param(1440, id="wide"), pytest.param(390, id="phone")])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_fits_the_screen(open_page: OpenPage, filled: Case, language: str, width: int) -> None:
    here = f"/cases/{filled.number}"
    item, measure, party = filled.money.get(), filled.measures.get(), filled.parties.get()
    for path in (
        "parties/", "parties/new/", f"parties/{party.pk}/", "measures/", f"measures/{measure.pk}/",
        "measures/new/?measure=seize&basis=security_seize", "money/", f"money/{item.pk}/",
        "money/new/surcharge/?rule=national_floor", "money/new/back_bill/?rule=theft",
    ):  # fmt: skip
        page = open_page(f"{here}/{path}", width=width, language=language)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        expect(page.locator(".tabs [aria-current]")).to_have_count(1)
        page.close()


def test_choices_narrow_down_as_they_are_made(open_page: OpenPage, filled: Case, world: World) -> None:
    page = open_page(f"/cases/{filled.number}/measures/new/")
    page.get_by_label("Facts that it rests on").fill("typed first")
    page.locator("#id_measure").select_option("seize")
    expect(page.get_by_text("Seizing objects in public security cases", exact=True)).to_be_visible()
    page.locator('input[name="basis"][value="security_seize"]').check()
    expect(page.locator(".why-not", has_text="equal parties")).to_be_visible()
    expect(page.locator(f'input[name="unit"][value="{world.police.pk}"]')).to_be_checked()
    expect(page.locator(f'input[name="unit"][value="{world.utility.pk}"]')).to_be_disabled()
    expect(page.get_by_label("Facts that it rests on")).to_have_value("typed first")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("Proposed.", exact=True)).to_be_visible()
    assert Measure.objects.get(code="seize").unit == world.police


def test_a_measure_is_proposed_without_scripts(open_page: OpenPage, filled: Case, world: World) -> None:
    page = open_page(f"/cases/{filled.number}/measures/new/", scripts=False)
    page.locator("#id_measure").select_option("stop_supply")
    page.get_by_role("button", name="Show what is possible").click()
    page.locator('input[name="basis"][value="ndrc1283_stop"]').check()
    page.get_by_role("button", name="Show what is possible").click()
    page.get_by_label("Facts that it rests on").fill("proven mining")
    page.get_by_role("button", name="Propose").click()
    assert Measure.objects.get(code="stop_supply").unit == world.utility
