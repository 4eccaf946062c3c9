"""Time stamps: our own authority speaks RFC 3161 as others read it, and what does not fit is refused."""

from __future__ import annotations

import datetime as dt
import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gridcanary.evidence.errors import KeyFault, TimestampFault
from gridcanary.evidence.own_authority import LABEL, OwnAuthority
from gridcanary.evidence.timestamp import (
    HttpAuthority,
    authority,
    check_authority,
    load_certificates,
    stamped_at,
)

MESSAGE = b"energy.jining.example/log\n9\n...\n"
AT = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(minutes=3)


@pytest.fixture
def own(tmp_path: Path) -> OwnAuthority:
    return OwnAuthority(tmp_path / "keys")


def test_a_stamp_states_the_time_and_leads_to_its_certificate(own: OwnAuthority) -> None:
    token = own.stamp(MESSAGE, now=AT)
    assert stamped_at(token, MESSAGE) == AT
    assert check_authority(token, MESSAGE, [own.root]) == AT


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl command")
def test_openssl_reads_and_checks_it(own: OwnAuthority, tmp_path: Path) -> None:
    (tmp_path / "t.tsr").write_bytes(own.stamp(MESSAGE))
    (tmp_path / "message").write_bytes(MESSAGE)
    arguments = ["-in", "t.tsr", "-CAfile", str(own.certificates_file)]
    good = ["openssl", "ts", "-verify", "-data", "message", *arguments]
    done = subprocess.run(good, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Verification: OK" in done.stdout + done.stderr
    (tmp_path / "message").write_bytes(MESSAGE + b"x")
    assert subprocess.run(good, cwd=tmp_path, capture_output=True, check=False).returncode != 0


def test_the_name_says_that_it_is_not_independent(own: OwnAuthority) -> None:
    assert not own.independent
    assert "NOT INDEPENDENT" in own.root.subject.rfc4514_string()
    assert "NOT INDEPENDENT" in LABEL


def test_the_key_stays_over_a_restart_and_is_for_its_owner(own: OwnAuthority, tmp_path: Path) -> None:
    assert OwnAuthority(tmp_path / "keys").root == own.root
    (tmp_path / "keys" / "own-tsa.key").chmod(0o644)
    with pytest.raises(KeyFault, match="chmod 600"):
        OwnAuthority(tmp_path / "keys")


def test_a_stamp_of_something_else_or_by_somebody_else_is_refused(own: OwnAuthority, tmp_path: Path) -> None:
    token = own.stamp(MESSAGE)
    with pytest.raises(TimestampFault, match="of something else"):
        stamped_at(token, MESSAGE + b"x")
    with pytest.raises(TimestampFault, match="no trusted certificate"):
        check_authority(token, MESSAGE, [OwnAuthority(tmp_path / "other").root])
    signature = bytearray(token)
    signature[-3] ^= 1
    with pytest.raises(TimestampFault):
        check_authority(bytes(signature), MESSAGE, [own.root])


@pytest.mark.parametrize("token", [b"", b"junk", bytes.fromhex("30053003020102")])
def test_what_is_no_stamp_is_refused(token: bytes) -> None:
    with pytest.raises(TimestampFault):
        stamped_at(token, MESSAGE)


class Replying(http.server.BaseHTTPRequestHandler):
    """Answers every request with what the server holds."""

    def do_POST(self) -> None:
        self.server.asked = self.rfile.read(int(self.headers["Content-Length"]))  # type: ignore[attr-defined]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.server.reply)  # type: ignore[attr-defined]

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Any]:
    with http.server.HTTPServer(("127.0.0.1", 0), Replying) as found:
        thread = threading.Thread(target=found.serve_forever)
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.mark.skipif(not shutil.which("openssl"), reason="no openssl command")
def test_an_authority_of_others_is_asked_over_http(server: Any, own: OwnAuthority, tmp_path: Path) -> None:
    """``openssl ts`` plays the other authority, with the certificate of ours."""
    config = tmp_path / "tsa.cnf"
    config.write_text(
        f"[tsa]\ndefault_tsa=t\n[t]\nserial={tmp_path}/serial\ncrypto_device=builtin\n"
        f"signer_cert={own.certificates_file}\n"
        f"signer_key={tmp_path}/keys/own-tsa.key\nsigner_digest=sha256\ndefault_policy=1.2.3.4.1\n"
        "digests=sha256\naccuracy=secs:1\nordering=no\ntsa_name=no\ness_cert_id_chain=no\ness_cert_id_alg=sha256\n"
    )
    (tmp_path / "serial").write_text("01\n")

    class Stamping(Replying):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            (tmp_path / "q").write_bytes(query)
            command = ["openssl", "ts", "-reply", "-config", str(config), "-queryfile", "q", "-out", "r"]
            subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
            self.send_response(200)
            self.end_headers()
            self.wfile.write((tmp_path / "r").read_bytes())

    server.RequestHandlerClass = Stamping
    url = f"http://127.0.0.1:{server.server_port}/"
    other = authority(url, tmp_path / "keys", own.certificates_file)
    token = other.stamp(MESSAGE)
    assert other.independent
    assert abs(stamped_at(token, MESSAGE) - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=1)


def test_a_stamp_that_answers_another_request_is_refused(server: Any, own: OwnAuthority) -> None:
    server.reply = own.stamp(MESSAGE)
    url = f"http://127.0.0.1:{server.server_port}/"
    with pytest.raises(TimestampFault, match="another request"):
        HttpAuthority(url).stamp(MESSAGE)
    with pytest.raises(TimestampFault, match="of something else"):
        HttpAuthority(url).stamp(b"other")


def test_an_authority_that_is_not_there_is_named() -> None:
    with pytest.raises(TimestampFault, match=r"http://127\.0\.0\.1:9/"):
        HttpAuthority("http://127.0.0.1:9/").stamp(MESSAGE)
    with pytest.raises(TimestampFault, match="no address"):
        HttpAuthority("file:///etc/passwd")


def test_without_an_address_it_is_our_own(tmp_path: Path) -> None:
    assert isinstance(authority("", tmp_path), OwnAuthority)


def test_a_file_without_certificates_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("nothing")
    for name in ("x.pem", "missing.pem"):
        with pytest.raises(TimestampFault, match=name):
            load_certificates(tmp_path / name)
