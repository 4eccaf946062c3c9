"""IPv4 and IPv6 addresses out of slices of text, as two 64-bit words; IPv4 in its IPv6 mapping."""

from __future__ import annotations

import numba
import numpy as np

from gridcanary.network.logs.kernels.digests import digest_of_address

_MAPPED = np.uint64(0xFFFF00000000)
NO_ADDRESS = np.uint64(0)
"""Instead of an address's digest: the text is none."""


@numba.njit(cache=True, nogil=True)
def _ipv4(data, at, stop):  # type: ignore[no-untyped-def]
    """The 32 bits of a dotted address; -1 where it is none."""
    value, octets, octet, digits = 0, 0, 0, 0
    while at < stop:
        byte = data[at]
        if (
            48 <= byte <= 57 and digits < 3 and not (digits and octet == 0)
        ):  # no leading zeros: they may be octal
            octet = octet * 10 + (byte - 48)
            digits += 1
        elif byte == 46 and digits:
            value, octets, octet, digits = value * 256 + octet, octets + 1, 0, 0
        else:
            return -1
        if octet > 255:
            return -1
        at += 1
    return value * 256 + octet if octets == 3 and digits else -1


@numba.njit(cache=True, nogil=True)
def _hex(byte):  # type: ignore[no-untyped-def]
    if 48 <= byte <= 57:
        return byte - 48
    lower = byte | 32
    return lower - 87 if 97 <= lower <= 102 else 255


@numba.njit(cache=True, nogil=True)
def _ipv6(data, at, stop):  # type: ignore[no-untyped-def]  # noqa: C901
    """(whether it is an address, high word, low word)."""
    groups = np.zeros(8, np.uint64)
    count, gap = 0, -1
    if stop - at >= 2 and data[at] == 58:
        if data[at + 1] != 58:
            return False, NO_ADDRESS, NO_ADDRESS
        gap = 0
        at += 2
    while at < stop and data[at] != 37:
        here, group = at, 0
        while at < stop and at - here < 5 and _hex(data[at]) < 16:
            group = group * 16 + _hex(data[at])
            at += 1
        if at < stop and data[at] == 46:
            four = _ipv4(data, here, stop)
            if four < 0 or count > 6:
                return False, NO_ADDRESS, NO_ADDRESS
            groups[count], groups[count + 1] = np.uint64(four >> 16), np.uint64(four & 65535)
            count, at = count + 2, stop
            break
        if at == here or at - here > 4 or count >= 8:
            return False, NO_ADDRESS, NO_ADDRESS
        groups[count] = np.uint64(group)
        count += 1
        if at < stop and data[at] == 58:
            at += 1
            if at < stop and data[at] == 58:
                if gap >= 0:
                    return False, NO_ADDRESS, NO_ADDRESS
                gap = count
                at += 1
            elif at >= stop or data[at] == 37:
                return False, NO_ADDRESS, NO_ADDRESS
        elif at < stop and data[at] != 37:
            return False, NO_ADDRESS, NO_ADDRESS
    if (gap < 0 and count != 8) or (gap >= 0 and count > 7):
        return False, NO_ADDRESS, NO_ADDRESS
    high, low = NO_ADDRESS, NO_ADDRESS
    for place in range(8):
        word = groups[place]
        if gap >= 0 and place >= gap:
            moved = place - (8 - count)
            word = groups[moved] if moved >= gap else NO_ADDRESS
        if place < 4:
            high = (high << np.uint64(16)) | word
        else:
            low = (low << np.uint64(16)) | word
    return True, high, low


@numba.njit(cache=True, nogil=True)
def address_digest(data, at, stop):  # type: ignore[no-untyped-def]
    """Digest of the address that a slice writes, however it writes it; NO_ADDRESS where it is none."""
    four = _ipv4(data, at, stop)
    if four >= 0:
        return digest_of_address(NO_ADDRESS, _MAPPED | np.uint64(four))
    good, high, low = _ipv6(data, at, stop)
    return digest_of_address(high, low) if good else NO_ADDRESS


@numba.njit(cache=True, nogil=True)
def address_digests(data, start, stop, rows):  # type: ignore[no-untyped-def]
    """Digests of the addresses of some rows of one column; NO_ADDRESS where there is none."""
    out = np.zeros(rows.size, np.uint64)
    for place in range(rows.size):
        row = rows[place]
        if start[row] >= 0:
            out[place] = address_digest(data, start[row], stop[row])
    return out
