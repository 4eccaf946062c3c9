"""Webhooks for programs: make, list, stop."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from django.http import Http404, HttpRequest
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field, StringConstraints

from gridcanary.accounts.models import TokenScope
from gridcanary.api import schemas
from gridcanary.api.authentication import Bearer, owner
from gridcanary.api.models import Webhook
from gridcanary.api.webhooks import create_webhook, stop_webhook

READ, WRITE = Bearer(TokenScope.CASES_READ), Bearer(TokenScope.CASES_WRITE)
REFUSALS = {401: schemas.Problem, 403: schemas.Problem, 404: schemas.Problem, 409: schemas.Problem}
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$", max_length=64)]

router = Router(tags=["webhooks"])


class WebhookIn(Schema):
    """An address to tell, and of what: kinds such as ``case.moved`` or areas such as ``clock``; none for all."""

    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, StringConstraints(max_length=500, pattern=r"^https?://[^\s\x00]+$")]
    kinds: Annotated[list[Kind], Field(max_length=50)] = Field(default_factory=list)


class WebhookOut(Schema):
    """A webhook. ``secret`` is there only when it is made."""

    id: int
    url: str
    kinds: list[str]
    made_at: dt.datetime
    stopped_at: dt.datetime | None
    waiting: int
    given_up: int
    secret: str | None = None


def _out(hook: Webhook, secret: str | None = None) -> dict[str, object]:
    return {
        **{name: getattr(hook, name) for name in ("id", "url", "kinds", "made_at", "stopped_at")},
        "waiting": hook.deliveries.filter(taken_at__isnull=True, given_up_at__isnull=True).count(),
        "given_up": hook.deliveries.filter(given_up_at__isnull=False).count(),
        "secret": secret,
    }


@router.get("/webhooks", response={200: list[WebhookOut], **REFUSALS}, auth=READ, summary="List webhooks")
def list_webhooks(request: HttpRequest) -> list[dict[str, object]]:
    """The owner's webhooks."""
    return [_out(hook) for hook in Webhook.objects.filter(owner=owner(request))]


@router.post("/webhooks", response={201: WebhookOut, **REFUSALS}, auth=WRITE, summary="Make a webhook")
def make_webhook(request: HttpRequest, said: WebhookIn) -> Status[dict[str, object]]:
    """Make a webhook; its secret is in this answer and in no other."""
    hook, secret = create_webhook(owner(request), said.url, said.kinds)
    return Status(201, _out(hook, secret))


@router.delete(
    "/webhooks/{hook}", response={200: WebhookOut, **REFUSALS}, auth=WRITE, summary="Stop a webhook"
)
def stop(request: HttpRequest, hook: int) -> dict[str, object]:
    """Send nothing more to a webhook."""
    found = Webhook.objects.filter(owner=owner(request), pk=hook).first() if 0 <= hook < 2**63 else None
    if found is None:
        raise Http404
    stop_webhook(found, "stopped by its owner")
    found.refresh_from_db()
    return _out(found)
