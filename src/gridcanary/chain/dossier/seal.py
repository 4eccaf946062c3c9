"""The digests of a dossier's files, in the format of ``sha256sum``, and the digest of that list.

``SHA256SUMS`` names every other file, ``SHA256SUMS.sha256`` names ``SHA256SUMS``; so one changed byte is named even
where it is in one of these two. Whoever changes everything and seals it anew is caught by the recomputation, or by
the seal that was written down elsewhere (``gridcanary chain verify --seal``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gridcanary.chain.dossier.layout import SEAL, SUMS


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something in a dossier that isn't as it must be.

    Args:
        file: path in the dossier.
        place: line, record or field, empty where it is the whole file.
        problem: what is wrong.
    """

    file: str
    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.file}{', ' + self.place if self.place else ''}: {self.problem}"


def sums(files: Mapping[str, bytes]) -> bytes:
    """``SHA256SUMS`` over files by path."""
    return _sums({path: _sha256(content) for path, content in files.items()})


def seal(sums_content: bytes) -> bytes:
    """``SHA256SUMS.sha256``."""
    return f"{_sha256(sums_content)}  {SUMS}\n".encode()


def sealed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with their digests beside them."""
    listed = sums(files)
    return {**files, SUMS: listed, SEAL: seal(listed)}


def digest_faults(digests: Mapping[str, str], listed: bytes, sealed_as: bytes) -> list[Fault]:
    """What differs between the files of a dossier and their digests.

    Args:
        digests: SHA-256 in hex of every file except the two lists, by path.
        listed: contents of ``SHA256SUMS``.
        sealed_as: contents of ``SHA256SUMS.sha256``.
    """
    true_sums = _sums(digests)
    if sealed_as == seal(listed):
        return list(_against(digests, listed))
    if listed == true_sums:
        return [Fault(SEAL, "", f"it isn't the digest of {SUMS}, which agrees with all files")]
    if sealed_as == seal(true_sums):
        return [
            Fault(SUMS, _first_difference(listed, true_sums), "it was changed: the files agree with the seal")
        ]
    broken = Fault(SUMS, "", f"its SHA-256 isn't the one in {SEAL}, so either of them was changed")
    return [broken, *_against(digests, listed)]


def _against(digests: Mapping[str, str], listed: bytes) -> Iterator[Fault]:
    told: dict[str, str] = {}
    for number, line in enumerate(listed.decode("utf-8", "replace").splitlines(), start=1):
        digest, gap, path = line[:64], line[64:66], line[66:]
        if gap != "  " or not path or path in told:
            yield Fault(SUMS, f"line {number}", "is no digest and path, or repeats a path")
            continue
        told[path] = digest
    for path in sorted(told.keys() - digests.keys()):
        yield Fault(path, "", "the file is missing")
    for path in sorted(digests.keys() - told.keys()):
        yield Fault(path, "", f"the file doesn't belong to the dossier: {SUMS} doesn't name it")
    for path in sorted(told.keys() & digests.keys()):
        if told[path] != digests[path]:
            yield Fault(path, "", f"it was changed: its SHA-256 is {digests[path]}, sealed was {told[path]}")


def _sums(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digests[path]}  {path}\n" for path in sorted(digests)).encode()


def _first_difference(found: bytes, meant: bytes) -> str:
    ours, theirs = found.split(b"\n"), meant.split(b"\n")
    for number, (one, other) in enumerate(zip(ours, theirs, strict=False), start=1):
        if one != other:
            return f"line {number}"
    return f"line {min(len(ours), len(theirs)) + 1}"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
