"""Takes the picture of a premises page for the README from a running console, in headless Chromium.

    pip install pillow
gridcanary demo                                            # prints the address and the login
python scripts/premises_picture.py --login demo:PASSWORD --path /premises/990127001324/
"""

from __future__ import annotations

import argparse
import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
CHROMIUM = os.environ.get("GRIDCANARY_CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--headless", "--disable-gpu", "--disable-background-networking"]
WIDTH = 1280
COLOURS = 256
"""A palette is enough for a page of few colours, and makes the file a third as large."""
LANGUAGES = {"en": "premises.png", "zh-CN": "premises.zh-CN.png"}


def main() -> None:
    """Writes one picture a language."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--login", required=True, help="name:password")
    parser.add_argument("--path", required=True, help="of the premises page")
    asked = parser.parse_args()
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language, name in LANGUAGES.items():
            page = browser.new_page(
                locale=language, color_scheme="light", viewport={"width": WIDTH, "height": 1000}
            )
            sign_in(page, asked.url, asked.login)
            page.goto(asked.url + asked.path)
            take(page, IMAGES / name)
        browser.close()


def sign_in(page: Page, url: str, login: str) -> None:
    """Through the form, as a person does."""
    username, _colon, password = login.partition(":")
    page.goto(f"{url}/accounts/login/")
    page.fill("#id_username", username)
    page.fill("#id_password", password)
    page.click("main button[type=submit]")


def take(page: Page, target: Path) -> None:
    """The page down to the last chart, once all are drawn."""
    charts = page.locator(".chart")
    for place in range(charts.count()):
        charts.nth(place).and_(page.locator("[data-ready]")).wait_for()
    bottoms = [box["y"] + box["height"] for box in (card.bounding_box() for card in cards(page)) if box]
    area = {"x": 0, "y": 0, "width": WIDTH, "height": max(bottoms) + 10}
    picture = Image.open(io.BytesIO(page.screenshot(full_page=True, clip=area)))
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


def cards(page: Page) -> list:
    """The boxes that hold charts."""
    return page.locator(".chart-card").all()


if __name__ == "__main__":
    main()
