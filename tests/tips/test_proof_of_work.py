"""The sum that a browser does: good for one thing, for an hour, and only when it was done."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.tips.proof_of_work import MAX_AGE_SECONDS, challenge, is_solved, solve

KEY, NOW, BITS = b"key of the server", 1_795_000_000.0, 8
TEXT = challenge(KEY, "draft", NOW, bits=BITS)
ANSWER = str(solve(TEXT))


def holds(**more: object) -> bool:
    asked: dict[str, Any] = {
        "key": KEY, "subject": "draft", "text": TEXT, "answer": ANSWER, "now": NOW, "bits": BITS,
    }  # fmt: skip
    return is_solved(**asked | more)


def test_a_solved_challenge_holds_until_it_is_old() -> None:
    assert holds()
    assert holds(now=NOW + MAX_AGE_SECONDS)
    assert int(hashlib.sha256(f"{TEXT}:{ANSWER}".encode()).hexdigest(), 16) < 1 << (256 - BITS)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"subject": "another draft"}, id="another draft"),
        pytest.param({"key": b"other"}, id="another server"),
        pytest.param({"now": NOW + MAX_AGE_SECONDS + 1}, id="too old"),
        pytest.param({"now": NOW - 5}, id="from the future"),
        pytest.param({"answer": str(int(ANSWER) + 1)}, id="not solved"),
        pytest.param({"answer": ""}, id="no answer"),
        pytest.param({"answer": "1e3"}, id="no number"),
        pytest.param({"answer": "9" * 13}, id="too long a number"),
        pytest.param({"bits": BITS + 1}, id="too easy a one"),
        pytest.param({"text": TEXT.replace("8:", "1:", 1)}, id="made easier"),
        pytest.param({"text": ""}, id="no challenge"),
        pytest.param({"text": "8:x:y"}, id="no time"),
        pytest.param({"text": "999:1:y"}, id="too many bits"),
        pytest.param({"text": "8:²:y"}, id="a power of two"),
    ],
)
def test_what_does_not_hold(more: dict[str, object]) -> None:
    assert not holds(**more)


@given(st.text(max_size=60), st.text(max_size=14))
def test_nothing_made_up_holds_or_breaks(text: str, answer: str) -> None:
    assert not is_solved(KEY, "draft", text, answer, NOW, bits=BITS)


def test_a_challenge_fits_into_one_block_of_the_browsers_sum() -> None:
    assert len(f"{challenge(KEY, 'x' * 200, 4e9)}:{10**9}") <= 55
