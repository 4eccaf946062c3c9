"""Reads of the desk. Each begins with what the person may see."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery

from gridcanary.accounts.models import User
from gridcanary.casework.case_queries import CaseSearch, find_cases
from gridcanary.casework.models import Case
from gridcanary.casework.sharing import acting_membership, visible_case_ids
from gridcanary.endpoints.models import (
    Endpoint,
    EndpointDay,
    EndpointSession,
    FindingsFile,
    LineState,
    PremisesLink,
    TakenUp,
)

CASES_OFFERED = 50


def taken_up_count(case: Case) -> int:
    """How many endpoints a case took up."""
    found: int = TakenUp.objects.filter(case=case).count()
    return found


def newest_day(user: User) -> dt.date | None:
    """The last day with any listed session that the person may see; None without any."""
    seen = EndpointDay.objects.filter(endpoint__in=Endpoint.objects.visible_to(user))
    found: dt.date | None = seen.aggregate(newest=Max("day"))["newest"]
    return found


def days_with_rows(user: User, *, most: int = 14) -> list[tuple[dt.date, int]]:
    """The newest days and how many endpoints each has, newest first."""
    seen = EndpointDay.objects.filter(endpoint__in=Endpoint.objects.visible_to(user))
    return list(seen.order_by("-day").values_list("day").annotate(count=Count("id"))[:most])


def desk_rows(
    user: User, day: dt.date | None, *, hypothesis: str = "", text: str = "", aside: bool = False
) -> QuerySet[EndpointDay, Any]:
    """Rows of the desk, the most suspicious first.

    Args:
        user: who looks.
        day: of which UTC day; None for the strongest day of each endpoint.
        hypothesis: only these; all when empty.
        text: part of a pool, wallet or method, or the beginning of a pseudonym.
        aside: those set aside instead of those that aren't.
    """
    endpoints = Endpoint.objects.visible_to(user)
    endpoints = endpoints.exclude(aside_reason="") if aside else endpoints.filter(aside_reason="")
    rows = EndpointDay.objects.filter(endpoint__in=endpoints)
    if day is not None:
        rows = rows.filter(day=day)
    else:
        best = EndpointDay.objects.filter(endpoint=OuterRef("endpoint")).order_by("-llr", "-day")
        rows = rows.filter(pk=Subquery(best.values("pk")[:1]))
    if hypothesis:
        rows = rows.filter(hypothesis=hypothesis)
    if text:
        met = (
            Q(pool__icontains=text) | Q(wallet=text) | Q(method__icontains=text) | Q(tls_name__icontains=text)
        )
        sessions = EndpointSession.objects.filter(met).values("endpoint_id")
        rows = rows.filter(Q(endpoint__in=sessions) | Q(endpoint__pseudonym__startswith=text))
    return rows.select_related("endpoint__unit").order_by("-llr", "-kw_mid", "-day", "id")


def cases_of(user: User, endpoints: Iterable[int]) -> dict[int, list[Case]]:
    """Cases that took endpoints up, of those that the person sees, by endpoint."""
    found: dict[int, list[Case]] = {}
    taken = TakenUp.objects.filter(endpoint__in=list(endpoints), case__in=visible_case_ids(user))
    for one in taken.select_related("case"):
        found.setdefault(one.endpoint_id, []).append(one.case)
    return found


def cases_to_choose(user: User, endpoint: Endpoint) -> list[Case]:
    """Open cases in which the person acts and which don't have the endpoint yet, those changed last first."""
    have = TakenUp.objects.filter(endpoint=endpoint).values("case_id")
    cases = find_cases(user, CaseSearch(state="open")).exclude(pk__in=have)
    return [case for case in cases[:CASES_OFFERED] if acting_membership(user, case) is not None]


def lines_of(user: User, endpoint: Endpoint) -> QuerySet[PremisesLink, Any]:
    """What carriers answered about an endpoint, in the cases that the person sees; personal data masked."""
    found: QuerySet[PremisesLink, Any] = PremisesLink.objects.filter(
        endpoint=endpoint, case__in=visible_case_ids(user)
    ).select_related("case")
    return found


