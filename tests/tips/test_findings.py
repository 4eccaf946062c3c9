"""What the lens hands on: places with weight and reasons, and no word of anybody."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.utils import timezone

from gridcanary.accounts.models import Role
from gridcanary.tips.actions import desk
from gridcanary.tips.actions.sending import TipFacts, send_tip
from gridcanary.tips.findings import TIP_FINDINGS, findings_table, lead_findings
from gridcanary.tips.models import Tip, TipLead, TipState
from tests.casework.conftest import Departments, person

pytestmark = pytest.mark.django_db(transaction=True)
PLACE = "济宁市兖州区建设路{}号"


def sent(departments: Departments, number: int, *cues: str, told: str = "整夜轰鸣，邻居都听见") -> Tip:
    facts = TipFacts(cues=cues, told=told, place=PLACE.format(number), phone="13900000000")
    return Tip.objects.get(pk=send_tip(facts, unit=departments.energy).tip.pk)


def test_the_heaviest_place_comes_first_with_its_reasons(departments: Departments) -> None:
    sent(departments, 8, "lights")
    heavy = sent(departments, 9, "machines", "talk")
    TipLead.objects.filter(pk=heavy.lead_id).update(premises_id="P9")
    table = findings_table()
    assert table.schema.equals(TIP_FINDINGS)
    first, second = table.to_pylist()
    assert (first["rank"], first["subject_kind"], first["subject_id"]) == (1, "premises", "P9")
    assert (second["subject_kind"], second["admin_code"]) == ("place", "370812")
    assert first["llr"] > second["llr"] > 0
    assert first["as_of"] == timezone.localdate()
    assert "Mining machines" in first["reasons_en"]
    assert json.loads(first["reasons"])[0]["code"].startswith("tips.cue.")
    assert first["innocent_zh"]


def test_no_word_place_or_contact_of_a_reporter_is_in_it(departments: Departments) -> None:
    sent(departments, 8, "lights", told="我是隔壁理发店的李四")
    text = str(findings_table().to_pylist())
    assert not any(word in text for word in ("李四", "理发店", "建设路", "13900000000"))


@pytest.mark.parametrize(("state", "stays"), [("nothing", 0), ("not_ours", 0), ("acted", 1), ("checked", 1)])
def test_what_was_cleared_is_left_out(departments: Departments, state: str, stays: int) -> None:
    tip = sent(departments, 8, "lights")
    desk.decide(person("desk", departments.energy, Role.OFFICER), tip, TipState(state), "已答复。")
    assert len(lead_findings()) == stays


def test_the_command_writes_what_the_ending_says(
    departments: Departments, home: Path, tmp_path: Path
) -> None:
    from gridcanary.network.findings_files import write_table

    sent(departments, 8, "lights")
    write_table(findings_table(), tmp_path / "tips.parquet")
    write_table(findings_table(), tmp_path / "tips.csv")
    assert pq.read_table(tmp_path / "tips.parquet").num_rows == 1
    assert (tmp_path / "tips.csv").read_text("utf-8-sig").count("\n") >= 2
