"""Reads of dossiers. Each begins with what the person may see."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from gridcanary.accounts.models import User
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import visible_case_ids
from gridcanary.wallets.models import Dossier, DossierAddress

MOST_HITS = 200


def dossier_count(case: Case) -> int:
    """How many dossiers lie in a case."""
    found: int = Dossier.objects.filter(case=case).count()
    return found


def dossiers_of(case: Case) -> QuerySet[Dossier, Any]:
    """A case's dossiers, oldest first."""
    found: QuerySet[Dossier, Any] = Dossier.objects.filter(case=case).select_related("item", "attached_by")
    return found


def search_address(user: User, text: str) -> list[DossierAddress]:
    """Where an address occurs in the dossiers that a person may see.

    Args:
        user: who asks.
        text: a whole address, as people write it.

    Returns:
        At most MOST_HITS, the newest dossier first.
    """
    wanted = text.strip()
    if not wanted:
        return []
    found = DossierAddress.objects.filter(
        dossier__case__in=visible_case_ids(user), address__in={wanted, wanted.lower()}
    ).select_related("dossier__case", "dossier__item")
    return list(found.order_by("-dossier_id", "id")[:MOST_HITS])
