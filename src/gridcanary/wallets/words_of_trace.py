"""Codes of a trace in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from gridcanary.chain.explain import phrases, render
from gridcanary.contracts.reasons import Reason

RULES: dict[str, str | Promise] = {
    "poison": _("Poison"),
    "haircut": _("Haircut"),
    "fifo": _("First in, first out"),
    "lifo": _("Last in, first out"),
}
MEANINGS: dict[str, str | Promise] = {
    "poison": _(
        "Whatever touches a tainted coin is tainted whole: an upper bound, never an amount to confiscate."
    ),
    "haircut": _("Each output carries its share in proportion. Sums exactly."),
    "fifo": _("The first satoshi in are the first out. Sums exactly and can be run backwards."),
    "lifo": _("The last satoshi in are the first out. Sums exactly."),
}
ENDS: dict[str, str | Promise] = {
    "service": _("At services"),
    "unspent": _("Not spent yet"),
    "coinjoin": _("Entered a CoinJoin"),
    "fee": _("Miners' fees"),
    "burned": _("Can't be spent by anybody"),
    "receipt": _("Came back as a receipt"),
    "hop_limit": _("Cut off: number of hops"),
    "time_limit": _("Cut off: time"),
    "amount_limit": _("Cut off: small amount"),
    "output_limit": _("Cut off: payment to many"),
    "size_limit": _("Cut off: number of payments"),
    "unknown_inputs": _("Cut off: worth of inputs not known"),
}
CATEGORIES: dict[str, str | Promise] = {
    "exchange": _("Exchange"),
    "mixing_service": _("Mixing service"),
    "coinjoin": _("CoinJoin"),
    "gambling": _("Gambling"),
    "market": _("Market"),
    "merchant": _("Merchant"),
    "merchant_services": _("Merchant services"),
    "payment_processor": _("Payment processor"),
    "hosted_wallet": _("Hosted wallet"),
    "miner": _("Mining pool"),
    "service": _("Other service"),
    "sanction": _("Sanctions list"),
    "unresolved": _("Unresolved: labels contradict each other"),
    "unspecified": _("Not told by the label"),
}


def said(table: Mapping[str, str | Promise], code: str) -> str:
    """A code in words; the code itself where there are none."""
    return str(table.get(code, code))


def language() -> str:
    """``zh`` or ``en``, as the chain lens's catalogues call the page's language."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def reason(told: Mapping[str, Any] | None) -> str:
    """The sentence of a reason in a dossier; its code where no phrase is known, as from a later version."""
    if not told:
        return ""
    if told["code"] not in phrases():
        return str(told["code"])
    return render(Reason(told["code"], told["params"]), language())


_CODED = re.compile(r"([a-z_.]+)(?: \((.*)\))?")


def reasons(coded: str) -> str:
    """The sentences of reasons that a table holds as codes, ``code (name value, …); code``.

    Args:
        coded: the cell; what can't be told apart in it, or has no phrase, stays as it is.
    """
    return "; ".join(_sentence(one) for one in coded.split("; ") if one)


def _sentence(coded: str) -> str:
    found = _CODED.fullmatch(coded)
    if found is None or found[1] not in phrases():
        return coded
    params = dict(part.split(" ", 1) for part in (found[2] or "").split(", ") if " " in part)
    try:
        return render(Reason(found[1], params), language())
    except (KeyError, ValueError):  # a value that holds a comma, or a parameter that is formatted as a number
        return coded
