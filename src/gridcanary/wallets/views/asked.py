"""What a request asks for: a dossier of a case that the person may see."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest

from gridcanary.casework.models import Case
from gridcanary.casework.views.asked import case_context, person, seen_case
from gridcanary.chain.dossier import Verdict
from gridcanary.evidence.errors import EvidenceError
from gridcanary.wallets.contents import Contents, contents_of
from gridcanary.wallets.models import Dossier
from gridcanary.wallets.queries import dossiers_of


def seen_dossier(request: HttpRequest, number: str, ref: str) -> Dossier:
    """A dossier of a case that the person may see; 404 otherwise."""
    case = seen_case(request, number)
    found: Dossier | None = dossiers_of(case).filter(item__ref=ref).first()
    if found is None:
        raise Http404
    found.case = case
    return found


def opened(dossier: Dossier) -> Contents | None:
    """What lies in a dossier; None where its file is missing or was changed, which the page says."""
    try:
        return contents_of(dossier.item.sha256)
    except EvidenceError:
        return None


def dossier_context(request: HttpRequest, dossier: Dossier, verdict: Verdict | None = None) -> dict[str, Any]:
    """What every page of a dossier shows."""
    case: Case = dossier.case
    return case_context(request, case, "wallets") | {"dossier": dossier, "verdict": verdict}


__all__ = ["Contents", "case_context", "dossier_context", "opened", "person", "seen_case", "seen_dossier"]
