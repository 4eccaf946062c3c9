"""What a case tells its papers: the values behind the names of ``shape``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone, translation

from gridcanary.accounts.models import Unit, User
from gridcanary.casework import law
from gridcanary.casework.facts import facts
from gridcanary.casework.models import Case, CaseLead, CaseSite
from gridcanary.custody.queries import items_of
from gridcanary.documents.fields import FIELDS
from gridcanary.documents.models import Document
from gridcanary.documents.paper.fill import LINE_BREAK
from gridcanary.documents.queries import letterhead_of
from gridcanary.documents.wording import day, placeholder, written
from gridcanary.packs import Pack
from gridcanary.packs.schema.base import Fact
from gridcanary.packs.schema.measures import Basis

CITED = "cited"
"""Name of the entry that holds the codes of the provisions that the officer chose, with commas."""

NONE = {"zh": "无", "ms": "Tiada", "ru": "нет", "kk": "жоқ"}
"""What is printed for an optional field that stays empty."""


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What distinguishes one printing of a paper.

    Args:
        case: the case.
        code: kind of the paper in the case's pack.
        unit: who issues it.
        user: who writes it; personal facts are read in this person's name.
        number: its number; empty before it is issued.
        dated: the day on it; None before it is issued.
        version: number of the version.
    """

    case: Case
    code: str
    unit: Unit
    user: User
    number: str = ""
    dated: dt.date | None = None
    version: int = 1


def language_of(pack: Pack) -> str:
    """Two letters of the language in which a pack's papers are written."""
    return str(pack.switches.document_language)[:2].lower()


def page_language(language: str) -> str:
    """The console's catalogue for a language of papers."""
    return "zh-hans" if language == "zh" else "en"


def values_for(paper: PaperFacts, entries: Mapping[str, str], wanted: Collection[str]) -> dict[str, Any]:
    """Every value that a template may name.

    Args:
        paper: which paper.
        entries: what the officer wrote, by field; days and times in ISO form.
        wanted: names that the template uses; personal facts that it doesn't use are not read.
    """
    pack = law.pack_of(paper.case)
    language = language_of(pack)
    with translation.override(page_language(language)):
        values = _groups(paper, pack, language) | _lists(paper, pack, language, wanted)
        chosen = entries[CITED].split(",") if entries.get(CITED) else None
        values["legal_bases"] = legal_bases(pack, paper.code, paper.unit.kind, language, chosen)
        for name, field in FIELDS.items():
            value = written(name, str(entries.get(name, "")).strip(), language, pack.switches.zone)
            blank = NONE.get(language, "none") if field.optional else placeholder(field, language)
            values[name] = value or blank
    return values


def _groups(paper: PaperFacts, pack: Pack, language: str) -> dict[str, Any]:
    case, kind, head = paper.case, pack.document(paper.code), letterhead_of(paper.unit)
    title = kind.title.of(language)
    dated = day(paper.dated, language) if paper.dated else placeholder_day(language)
    outcome = pack.outcomes[case.outcome].name.of(language) if case.outcome in pack.outcomes else ""
    return {
        "case": {
            "number": case.number,
            "title": case.title,
            "summary": case.summary,
            "stage": pack.stage(case.stage).name.of(language),
            "opened_on": day(timezone.localdate(case.opened_at), language),
            "outcome": outcome,
        },
        "document": {
            "title": title,
            "number": paper.number,
            "date": dated,
            "code": paper.code,
            "version": str(paper.version),
            "seal_text": f"{head.name}{LINE_BREAK}{dated}",
            "short_kind": _short_kind(title),
        },
        "unit": {
            "name": head.name,
            "address": head.address,
            "telephone": head.telephone,
            "kind": pack.department(paper.unit.kind).name.of(language),
        },
        "attachments": [one.of(language) for one in kind.attachments],
    }


def placeholder_day(language: str) -> str:
    """What stands for the day of a paper that is not issued."""
    return "　　　　年　　月　　日" if language == "zh" else "____-__-__"


def _short_kind(title: str) -> str:
    for ending in ("决定书", "通知书", "告知书"):
        if title.endswith(ending):
            return ending[:2]
    return title


