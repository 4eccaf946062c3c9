"""Version 1 of the API, and how refusals are told."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from gridcanary.accounts.models import TokenScope
from gridcanary.api.authentication import Bearer
from gridcanary.api.cases import router
from gridcanary.api.hooks import router as hooks
from gridcanary.api.webhooks import WebhookRefused
from gridcanary.casework.actions.stages import GateClosed
from gridcanary.casework.sharing import CaseRefused

api = NinjaAPI(
    title="gridcanary",
    version="1",
    description="Cases, tasks, clocks and events. Make a token under your account; a program sees and may do what its "
    "owner sees and may do, within the token's scopes.",
    urls_namespace="api-1",
    docs_url=None,
    openapi_url="/openapi.json",
    auth=Bearer(TokenScope.CASES_READ),
)
"""No interactive page: it would load scripts from elsewhere. The description lies at /api/v1/openapi.json."""

api.add_router("", router)
api.add_router("", hooks)


@api.exception_handler(WebhookRefused)
def refused_webhook(request: HttpRequest, error: WebhookRefused) -> HttpResponse:
    """409 with what is wrong with the address."""
    return api.create_response(request, {"detail": str(error), "missing": []}, status=409)


@api.exception_handler(CaseRefused)
def refused(request: HttpRequest, error: CaseRefused) -> HttpResponse:
    """409 with the sentence that a person would read; a closed gate says what it lacks."""
    missing = error.missing if isinstance(error, GateClosed) else []
    return api.create_response(request, {"detail": str(error), "missing": missing}, status=409)
