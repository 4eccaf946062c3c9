from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

from gridcanary.wallets.archives import DossierRefused, pack, unpack

LIMIT = 10_000


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def archive(**members: bytes) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return made


def test_a_folder_comes_out_as_it_went_in(tmp_path: Path) -> None:
    (tmp_path / "in" / "tables").mkdir(parents=True)
    (tmp_path / "in" / "dossier.json").write_bytes(b"{}")
    (tmp_path / "in" / "tables" / "收入.csv").write_bytes(b"1\n")
    first, second = io.BytesIO(), io.BytesIO()
    pack(tmp_path / "in", first)
    pack(tmp_path / "in", second)
    assert first.getvalue() == second.getvalue()
    top = unpack(first, tmp_path / "out", LIMIT)
    assert (top / "tables" / "收入.csv").read_bytes() == b"1\n"


def test_the_dossier_may_lie_in_the_one_folder_at_the_top(tmp_path: Path) -> None:
    top = unpack(archive(**{"mine/dossier.json": b"{}", "mine/a/b": b"1"}), tmp_path / "out", LIMIT)
    assert top == tmp_path / "out" / "mine"


def with_link() -> io.BytesIO:
    made = archive(**{"dossier.json": b"{}"})
    with zipfile.ZipFile(made, "a") as opened:
        link = zipfile.ZipInfo("passwords")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(link, "/etc/passwd")
    return made


@pytest.mark.filterwarnings("ignore:Duplicate name")
def twice() -> io.BytesIO:
    made = archive(**{"dossier.json": b"{}"})
    with zipfile.ZipFile(made, "a") as opened, pytest.warns(UserWarning, match="Duplicate name"):
        opened.writestr("dossier.json", b"[]")
    return made


BAD = {
    "no zip": (lambda: io.BytesIO(b"PK\x03\x04 not really"), "no ZIP that can be read"),
    "empty": (lambda: io.BytesIO(b""), "no ZIP that can be read"),
    "cut short": (lambda: io.BytesIO(archive(**{"dossier.json": b"{}" * 99}).getvalue()[:-30]), "no ZIP"),
    "no sheet": (lambda: archive(**{"a.json": b"{}"}), "no dossier.json in it"),
    "out of the folder": (lambda: archive(**{"dossier.json": b"{}", "../x": b"1"}), "leads outside"),
    "from the root": (lambda: archive(**{"dossier.json": b"{}", "/etc/x": b"1"}), "leads outside"),
    "a drive": (lambda: archive(**{"dossier.json": b"{}", "C:\\x": b"1"}), "leads outside"),
    "a link": (with_link, "leads outside of it, or a link"),
    "a file twice": (twice, "a file twice"),
    "a bomb": (lambda: archive(**{"dossier.json": b"{}", "zeros": bytes(LIMIT)}), "too large"),
}


@pytest.mark.parametrize(("make", "said"), BAD.values(), ids=BAD)
def test_what_is_not_unpacked(make, said: str, tmp_path: Path) -> None:
    with pytest.raises(DossierRefused, match=said):
        unpack(make(), tmp_path / "out", LIMIT)
    assert not (tmp_path / "x").exists()


def test_a_file_in_place_of_a_folder_is_no_zip_to_read(tmp_path: Path) -> None:
    with pytest.raises(DossierRefused, match="no ZIP that can be read"):
        unpack(archive(**{"a": b"1", "a/b": b"2", "dossier.json": b"{}"}), tmp_path / "out", LIMIT)
