"""Numbers are given once each and without a gap, whoever issues at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.documents.actions import issuing
from gridcanary.documents.models import Document, NumberSeries
from tests.documents.conftest import approved

AT_ONCE = 6


def _issue_at_once(papers: list[Document], user: User) -> list[BaseException]:
    begin, faults = threading.Barrier(len(papers)), []

    def act(paper: Document) -> None:
        try:
            begin.wait(timeout=30)
            issuing.issue(user, paper)
        except BaseException as fault:  # noqa: BLE001  # told to the test
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(paper,)) for paper in papers]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=120)
    return faults


@pytest.mark.django_db(transaction=True)
def test_papers_issued_at_once_get_numbers_in_a_row(
    at_stage: Callable[[str], Case], officer: User, approver: User
) -> None:
    case = at_stage("investigate")
    papers = [approved(case, "stop_order", officer, approver) for _number in range(AT_ONCE)]
    assert _issue_at_once(papers, officer) == []
    assert sorted(Document.objects.values_list("seq", flat=True)) == list(range(1, AT_ONCE + 1))
    assert len(set(Document.objects.values_list("number", flat=True))) == AT_ONCE


@pytest.mark.django_db(transaction=True)
def test_the_same_paper_is_issued_once(
    at_stage: Callable[[str], Case], officer: User, approver: User
) -> None:
    case = at_stage("investigate")
    paper = approved(case, "stop_order", officer, approver)
    faults = _issue_at_once([paper] * 3, officer)
    assert len(faults) == 2
    assert NumberSeries.objects.get().last == 1
    assert Document.objects.get().versions.count() == 2


@pytest.mark.django_db
def test_a_failed_issue_uses_no_number(
    at_stage: Callable[[str], Case], officer: User, approver: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = at_stage("investigate")
    paper = approved(case, "stop_order", officer, approver)

    def fail(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("store is full")

    with monkeypatch.context() as broken:
        broken.setattr("gridcanary.documents.actions.issuing.add_version", fail)
        with pytest.raises(RuntimeError):
            issuing.issue(officer, paper)
    assert not NumberSeries.objects.filter(last__gt=0).exists()
    assert issuing.issue(officer, paper).seq == 1
