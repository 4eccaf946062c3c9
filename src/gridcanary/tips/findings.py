"""What the lens of tips hands on: a finding for each open lead, without a word of anybody who reported."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
from django.utils import timezone, translation

from gridcanary.contracts.findings import PLACE, PREMISES, Finding
from gridcanary.contracts.reasons import Reason, dump_reasons, load_reasons
from gridcanary.tips.models import Tip, TipLead, TipState
from gridcanary.tips.weighing import Weight, finding_of
from gridcanary.tips.words import sentence

TIP_FINDINGS = pa.schema(
    [
        pa.field("rank", pa.int32(), nullable=False),
        pa.field("subject_kind", pa.string(), nullable=False),
        pa.field("subject_id", pa.string(), nullable=False),
        pa.field("admin_code", pa.string(), nullable=False),
        pa.field("llr", pa.float64(), nullable=False),
        pa.field("tips", pa.int32(), nullable=False),
        pa.field("reporters", pa.int32(), nullable=False),
        pa.field("flags", pa.string(), nullable=False),
        pa.field("reasons_zh", pa.string(), nullable=False),
        pa.field("reasons_en", pa.string(), nullable=False),
        pa.field("innocent_zh", pa.string(), nullable=False),
        pa.field("innocent_en", pa.string(), nullable=False),
        pa.field("reasons", pa.string(), nullable=False),
        pa.field("innocent", pa.string(), nullable=False),
        pa.field("case", pa.string()),
        pa.field("as_of", pa.date32(), nullable=False),
    ]
)
"""A row per place that tips speak of, the heaviest first. subject_kind is ``premises`` with its key in the archive, or
``place`` with the lead's title. llr: natural-log likelihood ratio. tips, reporters: how many came, and how many seem
to be independent. flags: ``campaign``. reasons, innocent: as in contracts.findings. case: its
number, where it is in one."""


def lead_findings() -> list[tuple[TipLead, Finding]]:
    """The findings of leads on which something came of a tip or may still, the heaviest first."""
    standing = Tip.objects.exclude(state__in=(TipState.NOTHING, TipState.NOT_OURS)).values("lead")
    leads = TipLead.objects.filter(pk__in=standing).select_related("case").prefetch_related("tips")
    return [(lead, _finding(lead)) for lead in leads.order_by("-llr", "id")]


def findings_table(as_of: dt.date | None = None) -> pa.Table:
    """The same as TIP_FINDINGS.

    Args:
        as_of: written into every row; today where left out.
    """
    day = as_of or timezone.localdate()
    rows = [_row(rank, lead, finding, day) for rank, (lead, finding) in enumerate(lead_findings(), start=1)]
    return pa.Table.from_pylist(rows, schema=TIP_FINDINGS)


def _finding(lead: TipLead) -> Finding:
    weight = Weight(
        lead.llr,
        tuple(load_reasons(lead.reasons.get("reasons", "[]"))),
        tuple(load_reasons(lead.reasons.get("innocent", "[]"))),
        int(lead.reasons.get("independent", 0)),
    )
    if lead.premises_id:
        return finding_of(PREMISES, lead.premises_id, weight)
    return finding_of(PLACE, lead.title, weight)


def _row(rank: int, lead: TipLead, finding: Finding, day: dt.date) -> dict[str, object]:
    return {
        "rank": rank,
        "subject_kind": finding.subject_kind,
        "subject_id": finding.subject_id,
        "admin_code": lead.admin_code,
        "llr": finding.llr,
        "tips": len(lead.tips.all()),
        "reporters": int(lead.reasons.get("independent", 0)),
        "flags": ",".join(lead.flags),
        "reasons_zh": _spoken(finding.reasons, "zh-hans"),
        "reasons_en": _spoken(finding.reasons, "en"),
        "innocent_zh": _spoken(finding.innocent, "zh-hans"),
        "innocent_en": _spoken(finding.innocent, "en"),
        "reasons": dump_reasons(finding.reasons),
        "innocent": dump_reasons(finding.innocent),
        "case": lead.case.number if lead.case else None,
        "as_of": day,
    }


def _spoken(reasons: tuple[Reason, ...], language: str) -> str:
    with translation.override(language):
        return "\n".join(sentence(reason) for reason in reasons)