def links_to_meter(user: User, meter_id: str) -> QuerySet[PremisesLink, Any]:
    """Endpoints that carriers placed at a meter, in the cases that the person sees; those that they may open."""
    found: QuerySet[PremisesLink, Any] = PremisesLink.objects.filter(
        meter_id=meter_id,
        state=LineState.RESOLVED,
        case__in=visible_case_ids(user),
        endpoint__in=Endpoint.objects.visible_to(user),
    ).select_related("case", "endpoint")
    return found


def partners_of(user: User, endpoint: Endpoint) -> list[dict[str, Any]]:
    """Other lines whose servers spoke at the same moments, with the number of days; those seen most first."""
    days = Counter(name for day in endpoint.days.only("synchronous_with") for name in day.synchronous_with)
    known = {
        one.pseudonym: one
        for one in Endpoint.objects.visible_to(user).filter(unit=endpoint.unit, pseudonym__in=days)
    }
    return [
        {"pseudonym": name, "endpoint": known.get(name), "days": count} for name, count in days.most_common()
    ]


def pool_rows(user: User) -> list[dict[str, Any]]:
    """Every pool with its endpoints, the one with most endpoints first."""
    seen = EndpointSession.objects.filter(endpoint__in=Endpoint.objects.visible_to(user)).exclude(pool="")
    rows = (
        seen.order_by()
        .values("pool")
        .annotate(
            endpoints=Count("endpoint", distinct=True),
            sessions=Count("id"),
            wallets=Count("wallet", distinct=True, filter=~Q(wallet="")),
            first=Min("first_seen"),
            last=Max("last_seen"),
            entry_date=Max("pool_entry_date"),
        )
    )
    return [dict(row) for row in rows.order_by("-endpoints", "pool")]


def pool_entries(user: User, pool: str) -> list[dict[str, Any]]:
    """Entries of the pool list that sessions of a pool matched: where each comes from and when it last held."""
    seen = EndpointSession.objects.filter(endpoint__in=Endpoint.objects.visible_to(user), pool=pool)
    columns = ("pool_entry", "pool_entry_source", "pool_entry_date", "method")
    rows = seen.order_by().values(*columns).annotate(sessions=Count("id"), last=Max("last_seen"))
    return list(rows.order_by("-sessions", "pool_entry"))


def endpoints_where(user: User, **facts: str) -> list[dict[str, Any]]:
    """Endpoints with sessions of a pool or wallet: how many, which workers, when; the newest first.

    Args:
        user: who looks.
        facts: columns of the sessions with the values wanted.
    """
    seen = EndpointSession.objects.filter(endpoint__in=Endpoint.objects.visible_to(user), **facts)
    rows = (
        seen.order_by()
        .values("endpoint")
        .annotate(
            sessions=Count("id"),
            names=Count("worker", distinct=True, filter=~Q(worker="")),
            counted=Max("workers"),
            first=Min("first_seen"),
            last=Max("last_seen"),
            rate=Max("hashrate_hs"),
            kw=Max("kw_mid"),
        )
    )
    found = list(rows.order_by("-last"))
    endpoints: Mapping[int, Endpoint] = Endpoint.objects.in_bulk([row["endpoint"] for row in found])
    return [
        {
            **row,
            "endpoint": endpoints[row["endpoint"]],
            "workers": max(row["names"], row["counted"] or 0),
        }
        for row in found
    ]


def wallets_of(user: User, **facts: Any) -> list[dict[str, Any]]:
    """Wallets named in logins, with the number of endpoints and sessions."""
    seen = EndpointSession.objects.filter(endpoint__in=Endpoint.objects.visible_to(user), **facts)
    rows = (
        seen.exclude(wallet="")
        .order_by()
        .values("wallet", "wallet_network")
        .annotate(endpoints=Count("endpoint", distinct=True), sessions=Count("id"), last=Max("last_seen"))
    )
    return [dict(row) for row in rows.order_by("-endpoints", "-sessions", "wallet")]


def files_of(user: User) -> QuerySet[FindingsFile, Any]:
    """Imported files that the person may see, newest first."""
    found: QuerySet[FindingsFile, Any] = FindingsFile.objects.visible_to(user).select_related(
        "unit", "imported_by"
    )
    return found
