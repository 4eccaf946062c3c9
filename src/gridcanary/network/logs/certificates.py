"""TLS versions and certificates' names as sensors write them."""

from __future__ import annotations

import re

_VERSION = re.compile(r"(?i)^(TLS|SSL|DTLS)\s*v?\s*(\d)\.?(\d)?")
_COMMON_NAME = re.compile(r"(?i)(?:^|[,/])\s*CN\s*=\s*((?:\\.|[^,/\\])+)")


def tls_version(text: str | None) -> str | None:
    """A version as Names has it.

    >>> tls_version("TLS 1.2"), tls_version("TLSv13"), tls_version("TLSv1"), tls_version("UNDETERMINED")
    ('TLSv1.2', 'TLSv1.3', 'TLSv1.0', None)
    """
    found = _VERSION.match(text or "")
    return f"{found[1].upper()}v{found[2]}.{found[3] or 0}" if found else None


def common_names(subject: str | None) -> tuple[str, ...]:
    r"""The common names in a subject.

    >>> common_names("OU=Domain Control Validated, CN=*.Example.com"), common_names("CN=a.org,O=B\\, Inc.")
    (('*.example.com',), ('a.org',))
    """
    return tuple(name.strip().lower() for name in _COMMON_NAME.findall(subject or ""))
