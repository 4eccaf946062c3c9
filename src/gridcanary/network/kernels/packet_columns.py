"""A packet's row after all wrappings: the innermost ends, ports, TCP fields and where its payload stands."""

from __future__ import annotations

import numpy as np

PACKET = np.dtype(
    [
        ("src_hi", np.uint64),
        ("src_lo", np.uint64),
        ("dst_hi", np.uint64),
        ("dst_lo", np.uint64),
        ("seq", np.uint32),
        ("ack", np.uint32),
        ("start", np.int32),
        ("stop", np.int32),
        ("wire_payload", np.int32),
        ("src_port", np.uint16),
        ("dst_port", np.uint16),
        ("protocol", np.uint8),
        ("flags", np.uint8),
        ("kind", np.uint8),
        ("wrappings", np.uint8),
    ],
    align=True,
)
"""src_hi … dst_lo: addresses as two halves in network order, IPv4 mapped into IPv6. start, stop: the captured payload
in the window. wire_payload: payload bytes by the IP header, captured or not. flags: TCP's.
wrappings: layers around."""

NOT_IP, TCP_PACKET, UDP_PACKET, OTHER_IP, FRAGMENT, MALFORMED, UNKNOWN_LINK = range(7)
"""Kinds of packets: no IP; TCP; UDP; other protocols over IP; a later fragment, which has no ports; an IP packet whose
headers break off or contradict themselves; a link type that isn't read."""

FIN, SYN, RST, ACK = 1, 2, 4, 16
"""TCP flags."""

IPV4_MAPPED = 0xFFFF << 32
"""What stands before an IPv4 address in the lower half of its IPv6 mapping."""
