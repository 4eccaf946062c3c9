"""Where in a message stands what is worth reading: paths of values, and the codes of the methods they belong to.

P_ stands for ``params``, R_ for ``result``, J_ for the job within ``result``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from gridcanary.network.messages.codes import CODE
from gridcanary.network.messages.object_kernel import path_of

Bytes = NDArray[np.uint8]
Fields = NDArray[np.int64]
"""Noted values, as object_kernel.read_object leaves them."""

Name = NDArray[np.int64]
"""Room for the slice of a worker's name."""

Row = Any
"""A record of rows.ROW."""

ID_AT, METHOD_NAME, ERROR, RESULT_VALUE, WORKER = (
    path_of(key) for key in ("id", "method", "error", "result", "worker")
)
TYPE, IDENTIFIER = path_of("type"), path_of("identifier")
FIRST, SECOND, THIRD, FOURTH, SIXTH = (path_of("params", place) for place in (0, 1, 2, 3, 5))
P_ID, P_JOB, P_JOB_ID, P_NONCE, P_RESULT, P_POW, P_BLOB, P_TARGET, P_HEIGHT, P_PRE_POW = (
    path_of("params", key)
    for key in ("id", "jobId", "job_id", "nonce", "result", "pow", "blob", "target", "height", "pre_pow")
)
P_LOGIN, P_PASS, P_AGENT = (path_of("params", key) for key in ("login", "pass", "agent"))
INPUT, OUTPUT, NONCE, HEIGHT, API_KEY = (
    path_of(key) for key in ("input", "output", "nonce", "height", "api_key")
)
R_FIRST, R_SECOND, R_THIRD, R_FOURTH = (path_of("result", place) for place in range(4))
R_NAMED, R_NAMED_ALONE = path_of("result", 0, 0), path_of("result", 0, 1)
R_ID, R_STATUS, R_JOB, R_DATA, R_TARGET, R_PREVIOUS, R_HEIGHT, R_BLOB, R_JOB_ID = (
    path_of("result", key)
    for key in ("id", "status", "job", "data", "target", "previousblockhash", "height", "blob", "job_id")
)
J_BLOB, J_TARGET, J_HEIGHT, J_ID, J_PRE_POW = (
    path_of("result", "job", key) for key in ("blob", "target", "height", "job_id", "pre_pow")
)

MINING_SUBMIT, MINING_NOTIFY, MINING_SET_DIFFICULTY, MINING_SET_TARGET, MINING_SET = (
    CODE["mining." + name] for name in ("submit", "notify", "set_difficulty", "set_target", "set")
)
CRYPTONOTE_LOGIN, CRYPTONOTE_SUBMIT, CRYPTONOTE_JOB, SOLUTION = (
    CODE[name] for name in ("login", "submit", "job", "solution")
)
ETH_LOGIN, ETH_LOGIN_OLD, ETH_SUBMIT, GETWORK = (
    CODE[name] for name in ("eth_submitLogin", "eth_login", "eth_submitWork", "getwork")
)
GIVES_WORK, GIVES_JOB, GIVES_GETWORK, GIVES_TEMPLATE, GIVES_SUBSCRIPTION = (
    CODE["result." + name] for name in ("work", "job", "getwork", "template", "subscribed")
)
