"""Finds a port to serve on."""

from __future__ import annotations

import socket

from gridcanary.contracts.errors import GridcanaryError

TRIES = 20


class NoFreePortError(GridcanaryError):
    """Every port that was tried is in use."""

    def __init__(self, host: str, first: int, last: int) -> None:
        self.host, self.first, self.last = host, first, last
        super().__init__(f"ports {first} to {last} on {host} are all in use; choose another with --port")


def free_port(host: str, wanted: int) -> int:
    """The wanted port, or the next one that nothing listens on.

    Args:
        host: address to listen on.
        wanted: port to begin with.

    Raises:
        NoFreePortError: none of the next TRIES ports is free.
    """
    last = min(wanted + TRIES - 1, 65535)
    for port in range(wanted, last + 1):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # As the server does, so that a port in its closing minute counts as free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                continue
        return port
    raise NoFreePortError(host, wanted, last)
