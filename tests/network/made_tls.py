"""Real TLS bytes without a network: Python's own ssl module talks to itself over memory."""

from __future__ import annotations

import contextlib
import datetime as dt
import ssl
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CERTIFICATE_NAMES = ("stratum.big.example", "*.big.example")
_BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@cache
def certificate_der(
    names: tuple[str, ...] = CERTIFICATE_NAMES, common: str = "Big Pool"
) -> tuple[bytes, bytes]:
    """A self-signed certificate and its key: DER and PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])
    builder = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    )
    builder = (
        builder.serial_number(7).not_valid_before(_BEGIN).not_valid_after(_BEGIN + dt.timedelta(days=3650))
    )
    if names:
        told = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(x509.BasicConstraints(True, None), True).add_extension(told, False)
    signed = builder.sign(key, hashes.SHA256())
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return signed.public_bytes(serialization.Encoding.DER), pem


def talk(
    folder: Path, version: ssl.TLSVersion, name: str | None, alpn: tuple[str, ...] = ()
) -> tuple[bytes, bytes]:
    """Bytes of a handshake, from the client and from the server."""
    der, key = certificate_der()
    path = folder / "server.pem"
    path.write_bytes(ssl.DER_cert_to_PEM_cert(der).encode() + key)
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(path)
    asking = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    asking.check_hostname, asking.verify_mode = False, ssl.CERT_NONE
    asking.minimum_version = asking.maximum_version = version
    if alpn:
        asking.set_alpn_protocols(list(alpn))
        served.set_alpn_protocols(list(alpn))
    wires = [(ssl.MemoryBIO(), ssl.MemoryBIO()) for _ in range(2)]
    client = asking.wrap_bio(*wires[0], server_hostname=name)
    server = served.wrap_bio(*wires[1], server_side=True)
    sent = [b"", b""]
    for _ in range(4):
        for side, one, other in ((client, 0, 1), (server, 1, 0)):
            with contextlib.suppress(ssl.SSLWantReadError):
                side.do_handshake()
            new = wires[one][1].read()
            sent[one] += new
            wires[other][0].write(new)
    return sent[0], sent[1]
