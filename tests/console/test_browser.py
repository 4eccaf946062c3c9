"""The console in a real browser: charts under the policy, zoom in the address, decisions, phone width."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from gridcanary.accounts.models import User
from gridcanary.casework.models import TriageDecision
from gridcanary.console.findings import FindingsBook, ListedFinding
from tests.chromium import needs_chromium
from tests.console.conftest import first_of_mode

EXPECTED = (
    "sha256-ji27qzEtxXZW+7dun6UwjHXJ18e6WAin1VvNtkzIE/o=",  # plotly's styles for maps, refused on purpose
    "htmx:afterRequest",  # htmx tells of a request that a newer one replaced (hx-sync)
    "htmx:sendAbort",
)
"""Messages of the browser that are no fault."""

pytestmark = needs_chromium

OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(
    chromium: Browser, live_server: LiveServer, home: Path, transactional_db: None
) -> Iterator[OpenPage]:
    """Opens an address as a signed-in person; the test fails on any error that the browser reports."""
    client = Client()
    client.force_login(User.objects.create(username="analyst"))
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        is_expected = any(text in message.text for text in EXPECTED)
        if message.type in ("error", "warning") and not is_expected:
            problems.append(message.text)

    contexts = []

    def opened(path: str, *, width: int = 1440, language: str = "en", scripts: bool = True) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, color_scheme="light"
        )
        contexts.append(context)
        cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": language}
        context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(live_server.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not problems


def page_of(finding: ListedFinding) -> str:
    kwargs = {"kind": finding.subject_kind, "subject_id": finding.subject_id}
    return reverse("console:subject", kwargs=kwargs)


def wait_for_charts(page: Page) -> None:
    charts = page.locator(".chart")
    expect(page.locator(".chart[data-ready]")).to_have_count(charts.count(), timeout=30_000)


def is_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.parametrize("width", [pytest.param(1440, id="wide"), pytest.param(390, id="phone")])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_premises_page_draws_its_charts_and_fits_the_screen(
    open_page: OpenPage, book: FindingsBook, language: str, width: int
) -> None:
    page = open_page(page_of(first_of_mode(book, "A")), width=width, language=language)
    wait_for_charts(page)
    assert page.locator(".chart .main-svg").count() >= 4
    assert page.locator(".chart .heatmaplayer image").count() == 1
    assert not is_wider_than_the_screen(page)
    expect(page.locator("h1")).to_contain_text("hidden mine" if language == "en" else "隐蔽挖矿")


@pytest.mark.parametrize("width", [pytest.param(1440, id="wide"), pytest.param(390, id="phone")])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_list_fits_the_screen(open_page: OpenPage, home: Path, language: str, width: int) -> None:
    page = open_page("/", width=width, language=language)
    expect(page.locator("tbody tr").first).to_be_visible()
    assert not is_wider_than_the_screen(page)


def test_zooming_goes_down_to_the_quarter_hour_and_into_the_address(
    open_page: OpenPage, book: FindingsBook
) -> None:
    page = open_page(page_of(first_of_mode(book, "A")))
    wait_for_charts(page)
    plot = page.locator("#chart-curve .nsewdrag").first.bounding_box()
    assert plot is not None
    page.mouse.move(plot["x"] + plot["width"] * 0.6, plot["y"] + 80)
    page.mouse.down()
    page.mouse.move(plot["x"] + plot["width"] * 0.8, plot["y"] + 80, steps=5)
    with page.expect_response(lambda answer: "charts/curve.json" in answer.url) as answer:
        page.mouse.up()
    numbers = answer.value.json()
    assert numbers["resolution"] == "slot"
    assert numbers["minutes"] == 15
    page.wait_for_url(f"**from={numbers['first']}&to={numbers['last']}**")
    address = urlsplit(page.url)
    again = open_page(f"{address.path}?{address.query}")
    wait_for_charts(again)
    expect(again.locator("input[name=from]")).to_have_value(numbers["first"])
    expect(again.locator("input[name=to]")).to_have_value(numbers["last"])


def test_range_buttons_and_dates_work_from_the_keyboard(open_page: OpenPage, book: FindingsBook) -> None:
    page = open_page(page_of(first_of_mode(book, "A")))
    wait_for_charts(page)
    week = page.get_by_role("link", name="Last 7 days")
    week.focus()
    page.keyboard.press("Enter")
    expect(week).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(
        f"{page.url.split('?')[0]}?from={week.get_attribute('data-from')}&to={book.as_of}"
    )


def test_filters_and_budget_change_the_results_and_the_address(
    open_page: OpenPage, book: FindingsBook
) -> None:
    page = open_page("/")
    page.get_by_label("Way of hiding").select_option("B")
    page.wait_for_url("**mode=B**")
    expect(page.locator("tbody tr .who .tag").first).to_contain_text("B")
    before = page.locator("#recovered").inner_text()
    page.get_by_label("Inspection budget").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**budget=1**")
    expect(page.locator("#recovered")).not_to_have_text(before)
    expect(page.locator("tr.within")).to_have_count(1)


def test_marking_dismissing_and_undoing_without_leaving_the_page(
    open_page: OpenPage, book: FindingsBook
) -> None:
    page = open_page(page_of(book.listed[0]))
    panel = page.locator("#triage")
    panel.get_by_role("button", name="Mark for inspection").click()
    expect(panel.locator("h2")).to_contain_text("To inspect")
    panel.get_by_text("Dismiss with a reason").click()
    panel.get_by_label("Why does it need no inspection?").select_option("cold_storage")
    panel.get_by_label("Note").fill("ice cream")
    panel.get_by_role("button", name="Dismiss", exact=True).click()
    expect(panel.locator("h2")).to_contain_text("Dismissed")
    panel.get_by_role("button", name="Undo").click()
    expect(panel.locator("h2")).to_contain_text("Undecided")
    expect(panel.locator(".history li")).to_have_count(3)
    assert [d.kind for d in TriageDecision.objects.all()] == ["marked", "dismissed", "undone"]


def test_an_ended_session_leads_to_the_sign_in_page(open_page: OpenPage, book: FindingsBook) -> None:
    page = open_page("/")
    page.context.clear_cookies(name="sessionid")
    page.get_by_label("Way of hiding").select_option("B")
    page.wait_for_url("**/accounts/login/**")
    expect(page.get_by_label("Password")).to_be_visible()
    expect(page.locator("#results")).to_have_count(0)


def test_without_scripts_the_page_still_shows_and_decides(open_page: OpenPage, book: FindingsBook) -> None:
    page = open_page(page_of(book.listed[0]), scripts=False)
    expect(page.locator("noscript svg, #curve svg").first).to_be_visible()
    page.get_by_role("button", name="Mark for inspection").click()
    expect(page.locator("#triage h2")).to_contain_text("To inspect")
    page.get_by_role("link", name="Show as a table").first.click()
    expect(page.locator("table.numbers tbody tr").first).to_be_visible()
