"""The pages: what they show, to whom, and what they never contain."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from django.templatetags.static import static
from django.test import Client
from django.urls import reverse

from gridcanary.accounts.models import User
from gridcanary.casework.actions import mark_for_inspection
from gridcanary.casework.models import TriageDecision
from gridcanary.console.archive import archive_table
from gridcanary.console.chart_tables import CHARTS
from gridcanary.console.findings import METER, FindingsBook, ListedFinding
from gridcanary.leads.ranking import budget_yield
from tests.console.conftest import first_of_mode

pytestmark = pytest.mark.django_db

LIST = reverse("console:findings")


def page_of(finding: ListedFinding, view: str = "subject", /, **more: str) -> str:
    return reverse(
        f"console:{view}", kwargs={"kind": finding.subject_kind, "subject_id": finding.subject_id, **more}
    )


def all_addresses(finding: ListedFinding) -> list[str]:
    return [
        LIST,
        page_of(finding),
        page_of(finding, "decide"),
        page_of(finding, "chart", name="curve"),
        page_of(finding, "table", name="loss"),
    ]


def test_nothing_is_shown_before_signing_in(client: Client, book: FindingsBook) -> None:
    for address in all_addresses(book.listed[0]):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("accounts:login"))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("mode", ["A", "B", "C", "D"])
def test_a_page_says_the_verdict_reasons_and_innocent_explanations(
    signed_in: Client, book: FindingsBook, mode: str, language: str
) -> None:
    finding = first_of_mode(book, mode)
    signed_in.cookies["django_language"] = language
    response = signed_in.get(page_of(finding))
    page = response.content.decode()
    assert response.status_code == 200
    assert ("hidden mine" if language == "en" else "隐蔽挖矿") in page
    for sentence in (*finding.reasons[language[:2]], *finding.innocent[language[:2]]):
        assert sentence.replace("'", "&#x27;") in page
    assert f'lang="{"en" if language == "en" else "zh-CN"}"' in page


def test_a_page_of_a_mode_c_finding_lists_the_customers_of_the_transformer(
    signed_in: Client, book: FindingsBook
) -> None:
    page = signed_in.get(page_of(first_of_mode(book, "C"))).content.decode()
    assert "Customers of this transformer" in page
    assert page.count('href="/premises/') > 3


def test_a_group_is_linked(signed_in: Client, book: FindingsBook) -> None:
    finding = next(f for f in book.listed if f.group_id)
    others = [f for f in book.group(finding.group_id) if f.key != finding.key]
    page = signed_in.get(page_of(finding)).content.decode()
    assert others
    for other in others:
        assert page_of(other) in page


def test_a_meter_that_is_not_listed_has_a_page_too(signed_in: Client, book: FindingsBook) -> None:
    listed = {finding.subject_id for finding in book.listed}
    meter = next(m for m in archive_table()["meter_id"].to_pylist() if m not in listed)
    kwargs = {"kind": METER, "subject_id": meter}
    assert (
        "No sign of a hidden mine"
        in signed_in.get(reverse("console:subject", kwargs=kwargs)).content.decode()
    )
    curve = signed_in.get(reverse("console:chart", kwargs={**kwargs, "name": "curve"})).json()
    assert any(kw is not None for kw in curve["kw"])


@pytest.mark.parametrize(
    "address", ["/premises/NOBODY/", "/transformers/NOWHERE/", "/premises/NOBODY/charts/curve.json"]
)
def test_unknown_numbers_are_not_found(signed_in: Client, home: Path, address: str) -> None:
    assert signed_in.get(address).status_code == 404


def test_an_unknown_chart_is_not_found(signed_in: Client, book: FindingsBook) -> None:
    assert signed_in.get(page_of(book.listed[0], "chart", name="pie")).status_code == 404
    assert signed_in.get(page_of(book.listed[0], "table", name="pie")).status_code == 404


def test_another_area_sees_neither_list_nor_page_nor_chart_and_cannot_decide(
    client: Client, book: FindingsBook
) -> None:
    stranger = User.objects.create(username="stranger", area_prefix="44")
    client.force_login(stranger)
    finding = book.listed[0]
    page = client.get(LIST).content.decode()
    assert not any(f.subject_id in page or (f.customer and f.title in page) for f in book.listed)
    for address in all_addresses(finding)[1:]:
        assert client.get(address).status_code in (404, 405)
    assert client.post(page_of(finding, "decide"), {"choice": "mark"}).status_code == 404
    assert not TriageDecision.objects.exists()


@pytest.mark.parametrize("kind", ["page", "list"])
def test_no_page_contains_a_script_or_style_or_a_foreign_address(
    signed_in: Client, book: FindingsBook, kind: str
) -> None:
    response = signed_in.get(LIST if kind == "list" else page_of(book.listed[0]))
    page = response.content.decode()
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.DOTALL)
    assert all(body.strip() == "" or 'type="application/json"' in attributes for attributes, body in scripts)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    assert not re.findall(r"(?:src|href)=\"(?:https?:)?//", page)
    policy = response["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    client.get(reverse("accounts:login"))
    cookie = client.cookies["csrftoken"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_the_budget_says_what_ranking_says(signed_in: Client, book: FindingsBook) -> None:
    plan = budget_yield([finding.prospect for finding in book.listed], 3)
    response = signed_in.get(LIST, {"budget": 3})
    page = response.content.decode()
    assert response.context["plan"] == plan
    assert page.count('<tr class="within') == 3
    assert "Here the inspection budget ends" in page


def test_dismissed_premises_use_up_no_budget(signed_in: Client, book: FindingsBook) -> None:
    first = book.listed[0]
    signed_in.post(page_of(first, "decide"), {"choice": "dismiss", "reason": "cold_storage"})
    response = signed_in.get(LIST, {"budget": 1})
    assert response.context["plan"] == budget_yield([book.listed[1].prospect], 1)
    rows = response.context["rows"]
    assert [row.within_budget for row in rows[:2]] == [False, True]


def test_filters_narrow_the_list_and_stay_in_the_links(signed_in: Client, book: FindingsBook) -> None:
    response = signed_in.get(LIST, {"mode": "D"})
    assert {row.finding.mode for row in response.context["rows"]} == {"D"}
    assert '<option value="D" selected>' in response.content.decode()
    assert "Nothing passes these filters" in signed_in.get(LIST, {"q": "no such name"}).content.decode()


def test_a_partial_update_is_only_the_results(signed_in: Client, home: Path) -> None:
    page = signed_in.get(LIST, headers={"HX-Request": "true"}).content.decode()
    assert page.lstrip().startswith('<div id="results">')
    assert "<html" not in page


def test_every_row_has_a_small_curve(signed_in: Client, home: Path) -> None:
    response = signed_in.get(LIST)
    assert response.content.decode().count('<svg class="sparkline"') == len(response.context["rows"])


def test_without_findings_the_page_names_the_command(signed_in: Client, empty_home: Path) -> None:
    page = signed_in.get(LIST).content.decode()
    assert "gridcanary power scan" in page
    assert "make demo" in page


def test_decisions_work_without_javascript(signed_in: Client, book: FindingsBook) -> None:
    finding = book.listed[0]
    response = signed_in.post(
        page_of(finding, "decide"),
        {"choice": "dismiss", "reason": "heating", "note": "seen <b>it</b>"},
        follow=True,
    )
    page = response.content.decode()
    assert "Electric heating, heat pump or air conditioning" in page
    assert "seen &lt;b&gt;it&lt;/b&gt;" in page
    decision = TriageDecision.objects.get()
    assert (decision.subject_id, decision.finding_score) == (finding.subject_id, finding.score)
    signed_in.post(page_of(finding, "decide"), {"choice": "undo", "seen": decision.pk})
    assert TriageDecision.objects.count() == 2


def test_htmx_gets_the_panel_alone_and_a_refusal_in_it(signed_in: Client, book: FindingsBook) -> None:
    address = page_of(book.listed[0], "decide")
    headers = {"HX-Request": "true"}
    marked = signed_in.post(address, {"choice": "mark"}, headers=headers).content.decode()
    assert marked.lstrip().startswith('<section id="triage"')
    assert "To inspect" in marked
    refused = signed_in.post(
        address, {"choice": "dismiss", "seen": "999", "reason": "heating"}, headers=headers
    )
    assert 'role="alert"' in refused.content.decode()
    assert TriageDecision.objects.count() == 1


def test_a_forged_post_is_refused(analyst: User, book: FindingsBook) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(analyst)
    assert client.post(page_of(book.listed[0], "decide"), {"choice": "mark"}).status_code == 403


def test_the_state_shows_in_the_list_and_filters(
    signed_in: Client, analyst: User, book: FindingsBook
) -> None:
    mark_for_inspection(analyst, book.listed[1].decided_subject())
    rows = signed_in.get(LIST, {"state": "marked"}).context["rows"]
    assert [row.finding.key for row in rows] == [book.listed[1].key]


@pytest.mark.parametrize("name", CHARTS)
def test_charts_and_their_tables_agree(signed_in: Client, book: FindingsBook, name: str) -> None:
    finding = first_of_mode(book, "A")
    days = {"from": str(book.listed[0].as_of), "to": str(book.listed[0].as_of)}
    assert signed_in.get(page_of(finding, "chart", name=name), days).status_code == 200
    assert "<table" in signed_in.get(page_of(finding, "table", name=name), days).content.decode()
    sheet = signed_in.get(page_of(finding, "table", name=name), {**days, "format": "csv"})
    rows = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}


def test_the_language_switch_keeps_the_page(signed_in: Client, book: FindingsBook) -> None:
    address = page_of(book.listed[0]) + "?from=2026-01-01"
    response = signed_in.post(reverse("set_language"), {"language": "zh-hans", "next": address})
    assert response["Location"] == address
    assert "检查清单" in signed_in.get(address).content.decode()


@pytest.mark.parametrize(
    "path", ["console/base.css", "console/charts.js", "plotly/plotly.min.js", "django_htmx/htmx-2.min.js"]
)
def test_static_files_come_from_their_packages(client: Client, path: str) -> None:
    address = static(path)
    assert "?v=" in address
    response = client.get(address)
    assert response.status_code == 200
    assert len(b"".join(response.streaming_content)) > 1000  # type: ignore[attr-defined]
