"""The phone's page in a real browser: without a network, with two people, and after signing out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from gridcanary.accounts.models import User
from gridcanary.fieldwork.actions import records, visits
from gridcanary.fieldwork.models import ChecklistAnswer, SentEntry, Visit
from tests.chromium import needs_chromium
from tests.fieldwork.conftest import browser as client_of
from tests.fieldwork.conftest import picture

pytestmark = needs_chromium

OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "409 (Conflict)", "422 (Unprocessable", "status of 503")
"""What the browser says of requests that can't or mustn't succeed here; anything else is a fault."""

OpenPhone = Callable[..., tuple[Page, BrowserContext]]


@pytest.fixture
def open_phone(
    transactional_db: None, chromium: Browser, live_server: LiveServer, visit: Visit, officer: User
) -> Iterator[OpenPhone]:
    """Opens the visit on a phone of somebody; the test fails on any error that the browser reports."""
    problems: list[str] = []
    contexts: list[BrowserContext] = []

    def opened(user: User = officer, scripts: bool = True) -> tuple[Page, BrowserContext]:
        context = chromium.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
        contexts.append(context)
        sign_in(context, live_server, user)
        page = context.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on(
            "console",
            lambda said: (
                problems.append(said.text)
                if said.type == "error" and not any(text in said.text for text in OFFLINE)
                else None
            ),
        )
        page.goto(live_server.url + reverse("fieldwork:phone", kwargs={"visit_id": visit.pk}))
        if scripts:
            expect(page.get_by_text("This page now works without a network")).to_be_visible()
        return page, context

    yield opened
    for context in contexts:
        for page in context.pages:
            page.wait_for_load_state("networkidle")  # the page loads itself anew after everything was sent
        context.close()
    assert not problems


def sign_in(context: BrowserContext, live_server: LiveServer, user: User) -> None:
    cookies = {"sessionid": client_of(user).cookies["sessionid"].value, "django_language": "en"}
    context.add_cookies([{"name": n, "value": v, "url": live_server.url} for n, v in cookies.items()])


def answer(page: Page, question: str, choice: str, note: str = "", photo: bool = False) -> None:
    """Fill in a question and press its button."""
    asked = page.locator("details.question", has_text=question)
    if asked.get_attribute("open") is None:
        asked.locator("summary").click()
    asked.get_by_role("radio", name=choice, exact=True).check()
    asked.get_by_label("What you saw").fill(note)
    if photo:
        file = picture()
        content = {"name": "plate.jpg", "mimeType": "image/jpeg", "buffer": file.read()}
        asked.locator("input[type=file]").set_input_files(content)
    asked.get_by_role("button", name="Record the answer").click()


def arrive(page: Page) -> None:
    page.get_by_label("Two officers showed").first.check()
    page.get_by_role("button", name="We have arrived").click()


def test_entries_made_without_a_network_arrive_once_and_in_order(open_phone: OpenPhone, visit: Visit) -> None:
    page, context = open_phone()
    context.set_offline(True)
    arrive(page)
    expect(page.get_by_text("1 entry waits on this phone")).to_be_visible()
    page.reload()  # the page comes from the phone, and what was filled in is still there
    expect(page.get_by_text("1 entry waits on this phone")).to_be_visible()
    answer(page, "Are computing devices running", "Yes", "3 台", photo=True)
    answer(page, "mining software or firmware", "No", "未见")
    expect(page.get_by_text("3 entries wait on this phone")).to_be_visible()
    assert not SentEntry.objects.exists()

    context.set_offline(False)
    expect(page.get_by_text("Everything is sent")).to_be_visible()
    assert list(SentEntry.objects.values_list("kind", flat=True)) == ["arrive", "answer", "answer"]
    first, second = ChecklistAnswer.objects.order_by("id")
    assert (first.item, first.answer, len(first.evidence)) == ("devices_running", "yes", 1)
    assert (second.item, second.answer) == ("mining_software", "no")
    assert first.answered_at < second.answered_at
    visit.refresh_from_db()
    assert visit.arrived_at is not None
    assert visit.arrived_at < first.answered_at
    expect(page.get_by_text("Arrived at")).to_be_visible()  # the page shows what is recorded now


def test_a_network_that_is_told_before_it_carries_anything_is_tried_again(
    open_phone: OpenPhone, visit: Visit
) -> None:
    page, context = open_phone()
    context.set_offline(True)
    arrive(page)
    expect(page.get_by_text("1 entry waits on this phone")).to_be_visible()
    page.route("**/fieldwork/session/", lambda route: route.abort(), times=2)
    context.set_offline(False)
    expect(page.get_by_text("Everything is sent")).to_be_visible()
    visit.refresh_from_db()
    assert visit.arrived_at is not None


def test_an_answer_whose_receipt_was_lost_is_recorded_once(open_phone: OpenPhone) -> None:
    page, _context = open_phone()
    lost = []

    def swallow(route: Route) -> None:
        route.fetch()  # the server gets it, the phone never hears of it
        lost.append(route.request.url)
        route.abort()

    page.route("**/entries/arrive/", swallow, times=1)
    with page.expect_event("requestfailed"):
        arrive(page)
    expect(page.get_by_text("1 entry waits on this phone")).to_be_visible()
    assert len(lost) == 1
    assert SentEntry.objects.count() == 1
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Everything is sent")).to_be_visible()
    assert SentEntry.objects.count() == 1


def test_a_conflict_is_shown_and_can_be_sent_anyway(
    open_phone: OpenPhone, arrived: Visit, officer: User, policeman: User
) -> None:
    page, context = open_phone()
    context.set_offline(True)
    answer(page, "Are computing devices running", "Yes", "3 台")
    records.answer(policeman, arrived, "devices_running", "no", at=timezone.now())
    context.set_offline(False)
    expect(page.get_by_text("policeman answered “No” in the meantime.")).to_be_visible()
    assert ChecklistAnswer.objects.count() == 1
    page.get_by_role("button", name="Send anyway").click()
    expect(page.get_by_text("Everything is sent")).to_be_visible()
    assert [row.answered_by for row in ChecklistAnswer.objects.order_by("id")] == [policeman, officer]


def test_a_refused_entry_stays_until_it_is_discarded(open_phone: OpenPhone, arrived: Visit) -> None:
    page, _context = open_phone()
    page.get_by_label("Result in a few words").fill("查获")
    page.get_by_role("button", name="Finish the record").click()
    expect(page.locator("#queue-list")).to_contain_text("Not answered")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Everything is sent")).to_be_visible()


def test_entries_wait_for_their_own_person(
    open_phone: OpenPhone, live_server: LiveServer, arrived: Visit, officer: User, policeman: User
) -> None:
    page, context = open_phone()
    context.set_offline(True)
    answer(page, "Are computing devices running", "Yes", "秘密")
    context.clear_cookies()
    context.set_offline(False)
    expect(page.get_by_text("Sign in again to send the entries")).to_be_visible()
    sign_in(context, live_server, policeman)
    page.reload()
    expect(page.get_by_text("Entries of another person wait on this phone")).to_be_visible()
    expect(page.locator("#queue-list li")).to_have_count(0)
    assert not SentEntry.objects.exists()
    sign_in(context, live_server, officer)
    page.reload()
    expect(page.get_by_text("Everything is sent")).to_be_visible()
    assert SentEntry.objects.get().sent_by == officer


KEPT = """async () => {
  const bases = (await indexedDB.databases()).map((one) => one.name);
  return [bases, await caches.keys(), (await navigator.serviceWorker.getRegistrations()).length];
}"""


def test_signing_out_takes_everything_off_the_phone(open_phone: OpenPhone, arrived: Visit) -> None:
    page, context = open_phone()
    assert page.evaluate(KEPT) == [["gridcanary-queue"], ["gridcanary-visits"], 1]
    context.set_offline(True)
    answer(page, "Are computing devices running", "Yes", "秘密")
    expect(page.get_by_text("1 entry waits on this phone")).to_be_visible()
    page.route("**/fieldwork/session/", lambda route: route.abort())
    context.set_offline(False)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.wait_for_timeout(300)
    assert "would be lost" in asked[0]
    assert page.evaluate(KEPT)[0] == ["gridcanary-queue"]
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/**")
    assert page.evaluate(KEPT) == [[], [], 0]


def test_a_page_that_was_never_opened_says_so_without_a_network(
    open_phone: OpenPhone, live_server: LiveServer, visit: Visit
) -> None:
    page, context = open_phone()
    context.set_offline(True)
    page.goto(live_server.url + reverse("fieldwork:phone", kwargs={"visit_id": visit.pk + 1}))
    expect(page.get_by_text("this page is not on this phone yet")).to_be_visible()


def test_the_forms_work_without_scripts(open_phone: OpenPhone, visit: Visit) -> None:
    page, _context = open_phone(scripts=False)
    arrive(page)
    expect(page.get_by_text("Arrived at")).to_be_visible()
    visit.refresh_from_db()
    assert visit.arrived_at is not None


def test_nothing_is_wider_than_the_phone_and_everything_can_be_touched(
    open_phone: OpenPhone, visit: Visit, officer: User
) -> None:
    visits.arrive(officer, visit, timezone.now())
    page, _context = open_phone()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.evaluate("document.querySelectorAll('.phone details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.evaluate(
        """() => [...document.querySelectorAll('.phone .button, .phone summary, .choice label, .tick')]
            .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 44)
            .map((one) => one.textContent)"""
    )
    assert small == []
