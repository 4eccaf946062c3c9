"""One dossier, as its kind is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from gridcanary.wallets.models import Dossier, DossierKind
from gridcanary.wallets.views.asked import Contents, dossier_context, opened, seen_dossier
from gridcanary.wallets.views.income_page import income_context
from gridcanary.wallets.views.trace_page import trace_context

SHOWN: dict[str, tuple[str, Callable[[HttpRequest, Dossier, Contents], dict[str, Any]]]] = {
    DossierKind.INCOME: ("wallets/income.html", income_context),
    DossierKind.TRACE: ("wallets/trace.html", trace_context),
}
"""Template and context of each kind."""


@require_GET
def dossier_page(request: HttpRequest, number: str, ref: str) -> HttpResponse:
    """A dossier's page."""
    dossier = seen_dossier(request, number, ref)
    contents = opened(dossier)
    context = dossier_context(request, dossier) | {"damaged": contents is None}
    template, fill = SHOWN.get(dossier.kind, ("", None))
    filled = fill(request, dossier, contents) if fill is not None and contents is not None else {}
    return render(request, template if filled else "wallets/dossier.html", context | filled)
