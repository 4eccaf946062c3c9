"""Making webhooks, and sending them what happened: signed, retried, never to an address inside."""

from __future__ import annotations

import datetime as dt
import http.client
import ipaddress
import json
import secrets
import socket
import ssl
import time
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from gridcanary.accounts.models import User
from gridcanary.api.models import Delivery, Webhook
from gridcanary.api.signing import HEADER, sign
from gridcanary.casework.models import Case
from gridcanary.contracts.errors import GridcanaryError
from gridcanary.custody.models import Event

TIMEOUT_S = 10.0
MOST_TRIES = 12
FIRST_WAIT_S = 30.0
LONGEST_WAIT_S = 6 * 3600.0
EVENTS_AT_ONCE = 1000
HOOKS_EACH = 20


class WebhookRefused(GridcanaryError):
    """A webhook that can't be made or sent; the message is for the person who asked."""


def create_webhook(user: User, url: str, kinds: list[str]) -> tuple[Webhook, str]:
    """Make a webhook; it is told of what happens from now on.

    Args:
        user: whose view of cases it has.
        url: an https address outside; see ``public_address``.
        kinds: kinds of events, or their areas such as ``clock``; empty for all.

    Returns:
        The webhook and its secret, which is shown once.

    Raises:
        WebhookRefused: an address that can't be used, or too many webhooks.
    """
    public_address(url)
    if Webhook.objects.filter(owner=user, stopped_at__isnull=True).count() >= HOOKS_EACH:
        raise WebhookRefused(_("You have too many webhooks. Stop one first."))
    last = Event.objects.aggregate(last=Max("seq"))["last"]
    secret = secrets.token_urlsafe(32)
    hook = Webhook.objects.create(
        owner=user, url=url, kinds=kinds, secret=secret, next_seq=0 if last is None else last + 1
    )
    return hook, secret


def stop_webhook(hook: Webhook, reason: str) -> None:
    """Send nothing more to it; what was sent stays on record."""
    Webhook.objects.filter(pk=hook.pk, stopped_at__isnull=True).update(
        stopped_at=timezone.now(), stop_reason=reason[:200]
    )


def public_address(url: str) -> tuple[str, int, str]:
    """Where a webhook would go.

    Args:
        url: its address.

    Returns:
        IP address to connect to, port and host name. The connection goes to that very address, so that a name that
        resolves differently a moment later leads nowhere else.

    Raises:
        WebhookRefused: not https, no host, a password in it, or an address that isn't public. Hosts in the setting
            GRIDCANARY_WEBHOOK_HOSTS may be inside and may use http.
    """
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise WebhookRefused(_("The host of the address can't be found.")) from error
    inside = parts.hostname in settings.GRIDCANARY_WEBHOOK_HOSTS
    if parts.scheme != "https" and not (inside and parts.scheme == "http"):
        raise WebhookRefused(_("The address must begin with https://."))
    if not parts.hostname or parts.username or parts.password:
        raise WebhookRefused(_("The address needs a host and must not hold a password."))
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        raise WebhookRefused(_("The host of the address can't be found.")) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not inside and not all(ipaddress.ip_address(one.split("%")[0]).is_global for one in addresses):
        raise WebhookRefused(_("The address lies inside a private network."))
    return addresses[0], port, parts.hostname


def deliver_all(now: dt.datetime | None = None) -> tuple[int, int]:
    """Queue what has happened, and try what is due. Safe to run at any time.

    Returns:
        How many deliveries were taken, and how many failed this time.
    """
    for hook in Webhook.objects.filter(stopped_at__isnull=True).select_related("owner"):
        queue(hook)
    now = now or timezone.now()  # after queueing, so that what is new is due
    taken = failed = 0
    due = Delivery.objects.filter(taken_at__isnull=True, given_up_at__isnull=True, next_try_at__lte=now)
    for delivery in due.filter(webhook__stopped_at__isnull=True).select_related("webhook").order_by("seq"):
        if attempt(delivery):
            taken += 1
        else:
            failed += 1
    return taken, failed


@transaction.atomic
def queue(hook: Webhook) -> int:
    """Add the events since last time that the webhook wants and its owner may see.

    Returns:
        How many were added.
    """
    hook = Webhook.objects.select_for_update().get(pk=hook.pk)
    events = list(
        Event.objects.filter(seq__gte=hook.next_seq)
        .order_by("seq")
        .values_list("seq", "kind", "case_ref")[:EVENTS_AT_ONCE]
    )
    if not events:
        return 0
    numbers = {case_ref for _seq, _kind, case_ref in events if case_ref}
    seen = set(
        Case.objects.visible_to(hook.owner).filter(number__in=numbers).values_list("number", flat=True)
    )
    wanted = [seq for seq, kind, case_ref in events if case_ref in seen and hook.wants(kind)]
    Delivery.objects.bulk_create([Delivery(webhook=hook, seq=seq) for seq in wanted], ignore_conflicts=True)
    hook.next_seq = events[-1][0] + 1
    hook.save(update_fields=["next_seq"])
    return len(wanted)


def attempt(delivery: Delivery) -> bool:
    """Send one delivery; a failure waits twice as long each time and is given up after MOST_TRIES."""
    event = Event.objects.get(seq=delivery.seq)
    body = json.dumps(
        {
            "seq": event.seq,
            "kind": event.kind,
            "case": event.case_ref,
            "occurred_at": event.occurred_at.isoformat(),
        }
    ).encode()
    hook = delivery.webhook
    try:
        status = post(hook.url, body, sign(hook.secret.in_clear(), body, int(time.time())))
        answer = str(status)
        taken = 200 <= status < 300
    except (OSError, http.client.HTTPException, WebhookRefused) as error:
        answer, taken = f"{type(error).__name__}: {error}", False
    now = timezone.now()
    delivery.tries += 1
    delivery.last_answer = answer[:200]
    if taken:
        delivery.taken_at = now
    elif delivery.tries >= MOST_TRIES:
        delivery.given_up_at = now
    else:
        delivery.next_try_at = now + dt.timedelta(seconds=wait_s(delivery.tries))
    delivery.save()
    return taken


def wait_s(tries: int) -> float:
    """How long to wait after so many failures [s]."""
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * float(2 ** (tries - 1)))


def post(url: str, body: bytes, signature: str) -> int:
    """Send a body to an address; redirects are not followed.

    Returns:
        The HTTP status.

    Raises:
        WebhookRefused: the address is no longer one that may be used.
        OSError: no connection, or no answer in TIMEOUT_S.
    """
    address, port, host = public_address(url)
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    connection.sock = socket.create_connection((address, port), timeout=TIMEOUT_S)
    try:
        if parts.scheme == "https":
            connection.sock = ssl.create_default_context().wrap_socket(connection.sock, server_hostname=host)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Content-Type": "application/json", "User-Agent": "gridcanary", HEADER: signature}
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
