"""Makes a row of numbers of an object's noted values: what kind of message it is, and what it carries."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridcanary.network.messages.codes import (
    CODE,
    METHOD_AT,
    METHOD_NUMBER,
    MINING_OTHER,
    OTHER,
    RESULT,
)
from gridcanary.network.messages.hexadecimal import (
    big_endian_hashes,
    coinbase_height,
    hex_number,
    is_hex,
    little_endian_hashes,
)
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
    path_of,
)
from gridcanary.network.messages.rows import (
    ACCEPTED,
    CLEAN,
    LOGIN,
    NO_IDENT,
    PLAIN_TRUE,
    REFUSED,
    SHARE,
    WORK,
)

Bytes = NDArray[np.uint8]
Fields = NDArray[np.int64]
Name = NDArray[np.int64]
Row = Any

_ID, _METHOD, _ERROR, _RESULT, _WORKER = (
    path_of(key) for key in ("id", "method", "error", "result", "worker")
)
_TYPE, _IDENTIFIER = path_of("type"), path_of("identifier")
_FIRST, _SECOND, _THIRD, _FOURTH, _SIXTH = (path_of("params", place) for place in (0, 1, 2, 3, 5))
_P_ID, _P_JOB, _P_JOB_ID, _P_NONCE, _P_RESULT, _P_POW, _P_BLOB, _P_TARGET, _P_HEIGHT, _P_PRE_POW = (
    path_of("params", key)
    for key in ("id", "jobId", "job_id", "nonce", "result", "pow", "blob", "target", "height", "pre_pow")
)
_P_LOGIN, _P_PASS, _P_AGENT = (path_of("params", key) for key in ("login", "pass", "agent"))
_INPUT, _OUTPUT, _NONCE, _HEIGHT, _API_KEY = (
    path_of(key) for key in ("input", "output", "nonce", "height", "api_key")
)
_R_FIRST, _R_SECOND, _R_THIRD, _R_FOURTH = (path_of("result", place) for place in range(4))
_R_NAMED, _R_NAMED_ALONE = path_of("result", 0, 0), path_of("result", 0, 1)
_R_ID, _R_STATUS, _R_JOB, _R_DATA, _R_TARGET, _R_PREVIOUS, _R_HEIGHT, _R_BLOB, _R_JOB_ID = (
    path_of("result", key)
    for key in ("id", "status", "job", "data", "target", "previousblockhash", "height", "blob", "job_id")
)
_J_BLOB, _J_TARGET, _J_HEIGHT, _J_ID, _J_PRE_POW = (
    path_of("result", "job", key) for key in ("blob", "target", "height", "job_id", "pre_pow")
)

_SUBMIT, _NOTIFY, _SET_DIFFICULTY, _SET_TARGET, _SET = (
    CODE["mining." + name] for name in ("submit", "notify", "set_difficulty", "set_target", "set")
)
_LOGIN, _CN_SUBMIT, _JOB, _SOLUTION = (CODE[name] for name in ("login", "submit", "job", "solution"))
_ETH_LOGIN, _ETH_LOGIN_OLD, _ETH_SUBMIT, _GETWORK = (
    CODE[name] for name in ("eth_submitLogin", "eth_login", "eth_submitWork", "getwork")
)
_R_WORK, _R_JOBS, _R_GETWORK, _R_TEMPLATE, _R_SUBSCRIBED = (
    CODE["result." + name] for name in ("work", "job", "getwork", "template", "subscribed")
)
_WORD_MINING = np.frombuffer(b"mining.", np.uint8).copy()
_WORK_HASH = 66
"""0x and 64 digits."""
_GETWORK_DIGITS = 160
"""A submitted getwork is a header of at least 80 bytes."""


@njit(cache=True, nogil=True)
def _begins(text: Bytes, start: int, stop: int, word: NDArray[np.uint8]) -> bool:
    if stop - start < len(word):
        return False
    for place in range(len(word)):  # noqa: SIM110  a kernel has no generators
        if text[start + place] != word[place]:
            return False
    return True


@njit(cache=True, nogil=True)
def number_in(text: Bytes, start: int, stop: int) -> float:
    """A decimal number; NaN where the text is none."""
    at, sign, mantissa, places, behind = start, 1.0, 0.0, 0, False
    digits = 0
    if at < stop and text[at] == 45:
        sign, at = -1.0, at + 1
    while at < stop:
        byte = text[at]
        if 48 <= byte <= 57:
            mantissa = mantissa * 10.0 + (byte - 48)
            digits += 1
            places += behind
        elif byte == 46 and not behind:
            behind = True
        else:
            break
        at += 1
    exponent, exponent_sign = 0, 1
    if at < stop and (text[at] | 32) == 101:
        at += 1
        if at < stop and (text[at] == 45 or text[at] == 43):
            exponent_sign, at = (-1 if text[at] == 45 else 1), at + 1
        while at < stop and 48 <= text[at] <= 57:
            exponent = min(exponent * 10 + text[at] - 48, 400)
            at += 1
    if at != stop or digits == 0 or digits > 300:
        return math.nan
    return sign * mantissa * 10.0 ** (exponent_sign * exponent - places)


@njit(cache=True, nogil=True)
def _whole(text: Bytes, start: int, stop: int) -> int:
    value = number_in(text, start, stop)
    return int(value) if 0.0 <= value < 2.0e9 else -1


@njit(cache=True, nogil=True)
def _identity(text: Bytes, kind: int, start: int, stop: int) -> int:
    """The id as a number: small whole numbers as they are, all else by digest."""
    if kind in (NUMBER, TEXT):
        if kind == NUMBER and stop - start <= 15:
            value = number_in(text, start, stop)
            if value == math.floor(value):
                return int(value)
        return int(digest_of(text, start, stop) >> np.uint64(2))
    return NO_IDENT


@njit(cache=True, nogil=True)
def _named_method(text: Bytes, start: int, stop: int) -> int:
    if stop - start > 32:
        return OTHER
    code = look_up(digest_of(text, start, stop), METHOD_AT, METHOD_NUMBER, OTHER)
    return MINING_OTHER if code == OTHER and _begins(text, start, stop, _WORD_MINING) else code


@njit(cache=True, nogil=True)
def _envelope(text: Bytes, fields: Fields, noted: int, row: Row) -> int:
    """What every JSON-RPC message has: id, method, result, error. Returns the method's code."""
    method, answered, wrong = OTHER, 0, False
    for place in range(noted):
        if fields[place, AT_DEPTH] > 2:
            continue
        path, kind = fields[place, AT_PATH], fields[place, AT_KIND]
        start, stop = fields[place, AT_START], fields[place, AT_STOP]
        if path == _ID:
            row.ident = _identity(text, kind, start, stop)
        elif path == _METHOD and kind == TEXT:
            method = _named_method(text, start, stop)
        elif path in (_TYPE, _IDENTIFIER) and kind == TEXT and method == OTHER:  # browsers' miners call it so
            named = _named_method(text, start, stop)
            method = named if named in (_JOB, _CN_SUBMIT) else OTHER
        elif path == _ERROR:
            wrong = kind in (TEXT, NUMBER) or kind >= OPEN_OBJECT
        elif path == _RESULT:
            answered = kind
        elif path == _R_STATUS and kind == TEXT and stop - start == 2 and (text[start] | 32) == 111:
            row.flags |= ACCEPTED
    if method != OTHER or (answered == 0 and not wrong):
        return method
    if answered == TRUE:
        row.flags |= ACCEPTED | PLAIN_TRUE
    elif answered == FALSE or wrong:
        row.flags |= REFUSED
    return RESULT if answered != NULL or wrong else OTHER


