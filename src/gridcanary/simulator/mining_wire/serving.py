"""Lets the services of services.py talk on links of a world."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

from gridcanary.network.ends import End
from gridcanary.simulator.mining_wire.conversation import Line
from gridcanary.simulator.mining_wire.links import Link
from gridcanary.simulator.mining_wire.services import SERVICES, Rhythm, Service
from gridcanary.simulator.mining_wire.virtual_time import SECOND_NS, VirtualTime
from gridcanary.simulator.mining_wire.world import WireWorld

SPREAD_S = 0.1
"""A broadcast reaches the first and the last session so far apart."""


class ServiceHost:
    """A server of one service and those of its sessions that hear the same.

    Args:
        world: where it stands.
        kind: a name in SERVICES.
        chance: of all it does.
    """

    def __init__(self, world: WireWorld, kind: str, chance: random.Random) -> None:
        self._world, self._kind, self._chance = world, kind, chance
        self._service: Service = SERVICES[kind]
        self._server = End(world.server_address(), self._service.port)
        self._name = f"{kind.replace('_', '-')}.service.example"
        self._sessions: list[Link] = []
        if self._service.broadcast is not None:
            _repeat(world.time, chance, self._service.broadcast, self._broadcast)
        if self._service.blocks_of is not None:
            for found_ns in world.blocks(self._service.blocks_of).found_ns:
                world.time.at(found_ns + int(chance.expovariate(2.0) * SECOND_NS), self._block)

    def join(self, line: Line, begin_s: float) -> None:
        """One more line uses the service."""
        near, far, truth = self._world.connect(self._server, line, begin_s, self._kind, self._name)
        truth.group = f"{self._name}/{self._server.address}"
        if self._service.tls:
            near, far = self._world.seal(near, far, self._name)
        near.opened = partial(self._greet, near)
        far.heard = partial(self._hear, far)

    def _greet(self, near: Link) -> None:
        near.send(bytes(self._chance.randint(120, 500)))
        if self._service.ask is not None:
            _repeat(self._world.time, self._chance, self._service.ask, near.send)

    def _hear(self, far: Link, _: bytes) -> None:
        """The first message opens the session; to the others there are answers."""
        if far not in self._sessions:
            self._sessions.append(far)
            far.send(bytes(self._chance.randint(100, 900)))
            if self._service.push is not None:
                _repeat(self._world.time, self._chance, self._service.push, far.send)
        elif self._service.answer is not None:
            far.send(bytes(self._chance.randint(*self._service.answer)))

    def _broadcast(self, said: bytes) -> None:
        for far in self._sessions:
            self._world.time.after(self._chance.uniform(0, SPREAD_S), partial(far.send, said))

    def _block(self) -> None:
        self._broadcast(bytes(self._chance.randint(500, 520)))


def _repeat(time: VirtualTime, chance: random.Random, rhythm: Rhythm, say: Callable[[bytes], None]) -> None:
    """Say something in that rhythm until the world ends."""

    def next_one() -> None:
        say(rhythm.said(chance))
        time.after(rhythm.gap_s(chance), next_one)

    time.after(rhythm.gap_s(chance), next_one)
