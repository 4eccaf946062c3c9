"""Pools and wallets, and the endpoints that talked to them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridcanary.endpoints.queries import endpoints_where, pool_entries, pool_rows, wallets_of
from gridcanary.endpoints.views.asked import person
from gridcanary.endpoints.words import METHODS, said
from gridcanary.wallets.queries import search_address


@require_GET
def pools(request: HttpRequest) -> HttpResponse:
    """Every pool that was talked to, and every wallet that logged in."""
    user = person(request)
    context = {"pools": pool_rows(user), "wallets": wallets_of(user), "tab": "pools"}
    return render(request, "endpoints/pools.html", context)


@require_GET
def pool(request: HttpRequest) -> HttpResponse:
    """One pool: its entries in the list, its wallets, its endpoints."""
    user, name = person(request), request.GET.get("name", "")
    endpoints = endpoints_where(user, pool=name) if name else []
    if not endpoints:
        raise Http404
    context = {
        "name": name,
        "entries": [{**one, "method": said(METHODS, one["method"])} for one in pool_entries(user, name)],
        "wallets": wallets_of(user, pool=name),
        "endpoints": endpoints,
        "tab": "pools",
    }
    return render(request, "endpoints/pool.html", context)


@require_GET
def wallet(request: HttpRequest) -> HttpResponse:
    """One wallet: its endpoints, and the chain dossiers that name it."""
    user, address = person(request), request.GET.get("address", "").strip()[:200]
    context = {
        "address": address,
        "endpoints": endpoints_where(user, wallet=address) if address else [],
        "dossiers": search_address(user, address),
        "tab": "pools",
    }
    return render(request, "endpoints/wallet.html", context)
