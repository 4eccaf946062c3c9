"""A unit's own templates."""

from __future__ import annotations

from collections.abc import Callable
from zipfile import ZIP_DEFLATED

import pytest

from gridcanary import packs
from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused
from gridcanary.documents.actions.own_templates import adopt, drop
from gridcanary.documents.paper import read_paper
from gridcanary.documents.papers import stored
from gridcanary.documents.queries import newest
from tests.casework.conftest import Departments
from tests.documents.conftest import issued
from tests.documents.paper.made import damaged, docx, without

pytestmark = pytest.mark.django_db
OWN = docx("本局责令停止使用通知书（自用格式）", "{{ party_name }}：{{ facts }}", "{{ document.number }}")


def printed(case: Case, *users: User) -> str:
    version = newest(issued(case, "stop_order", *users))
    return read_paper(stored(version.sha256), version.template_name).text


def test_a_unit_uses_its_own_and_goes_back(
    at_stage: Callable[[str], Case], officer: User, approver: User, departments: Departments
) -> None:
    case, pack = at_stage("investigate"), packs.load("cn_sd")
    adopt(approver, departments.energy, pack, "stop_order", "自用.docx", OWN, "加抬头")
    assert "自用格式" in printed(case, officer, approver)
    drop(approver, departments.energy, pack, "stop_order")
    assert "自用格式" not in printed(case, officer, approver)
    assert adopt(approver, departments.energy, pack, "stop_order", "自用.docx", OWN).no == 3


@pytest.mark.parametrize(
    ("content", "told"),
    [
        pytest.param(docx("{{ password }}"), "password", id="unknown name"),
        pytest.param(docx("{{ facts.__class__ }}"), "__class__", id="inside of Python"),
        pytest.param(docx("a", word__vbaProject_DOT_bin=b"\0"), "macros", id="macros"),
        pytest.param(docx("{% for x in devices %}{{ x.model }}"), "自用.docx", id="open loop"),
        pytest.param(damaged(docx("甲" * 500, pressing=ZIP_DEFLATED)), "it is damaged", id="damaged packing"),
        pytest.param(without(OWN, b"</w:body>"), "it is damaged", id="text that is no XML"),
        pytest.param(
            without(OWN, b"/officeDocument/2006/relationships/office"), "it is damaged", id="no main part"
        ),
        pytest.param(without(OWN, b"ContentType="), "it is damaged", id="types that say nothing"),
        pytest.param(b"PK", "DOCX", id="no document"),
    ],
)
def test_what_is_not_taken(content: bytes, told: str, approver: User, departments: Departments) -> None:
    with pytest.raises(CaseRefused, match=told):
        adopt(approver, departments.energy, packs.load("cn_sd"), "stop_order", "自用.docx", content)


def test_only_those_who_answer_for_the_unit_change_them(
    officer: User, stranger: User, departments: Departments
) -> None:
    for user in (officer, stranger):
        with pytest.raises(CaseRefused):
            adopt(user, departments.energy, packs.load("cn_sd"), "stop_order", "自用.docx", OWN)
