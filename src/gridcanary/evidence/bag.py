"""Writing a case as a BagIt bag (RFC 8493): the form that archives and experts know, with proofs and a verifier.

bag-info.txt, bagit.txt        as BagIt wants
manifest-sha256.txt, -sm3.txt  digests of everything below data/
tagmanifest-…                  digests of everything beside it
bag-signature.txt              the log's signature over both tag manifests
keys.txt                       public keys of the log and the witnesses
verify.py, README.txt          checks all of it with nothing but Python; how to check by hand
data/                          see ``LAYOUT``
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

import bagit

from gridcanary.evidence.digests import Digester, Digests, digest_bytes
from gridcanary.evidence.durable import sync_folder
from gridcanary.evidence.errors import EvidenceError
from gridcanary.evidence.note import Note, SigningKey, VerifierKey

CASE, EVENTS, ITEMS, CUSTODY = "data/case.json", "data/events.jsonl", "data/items.jsonl", "data/custody.jsonl"
CHECKPOINT, DOCUMENTS, EVIDENCE = "data/checkpoint.txt", "data/documents/", "data/evidence/"
PROOFS, STAMPS = "data/proofs/", "data/timestamps/"
SIGNATURE, KEYS, VERIFIER, README = "bag-signature.txt", "keys.txt", "verify.py", "README.txt"
LISTS = {"sha256": "manifest-sha256.txt", "sm3": "manifest-sm3.txt"}
TAG_LISTS = {"sha256": "tagmanifest-sha256.txt", "sm3": "tagmanifest-sm3.txt"}

LAYOUT = {
    CASE: "the case",
    EVENTS: "its events, a line each, exactly the bytes that the log hashes",
    ITEMS: "evidence: where each item lies, and what the log says of it",
    CUSTODY: "the chain of custody",
    CHECKPOINT: "what the log committed itself to, signed by it and by witnesses",
    PROOFS: "for each event, the proof that it is in the log",
    STAMPS: "RFC 3161 time stamps of the checkpoint",
    DOCUMENTS: "documents of the case",
    EVIDENCE: "contents of the evidence",
}

NAME_LIMIT_BYTES = 150
SIGNED_HEADER = "gridcanary bag v1"

README_TEXT = """This folder is an exported case. / 本目录为导出的案件证据包。

Check it with any Python from 3.8:      python verify.py
校验（Python 3.8 及以上，无需安装其他软件）： python verify.py

Compare the keys that it prints with those that the department published. How to check by hand, without our program,
and what each file is, stands in the documentation under "Evidence".
请将输出的公钥与有关部门公布的公钥核对。手工校验方法及各文件说明见产品文档“证据”一章。

{layout}
"""


def safe_name(name: str) -> str:
    """A file name that every system takes and that a manifest writes as it is.

    >>> safe_name("询问笔录 1/2: 草稿?.docx")
    '询问笔录 1_2_ 草稿_.docx'
    """
    kept = "".join("_" if letter in '<>:"/\\|?*%' or not letter.isprintable() else letter for letter in name)
    stem, dot, ending = kept.strip(" .").rpartition(".")
    stem, ending = (stem, dot + ending) if dot else (ending, "")
    ending = ending[:20]
    while len((stem + ending).encode()) > NAME_LIMIT_BYTES:
        stem = stem[:-1]
    return stem + ending or "file"


class BagWriter:
    """Writes a bag piece by piece and closes it with its manifests.

    Args:
        folder: must not exist; it appears, whole, when the bag is closed.

    Raises:
        EvidenceError: the folder exists.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._draft = folder, folder.with_name(f".{folder.name}.draft")
        if folder.exists():
            raise EvidenceError(f"{folder}: is there already; choose another folder")
        shutil.rmtree(self._draft, ignore_errors=True)
        self._draft.mkdir(parents=True)
        self._digests: dict[str, Digests] = {}

    def add(self, path: str, content: bytes | Iterable[bytes]) -> Digests:
        """Add a file.

        Args:
            path: in the bag, with slashes; below ``data/`` for what is exported.
            content: whole or in pieces.

        Returns:
            Its digests.

        Raises:
            EvidenceError: a path that is taken, or leads out of the bag.
        """
        parts = PurePosixPath(path).parts
        if path in self._digests or not parts or ".." in parts or parts[0] == "/" or path != "/".join(parts):
            raise EvidenceError(f"{path}: is no free place in the bag")
        file, digester = self._draft.joinpath(*parts), Digester()
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("xb") as stream:
            for piece in (content,) if isinstance(content, bytes) else content:
                digester.update(piece)
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        self._digests[path] = digester.digests()
        return self._digests[path]

    def digest_of(self, path: str) -> Digests:
        """Digests of a file that was added."""
        return self._digests[path]

    def close(self, info: Mapping[str, str], key: SigningKey, keys: Iterable[VerifierKey]) -> Path:
        """Write the manifests and everything beside them, read all of it back, and let the folder appear.

        Args:
            info: for bag-info.txt.
            key: of the log; signs the tag manifests.
            keys: public keys to put into the bag, the log's among them.

        Returns:
            The folder.

        Raises:
            EvidenceError: what was read back is not what was written.
        """
        payload = {path: digests for path, digests in self._digests.items() if path.startswith("data/")}
        size = sum(digests.size_bytes for digests in payload.values())
        facts = {**info, "Payload-Oxum": f"{size}.{len(payload)}"}
        layout = "\n".join(f"{path}: {what}" for path, what in LAYOUT.items())
        self.add("bagit.txt", b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        self.add("bag-info.txt", "".join(f"{name}: {_one_line(facts[name])}\n" for name in facts).encode())
        self.add(README, README_TEXT.format(layout=layout).encode())
        self.add(KEYS, "".join(f"{one}\n" for one in keys).encode())
        self.add(VERIFIER, Path(__file__).with_name("standalone").joinpath("verify.py").read_bytes())
        for kind, name in LISTS.items():
            self.add(name, _list(payload, kind))
        tags = {path: digests for path, digests in self._digests.items() if path not in payload}
        tag_lists = {name: _list(tags, kind) for kind, name in TAG_LISTS.items()}
        for name, content in tag_lists.items():
            self.add(name, content)
        self.add(SIGNATURE, str(signed_lists(tag_lists, key)).encode())
        _read_back(self._draft)
        self._draft.rename(self._folder)
        sync_folder(self._folder.parent)
        return self._folder

    def discard(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self._draft, ignore_errors=True)


def signed_lists(tag_lists: Mapping[str, bytes], key: SigningKey) -> Note:
    """The log's signature over the tag manifests, and through them over everything.

    Args:
        tag_lists: content by name.
        key: of the log.
    """
    lines = (f"{getattr(digest_bytes(tag_lists[name]), kind)}  {name}\n" for kind, name in TAG_LISTS.items())
    text = f"{SIGNED_HEADER}\n" + "".join(lines)
    return Note(text, (key.sign(text),))


def _list(files: Mapping[str, Digests], kind: str) -> bytes:
    return "".join(f"{getattr(files[path], kind)}  {path}\n" for path in sorted(files)).encode()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _read_back(folder: Path) -> None:
    """Let the tool that archives use read the bag."""
    try:
        bagit.Bag(str(folder)).validate()
    except bagit.BagError as error:
        raise EvidenceError(f"{folder}: was not written as it should be ({error})") from error
