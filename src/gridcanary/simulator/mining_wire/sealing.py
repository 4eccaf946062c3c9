"""TLS between a client and a server: real bytes, or for large samples only the lengths that TLS 1.3 gives."""

from __future__ import annotations

import datetime as dt
import ssl
import tempfile
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from gridcanary.simulator.mining_wire.links import Layer, Link

RECORD_OVERHEAD = 22
"""A TLS 1.3 record is so much longer than what it seals: header 5, content type 1, tag 16 bytes (RFC 8446, 5.2)."""


class TlsEnd(Layer):
    """One end of a real TLS session.

    Args:
        below: the link that carries it.
        context: of the client or the server.
        server: whether this is the server's end.
        name: what the client's hello names; None sends no name.
    """

    def __init__(
        self, below: Link, context: ssl.SSLContext, *, server: bool, name: str | None = None
    ) -> None:
        super().__init__(below)
        self._coming, self._going = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._coming, self._going, server_side=server, server_hostname=name)
        self._shaken = False

    def start(self) -> None:
        """Begin the handshake."""
        self._shake()

    def take(self, data: bytes) -> None:
        """Decrypt what came."""
        self._coming.write(data)
        if not self._shaken:
            self._shake()
        while self._shaken:
            try:
                plain = self._tls.read(65_536)
            except ssl.SSLWantReadError:
                break
            if not plain:
                break
            self.heard(plain)
        self._flush()

    def send(self, data: bytes) -> None:
        """Encrypt and send."""
        self._tls.write(data)
        self._flush()

    def _shake(self) -> None:
        try:
            self._tls.do_handshake()
            self._shaken = True
        except ssl.SSLWantReadError:
            pass
        self._flush()
        if self._shaken:
            self.opened()

    def _flush(self) -> None:
        if self._going.pending:
            self.below.send(self._going.read())


class LengthsEnd(Layer):
    """One end of a session with the lengths of TLS 1.3 and none of its secrets, a hundred times faster.

    Args:
        below: the link that carries it.
        server: whether this is the server's end.
    """

    CLIENT_HELLO, SERVER_FLIGHT, CLIENT_FINISHED, TICKETS = 517, 1400, 80, 510
    """As OpenSSL 3 with a certificate of RSA-2048 sends them."""

    def __init__(self, below: Link, *, server: bool) -> None:
        super().__init__(below)
        self._server, self._awaited = server, self.CLIENT_HELLO if server else self.SERVER_FLIGHT
        self._pending = b""
        self._shaken = False

    def start(self) -> None:
        """Begin the handshake."""
        if not self._server:
            self.below.send(bytes(self.CLIENT_HELLO))

    def take(self, data: bytes) -> None:
        """The handshake's lengths first, then records."""
        self._pending += data
        while not self._shaken and len(self._pending) >= self._awaited:
            self._pending = self._pending[self._awaited :]
            self._step()
        while self._shaken and len(self._pending) >= RECORD_OVERHEAD:
            size, padding = (
                int.from_bytes(self._pending[:3], "big"),
                int.from_bytes(self._pending[3:5], "big"),
            )
            end = size + padding + RECORD_OVERHEAD
            if len(self._pending) < end:
                break
            record, self._pending = self._pending[5 : 5 + size], self._pending[end:]
            if record:
                self.heard(record)

    def _step(self) -> None:
        if not self._server:
            self.below.send(bytes(self.CLIENT_FINISHED))
            self._shaken = True
            self.opened()
        elif self._awaited == self.CLIENT_HELLO:
            self._awaited = self.CLIENT_FINISHED
            self.below.send(bytes(self.SERVER_FLIGHT))
        else:
            self._shaken = True
            self.below.send(_record(b"", self.TICKETS - RECORD_OVERHEAD))
            self.opened()

    def send(self, data: bytes) -> None:
        """Send as one record."""
        self.below.send(_record(data, 0))


def _record(data: bytes, padding: int) -> bytes:
    head = len(data).to_bytes(3, "big") + padding.to_bytes(2, "big")
    return head + data + bytes(padding + RECORD_OVERHEAD - 5)


@cache
def contexts(names: tuple[str, ...]) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Contexts of a client that trusts the server, and of the server with a certificate of its own signing.

    Args:
        names: host names in the certificate, at least one.
    """
    certificate, key = _self_signed(names)
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.load_verify_locations(cadata=certificate.decode())
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "server.pem")
        path.write_bytes(key + certificate)
        server.load_cert_chain(path)
    return client, server


def _self_signed(names: tuple[str, ...]) -> tuple[bytes, bytes]:
    """Certificate and key, PEM."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    begin = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), 1 << 62, begin, begin.replace(year=2120))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM), key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
