"""Fetching lists: from files and over TLS, never along a redirect."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from gridcanary.contracts.errors import InputError
from gridcanary.network.pools.fetching import list_at
from tests.network.made_tls import certificate_der


class Lists(BaseHTTPRequestHandler):
    """Serves one list, and sends elsewhere from /moved."""

    def do_GET(self) -> None:
        moved = self.path == "/moved"
        self.send_response(302 if moved else 200)
        if moved:
            self.send_header("Location", "https://elsewhere.example/")
        self.send_header("Last-Modified", "Sun, 16 Aug 2026 23:30:00 GMT")
        self.end_headers()
        self.wfile.write(b"pool.example:3333\n")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class names it so)
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, ssl.SSLContext]]:
    der, key = certificate_der(("localhost",))
    pem = ssl.DER_cert_to_PEM_cert(der)
    (tmp_path / "s.pem").write_bytes(pem.encode() + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "s.pem")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Lists)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    trusting = ssl.create_default_context(cadata=pem)
    yield f"https://localhost:{server.server_port}", trusting
    server.shutdown()
    server.server_close()
    thread.join()


def test_over_tls(served: tuple[str, ssl.SSLContext]) -> None:
    base, trusting = served
    found = list_at(f"{base}/list.txt", trusting)
    assert (found.content, found.day) == (b"pool.example:3333\n", date(2026, 8, 16))


def test_redirects_are_told_and_not_followed(served: tuple[str, ssl.SSLContext]) -> None:
    base, trusting = served
    with pytest.raises(InputError, match=r"302.*elsewhere\.example"):
        list_at(f"{base}/moved", trusting)


def test_a_server_that_nobody_vouches_for_is_refused(served: tuple[str, ssl.SSLContext]) -> None:
    with pytest.raises(InputError, match="can't be fetched"):
        list_at(f"{served[0]}/list.txt")


@pytest.mark.parametrize(
    "place", ["http://pool.example/list", "ftp://x/y", "https://me:secret@pool.example/", "https:///x"]
)
def test_other_addresses_are_refused(place: str) -> None:
    with pytest.raises(InputError, match="no plain https"):
        list_at(place)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read"):
        list_at(str(tmp_path / "none.csv"))
