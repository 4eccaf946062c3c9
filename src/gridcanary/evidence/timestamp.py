"""RFC 3161 time stamps: asking an authority, and checking what it gave."""

from __future__ import annotations

import datetime as dt
import hashlib
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import rfc3161_client as rfc3161
from cryptography import x509

from gridcanary.evidence.errors import TimestampFault
from gridcanary.evidence.own_authority import OwnAuthority

SECONDS = 20
MOST_BYTES = 1 << 20
SHA256_OID = "2.16.840.1.101.3.4.2.1"


class Authority(Protocol):
    """Gives time stamps."""

    name: str
    independent: bool

    def stamp(self, message: bytes) -> bytes:
        """A time-stamp response over a message, in DER.

        Raises:
            TimestampFault: none was given.
        """
        ...


class HttpAuthority:
    """An authority of others, over HTTP.

    Args:
        url: ``http://`` or ``https://``.
        roots: certificates that its signature must lead to; without them only the imprint and the nonce are checked.
    """

    independent = True

    def __init__(self, url: str, roots: Sequence[x509.Certificate] = ()) -> None:
        if not url.startswith(("http://", "https://")):
            raise TimestampFault(f"{url!r} is no address of a time-stamp authority (http or https)")
        self.name, self._roots = url, list(roots)

    def stamp(self, message: bytes) -> bytes:
        """As Authority asks."""
        asked = (
            rfc3161.TimestampRequestBuilder()
            .data(message)
            .hash_algorithm(rfc3161.HashAlgorithm.SHA256)
            .nonce(nonce=True)
            .cert_request(cert_request=True)
            .build()
        )
        request = urllib.request.Request(  # noqa: S310 (the scheme was checked)
            self.name, asked.as_bytes(), {"Content-Type": "application/timestamp-query"}
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as reply:  # noqa: S310
                token: bytes = reply.read(MOST_BYTES)
        except (urllib.error.URLError, TimeoutError, OSError) as error:
            raise TimestampFault(f"{self.name}: no time stamp ({error})") from error
        stamped_at(token, message)
        if _decoded(token).tst_info.nonce != asked.nonce:
            raise TimestampFault(f"{self.name}: the time stamp answers another request")
        if self._roots:
            check_authority(token, message, self._roots)
        return token


def authority(url: str, keys_folder: Path, roots_file: Path | None = None) -> Authority:
    """The authority of the settings.

    Args:
        url: of an authority of others; empty for one's own.
        keys_folder: where one's own keeps its key.
        roots_file: PEM certificates that the other's signature must lead to.
    """
    if not url:
        return OwnAuthority(keys_folder)
    return HttpAuthority(url, load_certificates(roots_file) if roots_file else ())


def load_certificates(file: Path) -> list[x509.Certificate]:
    """Certificates in a PEM file.

    Raises:
        TimestampFault: the file holds none.
    """
    try:
        return x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError) as error:
        raise TimestampFault(f"{file}: holds no certificates in PEM form ({error})") from error


def _decoded(token: bytes) -> rfc3161.TimeStampResponse:
    try:
        response = rfc3161.decode_timestamp_response(token)
        _ = response.tst_info.message_imprint.message  # a refusal has none
    except (ValueError, TypeError) as error:
        raise TimestampFault(f"no time stamp could be read ({error})") from error
    return response


def stamped_at(token: bytes, message: bytes) -> dt.datetime:
    """The time that a stamp states for a message; the authority's signature is not checked here.

    Raises:
        TimestampFault: no time stamp, or of something else.
    """
    info = _decoded(token).tst_info
    imprint = info.message_imprint
    if imprint.hash_algorithm.dotted_string != SHA256_OID:
        raise TimestampFault("the time stamp is over another digest than SHA-256")
    if imprint.message != hashlib.sha256(message).digest():
        raise TimestampFault("the time stamp is of something else")
    return info.gen_time


def check_authority(token: bytes, message: bytes, roots: Sequence[x509.Certificate]) -> dt.datetime:
    """Check a time stamp down to certificates that are trusted.

    Args:
        token: DER of TimeStampResp.
        message: what was stamped.
        roots: trusted certificates.

    Returns:
        The time stated.

    Raises:
        TimestampFault: it doesn't fit, or doesn't lead to one of the certificates.
    """
    moment = stamped_at(token, message)
    builder = rfc3161.VerifierBuilder()
    for root in roots:
        builder = builder.add_root_certificate(root)
    try:
        builder.build().verify_message(_decoded(token), message)
    except (rfc3161.VerificationError, ValueError) as error:
        raise TimestampFault(
            f"the time stamp's signature leads to no trusted certificate ({error})"
        ) from error
    return moment
