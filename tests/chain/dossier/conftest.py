from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from gridcanary.chain.dossier import Basis, Draft, Kind, dossier_files, gather, json_bytes, shown
from gridcanary.chain.dossier.writing import write_dossier


def receipts(basis: Basis) -> Mapping[str, bytes]:
    """What a script received, as a table and a sum: the smallest kind of dossier."""
    script = bytes.fromhex(basis.parameters["script"])
    lines = [
        (shown(one.transaction.txid), one.place.height, output.value)
        for one in basis.history
        for output in one.transaction.outputs
        if output.script == script
    ]
    table = "txid,height,satoshi\n" + "".join(f"{txid},{height},{value}\n" for txid, height, value in lines)
    total = sum(value for _, _, value in lines)
    note = basis.sources["note.txt"].decode()
    return {
        "tables/receipts.csv": table.encode(),
        "tables/total.json": json_bytes({"satoshi": total, "tip": basis.history.tip.height, "note": note}),
    }


KIND = Kind("receipts", receipts)
KINDS = {"receipts": KIND}


@pytest.fixture(scope="session")
def paid(truth) -> bytes:
    """The script of a pool that found blocks in the recording."""
    return bytes.fromhex(truth["pools"]["F2Pool"])


@pytest.fixture(scope="session")
def draft(evident, paid) -> Draft:
    """Four receipts of a pool, proven."""
    found = gather(evident, evident.touching({paid}, ())[:4])
    return Draft(
        "receipts",
        evident.network,
        found.transactions,
        found.headers,
        {"script": paid.hex()},
        {"blocks": 652},
        {"note.txt": "出块奖励\n".encode()},
    )


@pytest.fixture(scope="session")
def files(draft) -> dict[str, bytes]:
    """The dossier's files."""
    return dossier_files(draft, KIND)


@pytest.fixture
def dossier(tmp_path, draft) -> Path:
    """The dossier on disk."""
    folder = tmp_path / "dossier"
    write_dossier(folder, draft, KIND)
    return folder
