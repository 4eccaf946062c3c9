"""Makes a row of numbers of an object's noted values: what kind of message it is, and what it carries."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from gridcanary.network.messages.codes import (
    METHOD_AT,
    METHOD_NUMBER,
    MINING_OTHER,
    OTHER,
    RESULT,
)
from gridcanary.network.messages.cryptonote_kernel import cryptonote_job, cryptonote_submit, has_login
from gridcanary.network.messages.json_values import begins, identity
from gridcanary.network.messages.object_kernel import (
    AT_DEPTH,
    AT_KIND,
    AT_PATH,
    AT_START,
    AT_STOP,
    FALSE,
    NULL,
    NUMBER,
    OPEN_OBJECT,
    TEXT,
    TRUE,
    digest_of,
    look_up,
)
from gridcanary.network.messages.places import (
    CRYPTONOTE_JOB,
    CRYPTONOTE_LOGIN,
    CRYPTONOTE_SUBMIT,
    ERROR,
    ETH_LOGIN,
    ETH_LOGIN_OLD,
    ETH_SUBMIT,
    GETWORK,
    GIVES_JOB,
    GIVES_SUBSCRIPTION,
    GIVES_WORK,
    HEIGHT,
    ID_AT,
    IDENTIFIER,
    INPUT,
    J_BLOB,
    J_HEIGHT,
    J_ID,
    J_PRE_POW,
    J_TARGET,
    METHOD_NAME,
    MINING_NOTIFY,
    MINING_SET,
    MINING_SET_DIFFICULTY,
    MINING_SET_TARGET,
    MINING_SUBMIT,
    P_BLOB,
    P_HEIGHT,
    P_JOB_ID,
    P_PRE_POW,
    P_TARGET,
    R_BLOB,
    R_DATA,
    R_FIRST,
    R_HEIGHT,
    R_ID,
    R_JOB,
    R_JOB_ID,
    R_NAMED,
    R_NAMED_ALONE,
    R_PREVIOUS,
    R_STATUS,
    R_TARGET,
    RESULT_VALUE,
    SOLUTION,
    TYPE,
    Bytes,
    Fields,
    Name,
    Row,
)
from gridcanary.network.messages.rows import (
    ACCEPTED,
    LOGIN,
    NO_IDENT,
    PLAIN_TRUE,
    REFUSED,
    WORK,
)
from gridcanary.network.messages.stratum_kernel import difficulty, stratum_notify, stratum_submit
from gridcanary.network.messages.work_kernel import WORK_HASH, eth_work, template, work_submit

_WORD_MINING = np.frombuffer(b"mining.", np.uint8).copy()


@njit(cache=True, nogil=True)
def _named_method(text: Bytes, start: int, stop: int) -> int:
    if stop - start > 32:
        return OTHER
    code = look_up(digest_of(text, start, stop), METHOD_AT, METHOD_NUMBER, OTHER)
    return MINING_OTHER if code == OTHER and begins(text, start, stop, _WORD_MINING) else code


@njit(cache=True, nogil=True)
def _envelope(text: Bytes, fields: Fields, noted: int, row: Row) -> int:
    """What every JSON-RPC message has: id, method, result, error. Returns the method's code."""
    method, answered, wrong = OTHER, 0, False
    for place in range(noted):
        if fields[place, AT_DEPTH] > 2:
            continue
        path, kind = fields[place, AT_PATH], fields[place, AT_KIND]
        start, stop = fields[place, AT_START], fields[place, AT_STOP]
        if path == ID_AT:
            row.ident = identity(text, kind, start, stop)
        elif path == METHOD_NAME and kind == TEXT:
            method = _named_method(text, start, stop)
        elif path in (TYPE, IDENTIFIER) and kind == TEXT and method == OTHER:  # browsers' miners call it so
            named = _named_method(text, start, stop)
            method = named if named in (CRYPTONOTE_JOB, CRYPTONOTE_SUBMIT) else OTHER
        elif path == ERROR:
            wrong = kind in (TEXT, NUMBER) or kind >= OPEN_OBJECT
        elif path == RESULT_VALUE:
            answered = kind
        elif path == R_STATUS and kind == TEXT and stop - start == 2 and (text[start] | 32) == 111:
            row.flags |= ACCEPTED
    if method != OTHER or (answered == 0 and not wrong):
        return method
    if answered == TRUE:
        row.flags |= ACCEPTED | PLAIN_TRUE
    elif answered == FALSE or wrong:
        row.flags |= REFUSED
    return RESULT if answered != NULL or wrong else OTHER


