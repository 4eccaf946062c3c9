"""The report from its questions to its receipt, as a browser without scripts asks for it."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from gridcanary.accounts.models import Unit
from gridcanary.accounts.rates import Rate
from gridcanary.console.sign_in_settings import RATES
from gridcanary.tips.limits import BUCKETS
from gridcanary.tips.models import DraftFile, Tip, TipDraft, TipMessage
from gridcanary.tips.proof_of_work import solve
from tests.tips.conftest import photograph

pytestmark = pytest.mark.django_db
ANSWERS: dict[str, Any] = {
    "cues": ["fan_roar", "cables"],
    "told": "北院三号厂房整夜轰鸣",
    "town": "兖州区颜店镇",
    "pin": "35.51, 116.8",
    "seen_first": "2026-10-01",
    "hours": ["night"],
}


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def checked(lang: str = "zh", **more: Any) -> str:
    response = Client().post(f"/{lang}/report/", ANSWERS | more)
    assert response.status_code == 200, re.findall(r'class="why"[^>]*>(.*?)</p>', response.content.decode())
    return response.content.decode()


def sent(page: str, lang: str = "zh", **more: Any) -> str:
    form = {"token": hidden(page, "token"), **more}
    response = Client().post(f"/{lang}/report/send/", form)
    assert response.status_code == 200
    return response.content.decode()


def shot(name: str = "IMG_20261101.jpg", **more: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photograph(**more), "image/jpeg")


@pytest.mark.parametrize(("lang", "word"), [("zh", "您发现了什么"), ("en", "What did you notice")])
def test_the_page_asks_five_questions(bureau: Unit, lang: str, word: str) -> None:
    response = Client().get(f"/{lang}/report/")
    page = response.content.decode()
    assert word in page
    assert page.count("<fieldset") == page.count("<legend>") == 5
    assert page.count('class="drawing"') == 11
    assert not response.cookies
    assert response.headers["Cache-Control"] == "no-store"
    assert len(response.content) < 40_000


def test_without_a_department_the_page_says_whom_to_call(db: None) -> None:
    response = Client().get("/en/report/")
    assert response.status_code == 503
    assert "0531-51783330" in response.content.decode()


def test_a_report_is_checked_and_sent(bureau: Unit) -> None:
    page = checked(files=[shot(place=True)])
    assert "北院三号厂房整夜轰鸣" in page
    assert "35.51000, 116.80000" in page
    assert not Tip.objects.exists()
    confirmation = sent(page)
    tip = Tip.objects.get()
    receipt = hidden(confirmation, "receipt")
    assert re.fullmatch(r"\d{16}", receipt)
    assert tip.reference in confirmation
    assert bytes(tip.event.leaf_hash).hex() in confirmation
    assert (tip.cues, tip.told.in_clear(), tip.hours) == (["fan_roar", "cables"], ANSWERS["told"], "night")
    assert (tip.lat, tip.lon, tip.place_kind) == (35.51, 116.8, "pin")
    assert "颜店镇" in tip.place.in_clear()
    assert tip.attachments.count() == 1
    assert not TipDraft.objects.exists()


def test_the_receipt_is_typed_back(bureau: Unit) -> None:
    receipt = hidden(sent(checked()), "receipt")
    wrong = Client().post("/zh/report/receipt/", {"receipt": receipt, "typed": receipt[:-1] + "x"})
    assert receipt in wrong.content.decode()
    assert not Tip.objects.get().receipt_repeated
    spaced = f"{receipt[:4]} {receipt[4:8]}-{receipt[8:12]}　{receipt[12:]}"
    right = Client().post("/zh/report/receipt/", {"receipt": receipt, "typed": spaced})
    assert receipt not in right.content.decode()
    assert Tip.objects.get().receipt_repeated


def test_the_receipt_can_be_saved_as_text(bureau: Unit) -> None:
    receipt = hidden(sent(checked()), "receipt")
    saved = Client().post("/zh/report/receipt/", {"receipt": receipt, "save": "1"})
    assert saved.headers["Content-Disposition"] == 'attachment; filename="note.txt"'
    assert receipt[:4] in saved.content.decode()


def test_nothing_of_a_draft_is_in_clear_in_the_database(bureau: Unit) -> None:
    page = checked(files=[shot(place=True)], phone="13800001234")
    token = hidden(page, "token")
    stored = json.dumps(list(TipDraft.objects.values()), default=str)
    assert token not in stored
    assert not any(word in stored for word in ("轰鸣", "fan_roar", "13800001234", "颜店"))
    (file,) = DraftFile.objects.all()
    assert not any(b"CanaryCamera" in bytes(part) for part in (file.sealed, file.copy, file.facts))
    assert b"JFIF" not in bytes(file.sealed)


def test_answers_come_back_for_changing(bureau: Unit) -> None:
    page = checked(files=[shot()])
    back = Client().post("/zh/report/change/", {"token": hidden(page, "token")})
    form = back.content.decode()
    assert back.status_code == 200
    assert "北院三号厂房整夜轰鸣" in form
    assert 'id="cue-cables" checked' in form
    number = hidden(form, "drop")
    again = Client().post("/zh/report/", ANSWERS | {"token": hidden(form, "token"), "drop": number})
    assert again.status_code == 200
    assert not DraftFile.objects.exists()
    assert TipDraft.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        pytest.param({"cues": [], "told": ""}, "cue-fan_roar", id="nothing noticed"),
        pytest.param({"town": "", "pin": ""}, "place", id="no place"),
        pytest.param({"seen_first": "yesterday"}, "seen_first", id="no day"),
        pytest.param({"seen_first": "2199-01-01"}, "seen_first", id="in the future"),
        pytest.param({"seen_first": "1999-01-01"}, "seen_first", id="before mining"),
        pytest.param({"seen_last": "2026-09-01"}, "seen_last", id="ends before it begins"),
        pytest.param({"told": "x" * 4001}, "told", id="too long"),
        pytest.param({"cues": ["gold"]}, "cue-fan_roar", id="unknown box"),
        pytest.param({"files": [SimpleUploadedFile("a.jpg", b"MZ\x90")]}, "files", id="a program"),
        pytest.param({"files": [SimpleUploadedFile("a.jpg", b"")]}, "files", id="an empty file"),
    ],
)
def test_mistakes_are_listed_with_links_and_nothing_is_lost(
    bureau: Unit, more: dict[str, Any], field: str
) -> None:
    response = Client().post("/en/report/", ANSWERS | {"name": "王"} | more)
    page = response.content.decode()
    assert response.status_code == 422
    summary = page.partition('role="alert"')[2].partition("</ul>")[0]
    assert f'href="#{field}"' in summary
    assert f'id="{field}"' in page
    assert 'value="王"' in page
    assert hidden(page, "token")


def test_files_that_arrived_stay_when_something_else_is_wrong(bureau: Unit) -> None:
    files = [shot(), SimpleUploadedFile("a.exe", b"MZ\x90")]
    first = Client().post("/en/report/", ANSWERS | {"files": files})
    assert first.status_code == 422
    assert DraftFile.objects.count() == 1
    token = hidden(first.content.decode(), "token")
    second = Client().post("/en/report/", ANSWERS | {"token": token, "files": [shot()]})
    assert second.status_code == 200, "the same picture again is no second file"
    assert DraftFile.objects.count() == 1


def test_no_more_than_six_files(bureau: Unit) -> None:
    files = [shot(shade=shade) for shade in range(40, 110, 10)]
    assert len(files) == 7
    assert Client().post("/en/report/", ANSWERS | {"files": files}).status_code == 422
    assert DraftFile.objects.count() == 6


def test_a_report_is_sent_once(bureau: Unit) -> None:
    page = checked()
    sent(page)
    again = Client().post("/zh/report/send/", {"token": hidden(page, "token")})
    assert again.status_code == 410
    assert Tip.objects.count() == 1


def test_old_drafts_are_deleted_and_open_nothing(bureau: Unit) -> None:
    import datetime as dt

    page = checked()
    TipDraft.objects.update(began_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    assert Client().post("/zh/report/send/", {"token": hidden(page, "token")}).status_code == 410
    checked()
    assert TipDraft.objects.count() == 1


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "../..", "ä" * 43])
def test_a_made_up_token_opens_nothing(bureau: Unit, token: str) -> None:
    checked()
    assert Client().post("/zh/report/send/", {"token": token}).status_code == 410


@pytest.mark.parametrize("step", ["change", "send", "receipt"])
def test_steps_without_a_form_lead_to_the_beginning(bureau: Unit, step: str) -> None:
    response = Client().get(f"/zh/report/{step}/")
    assert (response.status_code, response.headers["Location"]) == (302, "../")


def test_hidden_data_is_removed_when_asked(bureau: Unit) -> None:
    page = checked(files=[shot(place=True)], strip="1")
    sent(page, strip="1")
    (attached,) = Tip.objects.get().attachments.all()
    assert attached.is_stripped
    assert attached.lat is None


@pytest.fixture
def tight(settings: Settings) -> None:
    BUCKETS.clear()
    settings.GRIDCANARY_RATES = RATES | {
        "tip_plain": Rate(1, 0.5), "tip_worked": Rate(3, 1), "tip_receipt": Rate(1, 1),
    }  # fmt: skip


def test_without_the_sum_it_goes_slowly_with_it_fast(bureau: Unit, tight: None) -> None:
    sent(checked())
    page = checked()
    slow = Client().post("/zh/report/send/", {"token": hidden(page, "token")})
    assert (slow.status_code, slow.headers["Retry-After"]) == (429, "120")
    assert "北院三号厂房整夜轰鸣" in slow.content.decode()
    challenge = hidden(page, "challenge")
    sent(page, challenge=challenge, work=str(solve(challenge)))
    assert Tip.objects.count() == 2


def test_an_answer_to_another_challenge_is_no_work(bureau: Unit, tight: None) -> None:
    sent(checked())
    other, page = hidden(checked(), "challenge"), checked()
    form = {"token": hidden(page, "token"), "challenge": other, "work": str(solve(other))}
    assert Client().post("/zh/report/send/", form).status_code == 429


def test_receipts_can_not_be_tried_out(bureau: Unit, tight: None) -> None:
    client = Client()
    assert client.post("/zh/report/answer/", {"receipt": "0000 0000 0000 0000"}).status_code == 422
    assert client.post("/zh/report/answer/", {"receipt": "0000 0000 0000 0000"}).status_code == 429


def test_the_receipt_opens_a_conversation(bureau: Unit) -> None:
    receipt = hidden(sent(checked("en"), "en"), "receipt")
    tip = Tip.objects.get()
    officer = tip.unit  # only a name is needed below
    assert officer
    opened = Client().post("/en/report/answer/", {"receipt": receipt})
    page = opened.content.decode()
    assert tip.reference in page
    assert "Report received" in page
    assert receipt not in page
    added = Client().post(
        "/en/report/answer/add/", {"ticket": hidden(page, "ticket"), "text": "还在响", "files": [shot()]}
    )
    assert "还在响" in added.content.decode()
    assert TipMessage.objects.get().written_by is None
    assert tip.attachments.count() == 1


@pytest.mark.parametrize("ticket", ["", "k1.", "k1.AAAA", "k9.AAAA", "no point"])
def test_a_made_up_ticket_opens_nothing(bureau: Unit, ticket: str) -> None:
    sent(checked())
    assert Client().post("/en/report/answer/add/", {"ticket": ticket, "text": "x"}).status_code == 422
    assert not TipMessage.objects.exists()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_leaving_leads_to_a_page_anybody_may_look_at(lang: str, settings: Settings) -> None:
    settings.GRIDCANARY_LEAVE_URL = "https://weather.example/"
    response = Client().get(f"/{lang}/leave/")
    assert (response.status_code, response.headers["Location"]) == (303, "https://weather.example/")
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert not response.cookies
