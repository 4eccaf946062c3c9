"""A time-stamp authority of one's own, for where no other can be reached.

**Not independent:** whoever holds this key can stamp any time. Its certificates say so in their names. It shows the
form of RFC 3161 and catches a clock that was wrong; it proves nothing to somebody who doubts the operator. For that,
configure an authority of others, and let another department witness.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gridcanary.evidence import der
from gridcanary.evidence.durable import write_whole
from gridcanary.evidence.errors import TimestampFault
from gridcanary.evidence.keys import read_secret

LABEL = "gridcanary, NOT INDEPENDENT / 自建时间戳，不独立"
"""Common name of the root: at most 64 bytes."""
VALID = dt.timedelta(days=20 * 365)
POLICY = "2.25.7325098712340961251"
"""Our own, below the arc that anybody may number in."""

_SHA256 = der.sequence(der.oid("2.16.840.1.101.3.4.2.1"))
_ECDSA_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))
_SIGNED_DATA = der.oid("1.2.840.113549.1.7.2")
_TST_INFO = der.oid("1.2.840.113549.1.9.16.1.4")
_CONTENT_TYPE = der.oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = der.oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE = der.oid("1.2.840.113549.1.9.16.2.47")


class OwnAuthority:
    """Stamps with a key in a folder.

    Args:
        folder: holds ``own-tsa.key`` and ``own-tsa.pem`` (its certificate and the root); both made at first use.

    Raises:
        KeyFault: the key may be read by others.
    """

    name = LABEL
    independent = False

    def __init__(self, folder: Path) -> None:
        key_file, self.certificates_file = folder / "own-tsa.key", folder / "own-tsa.pem"
        if not key_file.exists():
            _make(key_file, self.certificates_file)
        key = serialization.load_pem_private_key(read_secret(key_file).encode(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TimestampFault(f"{key_file}: is no key of an elliptic curve")
        self._key = key
        self._certificate, self.root = x509.load_pem_x509_certificates(self.certificates_file.read_bytes())

    def stamp(self, message: bytes, *, now: dt.datetime | None = None) -> bytes:
        """A time-stamp response over a message.

        Args:
            message: the bytes themselves.
            now: the time to state; the clock's where None.

        Returns:
            DER of RFC 3161's TimeStampResp, as ``openssl ts`` reads it.
        """
        info = der.sequence(
            der.integer(1),
            der.oid(POLICY),
            der.sequence(_SHA256, der.octets(hashlib.sha256(message).digest())),
            der.integer(secrets.randbits(63)),
            der.generalized_time(now or dt.datetime.now(dt.UTC)),
        )
        return der.sequence(der.sequence(der.integer(0)), self._token(info))

    def _token(self, info: bytes) -> bytes:
        certificate = self._certificate.public_bytes(serialization.Encoding.DER)
        issuer = self._certificate.issuer.public_bytes()
        # The attributes are signed as a SET and written with a context tag.
        attributes = der.set_of(
            der.sequence(_CONTENT_TYPE, der.set_of(_TST_INFO)),
            der.sequence(_MESSAGE_DIGEST, der.set_of(der.octets(hashlib.sha256(info).digest()))),
            der.sequence(_SIGNING_CERTIFICATE, der.set_of(_certificate_id(certificate))),
        )
        signer = der.sequence(
            der.integer(1),
            der.sequence(issuer, der.integer(self._certificate.serial_number)),
            _SHA256,
            b"\xa0" + attributes[1:],
            _ECDSA_SHA256,
            der.octets(self._key.sign(attributes, ec.ECDSA(hashes.SHA256()))),
        )
        signed = der.sequence(
            der.integer(3),
            der.set_of(_SHA256),
            der.sequence(_TST_INFO, der.explicit(0, der.octets(info))),
            der.explicit(0, certificate),
            der.set_of(signer),
        )
        return der.sequence(_SIGNED_DATA, der.explicit(0, signed))


def _certificate_id(certificate: bytes) -> bytes:
    return der.sequence(der.sequence(der.sequence(der.octets(hashlib.sha256(certificate).digest()))))


def _make(key_file: Path, certificates_file: Path) -> None:
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, LABEL)])
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, LABEL),
            x509.NameAttribute(NameOID.COMMON_NAME, f"own time stamps {secrets.token_hex(4)}"),
        ]
    )
    root = _certificate(root_name, root_name, root_key.public_key(), root_key, authority=True)
    leaf = _certificate(name, root_name, key.public_key(), root_key, authority=False)
    key_file.parent.mkdir(parents=True, exist_ok=True)
    pem = serialization.Encoding.PEM
    write_whole(certificates_file, leaf.public_bytes(pem) + root.public_bytes(pem))
    # The root's key is thrown away: it has signed the one certificate that it is for.
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_whole(key_file, private, mode=0o600)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    began = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(began)
        .not_valid_after(began + VALID)
        .add_extension(
            x509.BasicConstraints(ca=authority, path_length=0 if authority else None), critical=True
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(_usage(authority=authority), critical=True)
    )
    if not authority:
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(purpose, critical=True)
    return builder.sign(signer, hashes.SHA256())


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
