"""Words that only a reporter's device knows, the forms in which something could keep them, and where to look."""

from __future__ import annotations

import base64
import hashlib
import io
import ipaddress
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.db import connection
from PIL import Image

ADDRESSES = {
    "remote address": "198.51.100.237",
    "X-Forwarded-For": "203.0.113.199",
    "Forwarded": "192.0.2.143",
    "X-Real-IP": "2001:db8:ca9a:77::b5",
}
WORDS = {
    "User-Agent": "CanaryBrowser/7.31",
    "Accept-Language": "qaa-x-canary",
    "Referer": "https://canary-referrer.example/hidden?from=work",
    "Cookie": "canarycookie58319774",
    "name of a file": "IMG_CANARY_20261103_041739.jpg",
}
HIDDEN = {
    "make": "CanaryCamera",
    "serial number": "CANARYSERIAL5519",
    "taken at": "2026:11:03 04:17:39",
}
LATITUDE = (35.0, 31.0, 37.77)
LONGITUDE = (116.0, 49.0, 13.31)

HEADERS = {
    "REMOTE_ADDR": ADDRESSES["remote address"],
    "HTTP_X_FORWARDED_FOR": ADDRESSES["X-Forwarded-For"],
    "HTTP_FORWARDED": f"for={ADDRESSES['Forwarded']};proto=https",
    "HTTP_X_REAL_IP": ADDRESSES["X-Real-IP"],
    "HTTP_USER_AGENT": WORDS["User-Agent"],
    "HTTP_ACCEPT_LANGUAGE": f"{WORDS['Accept-Language']},zh;q=0.5",
    "HTTP_REFERER": WORDS["Referer"],
    "HTTP_COOKIE": f"sessionid={WORDS['Cookie']}; csrftoken={WORDS['Cookie']}",
}


def telling_photograph(shade: int = 90) -> bytes:
    """A JPEG file whose hidden data tell of place, time and device."""
    ramp = Image.linear_gradient("L").resize((160, 120)).point(lambda value: (value * shade // 90) % 256)
    told = Image.Exif()
    told[0x010F] = HIDDEN["make"]
    told[0x0132] = HIDDEN["taken at"]
    told[0x8769] = {0x9003: HIDDEN["taken at"], 0xA431: HIDDEN["serial number"]}
    told[0x8825] = {1: "N", 2: LATITUDE, 3: "E", 4: LONGITUDE}
    file = io.BytesIO()
    ramp.convert("RGB").save(file, "JPEG", exif=told)
    return file.getvalue()


def forms_of(word: str) -> dict[str, bytes]:
    """How something could keep a word: plain, in other letters, coded, digested, as a number.

    Args:
        word: what was sent.

    Returns:
        Bytes to look for, by the name of the form. Of digests the first half is enough, of base64 what doesn't depend
        on where the word begins.
    """
    raw = word.encode()
    forms = {
        "plain": raw,
        "upper": word.upper().encode(),
        "lower": word.lower().encode(),
        "utf-16": word.encode("utf-16-le"),
        "hex": raw.hex().encode(),
        "upper hex": raw.hex().upper().encode(),
        "url-quoted": quote(word, safe="").encode(),
        "reversed": raw[::-1],
    }
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw)
        forms[f"base64 at {shift}"] = coded[4 if shift else 0 : len(coded) - 4]
    for kind in ("md5", "sha1", "sha256"):
        digest = hashlib.new(kind, raw).digest()
        forms[kind] = digest[:8]
        forms[f"{kind} hex"] = digest.hex()[:16].encode()
        forms[f"{kind} base64"] = base64.b64encode(digest)[:16]
    return forms | _as_number(word)


def _as_number(word: str) -> dict[str, bytes]:
    try:
        address = ipaddress.ip_address(word)
    except ValueError:
        return {"number": int(word).to_bytes(8, "big")} if word.isdecimal() else {}
    forms = {"packed": address.packed, "number in digits": str(int(address)).encode()}
    if address.version == 6:
        forms |= {"packed network": address.packed[:8], "in full": address.exploded.encode()}
    return forms


def place_forms(degrees: tuple[float, float, float]) -> dict[str, bytes]:
    """How something could keep one coordinate of a picture."""
    value = degrees[0] + degrees[1] / 60 + degrees[2] / 3600
    return {
        "digits": f"{value:.9f}"[:7].encode(),
        "double": struct.pack(">d", value)[:6],
        "double of PostgreSQL": struct.pack("<d", value)[2:],
    }


def receipt_forms(receipt: str) -> dict[str, bytes]:
    """How something could keep a receipt, with and without its spaces."""
    spaced = " ".join(receipt[start : start + 4] for start in range(0, 16, 4))
    return forms_of(receipt) | {f"spaced {name}": form for name, form in forms_of(spaced).items()}


Forms = dict[str, dict[str, bytes]]


def of_the_request() -> Forms:
    """What the connection and the browser tell."""
    return {name: forms_of(word) for name, word in (ADDRESSES | WORDS).items()}


def of_the_picture() -> Forms:
    """What the hidden data of the picture tell."""
    return {name: forms_of(word) for name, word in HIDDEN.items()} | {
        "latitude": place_forms(LATITUDE),
        "longitude": place_forms(LONGITUDE),
    }


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to look, and what stands there."""

    name: str
    content: bytes


def found_in(places: Iterable[Place], canaries: Forms) -> list[str]:
    """Where a canary sits: ``place: canary as form``."""
    return [
        f"{place.name}: {name} as {form}"
        for place in places
        for name, forms in canaries.items()
        for form, wanted in forms.items()
        if wanted in place.content
    ]


def columns() -> Iterator[tuple[str, list[object]]]:
    """Every column of every table with its values, by SQL."""
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            names = [column[0] for column in cursor.description or ()]
            rows = cursor.fetchall()
            for number, name in enumerate(names):
                yield f"{table}.{name}", [row[number] for row in rows]


def tables() -> Iterator[Place]:
    """Every column as a place: texts, bytes and numbers as they are."""
    for name, values in columns():
        yield Place(name, b"\n".join(_as_bytes(value) for value in values))


def _as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def files_below(*folders: Path) -> Iterator[Place]:
    """Every file with its name, as raw bytes."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            content = path.read_bytes() if path.is_file() else b""
            yield Place(name, name.encode() + b"\n" + content)


def database_files() -> Iterator[Place]:
    """Raw bytes of the SQLite file, its journal and its index, with pages that were given up; nothing elsewhere."""
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        yield from (Place(path.name, path.read_bytes()) for path in sorted(file.parent.glob(file.name + "*")))


def forget_when_the_database_was_made() -> None:
    """Move the migrations' times, which may be of this minute, and give up no page that holds them."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_migrations SET applied = '2000-01-01 00:00:00+00:00'")
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def times_between(first: float, last: float) -> re.Pattern[bytes]:
    """Finds any moment between two, written to the minute in UTC or in China's time, or as digits since 1970.

    A full hour, which drafts hold, isn't one: of its first minute every second is looked for but the first.
    """
    minutes = range(int(first) // 60, int(last) // 60 + 1)
    clocks = {
        f"{(m // 60 + east) % 24:02d}:{m % 60:02d}:" + ("" if m % 60 else "(?!00)")
        for m in minutes
        for east in (0, 8)
    }
    seconds = {str(second) for second in range(int(first), int(last) + 1)}
    return re.compile("|".join(sorted(clocks | seconds)).encode())