def _lists(paper: PaperFacts, pack: Pack, language: str, wanted: Collection[str]) -> dict[str, Any]:
    case, user = paper.case, paper.user
    devices = facts("devices", case, user)
    return {
        "sites": [_site(site) for site in case.sites.all()],
        "leads": [_lead(lead, language) for lead in case.leads.all()],
        "parties": facts("parties", case, user) if "parties" in wanted else [],
        "devices": devices,
        "device_total": str(sum(int(one["quantity"]) if one["quantity"].isdigit() else 1 for one in devices)),
        "measures": facts("measures", case, user),
        "money": facts("money", case, user),
        "clocks": _clocks(case, pack, language),
        "evidence": _evidence(case),
        "papers": _papers(case, language),
    }


def _site(site: CaseSite) -> dict[str, str]:
    return {
        "address": site.address,
        "kind": site.get_kind_display(),
        "premises": site.premises_id,
        "meter": site.meter_id,
        "transformer": site.transformer_id,
        "area": site.admin_code,
    }


def _lead(lead: CaseLead, language: str) -> dict[str, str]:
    reasons = (
        lead.reasons.get("zh" if language == "zh" else "en", []) if isinstance(lead.reasons, dict) else []
    )
    return {
        "source": lead.get_source_display(),
        "text": lead.text or "；".join(str(reason) for reason in reasons),
        "as_of": day(lead.as_of, language) if lead.as_of else "",
        "kw": f"{lead.kw_mid:.1f} kW" if lead.kw_mid is not None else "",
        "onset": day(lead.onset, language) if lead.onset else "",
    }


def _clocks(case: Case, pack: Pack, language: str) -> list[dict[str, str]]:
    return [
        {
            "title": pack.clock(clock.code).title.of(language),
            "due": day(timezone.localdate(clock.due_at), language) if clock.due_at else "",
            "state": clock.get_state_display(),
        }
        for clock in case.clocks.all()
        if clock.code in pack.clocks
    ]


def _evidence(case: Case) -> list[dict[str, str]]:
    return [
        {
            "ref": item.ref[:8],
            "description": item.description,
            "kind": item.get_kind_display(),
            "sha256": item.sha256,
            "sm3": item.sm3,
            "size": str(item.size_bytes or ""),
        }
        for item in items_of(case.number)
        if item.parent_id is None
    ]


def _papers(case: Case, language: str) -> list[dict[str, str]]:
    issued = Document.objects.filter(case=case).in_force().select_related("unit").order_by("issued_at")
    return [
        {
            "title": one.title,
            "number": one.number,
            "date": day(timezone.localdate(one.issued_at), language) if one.issued_at else "",
            "unit": letterhead_of(one.unit).name,
        }
        for one in issued
    ]


def citable(pack: Pack, code: str, unit_kind: str) -> dict[str, Fact]:
    """The provisions on which a paper may rest, by code.

    Args:
        pack: the case's pack.
        code: kind of the paper.
        unit_kind: kind of the issuing unit; provisions that empower others are left out.
    """
    today = timezone.localdate()
    found: dict[str, Fact] = {}
    for name, measure in pack.measures.items():
        if code in measure.documents or pack.document(code).measure == name:
            for basis in measure.bases:
                if unit_kind in pack.basis(basis).departments and pack.basis(basis).in_force(today):
                    found[basis] = pack.basis(basis)
    referrals = pack.referrals.items()
    return found | {name: one for name, one in referrals if code in one.documents and one.in_force(today)}


def legal_bases(
    pack: Pack, code: str, unit_kind: str, language: str, chosen: Collection[str] | None = None
) -> list[dict[str, str]]:
    """The provisions that a paper cites, those that nobody has read in the original marked as such.

    Args:
        pack: the case's pack.
        code: kind of the paper.
        unit_kind: kind of the issuing unit.
        language: of the paper.
        chosen: codes that the officer chose; all that are possible when left out.
    """
    found = citable(pack, code, unit_kind).items()
    return [
        {"text": cited_text(pack, fact, language), "verified": "yes" if fact.verified else ""}
        for name, fact in found
        if chosen is None or name in chosen
    ] or [{"text": _no_basis(language), "verified": "yes"}]


def cited_text(pack: Pack, fact: Fact, language: str) -> str:
    """A provision as a paper cites it."""
    cited = pack.cite(fact, language)
    mark = "：" if language == "zh" else ": "
    return f"{cited}{mark}{fact.title.of(language)}" if isinstance(fact, Basis) else cited


def _no_basis(language: str) -> str:
    return "有关法律、法规、规章的规定" if language == "zh" else "the law in force"
