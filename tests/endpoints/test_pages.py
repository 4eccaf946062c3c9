from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from gridcanary.accounts.models import User
from gridcanary.custody.models import Event
from gridcanary.endpoints.actions.importing import import_findings
from gridcanary.endpoints.models import Endpoint, FindingsFile
from tests.casework.conftest import Departments, browser
from tests.endpoints.made import DAY, WALLET, at, finding, pseudonym, written

pytestmark = pytest.mark.django_db


def shown(user: User, name: str, query: str = "", *, language: str = "en", **kwargs: object) -> str:
    answer = browser(user, language).get(reverse(f"endpoints:{name}", kwargs=kwargs) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def short(name: str) -> str:
    return f"{pseudonym(name)[:12]}…"


def test_the_desk_shows_the_newest_day_strongest_first(imported: FindingsFile, officer: User) -> None:
    page = shown(officer, "desk")
    places = [page.find(short(name)) for name in ("proxy", "a", "b", "victim")]
    assert -1 not in places
    assert places == sorted(places)
    assert short("innocent") not in page
    assert "21.0 PH/s" in page
    assert "300–460" in page


@pytest.mark.parametrize(
    ("query", "there", "gone"),
    [
        (f"?day={DAY - dt.timedelta(days=1)}", ["a"], ["b", "proxy", "victim"]),
        ("?hypothesis=proxy", ["proxy"], ["a", "victim"]),
        ("?q=big.exa", ["proxy"], ["a", "b"]),
        (f"?q={WALLET}", ["a", "b", "proxy"], []),
        (f"?q={pseudonym('b')[:9]}", ["b"], ["a", "proxy"]),
        ("?day=all", ["a", "b", "proxy", "victim"], []),
        ("?aside=yes", [], ["a", "b", "proxy", "victim"]),
        ("?day=nonsense&hypothesis=nonsense&page=x", ["a", "b", "proxy", "victim"], []),
    ],
    ids=[
        "an earlier day",
        "hypothesis",
        "pool",
        "wallet",
        "pseudonym",
        "strongest days",
        "aside",
        "nonsense",
    ],
)
def test_the_desk_is_narrowed_by_its_address(
    imported: FindingsFile, officer: User, query: str, there: list[str], gone: list[str]
) -> None:
    page = shown(officer, "desk", query)
    assert all(short(name) in page for name in there)
    assert not any(short(name) in page for name in gone)


def test_an_endpoint_tells_its_days_reasons_and_the_lines_that_beat_with_it(
    line_a: Endpoint, officer: User
) -> None:
    page = shown(officer, "endpoint", endpoint=line_a.pk)
    assert "2026-11-19" in page
    assert "2026-11-20" in page
    assert page.count('height="14"') == 3  # bars: one of the first day, two of the second
    assert "several machines or people may stand behind the address" in page
    assert short("b") in page
    assert "12.0 kH/s" in page
    assert "wang@example.com" not in page
    chinese = shown(officer, "endpoint", endpoint=line_a.pk, language="zh-hans")
    assert "同一地址后可能有多台设备" in chinese


def test_days_of_another_year_are_told_with_it(
    imported: FindingsFile, officer: User, departments: Departments, tmp_path: Path
) -> None:
    old = at(3, dt.date(2021, 4, 30))
    rows = [finding("old", first_seen=old, last_seen=old + dt.timedelta(hours=1))]
    import_findings(written(tmp_path / "old.parquet", rows), departments.energy, user=officer)
    said = browser(officer).get(reverse("endpoints:desk")).content.decode()
    assert ">2021-04-30 <" in said
    assert ">11-20 <" in said


def test_an_endpoints_course_shows_its_rate_and_the_lines_in_step(line_a: Endpoint, officer: User) -> None:
    page = browser(officer).get(reverse("endpoints:endpoint", kwargs={"endpoint": line_a.pk}))
    course, other = page.context["course"], Endpoint.objects.get(pseudonym=pseudonym("b"))
    assert [day.isoformat() for day in course.days] == ["2026-11-19", "2026-11-20"]
    assert len(course.steps) == 2
    assert [endpoint for endpoint, _ in page.context["lanes"]] == [other]
    assert page.content.decode().count('class="course-lane"') == 2


def test_pools_and_wallets_lead_to_their_endpoints(imported: FindingsFile, officer: User) -> None:
    page = shown(officer, "pools")
    assert "big.example" in page
    assert WALLET in page
    pool = shown(officer, "pool", "?name=big.example")
    assert short("proxy") in pool
    assert ">240<" in pool  # workers that one session counted
    wallet = shown(officer, "wallet", f"?address={WALLET}")
    assert short("victim") in wallet
    assert browser(officer).get(reverse("endpoints:pool") + "?name=nowhere").status_code == 404


def test_strangers_see_nothing_and_those_above_everything(
    line_a: Endpoint, stranger: User, overseer: User, policeman: User
) -> None:
    for user in (stranger, policeman):
        assert short("a") not in shown(user, "desk")
        assert "big.example" not in shown(user, "pools")
        assert short("a") not in shown(user, "wallet", f"?address={WALLET}")
        for name in ("endpoint", "sessions"):
            address = reverse(f"endpoints:{name}", kwargs={"endpoint": line_a.pk})
            assert browser(user).get(address).status_code == 404
    assert short("a") in shown(overseer, "desk")


def test_an_area_limits_what_is_seen(line_a: Endpoint, officer: User) -> None:
    officer.area_prefix = "3709"
    officer.save()
    assert short("a") not in shown(officer, "desk")
    officer.area_prefix = "3708"
    officer.save()
    assert short("a") in shown(officer, "desk")


def test_a_file_is_uploaded_by_who_may(
    officer: User, departments: Departments, policeman: User, overseer: User, tmp_path: Path
) -> None:
    content = written(tmp_path / "f.parquet", [finding("a")]).read_bytes()
    address = reverse("endpoints:files")

    def sent(user: User, name: str = "f.parquet", body: bytes = content) -> str:
        form = {
            "findings": SimpleUploadedFile(name, body),
            "unit": departments.energy.pk,
            "admin_code": "370812",
        }
        return browser(user).post(address, form, follow=True).content.decode()

    sent(policeman)
    sent(overseer)
    assert not FindingsFile.objects.exists()
    assert "ending does not fit" in sent(officer, "f.csv")
    assert "no findings file" in sent(officer, body=content[:40])
    assert "1 new of 1 listed" in sent(officer)
    assert FindingsFile.objects.get().name == "f.parquet"


def test_setting_aside_takes_a_reason_and_is_logged(line_a: Endpoint, officer: User, approver: User) -> None:
    address = reverse("endpoints:aside", kwargs={"endpoint": line_a.pk})
    for user, reason in ((officer, " "), (approver, "学校实验课，已核实")):
        browser(user).post(address, {"reason": reason})
        line_a.refresh_from_db()
        assert not line_a.aside_reason
    browser(officer).post(address, {"reason": "学校实验课，已核实"})
    assert short("a") not in shown(officer, "desk")
    assert "学校实验课" in shown(officer, "endpoint", endpoint=line_a.pk)
    browser(officer).post(address, {"choice": "back"})
    assert short("a") in shown(officer, "desk")
    kinds = list(Event.objects.filter(kind__startswith="endpoint.").values_list("kind", flat=True))
    assert sorted(kinds) == ["endpoint.put_back", "endpoint.set_aside"]


def test_sessions_come_by_pages(officer: User, departments: Departments, tmp_path: Path) -> None:
    from gridcanary.endpoints.actions.importing import import_findings

    rows = [finding("a", hour / 4, 0.1, worker=f"rig{hour:02d}x") for hour in range(40)]
    import_findings(written(tmp_path / "f.parquet", rows), departments.energy, user=officer)
    endpoint = Endpoint.objects.get()
    page = shown(officer, "endpoint", endpoint=endpoint.pk)
    assert "rig39x" in page
    assert "rig25x" not in page
    address = reverse("endpoints:sessions", kwargs={"endpoint": endpoint.pk})
    second = browser(officer).get(address + "?page=2", headers={"HX-Request": "true"}).content.decode()
    assert "rig25x" in second
    assert "<html" not in second
    assert browser(officer).get(address).status_code == 302
