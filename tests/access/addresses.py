"""Every address of the resolver, filled in with the ids of a case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from gridcanary.custody.models import EvidenceItem
from tests.access.conftest import Room

OBJECT_IDS = {
    "pk", "key", "task", "clock", "campaign", "handover", "reminder", "plan_id", "visit_id", "photo_id", "tag",
    "cut_id", "visit", "sign", "part", "file", "hook", "ref", "number",
    "endpoint", "reference",
}  # fmt: skip
"""Parts of an address that name something of a case; the others are codes that everybody may know."""


@dataclass(frozen=True)
class Address:
    """One address.

    Args:
        name: with its namespaces; the route where it has no name.
        path: filled in.
        keys: parts of the route that name something of a case.
    """

    name: str
    path: str
    keys: tuple[str, ...]


def routes() -> Iterator[tuple[str, str, URLPattern]]:
    """Name, route and pattern of every leaf of the resolver."""
    yield from _leaves(get_resolver(), "", "")


def _leaves(resolver: URLResolver, spaces: str, before: str) -> Iterator[tuple[str, str, URLPattern]]:
    for one in resolver.url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _leaves(one, f"{spaces}{one.namespace}:" if one.namespace else spaces, route)
        else:
            yield f"{spaces}{one.name or route}", route, one


def addresses(room: Room, *, number: str = "") -> Iterator[Address]:
    """Every address, with the ids of what lies in a room.

    Args:
        room: whose ids.
        number: of the case to ask under; the room's own where left out.
    """
    for name, route, _pattern in routes():
        parts = _converters(route)
        for values in _values(name, parts, room):
            filled = {**values, **({"number": number} if number and "number" in values else {})}
            path = "/" + _filled(route, filled)
            yield Address(name, path, tuple(part for part in parts if part in OBJECT_IDS))


def _converters(route: str) -> list[str]:
    return [
        piece.partition(">")[0].partition(":")[2] or piece.partition(">")[0] for piece in route.split("<")[1:]
    ]


def _filled(route: str, values: dict[str, object]) -> str:
    made = ""
    for piece in route.split("<"):
        spec, closed, rest = piece.partition(">")
        made += f"{values[spec.partition(':')[2] or spec]}{rest}" if closed else piece
    return made


VERBS = {
    "measure_act": ("verb", ["approve", "refuse", "withdraw", "take", "finish"]),
    "supply_step": ("step", ["executed", "read-again", "reconnected", "withdrawn", "readings"]),
    "device_step": ("act", ["seal", "seize", "move", "release", "dispose"]),
    "entry": (
        "kind",
        ["arrive", "people", "answer", "load", "meter", "device", "photo", "finish", "give-up"],
    ),
    "reveal": ("field", ["name", "id_number", "phone", "address"]),
    "export": ("table", ["cases", "clocks", "money", "stages", "lateness"]),
}
"""Addresses whose last part says what is done: each is tried with all that it knows."""


def _values(name: str, parts: list[str], room: Room) -> Iterator[dict[str, object]]:
    values = {part: _value(name, part, room) for part in parts}
    short = name.rpartition(":")[2]
    if name == "accounts:unmask_ask":
        for label, pk, field in _personal(room):
            yield {"label": label, "pk": pk, "field": field}
    elif name == "oversight:export":
        yield from (
            {"table": table, "ending": end} for table in VERBS["export"][1] for end in ("csv", "xlsx")
        )
    elif short in VERBS:
        part, choices = VERBS[short]
        yield from ({**values, part: choice} for choice in choices)
    else:
        yield values


def _personal(room: Room) -> list[tuple[str, object, str]]:
    return [
        ("enforcement.party", room.party.pk, "id_number"),
        ("documents.service", room.ids["service"], "served_to"),
        ("documents.documentversion", room.paper.versions.latest("no").pk, "personal"),
        ("accounts.user", room.case.opened_by_id, "phone"),
        ("accounts.totpdevice", room.ids["totp"], "secret"),
        ("enforcement.measure", room.measure.pk, "witness"),
        ("tips.reporter", room.ids["reporter"], "phone"),
        ("tips.tip", room.ids["tip"], "told"),
        ("endpoints.premiseslink", room.ids["line"], "holder"),
        ("endpoints.endpointaccount", room.ids["account"], "account"),
    ]


INCOME_PAGES = {"wallets:receipts", "wallets:receipts_csv", "wallets:months", "wallets:power"}


def _value(name: str, part: str, room: Room) -> object:
    space = name.partition(":")[0]
    ids = room.ids
    special: dict[tuple[str, str], object] = {
        ("enforcement:money_item", "pk"): room.money.pk,
        ("enforcement:enter_money", "pk"): room.money.pk,
        ("enforcement:claim_money", "pk"): room.money.pk,
        ("enforcement:measure", "pk"): room.measure.pk,
        ("enforcement:measure_act", "pk"): room.measure.pk,
        ("enforcement:new_money", "kind"): "surcharge",
        ("accounts:end_session", "pk"): ids["session"],
        ("accounts:revoke_token", "pk"): ids["token"],
        ("accounts:end_token", "pk"): ids["token"],
        ("accounts:end_post", "pk"): ids["post"],
        ("accounts:set_locked", "pk"): room.case.opened_by_id,
        ("casework:state_condition", "code"): "legal_review",
        ("documents:new_referral", "code"): "to_tax",
        ("documents:edit", "key"): ids["draft"],
        ("documents:submit", "key"): ids["draft"],
        ("tips:lead", "pk"): ids["tip_lead"],
        ("tips:lead_case", "pk"): ids["tip_lead"],
        ("console:chart", "name"): "load",
        ("console:table", "name"): "load",
    }
    if name in INCOME_PAGES and part == "ref":
        return room.income.item.ref
    if (name, part) in special:
        return special[name, part]
    if "referral" in name and part == "key":
        return room.referral.pk
    spaced: dict[tuple[str, str], object] = {
        ("enforcement", "pk"): room.party.pk,
        ("accounts", "code"): room.case.owner_unit.code,
        ("accounts", "pk"): room.unmask.pk,
        ("documents", "code"): "stop_order",
        ("portal", "code"): "370102",
        ("portal", "pk"): ids["told"],
        ("portal", "slug"): "000000000000",
        ("watch", "visit"): ids["watch"],
        ("wallets", "ref"): room.dossier.item.ref,
    }
    if (space, part) in spaced:
        return spaced[space, part]
    values: dict[str, object] = {
        "ref": evidence_refs(room)[0],
        "number": room.case.number, "key": room.paper.pk, "task": ids["task"], "clock": ids["clock"],
        "campaign": ids["campaign"], "handover": ids["handover"], "reminder": room.reminder.pk,
        "plan_id": room.plan.pk, "visit_id": room.visit.pk, "photo_id": ids["photo"], "tag": room.device.tag,
        "cut_id": room.cut.pk, "sign": room.sign.pk, "part": ids["part"], "file": ids["file"], "hook": ids["hook"],
        "endpoint": ids["endpoint"],
        "lang": "en", "reference": room.ids["tip_reference"],
        "way": "order_rectification", "unit": room.case.owner_unit.code, "version": 1, "page": 1,
        "subject_id": room.case.sites.first().meter_id, "kind": "x", "verb": "x", "step": "x", "act": "x",
        "field": "x", "table": "x", "ending": "csv", "label": "x", "pk": 0,
        "sheet": "poster.pdf",
    }  # fmt: skip
    assert part in values, f"{name}: say in tests/access/addresses.py what to fill in for {part}"
    return values[part]


def evidence_refs(room: Room) -> list[str]:
    """References of a case's evidence."""
    return list(EvidenceItem.objects.filter(case_ref=room.case.number).values_list("ref", flat=True))
