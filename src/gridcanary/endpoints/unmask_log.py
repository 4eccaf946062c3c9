"""That somebody asked for, decided about or read a line's personal data stands in the case's history."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save

from gridcanary.accounts.models import PersonalDataRead, UnmaskRequest, UnmaskState, User
from gridcanary.custody.log_actions import record
from gridcanary.endpoints.models import EndpointAccount, PremisesLink

LABELS = {PremisesLink._meta.label_lower: PremisesLink, EndpointAccount._meta.label_lower: EndpointAccount}


def watch_unmasking() -> None:
    """Write an event for every request, decision and reading, wherever in the console it is made."""
    post_save.connect(_asked_or_decided, sender=UnmaskRequest, dispatch_uid="endpoints.unmask_request")
    post_save.connect(_read, sender=PersonalDataRead, dispatch_uid="endpoints.personal_data_read")


def _asked_or_decided(instance: UnmaskRequest, created: bool, **_more: Any) -> None:
    if instance.model not in LABELS:
        return
    facts = {"request": instance.pk, "field": instance.field}
    if created:
        _write("endpoint.unmask_asked", instance, instance.asked_by, {**facts, "reason": instance.reason})
        return
    by = instance.decided_by if instance.state != UnmaskState.WITHDRAWN else instance.asked_by
    _write("endpoint.unmask_decided", instance, by, {**facts, "state": instance.state})


def _read(instance: PersonalDataRead, created: bool, **_more: Any) -> None:
    if instance.model in LABELS and created:
        facts = {"field": instance.field, "request": instance.request_id or 0}
        _write("endpoint.unmasked", instance, instance.user, facts)


def _write(
    kind: str, about: UnmaskRequest | PersonalDataRead, actor: User | None, facts: dict[str, Any]
) -> None:
    unit = actor.unit if actor is not None else None
    for number in _case_numbers(about.model, about.object_id):
        record(kind, actor=actor, unit_code=unit.code if unit else "", case_ref=number, body=facts)


def _case_numbers(label: str, object_id: str) -> list[str]:
    """The case of a link; the cases that took up the endpoint of an account."""
    if label == PremisesLink._meta.label_lower:
        links = PremisesLink.objects.filter(pk=object_id)
        return list(links.values_list("case__number", flat=True))
    accounts = EndpointAccount.objects.filter(pk=object_id, endpoint__taken_up__isnull=False)
    return list(accounts.values_list("endpoint__taken_up__case__number", flat=True).distinct())
