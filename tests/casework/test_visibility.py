"""Two departments that must not see each other: every address, list, search, hint and count."""

from __future__ import annotations

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from gridcanary.accounts.models import User
from gridcanary.casework.actions import campaigns, sharing, tasks
from gridcanary.casework.case_queries import (
    CaseSearch,
    campaigns_of,
    events_of,
    find_cases,
    open_tasks,
    running_clocks,
)
from gridcanary.casework.models import Case, ShareLevel
from tests.casework.conftest import SINCE, Departments, browser


def addresses(resolver: URLResolver, prefix: str = "") -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for entry in resolver.url_patterns:
        name = prefix
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            found += addresses(entry, inner)
        elif isinstance(entry, URLPattern) and entry.name:
            found.append((name + entry.name, list(entry.pattern.converters)))
    return found


def casework_addresses() -> list[str]:
    return sorted({name for name, _parts in addresses(get_resolver()) if name.startswith("casework:")})


@pytest.fixture
def busy_case(case: Case, officer: User, departments: Departments) -> Case:
    """A case with something on every page."""
    tasks.set_task(officer, case, departments.energy, "secret task")
    campaign = campaigns.begin(officer, departments.energy, "secret campaign", SINCE)
    campaigns.put_into(officer, case, campaign)
    sharing.hand_over(officer, case, departments.police, "secret handover")
    return case


@pytest.mark.parametrize("name", casework_addresses())
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_address_tells_a_stranger_anything(
    busy_case: Case, stranger: User, name: str, method: str
) -> None:
    client = browser(stranger)
    parts = {
        "number": busy_case.number, "code": "outcome_set", "way": "accept_lead", "unit": "jn-energy",
        "handover": busy_case.handovers.get().pk,
        "reminder": 1, "task": busy_case.tasks.get().pk, "clock": 1,
        "campaign": busy_case.campaign_id,
    }  # fmt: skip
    wanted = next(
        (list(pattern.pattern.converters) for pattern in _patterns() if f"casework:{pattern.name}" == name),
        [],
    )
    needs_case = _takes_number(name)
    kwargs = {part: parts[part] for part in [*wanted, *(["number"] if needs_case else [])]}
    before = list(Case.objects.values())
    response = getattr(client, method)(reverse(name, kwargs=kwargs))
    if needs_case or "campaign" in kwargs:
        assert response.status_code in (404, 405)
    text = response.content.decode()
    for secret in (busy_case.title, "secret task", "secret campaign", "secret handover", "兖州区"):
        assert secret not in text
    # A page may say back the number that was asked for, but lists must not know it.
    if not needs_case:
        assert busy_case.number not in text
    assert list(Case.objects.values()) == before


def _patterns() -> list[URLPattern]:
    from gridcanary.casework import urls

    return [*urls.case_patterns, *(one for one in urls.urlpatterns if isinstance(one, URLPattern))]


def _takes_number(name: str) -> bool:
    from gridcanary.casework import urls

    return name.removeprefix("casework:") in {pattern.name for pattern in urls.case_patterns}


def test_lists_counts_and_searches_are_empty_for_a_stranger(busy_case: Case, stranger: User) -> None:
    for search in (
        CaseSearch(),
        CaseSearch(text=busy_case.number),
        CaseSearch(text="厂房"),
        CaseSearch(text="M1"),
    ):
        assert not find_cases(stranger, search).exists()
    assert not campaigns_of(stranger).exists()
    assert not events_of(stranger, busy_case).exists()
    assert not open_tasks(stranger, "all").exists()
    assert not running_clocks(stranger, "all").exists()


def test_those_above_a_department_read_its_cases_and_do_not_act_for_it(
    busy_case: Case, overseer: User
) -> None:
    assert list(find_cases(overseer, CaseSearch())) == [busy_case]
    page = browser(overseer).get(reverse("casework:tasks", kwargs={"number": busy_case.number}))
    assert "secret task" in page.content.decode()
    posted = browser(overseer).post(
        reverse("casework:tasks", kwargs={"number": busy_case.number}),
        {"title": "order", "unit": busy_case.owner_unit_id},
    )
    assert posted.status_code == 302
    assert not busy_case.tasks.filter(title="order").exists()


def test_a_share_opens_the_case_and_its_end_closes_it(
    case: Case, officer: User, policeman: User, departments: Departments
) -> None:
    assert not find_cases(policeman, CaseSearch()).exists()
    sharing.share(officer, case, departments.police, ShareLevel.READ, "to know of it")
    assert list(find_cases(policeman, CaseSearch())) == [case]
    sharing.end_share(officer, case, departments.police, "no longer needed")
    assert not find_cases(policeman, CaseSearch()).exists()


def test_an_administrator_of_the_system_sees_no_case(case: Case) -> None:
    root = User.objects.create_superuser("root", password="irrelevant-here")
    assert not find_cases(root, CaseSearch()).exists()


def test_somebody_who_left_sees_nothing(case: Case, officer: User) -> None:
    officer.is_active = False
    officer.save()
    assert not find_cases(officer, CaseSearch()).exists()