@njit(cache=True, nogil=True)
def _stratum_submit(text: Bytes, fields: Fields, noted: int, row: Row, name: Name) -> None:
    for place in range(noted):
        path, start, stop = fields[place, AT_PATH], fields[place, AT_START], fields[place, AT_STOP]
        if fields[place, AT_DEPTH] != 2 or fields[place, AT_KIND] > NUMBER:
            continue
        if path == _FIRST and fields[place, AT_KIND] == TEXT:
            row.who = digest_of(text, start, stop)
            name[0], name[1] = start, stop
        elif path in (_SECOND, _P_JOB, _P_JOB_ID):
            row.job = digest_of(text, start, stop)
            row.flags |= SHARE


@njit(cache=True, nogil=True)
def _stratum_notify(text: Bytes, fields: Fields, noted: int, row: Row) -> None:
    target = math.nan
    for place in range(noted):
        if fields[place, AT_DEPTH] != 2:
            continue
        path, kind = fields[place, AT_PATH], fields[place, AT_KIND]
        start, stop = fields[place, AT_START], fields[place, AT_STOP]
        if path == _FIRST and kind <= NUMBER:
            row.job = digest_of(text, start, stop)
        elif path == _THIRD and kind == TEXT:
            row.height = coinbase_height(text, start, stop)
        elif path == _FOURTH and kind == TEXT and stop - start == 64:
            target = big_endian_hashes(text, start, stop)
        elif path == _SIXTH and kind == NUMBER:  # ProgPoW: job, header, seed, target, clean, height, bits
            row.height, row.value = _whole(text, start, stop), target
        elif kind == TRUE:
            row.flags |= CLEAN


