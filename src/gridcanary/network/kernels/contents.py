"""What a payload's first bytes look like: whom to hand it to, what kind of conversation it opens, who sent it."""

from __future__ import annotations

import numba

from gridcanary.network.kernels.octets import big16, big32

UNKNOWN, JSON, TLS, HTTP, SSH, BITCOIN, MONERO, BINARY, TEXT = range(9)
"""Kinds, in the order of sessions.OPENINGS."""

_MESSAGES, _HELLO, _HTTP = 1, 2, 4
"""WANT_ bits of pieces.py; a test holds them equal."""

_NEAR, _HEAD = 512, 2048
"""How far keywords are searched: in text, and in the head of a request [bytes]."""


def _word(text: str) -> int:
    """Four characters as big32 reads them."""
    return int.from_bytes(text.encode(), "big")


_METH, _OD = _word('"met'), _word('hod"')
_RES, _ULT = _word('"res'), _word('ult"')
_PAR, _AMS = _word('"par'), _word('ams"')
_JSO, _NRPC = _word('"jso'), _word("nrpc")
_AGE, _NT = _word('"age'), int.from_bytes(b"nt", "big")
_GET, _POST, _PUT, _HEAD_WORD, _OPTIONS = (_word(w) for w in ("GET ", "POST", "PUT ", "HEAD", "OPTI"))
_CONNECT, _DELETE, _PATCH, _ANSWER, _SSH = (_word(w) for w in ("CONN", "DELE", "PATC", "HTTP", "SSH-"))
_SOCK, _SET = _word("ocke"), _word("g.se")
_MINI, _CLIE, _JOB = _word("mini"), _word("clie"), _word('job"')
_BITCOIN_MAGICS = (
    0xF9BEB4D9,
    0x0B110907,
    0xFABFB5DA,
    0x1C163F28,
    0x0A03CF40,
    0xE3E1F3E8,
    0xFBC0B6DB,
    0xC0C0C0C0,
)
"""Of Bitcoin (main, testnet 3, regtest, testnet 4, signet), Bitcoin Cash, Litecoin, Dogecoin."""


@numba.njit(cache=True, nogil=True)
def is_printable(byte):  # type: ignore[no-untyped-def]
    """Printable ASCII, tab or line end."""
    return (32 <= byte < 127) or byte == 9 or byte == 10 or byte == 13


@numba.njit(cache=True, nogil=True)
def _behind_blanks(data, at, stop):  # type: ignore[no-untyped-def]
    """The offset behind at most four blanks, line ends or zeros."""
    most = min(stop, at + 4)
    while at < most and (data[at] == 32 or data[at] == 10 or data[at] == 13 or data[at] == 0):
        at += 1
    return at


@numba.njit(cache=True, nogil=True)
def starts_json(data, start, stop):  # type: ignore[no-untyped-def]
    """Whether an object, or a list of objects, begins here."""
    at = _behind_blanks(data, start, stop)
    if at < stop and data[at] == 0x5B:
        at = _behind_blanks(data, at + 1, stop)
    return at < stop and data[at] == 0x7B


@numba.njit(cache=True, nogil=True)
def _keyword(data, at):  # type: ignore[no-untyped-def]
    """Whether one of the words of JSON-RPC stands at a quotation mark; 8 bytes must be there."""
    first, second = big32(data, at), big32(data, at + 4)
    return (
        (first == _METH and second == _OD)
        or (first == _RES and second == _ULT)
        or (first == _PAR and second == _AMS)
        or (first == _JSO and second == _NRPC)
        or (first == _AGE and big16(data, at + 4) == _NT and data[at + 6] == 0x22)
    )


@numba.njit(cache=True, nogil=True)
def mentions_json_rpc(data, start, stop):  # type: ignore[no-untyped-def]
    """Whether text names a member of JSON-RPC near its beginning; what doesn't begin as text isn't searched."""
    if stop - start < 8:
        return False
    for at in range(start, start + 8):
        if not is_printable(data[at]):
            return False
    at, last = start, min(stop - 7, start + _NEAR)
    while at < last and not (data[at] == 0x22 and _keyword(data, at)):
        at += 1
    return at < last


