"""What CryptoNote's messages and those of its kin carry, as numbers of a row."""

from __future__ import annotations

from numba import njit

from gridcanary.network.messages.hexadecimal import (
    is_hex,
    little_endian_hashes,
)
from gridcanary.network.messages.json_values import whole
from gridcanary.network.messages.object_kernel import (
    AT_DEPTH,
    AT_KIND,
    AT_PATH,
    AT_START,
    AT_STOP,
    NUMBER,
    OPEN_OBJECT,
    TEXT,
    digest_of,
)
from gridcanary.network.messages.places import (
    API_KEY,
    FIRST,
    ID_AT,
    NONCE,
    OUTPUT,
    P_AGENT,
    P_ID,
    P_JOB_ID,
    P_LOGIN,
    P_NONCE,
    P_PASS,
    P_POW,
    P_RESULT,
    SOLUTION,
    Bytes,
    Fields,
    Row,
)
from gridcanary.network.messages.rows import (
    CLEAN,
    SHARE,
    WORK,
)


@njit(cache=True, nogil=True)
def cryptonote_job(
    text: Bytes,
    fields: Fields,
    noted: int,
    row: Row,
    blob: int,
    target: int,
    height: int,
    job: int,
    pre_pow: int,
    depth: int,
) -> None:
    """A job by its fields, which stand at the given paths (0 for none) and depth."""
    has_blob, has_target, has_job, has_height = False, False, False, False
    for place in range(noted):
        if fields[place, AT_DEPTH] != depth:
            continue
        path, kind = fields[place, AT_PATH], fields[place, AT_KIND]
        start, stop = fields[place, AT_START], fields[place, AT_STOP]
        if path == blob and kind == TEXT:
            has_blob |= is_hex(text, start, min(stop, start + 64))
        elif path == target and kind == TEXT:
            has_target = True
            row.value = little_endian_hashes(text, start, stop)
        elif path == height and kind == NUMBER:
            row.height = whole(text, start, stop)
            has_height = True
        elif path == job and kind <= NUMBER:
            row.job = digest_of(text, start, stop)
            has_job = True
        elif path == pre_pow and kind == TEXT:
            has_blob |= is_hex(text, start, min(stop, start + 64))
            has_target = True
    if has_blob and (has_target or has_height) and (has_job or has_height):
        row.flags |= WORK | CLEAN


@njit(cache=True, nogil=True)
def cryptonote_submit(text: Bytes, fields: Fields, noted: int, row: Row) -> None:
    """A share, where a nonce and a proof or a job are there."""
    nonce, proof = False, False
    for place in range(noted):
        path, depth = fields[place, AT_PATH], fields[place, AT_DEPTH]
        start, stop = fields[place, AT_START], fields[place, AT_STOP]
        if depth > 2 or fields[place, AT_KIND] > OPEN_OBJECT + 1:
            continue
        if path == P_ID:
            row.who = digest_of(text, start, stop)
        elif path == P_JOB_ID or (path == ID_AT and row.method == SOLUTION):
            row.job = digest_of(text, start, stop)
        elif path in (P_NONCE, NONCE):
            nonce = True
        elif path in (P_RESULT, P_POW, OUTPUT):
            proof = True
    if nonce and (proof or row.job != 0):
        row.flags |= SHARE


@njit(cache=True, nogil=True)
def has_login(fields: Fields, noted: int, positional: bool) -> bool:
    """A user and, where they are named, a password or the software's name: other protocols log in by other words."""
    user, more = False, False
    for place in range(noted):
        path = fields[place, AT_PATH]
        user |= path == (FIRST if positional else P_LOGIN) or path == API_KEY
        more |= positional or path in (P_PASS, P_AGENT, API_KEY)
    return user and more