@njit(cache=True, nogil=True)
def _answer(text: Bytes, fields: Fields, noted: int, row: Row) -> int:
    """What an answer carries."""
    for place in range(noted):
        path, kind, depth = fields[place, AT_PATH], fields[place, AT_KIND], fields[place, AT_DEPTH]
        start, stop = fields[place, AT_START], fields[place, AT_STOP]
        if depth == 2 and path == R_JOB and kind == OPEN_OBJECT:
            cryptonote_job(text, fields, noted, row, J_BLOB, J_TARGET, J_HEIGHT, J_ID, J_PRE_POW, 3)
            return GIVES_JOB if row.flags & WORK else RESULT
        if depth == 2 and path == R_BLOB and kind == TEXT:
            cryptonote_job(text, fields, noted, row, R_BLOB, R_TARGET, R_HEIGHT, R_JOB_ID, 0, 2)
            return GIVES_JOB if row.flags & WORK else RESULT
        if depth == 2 and path == R_FIRST and kind == TEXT and stop - start == WORK_HASH:
            return GIVES_WORK if eth_work(text, fields, noted, row) else RESULT
        if depth == 2 and (path in (R_DATA, R_PREVIOUS)):
            return template(text, fields, noted, row)
        named = depth >= 3 and path in (R_NAMED, R_NAMED_ALONE) and kind == TEXT
        if named and begins(text, start, stop, _WORD_MINING):
            return GIVES_SUBSCRIPTION
    return RESULT


@njit(cache=True, nogil=True)
def _session_name(text: Bytes, fields: Fields, noted: int, row: Row) -> None:
    for place in range(noted):
        if fields[place, AT_PATH] == R_ID and fields[place, AT_DEPTH] == 2:
            row.who = digest_of(text, fields[place, AT_START], fields[place, AT_STOP])


@njit(cache=True, nogil=True)
def fill_row(text: Bytes, fields: Fields, noted: int, row: Row, name: Name) -> bool:
    """Fill the row of one object.

    Args:
        text: bytes.
        fields: noted values, as object_kernel.read_object leaves them.
        noted: how many.
        row: record of rows.ROW; time and direction stand already.
        name: room for the slice of the worker's name, int64 [2]; (0, 0) where none is told.

    Returns:
        Whether it is a message that may belong to mining; otherwise the row tells nothing.
    """
    row.ident, row.value, row.height, row.flags = NO_IDENT, math.nan, -1, 0
    row.job, row.who = np.uint64(0), np.uint64(0)
    name[0], name[1] = 0, 0
    method = _envelope(text, fields, noted, row)
    row.method = method
    if method == OTHER:
        return False
    if method == MINING_SUBMIT:
        stratum_submit(text, fields, noted, row, name)
    elif method == MINING_NOTIFY:
        stratum_notify(text, fields, noted, row)
    elif method in (MINING_SET_DIFFICULTY, MINING_SET_TARGET, MINING_SET):
        difficulty(text, fields, noted, row, method)
    elif method == CRYPTONOTE_JOB:
        cryptonote_job(text, fields, noted, row, P_BLOB, P_TARGET, P_HEIGHT, P_JOB_ID, P_PRE_POW, 2)
        if not row.flags & WORK:
            cryptonote_job(text, fields, noted, row, INPUT, 0, HEIGHT, ID_AT, 0, 1)
    elif method in (CRYPTONOTE_SUBMIT, SOLUTION):
        cryptonote_submit(text, fields, noted, row)
    elif method in (CRYPTONOTE_LOGIN, ETH_LOGIN, ETH_LOGIN_OLD):
        row.flags |= LOGIN if has_login(fields, noted, method != CRYPTONOTE_LOGIN) else 0
    elif method in (ETH_SUBMIT, GETWORK):
        work_submit(text, fields, noted, row, name)
    elif method == RESULT:
        row.method = _answer(text, fields, noted, row)
        _session_name(text, fields, noted, row)
    return True
