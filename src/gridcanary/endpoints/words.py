"""This room's events, methods and hypotheses in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

SENTENCES = {
    "endpoint.taken_up": gettext_noop("Endpoint taken up from the network lens"),
    "endpoint.linked": gettext_noop("Carrier's answer about an endpoint recorded"),
    "endpoint.unmask_asked": gettext_noop("Personal data of a line asked for: %(reason)s"),
    "endpoint.unmask_decided": gettext_noop("Request for personal data of a line decided: %(state)s"),
    "endpoint.unmasked": gettext_noop("Personal data of a line read: %(field)s"),
    "endpoint.forgotten": gettext_noop("Personal data of lines deleted, its time has run out"),
}

METHODS: dict[str, str | Promise] = {
    "stratum_v1": "Stratum v1",
    "stratum_v2": "Stratum V2",
    "cryptonote": _("CryptoNote (login, job, submit)"),
    "eth_proxy": "eth-proxy",
    "getwork": "getwork",
    "getblocktemplate": "getblocktemplate",
    "pool_name": _("Name of a pool"),
    "pool_address": _("Address of a pool"),
    "synchrony": _("Moments shared with other lines"),
    "shape": _("Shape of the traffic"),
    "sensor_alert": _("Alert of the sensor"),
}

HYPOTHESES: dict[str, str | Promise] = {
    "mining": _("Mining"),
    "proxy": _("Proxy of many machines"),
    "intrusion": _("Possible intrusion: the line's holder may be the victim"),
}

HYPOTHESES_SHORT: dict[str, str | Promise] = {
    "mining": _("Mining"),
    "proxy": _("Proxy"),
    "intrusion": _("Possible victim"),
}

BASES: dict[str, str | Promise] = {
    "radius": _("RADIUS accounting"),
    "nat": _("address translation"),
    "dhcp": _("DHCP leases"),
    "line": _("leased line"),
    "drop": _("end of the line"),
    "account": _("installation of the account"),
}
"""Kinds of the carrier's records, as network.resolve names them."""

MACHINES: dict[str, str | Promise] = {
    "asic": _("special mining machines"),
    "gpu": _("graphics cards"),
    "cpu": _("ordinary processors"),
}

TRANSPORTS: dict[str, str | Promise] = {
    "plain": _("in plain text"),
    "tls": "TLS",
    "websocket": "WebSocket",
    "http": "HTTP",
}

QUALITIES: dict[str, str | Promise] = {
    "shed": _("part of it was let go because memory was short: figures are lower bounds"),
    "gaps": _("packets are missing"),
    "one_way": _("one direction only"),
    "midstream": _("the beginning was not seen"),
    "sampled": _("sampled: times and rates can't be told"),
}


def said_basis(basis: str) -> str:
    """The way through the carrier's records: ``nat>radius`` as words; other texts as they are."""
    return " → ".join(said(BASES, part.strip()) for part in basis.split(">")) if basis else ""


def said(words: dict[str, str | Promise], code: str) -> str:
    """What a code is called; the code itself where it isn't known here."""
    return str(words.get(code, code))
