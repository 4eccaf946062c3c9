"""The report in a real browser: without scripts, by keyboard, on a telephone, enlarged, for a screen reader."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from gridcanary.accounts.models import Unit
from gridcanary.tips.models import Tip, TipMessage
from tests.casework.conftest import unit
from tests.chromium import needs_chromium
from tests.tips.conftest import photograph

pytestmark = needs_chromium

FIRST_PAGE_BYTES = 60_000
FIRST_PAGE_REQUESTS = 3
PICTURES = os.environ.get("GRIDCANARY_PICTURES", "")
"""Folder to keep screenshots in, for the documentation."""

OpenPage = Callable[..., Page]


@pytest.fixture
def receiving(transactional_db: None) -> Unit:
    return unit("jn-energy", "energy")


@pytest.fixture
def open_page(chromium: Browser, live_server: LiveServer, receiving: Unit) -> Iterator[OpenPage]:
    """Opens an address; the test fails on any error that the browser reports, and on any cookie."""
    problems: list[str] = []
    contexts: list[BrowserContext] = []

    def note(message: ConsoleMessage) -> None:
        # answers that say what is wrong bear a status that the browser calls an error
        if (
            message.type in ("error", "warning")
            and "the server responded with a status of 4" not in message.text
        ):
            problems.append(message.text)

    def opened(path: str, *, width: int = 1280, scripts: bool = True, scale: float = 1, **more: Any) -> Page:
        context = chromium.new_context(
            viewport={"width": int(width / scale), "height": int(800 / scale)},
            device_scale_factor=scale,
            java_script_enabled=scripts,
            **more,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: problems.append(str(error)))
        if path:
            page.goto(live_server.url + path)
        return page

    yield opened
    cookies = [cookie for context in contexts for cookie in context.cookies()]
    for context in contexts:
        context.close()
    assert not problems
    assert not cookies


def keep_picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def answer(page: Page, picture: Path | None = None) -> None:
    page.locator("#cue-fan_roar").check()
    page.locator("#cue-hot_exhaust").check()
    page.locator("#told").fill("整夜轰鸣，墙上一排风扇往外排热风。")
    page.locator("#place").fill("兖州区颜店镇某砖厂北侧蓝顶厂房")
    page.locator("#hour-night").check()
    if picture:
        page.locator("#files").set_input_files(picture)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    file = tmp_path / "IMG_20261101_230501.jpg"
    file.write_bytes(photograph(place=True))
    return file


def send(page: Page) -> str:
    page.locator("form .button-main").click()
    page.locator("#send-now").click()
    expect(page.locator(".receipt")).to_be_visible()
    return (page.locator(".receipt").text_content() or "").strip()


def is_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_report_works_without_scripts_on_a_telephone(open_page: OpenPage, lang: str, picture: Path) -> None:
    page = open_page(f"/{lang}/report/", width=390, scripts=False)
    keep_picture(page, f"tips-report-{lang}")
    answer(page, picture)
    page.locator("form .button-main").click()
    expect(page.locator("body")).to_contain_text("35.51000, 116.80000")
    keep_picture(page, f"tips-check-{lang}")
    page.locator("#send-now").click()
    number = (page.locator(".receipt").text_content() or "").strip()
    keep_picture(page, f"tips-receipt-{lang}")
    assert re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", number)
    page.locator("#typed").fill(number)
    page.locator("form .button-main").click()
    tip = Tip.objects.get()
    assert tip.receipt_repeated
    assert tip.attachments.count() == 1


def test_what_was_answered_can_be_changed_without_scripts(open_page: OpenPage, picture: Path) -> None:
    page = open_page("/en/report/", scripts=False)
    answer(page, picture)
    page.locator("form .button-main").click()
    page.locator("section", has=page.locator("#a-where")).get_by_role("button").click()
    assert page.url.endswith("#q-where")
    expect(page.locator("#place")).to_have_value(re.compile("砖厂"))
    expect(page.locator("#cue-fan_roar")).to_be_checked()
    page.locator("#town").fill("兖州区")
    send(page)
    assert "兖州区\n" in Tip.objects.get().place.in_clear()


def test_mistakes_are_told_at_the_top_and_lead_to_their_fields(open_page: OpenPage) -> None:
    page = open_page("/en/report/")
    page.locator("form .button-main").click()
    summary = page.locator("#summary")
    expect(summary).to_be_focused()
    assert page.title().startswith("Error:")
    summary.get_by_role("link").first.click()
    expect(page.locator("#cue-fan_roar")).to_be_focused()
    keep_picture(page, "tips-mistakes-en")


def test_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/en/report/")
    reached = []
    for _press in range(60):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.id || document.activeElement.name || ''")
        reached.append(name)
        if name == "cue-fan_roar":
            page.keyboard.press("Space")
        if name in ("told", "place"):
            page.keyboard.type("fans behind the brick works")
        if page.evaluate("document.activeElement.classList.contains('button-main')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#send-now")).to_be_visible()
    assert (
        reached.index("cue-fan_roar")
        < reached.index("place")
        < reached.index("files")
        < reached.index("name")
    )
    hidden = page.evaluate(
        "[...document.querySelectorAll('a,button,input')].filter(e => e.type !== 'hidden' && e.tabIndex < 0).length"
    )
    assert hidden == 0


@pytest.mark.parametrize(
    ("width", "scale"), [(390, 1), (1280, 2), (640, 2)], ids=["telephone", "200 % zoom", "320 px"]
)
def test_nothing_runs_out_of_the_screen(open_page: OpenPage, width: int, scale: float, picture: Path) -> None:
    page = open_page("/zh/report/", width=width, scale=scale)
    assert not is_wider_than_the_screen(page)
    answer(page, picture)
    page.locator("form .button-main").click()
    expect(page.locator("#send-now")).to_be_visible()
    assert not is_wider_than_the_screen(page)
    page.locator("#send-now").click()
    expect(page.locator(".receipt")).to_be_visible()
    assert not is_wider_than_the_screen(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_axe_finds_nothing_on_any_page(open_page: OpenPage, lang: str, scheme: str, picture: Path) -> None:
    page = open_page(f"/{lang}/report/", color_scheme=scheme)
    found = {"report": faults(page)}
    page.locator("form .button-main").click()
    found["mistakes"] = faults(page)
    answer(page, picture)
    page.locator("form .button-main").click()
    expect(page.locator("#send-now")).to_be_visible()
    found["check"] = faults(page)
    page.locator("#send-now").click()
    expect(page.locator(".receipt")).to_be_visible()
    number = (page.locator(".receipt").text_content() or "").strip()
    found["sent"] = faults(page)
    page.locator("#typed").fill("1")
    page.locator("form .button-main").click()
    found["typed wrong"] = faults(page)
    page.locator("#typed").fill(number)
    page.locator("form .button-main").click()
    found["repeated"] = faults(page)
    page.goto(page.url.replace("receipt", "answer"))
    found["answer"] = faults(page)
    page.locator("#receipt").fill("1")
    page.locator("form .button-main").click()
    found["wrong receipt"] = faults(page)
    TipMessage.objects.create(tip=Tip.objects.get(), text="请问风扇在哪一面墙上？")
    page.locator("#receipt").fill(number)
    page.locator("form .button-main").click()
    expect(page.locator("#text")).to_be_visible()
    found["conversation"] = faults(page)
    keep_picture(page, f"tips-conversation-{lang}")
    page.locator("form .button-main").click()
    found["empty message"] = faults(page)
    assert not {name: one for name, one in found.items() if one}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_first_page_is_small(open_page: OpenPage, live_server: LiveServer, lang: str) -> None:
    page = open_page("")
    loaded: list[Request] = []
    page.on("requestfinished", lambda request: loaded.append(request))
    page.goto(f"{live_server.url}/{lang}/report/", wait_until="networkidle")
    sizes = {request.url: len((request.response() or pytest.fail(request.url)).body()) for request in loaded}
    assert all(address.startswith(live_server.url) for address in sizes)
    assert len(sizes) <= FIRST_PAGE_REQUESTS, sizes
    assert sum(sizes.values()) < FIRST_PAGE_BYTES, sizes


def test_the_browser_does_the_sum(open_page: OpenPage) -> None:
    page = open_page("/en/report/")
    answer(page)
    page.locator("form .button-main").click()
    page.wait_for_function("Boolean(document.querySelector('[name=work]')?.value)")
    challenge, work = (page.locator(f"[name={name}]").input_value() for name in ("challenge", "work"))
    from gridcanary.tips.proof_of_work import solve

    assert int(work) == solve(challenge)


@pytest.mark.parametrize("way", ["click", "keys", "click without scripts"])
def test_leaving_at_once(open_page: OpenPage, live_server: LiveServer, settings: Settings, way: str) -> None:
    settings.GRIDCANARY_LEAVE_URL = f"{live_server.url}/en/report/answer/"
    page = open_page("/en/report/", scripts=way != "click without scripts")
    page.locator("#told").fill("secret")
    if way == "keys":
        for _press in range(3):
            page.keyboard.press("Escape")
    else:
        page.locator("#leave").click()
    page.wait_for_url("**/answer/")
    if way != "click without scripts":
        page.go_back()
        assert "secret" not in page.content()
        assert not page.url.endswith("/report/")
