#!/usr/bin/env python3
"""Checks an exported case: python verify.py [FOLDER] [--key KEY ...] [--json] / 校验导出的案件证据包

Needs Python 3.8 or later and nothing else: no network, no other package. Reads, never writes. It checks that
  1. every file is there, and is what both manifests say (SHA-256 and SM3), and nothing else is there;
  2. the manifests are those that the log's key signed (bag-signature.txt);
  3. the checkpoint of the event log is signed by the log (Ed25519), and who witnessed it;
  4. every event is in the log that the checkpoint commits to (RFC 6962 inclusion proofs), in its order (SM3 chain);
  5. evidence, custody, documents and case file are those that the logged events tell of;
  6. each time stamp (RFC 3161) is of this checkpoint. Its authority's signature is not checked here: use
     openssl ts -verify -in data/timestamps/1.tsr -data TEXT -CAfile ROOT, TEXT being the checkpoint's three lines.

The keys come from keys.txt in the folder unless --key gives some. Whoever forged the whole folder forged keys.txt
too, so compare the keys printed below with those that the department published, or give these with --key.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import sys
from typing import Any

LISTS = (("sha256", "manifest-sha256.txt"), ("sm3", "manifest-sm3.txt"))
TAG_LISTS = (("sha256", "tagmanifest-sha256.txt"), ("sm3", "tagmanifest-sm3.txt"))
Key = Any  # name, id, kind (1 a log, 4 a witness), public key
SIGNATURE, KEYS = "bag-signature.txt", "keys.txt"
CHECKPOINT, EVENTS, ITEMS, CUSTODY = (
    f"data/{name}" for name in ("checkpoint.txt", "events.jsonl", "items.jsonl", "custody.jsonl")
)
PROOFS, STAMPS = "data/proofs/", "data/timestamps/"

CODES = {
    "missing": ("is listed and not there", "清单中有，实际缺失"),
    "unlisted": ("is there and in no list", "不在清单中"),
    "changed": ("was changed", "内容已被改动"),
    "disagrees": ("says something else than the files and the other list", "与文件及另一清单不符"),
    "malformed": ("cannot be read as what it should be", "格式有误，无法读取"),
    "link": ("is a link, not a file", "是链接，不是文件"),
    "signature": ("has no signature of the log that fits", "缺少与日志密钥相符的签名"),
    "proof": ("does not prove that its event is in the log", "不能证明该事件在日志中"),
    "chain": ("has events that do not follow each other", "事件前后不衔接"),
    "not-logged": ("is not what the log tells of", "与日志记录不符"),
    "timestamp": ("is no time stamp of this checkpoint", "不是该检查点的时间戳"),
}


class Malformed(Exception):
    """A file that cannot be read as what it should be."""


# --- SM3 (GB/T 32905), for Pythons whose OpenSSL lacks it ------------------------------------------------------
def rotate(x: int, n: int) -> int:
    n %= 32
    return (x << n | x >> (32 - n)) & 0xFFFFFFFF


class PlainSM3:
    """SM3 in plain Python: slow, about 0.1 MB a second."""

    def __init__(self) -> None:
        start = "7380166f 4914b2b9 172442d7 da8a0600 a96f30bc 163138aa e38dee4d b0fb0e4e"
        self.state = [int(word, 16) for word in start.split()]
        self.held, self.size = b"", 0

    def update(self, content: bytes) -> None:
        self.size += len(content)
        self.held += content
        whole = len(self.held) - len(self.held) % 64
        for at in range(0, whole, 64):
            self.block(self.held[at : at + 64])
        self.held = self.held[whole:]

    def hexdigest(self) -> str:
        bits = self.size * 8
        self.update(b"\x80" + bytes((55 - self.size) % 64) + bits.to_bytes(8, "big"))
        return "".join(f"{word:08x}" for word in self.state)

    def block(self, block: bytes) -> None:
        w = [int.from_bytes(block[i : i + 4], "big") for i in range(0, 64, 4)]
        for i in range(16, 68):
            x = w[i - 16] ^ w[i - 9] ^ rotate(w[i - 3], 15)
            w.append(x ^ rotate(x, 15) ^ rotate(x, 23) ^ rotate(w[i - 13], 7) ^ w[i - 6])
        a, b, c, d, e, f, g, h = self.state
        for i in range(64):
            t = 0x79CC4519 if i < 16 else 0x7A879D8A
            ss1 = rotate((rotate(a, 12) + e + rotate(t, i)) & 0xFFFFFFFF, 7)
            ff = a ^ b ^ c if i < 16 else a & b | a & c | b & c
            gg = e ^ f ^ g if i < 16 else e & f | ~e & g
            tt1 = (ff + d + (ss1 ^ rotate(a, 12)) + (w[i] ^ w[i + 4])) & 0xFFFFFFFF
            tt2 = (gg + h + ss1 + w[i]) & 0xFFFFFFFF
            a, b, c, d = tt1, a, rotate(b, 9), c
            e, f, g, h = tt2 ^ rotate(tt2, 9) ^ rotate(tt2, 17), e, rotate(f, 19), g
        self.state = [x ^ y for x, y in zip(self.state, (a, b, c, d, e, f, g, h))]  # noqa: B905


def new_sm3() -> Any:
    try:
        return hashlib.new("sm3")
    except ValueError:
        return PlainSM3()


# --- Ed25519 verification (RFC 8032) ------------------------------------------------------------------------------
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = Any  # x, y, z and x*y/z, so that adding needs no division
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add_points(a: Point, b: Point) -> Point:
    x1, y1, z1, t1 = a
    x2, y2, z2, t2 = b
    s, t = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    u, v = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: Point) -> Point:
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add_points(result, point)
        point = add_points(point, point)
        scalar >>= 1
    return result


def point_from(raw: bytes) -> Point | None:
    number = int.from_bytes(raw, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - xx) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = point_from((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    key = point_from(public)
    s = int.from_bytes(signature[32:], "little")
    if key is None or len(signature) != 64 or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    x, y, z, t = key
    x, y, z, _ = add_points(times(s, BASE), times(k, (-x % P, y, z, -t % P)))
    inverse = pow(z, P - 2, P)
    encoded = y * inverse % P | (x * inverse % P & 1) << 255
    return encoded.to_bytes(32, "little") == signature[:32]


# --- Signed notes, checkpoints and proofs (C2SP) ------------------------------------------------------------------
def decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise Malformed(text) from error


def parse_key(line: str) -> Key:
    """name+id+base64 as (name, id, kind, public)."""
    name, _, rest = line.partition("+")
    key_id, _, encoded = rest.partition("+")
    raw = decoded(encoded)
    if len(raw) != 33 or hashlib.sha256(name.encode() + b"\n" + raw).hexdigest()[:8] != key_id:
        raise Malformed(line)
    return name, bytes.fromhex(key_id), raw[0], raw[1:]


def parse_note(written: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """A note as its text and [(name, id, signature), ...]."""
    body, gap, lines = written.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise Malformed("no signatures")
    signatures = []
    for line in lines[:-1].split("\n"):
        name, _, encoded = line[2:].partition(" ")
        raw = decoded(encoded)
        if not line.startswith("\u2014 ") or not name or len(raw) < 5:
            raise Malformed(line)
        signatures.append((name, raw[:4], raw[4:]))
    return body + "\n", signatures


def signers(text: str, signatures: list[tuple[str, bytes, bytes]], keys: list[Key]) -> list[tuple[Key, Any]]:
    """The keys whose signatures hold, with a witness's time; none where a known key's signature does not."""
    held = []
    for name, key_id, raw in signatures:
        for key in keys:
            if key[:2] != (name, key_id):
                continue
            message, time = text.encode(), None
            if key[2] == 4:
                time = int.from_bytes(raw[:8], "big")
                message, raw = f"cosignature/v1\ntime {time}\n".encode() + message, raw[8:]
            if not ed25519_holds(key[3], message, raw):
                return []
            held.append((key, time))
    return held


def parse_checkpoint(text: str) -> tuple[str, int, bytes]:
    lines = text.split("\n")
    if len(lines) < 4 or not re.fullmatch("0|[1-9][0-9]{0,18}", lines[1]) or len(decoded(lines[2])) != 32:
        raise Malformed("checkpoint")
    return lines[0], int(lines[1]), decoded(lines[2])


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes | None:
    """The root that an inclusion proof leads to (RFC 9162, 2.1.3.2); None where its length is wrong."""
    if not 0 <= index < size:
        return None
    fn, sn, result = index, size - 1, hashlib.sha256(b"\0" + leaf).digest()
    for sibling in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            result = hashlib.sha256(b"\1" + sibling + result).digest()
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            result = hashlib.sha256(b"\1" + result + sibling).digest()
        fn, sn = fn >> 1, sn >> 1
    return None if sn else result


# --- Time stamps (RFC 3161): what is stamped, and when ------------------------------------------------------------
def values(content: bytes) -> list[tuple[int, bytes]]:
    """The DER values one after another, as [(tag, content), ...]."""
    found, at = [], 0
    while at < len(content):
        tag, size, at = content[at], content[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            size, at = int.from_bytes(content[at : at + count], "big"), at + count
        if at + size > len(content):
            raise ValueError("cut off")
        found.append((tag, content[at : at + size]))
        at += size
    return found


def stamp(token: bytes) -> tuple[bytes, str]:
    """(SHA-256 digest that is stamped, time) of a time-stamp response; empty where it is none."""
    try:
        status, content_info = values(values(token)[0][1])
        signed = values(values(values(content_info[1])[1][1])[0][1])
        capsule = values(signed[2][1])[1][1]
        info = values(values(values(capsule)[0][1])[0][1])
        algorithm, digest = values(info[2][1])
        granted = values(status[1])[0][1] in (b"\0", b"\1")
        is_sha256 = values(algorithm[1])[0][1].hex() == "608648016503040201"
        return (digest[1] if granted and is_sha256 else b""), info[4][1].decode("ascii")
    except (IndexError, ValueError):
        return b"", ""


# --- The bag ---------------------------------------------------------------------------------------------------
class Bag:
    """A folder, and what is wrong with it."""

    def __init__(self, folder: str, trusted: list[str]) -> None:
        self.folder, self.trusted = folder, trusted
        self.faults: set[tuple[str, str]] = set()
        self.told: dict[str, object] = {}
        self.keys: list[Key] = []
        self.found: dict[str, dict[str, str]] = {}  # path to its digests

    def fault(self, path: str, code: str) -> None:
        self.faults.add((path, code))

    def read(self, path: str) -> bytes:
        with open(os.path.join(self.folder, *path.split("/")), "rb") as file:
            return file.read()

    def text(self, path: str) -> str:
        try:
            return self.read(path).decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Malformed(path) from error

    def find(self) -> None:
        for folder, folders, names in os.walk(self.folder):
            for name in names + folders:
                whole = os.path.join(folder, name)
                path = os.path.relpath(whole, self.folder).replace(os.sep, "/")
                if os.path.islink(whole):
                    self.fault(path, "link")
                elif name in names:
                    self.found[path] = self.digests(whole)

    def digests(self, file_name: str) -> dict[str, str]:
        sha256, sm3 = hashlib.sha256(), new_sm3()
        with open(file_name, "rb") as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                sha256.update(piece)
                sm3.update(piece)
        return {"sha256": sha256.hexdigest(), "sm3": sm3.hexdigest()}

    def listed(self, name: str) -> dict[str, str]:
        """Path to digest of a manifest."""
        found: dict[str, str] = {}
        try:
            lines = self.text(name).split("\n")
        except Malformed:
            lines = ["unreadable"]
        for line in lines[:-1]:
            match = re.fullmatch("([0-9a-f]{64})  ([^ ].*)", line)
            if match and match.group(2) not in found:
                found[match.group(2)] = match.group(1)
            else:
                self.fault(name, "malformed")
        if lines[-1]:
            self.fault(name, "malformed")
        return found

    def check_lists(self, paths: set[str], lists: Any) -> None:
        """Compare files with two manifests, and say which of the three is at fault."""
        said = [(name, kind, self.listed(name)) for kind, name in lists]
        for path in paths.union(*(entries for _, _, entries in said)):
            inside = [(name, kind, entries[path]) for name, kind, entries in said if path in entries]
            outside = [name for name, _, entries in said if path not in entries]
            if path not in paths:
                self.fault(*((inside[0][0], "disagrees") if outside else (path, "missing")))
                continue
            wrong = [name for name, kind, digest in inside if digest != self.found[path][kind]]
            if len(wrong) == len(inside):
                self.fault(path, "changed" if inside else "unlisted")
            else:
                for name in wrong + outside:
                    self.fault(name, "disagrees")

    def check_files(self) -> bool:
        """Whether the manifests could be compared."""
        self.find()
        own = {SIGNATURE, *(name for _, name in TAG_LISTS)}
        for name in own - self.found.keys():
            self.fault(name, "missing")
        if own <= self.found.keys():
            payload = {path for path in self.found if path.startswith("data/")}
            self.check_lists(payload, LISTS)
            self.check_lists(self.found.keys() - payload - own, TAG_LISTS)
        return own <= self.found.keys()

    def check_signature(self) -> None:
        """The manifests of the other files are those that the log signed."""
        if not self.trusted and KEYS in {path for path, _ in self.faults}:
            return
        name = KEYS
        try:
            lines = self.trusted or self.text(KEYS).splitlines()
            self.keys = [parse_key(line.strip()) for line in lines if line.strip() and line[0] != "#"]
            name = SIGNATURE
            text, signatures = parse_note(self.text(SIGNATURE))
        except Malformed:
            self.fault(name, "malformed")
            return
        if not any(key[2] == 1 for key, _ in signers(text, signatures, self.keys)):
            self.fault(SIGNATURE, "signature")
            return
        for kind, name in TAG_LISTS:
            if f"{self.found[name][kind]}  {name}" not in text.split("\n"):
                self.fault(name, "changed")

    def check_log(self) -> None:
        """Everything is what the log tells of. Only where the files themselves are whole."""
        try:
            text, signatures = parse_note(self.text(CHECKPOINT))
            origin, size, root = parse_checkpoint(text)
        except Malformed:
            self.fault(CHECKPOINT, "malformed")
            return
        held = signers(text, signatures, self.keys)
        if not any(key[2] == 1 and key[0] == origin for key, _ in held):
            self.fault(CHECKPOINT, "signature")
            return
        witnesses = [[key[0], time] for key, time in held if key[2] == 4]
        self.told = {"log": origin, "events": size, "root": root.hex(), "witnesses": witnesses}
        try:
            self.check_facts(self.check_events(size, root))
        except (KeyError, TypeError, AttributeError):
            self.fault(EVENTS, "malformed")
        self.told["time_stamps"] = self.check_stamps(hashlib.sha256(text.encode()).digest())

    def lines(self, path: str) -> list[dict[str, Any]]:
        try:
            return [json.loads(line) for line in self.text(path).split("\n")[:-1]]
        except (Malformed, ValueError):
            self.fault(path, "malformed")
            return []

    def check_events(self, size: int, root: bytes) -> dict[int, dict[str, Any]]:
        events: dict[int, dict[str, Any]] = {}
        last, last_sm3 = -1, "0" * 64
        for line, event in zip(self.read(EVENTS).split(b"\n"), self.lines(EVENTS)):  # noqa: B905
            seq, sm3 = event["seq"], new_sm3()
            if seq <= last or (seq == last + 1 and event["prev_sm3"] != last_sm3):
                self.fault(EVENTS, "chain")
            sm3.update(line)
            last, last_sm3, events[seq] = seq, sm3.hexdigest(), event
            self.check_proof(f"{PROOFS}{seq}.tlog-proof", line, seq, size, root)
        self.told["events_here"] = len(events)
        return events

    def check_proof(self, path: str, entry: bytes, seq: int, size: int, root: bytes) -> None:
        try:
            head, _, note = self.text(path).partition("\n\n")
            lines = head.split("\n")
            siblings = [decoded(line) for line in lines[2:]]
            holds = lines[:2] == ["c2sp.org/tlog-proof@v1", f"index {seq}"] and note == self.text(CHECKPOINT)
        except Malformed:
            holds = False
        if not holds or root_of(entry, seq, size, siblings) != root:
            self.fault(path, "proof")

    def check_facts(self, events: dict[int, dict[str, Any]]) -> None:
        for path, kinds in ((ITEMS, ("evidence.taken", "evidence.derived")), (CUSTODY, ("custody.",))):
            told = {line["seq"]: line["facts"] for line in self.lines(path)}
            logged = {seq: event["body"] for seq, event in events.items() if event["kind"].startswith(kinds)}
            if told != logged:
                self.fault(path, "not-logged")
        wanted = {line["path"]: line["facts"] for line in self.lines(ITEMS) if line["path"]}
        self.told["items"] = len(wanted)
        exported = [event["body"]["files"] for event in events.values() if event["kind"] == "case.exported"]
        for path, digest in exported[-1].items() if exported else ():
            wanted[path] = {"sha256": digest}
        own, elsewhere = {EVENTS, ITEMS, CUSTODY, CHECKPOINT}, (PROOFS, STAMPS)
        here = {
            path for path in self.found if path.startswith("data/") and not path.startswith(elsewhere)
        } - own
        for path in here:
            facts = wanted.get(path)
            if facts is None or any(facts.get(k, digest) != digest for k, digest in self.found[path].items()):
                self.fault(path, "not-logged")
        for path in wanted.keys() - here:
            self.fault(path, "missing")

    def check_stamps(self, digest: bytes) -> list[str]:
        times = []
        for path in sorted(path for path in self.found if path.startswith(STAMPS)):
            stamped, time = stamp(self.read(path))
            if stamped == digest:
                times.append(time)
            else:
                self.fault(path, "timestamp")
        return times


def verify(folder: str, trusted: list[str] | None = None) -> Bag:
    """Check a folder; its ``faults`` are empty where it is intact."""
    bag = Bag(folder, trusted or [])
    if bag.check_files():
        bag.check_signature()
    if not bag.faults:
        bag.check_log()
    return bag


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Checks an exported case. / 校验导出的案件证据包。")
    own = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("folder", nargs="?", default=own, help="the exported folder / 证据包目录")
    parser.add_argument("--key", action="append", default=[], help="a key to trust / 可信公钥，可重复")
    parser.add_argument("--json", action="store_true", help="for programs / 输出 JSON")
    given = parser.parse_args(arguments)
    bag = verify(given.folder, given.key)
    faults, say = sorted(bag.faults), sys.stdout.write
    if given.json:
        report = {"intact": not faults, "faults": [list(fault) for fault in faults], **bag.told}
        say(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
        return 1 if faults else 0
    for path, code in faults:
        say(f"{path}: {CODES[code][0]} / {CODES[code][1]}\n")
    for name, value in bag.told.items():
        say(f"{name}: {value}\n")
    whence = "--key" if given.key else "keys.txt: compare it with the published one / 请与公布的公钥核对"
    for name, _id, kind, public in bag.keys:
        role = "log" if kind == 1 else "witness"
        say(f"key: {name} ({role}) SHA-256 {hashlib.sha256(public).hexdigest()} ({whence})\n")
    say("NOT INTACT / 校验不通过\n" if faults else "INTACT / 校验通过\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
