"""The papers of a case: what is there, and what the next gates still need."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridcanary.casework import law
from gridcanary.casework.gates import ways
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import CaseRefused
from gridcanary.casework.views.asked import case_context, person, seen_case
from gridcanary.documents.actions.drafting import may_issue
from gridcanary.documents.queries import codes_in_force, papers_of


@require_GET
def papers(request: HttpRequest, number: str) -> HttpResponse:
    """Papers of a case."""
    case = seen_case(request, number)
    listed = papers_of(person(request), case)
    context = case_context(request, case, "documents") | {
        "papers": listed,
        "needs": _needs(request, case),
        "kinds": _kinds(request, case),
    }
    return render(request, "documents/papers.html", context)


def _needs(request: HttpRequest, case: Case) -> list[dict[str, Any]]:
    """For each way forward: the papers that its gate demands, and whether they are in force."""
    pack, lang, issued = law.pack_of(case), law.language(), codes_in_force(case)
    found = []
    for way in ways(case):
        gate = way.transition.gate
        if way.transition.backward or not (gate.documents or gate.one_of):
            continue
        groups = [(code,) for code in gate.documents] + list(gate.one_of)
        rows = [
            {
                "done": bool(issued & set(group)),
                "papers": [_kind(request, case, code, issued) for code in group],
            }
            for group in groups
        ]
        found.append(
            {
                "title": way.transition.title.of(lang),
                "rows": rows,
                "to": pack.stage(way.transition.to_stage).name.of(lang),
            }
        )
    return found


def _kinds(request: HttpRequest, case: Case) -> list[dict[str, Any]]:
    """Kinds of papers of this stage, those first that the person's department issues."""
    pack, issued = law.pack_of(case), codes_in_force(case)
    here = [code for code, kind in pack.documents.items() if case.stage in kind.stages]
    rows = [_kind(request, case, code, issued) for code in here]
    return sorted(rows, key=lambda row: not row["may"])


def _kind(request: HttpRequest, case: Case, code: str, issued: set[str]) -> dict[str, Any]:
    pack, lang = law.pack_of(case), law.language()
    kind = pack.document(code)
    try:
        may_issue(person(request), case, code)
    except CaseRefused as refused:
        why = str(refused)
    else:
        why = ""
    waiting = case.documents.filter(code=code, state__in=("draft", "in_review", "approved", "issued")).first()
    return {
        "code": code,
        "title": kind.title.of(lang),
        "issuers": [pack.department(one).short.of(lang) for one in kind.issuers],
        "issued": code in issued,
        "waiting": waiting,
        "may": not why,
        "why": why,
    }