@numba.njit(cache=True, nogil=True)
def is_request(word):  # type: ignore[no-untyped-def]
    """Whether four bytes begin an HTTP request."""
    return word in (_GET, _POST, _PUT, _HEAD_WORD, _OPTIONS, _CONNECT, _DELETE, _PATCH)


@numba.njit(cache=True, nogil=True)
def _asks_for_websocket(data, start, stop):  # type: ignore[no-untyped-def]
    """Whether a request's head speaks of a WebSocket, in any mixture of letters' cases."""
    for at in range(start, min(stop - 8, start + _HEAD)):
        is_s = data[at] | 0x20 == 0x73
        if is_s and big32(data, at + 1) | 0x20202020 == _SOCK and data[at + 5] | 0x20 == 0x74:
            return True
    return False


@numba.njit(cache=True, nogil=True)
def wants(data, start, stop, searched):  # type: ignore[no-untyped-def]
    """The WANT_ bits that a payload speaks for.

    Args:
        data: the window, uint8 [bytes].
        start, stop: the captured payload.
        searched: whether text is searched for keywords, too.
    """
    if starts_json(data, start, stop):
        return _MESSAGES
    if stop - start < 4:
        return 0
    if data[start] == 0x16 and data[start + 1] == 3 and data[start + 2] <= 4:
        return _HELLO
    word = big32(data, start)
    if is_request(word):
        if word == _POST or (word == _GET and _asks_for_websocket(data, start, stop)):
            return _HTTP | _MESSAGES
        return _HTTP
    return _MESSAGES if searched and mentions_json_rpc(data, start, stop) else 0


@numba.njit(cache=True, nogil=True)
def kind_of(data, start, stop):  # type: ignore[no-untyped-def]
    """What the first payload of a side looks like."""
    if starts_json(data, start, stop):
        return JSON
    if stop - start < 4:
        return UNKNOWN
    word = big32(data, start)
    if word >> 8 == 0x160300 or word >> 8 == 0x160301 or word >> 8 == 0x160302 or word >> 8 == 0x160303:
        return TLS
    if is_request(word) or word == _ANSWER:
        return HTTP
    if word == _SSH:
        return SSH
    if word == 0x01210101 and stop - start >= 8 and big32(data, start + 4) == 0x01010101:
        return MONERO
    for magic in _BITCOIN_MAGICS:
        if word == magic:
            return BITCOIN
    for at in range(start, min(stop, start + 16)):
        if not is_printable(data[at]):
            return BINARY
    return TEXT


@numba.njit(cache=True, nogil=True)
def speaker(data, start, stop):  # type: ignore[no-untyped-def]
    """Whether a payload is of a client (1) or a server (-1) by what it says; 0 where it doesn't tell."""
    if stop - start < 6:
        return 0
    word = big32(data, start)
    if word >> 16 == 0x1603:
        return 1 if data[start + 5] == 1 else (-1 if data[start + 5] == 2 else 0)
    if is_request(word):
        return 1
    if word == _ANSWER:
        return -1
    result = 0
    for at in range(start, min(stop - 7, start + _NEAR)):
        if data[at] != 0x22:
            continue
        first = big32(data, at)
        if first == _METH and big32(data, at + 4) == _OD:
            return _method_speaker(data, at + 8, stop)
        if first == _RES and big32(data, at + 4) == _ULT:
            result = -1
    return result


@numba.njit(cache=True, nogil=True)
def _method_speaker(data, at, stop):  # type: ignore[no-untyped-def]
    """Who calls the method whose name follows: jobs, notices and questions about the client are the server's."""
    while at < stop and (data[at] == 32 or data[at] == 0x3A):
        at += 1
    if at + 5 > stop or data[at] != 0x22:
        return 0
    word = big32(data, at + 1)
    if word in (_JOB, _CLIE):
        return -1
    if word == _MINI and at + 11 <= stop:
        sets = big32(data, at + 6) == _SET and data[at + 10] == 0x74
        return -1 if sets or data[at + 8] == 0x6E else 1
    return 1
