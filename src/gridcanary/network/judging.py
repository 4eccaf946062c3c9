"""Sessions past the detectors: each is judged at once, unless a group detector must see it beside others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gridcanary.network.fusion import fuse, in_order
from gridcanary.network.sessions import Session
from gridcanary.network.votes import Detector, GroupDetector, Judged, Vote

MOST_HELD = 200_000
"""Sessions that wait for a group detector, about 1 GB with their push times; past it the least suspicious go first."""


@dataclass(slots=True)
class Judging:
    """Judges sessions as they come.

    Args:
        detectors: those that look at one session.
        group_detectors: those that look at several.
        most_held: sessions that may wait for a group detector.
    """

    detectors: Sequence[Detector]
    group_detectors: Sequence[GroupDetector] = ()
    most_held: int = MOST_HELD
    released: int = 0
    _held: list[tuple[Session, list[Vote]]] = field(default_factory=list)

    def judge(self, sessions: Iterable[Session]) -> Iterator[Judged]:
        """Every session once, those that waited for others at the end; ``released`` then counts the early ones."""
        for session in sessions:
            votes = [vote for one in self.detectors if (vote := one.vote(session)) is not None]
            if not any(one.wants(session) for one in self.group_detectors):
                yield judged(session, votes)
                continue
            self._held.append((session, votes))
            if len(self._held) > self.most_held:
                yield from self._release()
        yield from self._finish()

    def _release(self) -> Iterator[Judged]:
        """Half of those that wait go on without the group detectors: the least suspicious ones."""
        self._held.sort(
            key=lambda held: (fuse(held[1])[0], len(held[0].timing.pushes_ns) if held[0].timing else 0)
        )
        going, self._held = self._held[: len(self._held) // 2], self._held[len(self._held) // 2 :]
        self.released += len(going)
        yield from (judged(session, votes) for session, votes in going)

    def _finish(self) -> Iterator[Judged]:
        partners: list[set[str]] = [set() for _ in self._held]
        for detector in self.group_detectors:
            places = [at for at, (session, _) in enumerate(self._held) if detector.wants(session)]
            for place, vote in detector.votes([self._held[at][0] for at in places]).items():
                self._held[places[place]][1].append(vote)
                partners[places[place]] |= {
                    self._held[places[other]][0].client.address for other in vote.partners
                }
        for (session, votes), others in zip(self._held, partners, strict=True):
            yield judged(session, votes, tuple(sorted(others - {session.client.address})))
        self._held = []


def judged(session: Session, votes: Sequence[Vote], partners: tuple[str, ...] = ()) -> Judged:
    """A session with its votes fused.

    Args:
        session: the session.
        votes: what detectors said of it.
        partners: addresses of the clients whose servers spoke at the same moments.
    """
    llr, listed = fuse(votes)
    return Judged(session, in_order(votes), llr, listed, partners)
