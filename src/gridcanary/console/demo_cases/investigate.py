"""The inquiry: party, preservation, machines, supply, referral, and the decision that ends it."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from gridcanary.casework.actions import cases, clocks
from gridcanary.casework.models import Case
from gridcanary.console.demo_cases import devices, papers, supply, ways
from gridcanary.console.demo_cases.people import Cast
from gridcanary.custody.queries import items_of
from gridcanary.documents.actions import referring
from gridcanary.enforcement.actions import measures, parties
from gridcanary.enforcement.models import Measure, MeasureState, Part, PartyKind
from gridcanary.fieldwork.models import Disconnection

DAY = dt.timedelta(days=1)


def secure(cast: Cast, case: Case, *, hours_without_supply: int) -> tuple[Measure, Disconnection]:
    """Name the party, preserve and list the machines, cut the supply.

    Args:
        cast: who acts.
        case: the case.
        hours_without_supply: since when the supply is off.

    Returns:
        The preservation in force and the disconnection.
    """
    user = cast.officer("energy")
    site = case.sites.all()[0]
    tenant = parties.PartyFacts(
        PartyKind.PERSON, "承租人甲", phone="00000000000", note="与现场管理人员为同一人"
    )
    parties.add_party(user, case, tenant, [Part.OPERATOR, Part.TENANT], site=site)
    owner = parties.PartyFacts(PartyKind.COMPANY, "示范县某恒温仓储有限公司")
    parties.add_party(user, case, owner, [Part.LANDLORD, Part.USER_OF_RECORD], site=site)
    target = measures.Target(site=site)
    kept = measures.propose(
        user, case, "register_preserve", "apl_56", cast.unit("energy"), target, "矿机可能被连夜转移"
    )
    measures.approve(cast.approver("energy"), kept)
    on_site = measures.OnSite(cast.pair("energy"), timezone.now() - DAY, no_witness_reason="全程录音录像")
    measures.take(user, kept, on_site)
    devices.list_and_seal(cast, case)
    return kept, supply.cut(cast, case, hours_ago=hours_without_supply)


def let_wait(cast: Cast, case: Case) -> None:
    """Leave things to decide: a paper and a referral to approve, a measure to approve, a clock that is late."""
    user = cast.officer("energy")
    clocks.report(
        user, case, "tip_decided", at=timezone.now() - 12 * DAY, remark="举报登记：已决定核查，尚未告知举报人"
    )
    papers.issue_all(
        cast, case, "preservation_notice", "preservation_list", "device_list", "investigation_report"
    )
    papers.submit(cast, papers.draft(cast, case, "criminal_referral"))
    referring.prepare(
        user, case, "to_police", cast.unit("police"), "现场计量装置疑似被绕越，涉嫌盗窃电能，移送审查。",
        evidence_refs=[item.ref for item in items_of(case.number)[:4]],
    )  # fmt: skip
    target = measures.Target(site=case.sites.all()[0])
    measures.propose(
        user,
        case,
        "list_surcharge",
        "ndrc1283_list",
        cast.unit("energy"),
        target,
        "查实“挖矿”用电，户号已确认",
    )


def decide(cast: Cast, case: Case, kept: Measure, cut: Disconnection) -> None:
    """Confirm mining, hear the party, decide, serve, and order rectification."""
    user = cast.officer("energy")
    supply.prove(cast, case, cut)
    cases.set_outcome(user, case, "confirmed", "现场查获矿机，三项证据齐备")
    papers.issue_all(cast, case, "device_list", "investigation_report", "penalty_notice", "legal_review")
    ways.state(cast, case, "party_heard", "事先告知书已送达，当事人未提出异议，见告知书回执")
    ways.state(cast, case, "legal_review", "法制审核意见书已出具")
    papers.issue_all(cast, case, "penalty_decision", "service_receipt")
    measures.finish(user, kept, MeasureState.CONVERTED, "已作出行政处罚决定，保存物品转入清退")
    ways.go(cast, case, "order_rectification")
