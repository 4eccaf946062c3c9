from __future__ import annotations

import socket

import pytest

from gridcanary.cli import ports
from gridcanary.cli.ports import NoFreePortError, free_port

HOST = "127.0.0.1"


@pytest.fixture
def busy() -> int:
    """A port that something listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_busy_port_gives_a_later_one(busy: int) -> None:
    assert busy < free_port(HOST, busy) < busy + ports.TRIES


def test_a_free_port_is_kept(busy: int) -> None:
    free = free_port(HOST, busy)
    assert free_port(HOST, free) == free


def test_no_free_port_says_what_to_do(busy: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "TRIES", 1)
    with pytest.raises(NoFreePortError, match=f"ports {busy} to {busy} on 127.0.0.1 are all in use.*--port"):
        free_port(HOST, busy)
