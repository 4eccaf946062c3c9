"""The bag of a referral: its papers and evidence as BagIt in a ZIP, with an index to print."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from gridcanary.accounts.models import User
from gridcanary.casework import law
from gridcanary.custody.queries import items_of
from gridcanary.documents.context import language_of, page_language
from gridcanary.documents.models import Document, DocumentFile, FileKind, Referral
from gridcanary.documents.paper import Frame, typeset
from gridcanary.documents.paper.reading import Cell, Paper, Paragraph, Run, Table
from gridcanary.documents.papers import ENDINGS, stored
from gridcanary.documents.queries import letterhead_of, newest
from gridcanary.documents.wording import FRAME_WORDS, moment
from gridcanary.evidence.digests import digest_bytes, sm3_hex

_UNFIT = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def referral_bag(one: Referral, user: User) -> bytes:
    """The bag of a referral that is being sent.

    Args:
        one: the referral with its papers and evidence.
        user: who sends it; the evidence was chosen by the department that sends.

    Returns:
        A ZIP: ``data/`` with index.pdf, index.json, documents/ and evidence/, and the manifests of BagIt 1.0 in
        SHA-256 and SM3.
    """
    files = dict(_papers(one)) | dict(_evidence(one))
    rows = [(name, digest_bytes(content)) for name, content in files.items()]
    listed = [
        {"name": name, "sha256": found.sha256, "sm3": found.sm3, "bytes": found.size_bytes}
        for name, found in rows
    ]
    sent = one.sent_at or timezone.now()
    told = {
        "case": one.case.number, "referral": one.code, "from": one.from_unit.code, "to": one.to_unit.code,
        "sent_at": sent.isoformat(), "summary": one.summary, "files": listed,
    }  # fmt: skip
    files["data/index.json"] = json.dumps(told, ensure_ascii=False, indent=1).encode()
    files["data/index.pdf"] = _index(one, listed)
    return _zipped(_bagged(files, one))


def _papers(one: Referral) -> Iterator[tuple[str, bytes]]:
    for number, paper in enumerate(one.documents.order_by("issued_at"), 1):
        begin = f"data/documents/{number:02d}-{_fit(str(paper))}"
        version = newest(paper)
        yield f"{begin}.docx", stored(version.sha256)
        for kind, ending in (
            (FileKind.PRINT, ""),
            (FileKind.SIGNED_SCAN, "-scan"),
            (FileKind.SERVICE_RECEIPT, "-served"),
        ):
            for file in _files(paper, kind):
                yield f"{begin}{ending}.{ENDINGS.get(file.media_type, 'bin')}", stored(file.sha256)


def _files(paper: Document, kind: str) -> list[DocumentFile]:
    last = paper.files.filter(kind=kind).order_by("-id").first()
    return [last] if last else []


def _evidence(one: Referral) -> Iterator[tuple[str, bytes]]:
    for item in items_of(one.case.number).filter(ref__in=one.evidence_refs).exclude(sha256=""):
        yield f"data/evidence/{item.ref[:8]}-{_fit(item.filename or item.description)}", stored(item.sha256)


def _fit(name: str) -> str:
    return _UNFIT.sub("-", name).strip(" .-")[:80] or "file"


def _bagged(files: dict[str, bytes], one: Referral) -> dict[str, bytes]:
    payload = sum(len(content) for content in files.values())
    about = (
        f"Source-Organization: {one.from_unit.name_zh}\n"
        f"External-Identifier: {one.case.number} {one.code} {one.pk}\n"
        f"Bagging-Date: {timezone.localdate()}\n"
        f"Payload-Oxum: {payload}.{len(files)}\n"
    )
    tags = {
        "bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
        "bag-info.txt": about.encode(),
        "manifest-sha256.txt": _manifest(files, lambda content: hashlib.sha256(content).hexdigest()),
        "manifest-sm3.txt": _manifest(files, sm3_hex),
    }
    tags["tagmanifest-sha256.txt"] = _manifest(tags, lambda content: hashlib.sha256(content).hexdigest())
    return tags | files


def _manifest(files: dict[str, bytes], digest: Callable[[bytes], str]) -> bytes:
    return "".join(f"{digest(content)}  {name}\n" for name, content in sorted(files.items())).encode()


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _index(one: Referral, listed: list[dict[str, object]]) -> bytes:
    """The index as a PDF in the language of the pack's papers."""
    pack = law.pack_of(one.case)
    language = language_of(pack)
    kind = pack.referral(one.code)
    sent = one.sent_at or timezone.now()
    with translation.override(page_language(language)):
        lines = [
            f"{_('Sending department')}：{letterhead_of(one.from_unit).name}",
            f"{_('Receiving department')}：{letterhead_of(one.to_unit).name}",
            f"{_('Sent at')}：{moment(sent, language, pack.switches.zone)}",
            f"{_('Basis')}：{pack.cite(kind, language)}",
        ]
        head = (_("Item no."), _("File"), "SHA-256 / SM3")
        heading = _("What is referred and why")
    cells = [head] + [
        (str(number), str(row["name"]).removeprefix("data/"), f"{row['sha256']}\n{row['sm3']}")
        for number, row in enumerate(listed, 1)
    ]
    blocks: list[Paragraph | Table] = [_line("title", kind.name.of(language))]
    blocks += [_line("plain", line) for line in lines]
    blocks += [_line("heading", heading), _line("body", one.summary)]
    blocks.append(
        Table(
            (1, 5, 9), tuple(tuple(Cell((_line("plain", text),)) for text in row) for row in cells), head=True
        )
    )
    inner = digest_bytes(json.dumps(listed, sort_keys=True).encode())
    frame = Frame(
        title=kind.name.of(language), unit=letterhead_of(one.from_unit).name, case_number=one.case.number,
        number="", version=1, sha256=inner.sha256, sm3=inner.sm3, event=None, mark="", language=language,
        words=FRAME_WORDS.get(language, FRAME_WORDS["en"]), made_at=sent.astimezone(pack.switches.zone),
    )  # fmt: skip
    return typeset(Paper(tuple(blocks)), frame)


def _line(kind: str, text: str) -> Paragraph:
    return Paragraph(kind, (Run(text),))
