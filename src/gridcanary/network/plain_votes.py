"""What plain mining messages weigh, and the sentences that say what was seen; the dialects' detectors share it."""

from __future__ import annotations

import math

from gridcanary.contracts.reasons import Reason
from gridcanary.network.dialogue import Dialogue, Login
from gridcanary.network.votes import STRONG, WEAK, Vote

FIRST_WORD_LLR = 6.0
"""A single message of mining: among a few thousand benign TCP conversations of protocol tests none had one."""

WALLET_LLR, LOGIN_LLR, JOB_LLR, ACCEPTED_LLR = 4.0, 1.0, 2.0, 3.0
"""A wallet whose checksum holds; a login by account that wasn't refused; work that came; shares that were taken."""

MORE_SHARES_LLR = 1.0
"""For each doubling of the shares, so that the word of a session of hours doesn't outweigh all else."""

MOST_LLR = 20.0


def plain_vote(name: str, dialogue: Dialogue, innocent: tuple[Reason, ...] = (), sure: bool = True) -> Vote:
    """The vote on a session that speaks a dialect of mining.

    Args:
        name: the detector's.
        dialogue: what was said.
        innocent: explanations of this dialect, beside the general ones.
        sure: whether the words are mining's alone; if not the vote is weak.
    """
    llr = FIRST_WORD_LLR + _weight(dialogue) if sure else 1.0
    return Vote(
        name,
        STRONG if sure else WEAK,
        min(llr, MOST_LLR),
        tuple(_reasons(dialogue)),
        (*innocent, *_innocent(dialogue)),
        dialogue.family,
    )


def _weight(dialogue: Dialogue) -> float:
    accepted = int((dialogue.shares.accepted == 1).sum())
    logins = [login for login in dialogue.logins if login.accepted is not False]
    weight = WALLET_LLR * any(login.wallet for login in logins) + LOGIN_LLR * bool(logins)
    weight += JOB_LLR * bool(len(dialogue.jobs_ns)) + ACCEPTED_LLR * bool(accepted)
    return weight + MORE_SHARES_LLR * math.log2(1 + len(dialogue.shares))


def _reasons(dialogue: Dialogue) -> list[Reason]:
    shares = dialogue.shares
    said = Reason(
        "messages.said",
        {
            "dialect": dialogue.family,
            "messages": sum(dialogue.methods.values()),
            "jobs": len(dialogue.jobs_ns),
            "shares": len(shares),
            "accepted": int((shares.accepted == 1).sum()),
        },
    )
    reasons = [said, *(_login_reason(login) for login in dialogue.logins[:1])]
    if dialogue.login_count > 1:
        reasons.append(Reason("messages.logins", {"logins": dialogue.login_count}))
    agent = next((login.agent for login in dialogue.logins if login.agent), None)
    if agent:
        reasons.append(Reason("messages.agent", {"agent": agent}))
    if not dialogue.begun:
        reasons.append(Reason("messages.midstream"))
    return reasons


def _login_reason(login: Login) -> Reason:
    worker = login.worker or "-"
    if login.wallet:
        return Reason(
            "messages.wallet", {"wallet": login.wallet, "network": login.network or "-", "worker": worker}
        )
    return Reason("messages.account", {"account": login.user, "worker": worker})


def _innocent(dialogue: Dialogue) -> tuple[Reason, ...]:
    if not len(dialogue.shares):
        return (Reason("messages.innocent.probe"), Reason("messages.innocent.permitted"))
    return (Reason("messages.innocent.intruder"), Reason("messages.innocent.permitted"))
