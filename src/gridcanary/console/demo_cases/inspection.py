"""A visit to the premises: planned, carried out, recorded."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.utils import timezone

from gridcanary.casework.models import Campaign, Case
from gridcanary.console.demo_cases.people import Cast
from gridcanary.console.demo_cases.photographs import picture
from gridcanary.console.demo_cases.size import load_kw
from gridcanary.fieldwork import rules
from gridcanary.fieldwork.actions import plans, records, visits
from gridcanary.fieldwork.actions.photos import add_visit_photos
from gridcanary.fieldwork.models import Answer, InspectionPlan, MetAs, UserProof, Visit

SEEN = {
    "devices_running": "货架上的矿机正在运行。",
    "device_photos": "已逐台编号、贴签、拍照。",
    "mining_software": "管理页面显示挖矿固件。",
    "worker_configuration": "配置页面有矿池地址和矿工名，已截图。",
    "pool_record": "路由器日志有矿池连接记录。",
    "measured_power": "钳形表实测，读数见照片。",
    "people": "场所由承租人甲使用，已核对租赁合同。",
}
"""What was seen, by question."""

NOT_SEEN = {"intrusion_signs": "未见入侵痕迹。"}


def plan(
    cast: Cast, case: Case, day: dt.date, *, kind: str = "energy", campaign: Campaign | None = None
) -> InspectionPlan:
    """Plan a visit to every place of a case by two certified officers.

    Args:
        cast: who acts.
        case: the case.
        day: when.
        kind: which department goes.
        campaign: the drive it belongs to.
    """
    return plans.make_plan(
        cast.officer(kind), title=f"现场核查：{case.title}"[:80], day=day, sites=list(case.sites.all()),
        officers=cast.pair(kind), campaign=campaign, meeting_time=dt.time(8, 30), meeting_point="示范县政务中心东门",
        equipment="执法记录仪、钳形表、封条、标签",
    )  # fmt: skip


def record(cast: Cast, made: InspectionPlan, *, mining: bool = True) -> None:
    """Carry every visit of a plan out.

    Args:
        cast: who acts.
        made: the plan.
        mining: whether the three lights are found; otherwise nothing of the kind is.
    """
    for visit in made.visits.select_related("plan", "case", "site"):
        _visit(cast, visit, mining=mining)


def _visit(cast: Cast, visit: Visit, *, mining: bool) -> None:
    user = cast.officer(visit.plan.unit.kind)
    at = timezone.now() - dt.timedelta(hours=3)
    visit = visits.arrive(user, visit, at, certificates_shown=True)
    shots = [picture(f"{visit.case.number}-{visit.pk}-{no}", visit.pk * 7 + no) for no in range(1 + mining)]
    caption = "现场全景与设备铭牌" if mining else "现场全景"
    refs = add_visit_photos(user, visit, shots, caption, at=at)
    told = visits.Circumstances(
        site_confirmed=True, user_proof=UserProof.LEASE, met_as=MetAs.TENANT, met_name="承租人甲",
        no_witness_reason="全程录音录像", certificates_shown=True,
    )  # fmt: skip
    visits.describe(user, visit, told)
    for question in rules.questions(visit.case):
        _answer(cast, visit, question, refs, at, mining=mining)
    records.measure_load(
        user, visit, records.Measured(at, "钳形表 DEMO-01", load_kw(visit.case)), evidence=refs[:1]
    )
    records.read_meter(
        user, visit, visit.site.meter_id or "DEMO", Decimal("182345.6"), at=at, seal_intact=Answer.YES
    )
    visits.finish(
        user, visit, timezone.now() - dt.timedelta(hours=1),
        "查见运行中的矿机，证据已固定。" if mining else "未见“挖矿”设备。",
    )  # fmt: skip


def _answer(
    cast: Cast, visit: Visit, question: rules.Question, refs: list[str], at: dt.datetime, *, mining: bool
) -> None:
    is_light = question.light in rules.LIGHTS
    if question.code in NOT_SEEN or (is_light and not mining):
        value, remark, evidence = Answer.NO, NOT_SEEN.get(question.code, "未见。"), []
    else:
        value, remark = Answer.YES, SEEN.get(question.code, "已核对。") if mining else "已核对。"
        evidence = refs if is_light else []
    user = cast.officer(visit.plan.unit.kind)
    records.answer(user, visit, question.code, value, at=at, remark=remark, evidence=evidence)
