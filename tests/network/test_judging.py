from __future__ import annotations

from gridcanary.network.judging import Judging
from gridcanary.network.sessions import Session
from gridcanary.network.votes import Vote
from tests.network.made import session, vote


class OnPort3333:
    name = "on_port"

    def vote(self, session: Session) -> Vote | None:
        return vote("pool_name", 6.0) if session.server.port == 3333 else None


class Together:
    """Says of every two sessions that they are synchronous."""

    name = "synchrony"

    def wants(self, session: Session) -> bool:
        return session.seconds > 60

    def votes(self, sessions: list[Session]) -> dict[int, Vote]:
        places = range(len(sessions))
        return {
            at: vote("synchrony", 7.0, partners=tuple(set(places) - {at})) for at in places if len(places) > 1
        }


def clients(count: int, seconds: float = 600) -> list[Session]:
    return [session(f"10.0.0.{at}", seconds=seconds) for at in range(count)]


def test_each_session_is_judged_once() -> None:
    found = list(Judging([OnPort3333()], [Together()]).judge([*clients(3), *clients(2, seconds=5)]))
    assert sorted(one.session.seconds for one in found) == [5, 5, 600, 600, 600]


def test_lines_that_are_synchronous_name_each_other() -> None:
    found = list(Judging([OnPort3333()], [Together()]).judge(clients(3)))
    assert [one.partners for one in found] == [
        ("10.0.0.1", "10.0.0.2"),
        ("10.0.0.0", "10.0.0.2"),
        ("10.0.0.0", "10.0.0.1"),
    ]
    assert {len(one.votes) for one in found} == {2}


def test_a_line_is_not_synchronous_with_itself() -> None:
    found = list(Judging([], [Together()]).judge([session(), session(begin_s=900)]))
    assert {one.partners for one in found} == {()}


def test_past_the_limit_the_least_suspicious_go_on_alone() -> None:
    quiet = [session(f"10.0.1.{at}", server=session().server.__class__("203.0.113.9", 9)) for at in range(6)]
    judging = Judging([OnPort3333()], [Together()], most_held=5)
    found = list(judging.judge([*clients(2), *quiet]))
    assert judging.released > 0
    assert len(found) == 8
    together = {one.session.client.address for one in found if one.partners}
    assert {"10.0.0.0", "10.0.0.1"} <= together