@njit(cache=True, nogil=True)
def _difficulty(text: Bytes, fields: Fields, noted: int, row: Row, method: int) -> None:
    for place in range(noted):
        if (
            fields[place, AT_PATH] == (_P_TARGET if method == _SET else _FIRST)
            and fields[place, AT_DEPTH] == 2
            and fields[place, AT_KIND] <= NUMBER
        ):
            start, stop = fields[place, AT_START], fields[place, AT_STOP]
            value = (
                big_endian_hashes(text, start, stop)
                if method != _SET_DIFFICULTY
                else number_in(text, start, stop)
            )
            if value > 0.0:
                row.value = value


@njit(cache=True, nogil=True)
def _cryptonote_job(
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
            row.height = _whole(text, start, stop)
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
def _cryptonote_submit(text: Bytes, fields: Fields, noted: int, row: Row) -> None:
    nonce, proof = False, False
    for place in range(noted):
        path, depth = fields[place, AT_PATH], fields[place, AT_DEPTH]
        start, stop = fields[place, AT_START], fields[place, AT_STOP]
        if depth > 2 or fields[place, AT_KIND] > OPEN_OBJECT + 1:
            continue
        if path == _P_ID:
            row.who = digest_of(text, start, stop)
        elif path == _P_JOB_ID or (path == _ID and row.method == _SOLUTION):
            row.job = digest_of(text, start, stop)
        elif path in (_P_NONCE, _NONCE):
            nonce = True
        elif path in (_P_RESULT, _P_POW, _OUTPUT):
            proof = True
    if nonce and (proof or row.job != 0):
        row.flags |= SHARE


@njit(cache=True, nogil=True)
def _has_login(fields: Fields, noted: int, positional: bool) -> bool:
    """A user and, where they are named, a password or the software's name: other protocols log in by other words."""
    user, more = False, False
    for place in range(noted):
        path = fields[place, AT_PATH]
        user |= path == (_FIRST if positional else _P_LOGIN) or path == _API_KEY
        more |= positional or path in (_P_PASS, _P_AGENT, _API_KEY)
    return user and more


@njit(cache=True, nogil=True)
def _is_header(text: Bytes, start: int, stop: int) -> bool:
    """Whether the text may be a block header that getwork hands out or takes."""
    return stop - start >= _GETWORK_DIGITS and is_hex(text, start, start + _GETWORK_DIGITS)


@njit(cache=True, nogil=True)
def _work_submit(text: Bytes, fields: Fields, noted: int, row: Row, name: Name) -> None:
    """eth_submitWork (nonce, header, mix) and getwork with a solved header."""
    for place in range(noted):
        path, kind = fields[place, AT_PATH], fields[place, AT_KIND]
        start, stop = fields[place, AT_START], fields[place, AT_STOP]
        if kind != TEXT:
            continue
        if path == _WORKER and fields[place, AT_DEPTH] == 1 and stop > start:
            row.who = digest_of(text, start, stop)
            name[0], name[1] = start, stop
        elif (path == _SECOND and row.method == _ETH_SUBMIT) or (
            path == _FIRST and row.method == _GETWORK and _is_header(text, start, stop)
        ):
            row.job = digest_of(text, start, stop)
            row.flags |= SHARE


@njit(cache=True, nogil=True)
def _eth_work(text: Bytes, fields: Fields, noted: int, row: Row) -> bool:
    """An array of header hash, seed hash and boundary, 256 bits each, and perhaps the height."""
    hashes = 0
    for place in range(noted):
        path, start, stop = fields[place, AT_PATH], fields[place, AT_START], fields[place, AT_STOP]
        if fields[place, AT_DEPTH] != 2 or fields[place, AT_KIND] != TEXT or text[start] != 48:
            continue
        if (path in (_R_FIRST, _R_SECOND)) and stop - start == _WORK_HASH:
            hashes += is_hex(text, start + 2, stop)
            if path == _R_FIRST:
                row.job = digest_of(text, start, stop)
        elif path == _R_THIRD and stop - start > 34:
            row.value = big_endian_hashes(text, start, stop)
        elif path == _R_FOURTH:
            row.height = hex_number(text, start, stop)
    if hashes == 2 and row.value > 0.0:
        row.flags |= WORK
        return True
    row.value, row.job, row.height = math.nan, np.uint64(0), -1
    return False


@njit(cache=True, nogil=True)
def _template(text: Bytes, fields: Fields, noted: int, row: Row) -> int:
    """An answer to getwork or getblocktemplate, or one that is neither."""
    data, previous, little, big = False, False, math.nan, math.nan
    height = -1
    for place in range(noted):
        path, kind = fields[place, AT_PATH], fields[place, AT_KIND]
        start, stop = fields[place, AT_START], fields[place, AT_STOP]
        if fields[place, AT_DEPTH] != 2:
            continue
        if path == _R_DATA and kind == TEXT:
            data = _is_header(text, start, stop)
            row.job = digest_of(text, start, stop)
        elif path == _R_PREVIOUS and kind == TEXT:
            previous = stop - start == 64
        elif path == _R_TARGET and kind == TEXT:
            little, big = little_endian_hashes(text, start, stop), big_endian_hashes(text, start, stop)
        elif path == _R_HEIGHT and kind == NUMBER:
            height = _whole(text, start, stop)
    if data and little > 0.0:
        row.value, row.height = little, height
        row.flags |= WORK
        return _R_GETWORK
    row.job = np.uint64(0)
    if previous and height >= 0:
        row.value, row.height = big, height
        row.flags |= WORK
        return _R_TEMPLATE
    return RESULT


@njit(cache=True, nogil=True)
def _answer(text: Bytes, fields: Fields, noted: int, row: Row) -> int:
    """What an answer carries."""
    for place in range(noted):
        path, kind, depth = fields[place, AT_PATH], fields[place, AT_KIND], fields[place, AT_DEPTH]
        start, stop = fields[place, AT_START], fields[place, AT_STOP]
        if depth == 2 and path == _R_JOB and kind == OPEN_OBJECT:
            _cryptonote_job(text, fields, noted, row, _J_BLOB, _J_TARGET, _J_HEIGHT, _J_ID, _J_PRE_POW, 3)
            return _R_JOBS if row.flags & WORK else RESULT
        if depth == 2 and path == _R_BLOB and kind == TEXT:
            _cryptonote_job(text, fields, noted, row, _R_BLOB, _R_TARGET, _R_HEIGHT, _R_JOB_ID, 0, 2)
            return _R_JOBS if row.flags & WORK else RESULT
        if depth == 2 and path == _R_FIRST and kind == TEXT and stop - start == _WORK_HASH:
            return _R_WORK if _eth_work(text, fields, noted, row) else RESULT
        if depth == 2 and (path in (_R_DATA, _R_PREVIOUS)):
            return _template(text, fields, noted, row)
        named = depth >= 3 and path in (_R_NAMED, _R_NAMED_ALONE) and kind == TEXT
        if named and _begins(text, start, stop, _WORD_MINING):
            return _R_SUBSCRIBED
    return RESULT


@njit(cache=True, nogil=True)
def _session_name(text: Bytes, fields: Fields, noted: int, row: Row) -> None:
    for place in range(noted):
        if fields[place, AT_PATH] == _R_ID and fields[place, AT_DEPTH] == 2:
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
    if method == _SUBMIT:
        _stratum_submit(text, fields, noted, row, name)
    elif method == _NOTIFY:
        _stratum_notify(text, fields, noted, row)
    elif method in (_SET_DIFFICULTY, _SET_TARGET, _SET):
        _difficulty(text, fields, noted, row, method)
    elif method == _JOB:
        _cryptonote_job(text, fields, noted, row, _P_BLOB, _P_TARGET, _P_HEIGHT, _P_JOB_ID, _P_PRE_POW, 2)
        if not row.flags & WORK:
            _cryptonote_job(text, fields, noted, row, _INPUT, 0, _HEIGHT, _ID, 0, 1)
    elif method in (_CN_SUBMIT, _SOLUTION):
        _cryptonote_submit(text, fields, noted, row)
    elif method in (_LOGIN, _ETH_LOGIN, _ETH_LOGIN_OLD):
        row.flags |= LOGIN if _has_login(fields, noted, method != _LOGIN) else 0
    elif method in (_ETH_SUBMIT, _GETWORK):
        _work_submit(text, fields, noted, row, name)
    elif method == RESULT:
        row.method = _answer(text, fields, noted, row)
        _session_name(text, fields, noted, row)
    return True
