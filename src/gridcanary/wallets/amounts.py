"""Satoshi and addresses as pages write them."""

from __future__ import annotations

from decimal import Decimal

from gridcanary.chain.networks import NETWORKS, SATOSHI

HEAD, TAIL = 10, 6
LEAST = Decimal("0.001")


def coins(satoshi: int | str | None) -> str:
    """Satoshi in coins with all eight decimals; empty for None."""
    return "" if satoshi in (None, "") else f"{Decimal(int(satoshi)) / SATOSHI:,.8f}"


def ticker(network: str) -> str:
    """What a network's coin is called."""
    return NETWORKS[network].coin if network in NETWORKS else network


def grouped(text: str | None) -> str:
    """An amount with its thousands set apart; empty for None."""
    return "" if text is None else f"{Decimal(text):,}"


def figure(text: str) -> str:
    """A number of a dossier as a page writes it; what is too small to mean anything is said so."""
    value = Decimal(text)
    return f"< {LEAST}" if 0 < value < LEAST else text


def short(name: str) -> str:
    """An address or id that fits into a box: its beginning and its end."""
    return name if len(name) <= HEAD + TAIL + 1 else f"{name[:HEAD]}…{name[-TAIL:]}"
