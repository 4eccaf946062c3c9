"""A small dossier of the recorded chain, of a kind that only tests know."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from unittest import mock

from gridcanary.chain.dossier import Basis, Draft, Kind, dossier_files, gather, json_bytes
from gridcanary.wallets.archives import pack
from tests.chain.conftest import REGTEST, EvidentMemory, plain_blocks
from tests.chain.follow.fake_server import split_blocks

HEIGHTS = 30


def _sum(basis: Basis) -> Mapping[str, bytes]:
    outputs = sum(len(one.transaction.outputs) for one in basis.history)
    return {"tables/sum.json": json_bytes({"outputs": outputs, "note": basis.parameters["note"]})}


PLAIN = Kind("income", _sum)
"""Passes for one of income: what arrives is verified whatever its tables tell."""


@cache
def small_files(note: str = "") -> dict[str, bytes]:
    """The files of a small dossier; another note makes another dossier."""
    chain = EvidentMemory(REGTEST, dict(enumerate(split_blocks(plain_blocks(), HEIGHTS))))
    found = gather(chain, list(chain.coinbases())[5:8])
    draft = Draft("income", REGTEST, found.transactions, found.headers, {"note": note}, {})
    return dossier_files(draft, PLAIN)


@contextmanager
def small_kind() -> Iterator[None]:
    """Let small dossiers be verified."""
    with mock.patch("gridcanary.wallets.actions.KINDS", {"income": PLAIN}):
        yield


def laid_out(files: Mapping[str, bytes], folder: Path) -> Path:
    """Files below a folder."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder


def zipped(folder: Path) -> io.BytesIO:
    """A folder as a ZIP."""
    into = io.BytesIO()
    pack(folder, into)
    into.name = "dossier.zip"
    return into
