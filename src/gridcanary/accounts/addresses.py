"""Where a request comes from."""

from __future__ import annotations

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address of the visitor.

    Args:
        request: what came in.

    Returns:
        The connection's address; behind ``GRIDCANARY_PROXIES`` trusted proxies, the one that the outermost of them
        saw. Empty where there is none, as on a local socket.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if settings.GRIDCANARY_PROXIES:
        # The last entries were written by our own proxies; what stands before them anybody can invent.
        chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        seen = chain[-settings.GRIDCANARY_PROXIES] if len(chain) >= settings.GRIDCANARY_PROXIES else ""
        address = seen if _is_address(seen) else address
    return address


def network_of(address: str) -> str:
    """What is counted as one visitor: an IPv4 address, or the /64 that an IPv6 household has."""
    if not _is_address(address):
        return address
    parsed = ipaddress.ip_address(address)
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, 64), strict=False))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
