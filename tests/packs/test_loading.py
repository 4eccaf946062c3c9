"""Where packs come from, how one lies over another, and how one is kept with a case."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gridcanary import packs
from gridcanary.packs.folders import SHIPPED, PackId
from gridcanary.packs.frozen import canonical, digest_of
from gridcanary.packs.references import facts

CopyOf = Callable[[str], Path]

SHAANXI = """\
id: cn_sx
version: "{version}"
extends: cn
title: {{zh: 中国·陕西省, en: "China: Shaanxi"}}
area_prefix: "61"
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation's own folder of packs, named in the environment."""
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("GRIDCANARY_PACKS", str(folder))
    return folder


def put(folder: Path, name: str, **files: str) -> Path:
    """A pack of these files."""
    pack = folder / name
    pack.mkdir()
    for stem, text in files.items():
        (pack / f"{stem}.yaml").write_text(text, "utf-8")
    return pack


def test_a_province_needs_five_lines(own: Path) -> None:
    put(own, "cn_sx", pack=SHAANXI.format(version="2026.1"))
    shaanxi = packs.load("cn_sx")
    assert (shaanxi.id, shaanxi.switches.area_prefix, shaanxi.switches.currency) == ("cn_sx", "61", "CNY")
    assert set(shaanxi.measures) == set(packs.load("cn").measures)
    assert shaanxi.overrides == ()
    assert shaanxi.template("case_filing") == packs.load("cn").template("case_filing")


def test_an_entry_replaces_the_inherited_one_as_a_whole_and_nothing_removes_it(own: Path) -> None:
    factors = "household: null\ngrid_co2:\n" + (SHIPPED / "cn" / "factors.yaml").read_text("utf-8").partition(
        "grid_co2:\n"
    )[2].replace("0.5366", "0.60")
    put(own, "cn_sx", pack=SHAANXI.format(version="2026.1"), factors=factors)
    shaanxi = packs.load("cn_sx")
    assert list(shaanxi.factors) == ["grid_co2", "mining_machines"]
    assert str(shaanxi.factors["grid_co2"].value) == "0.60"
    assert shaanxi.overrides == ("factors.household", "factors.grid_co2", "factors.mining_machines")


def test_only_an_inherited_entry_can_be_removed(own: Path) -> None:
    put(own, "cn_sx", pack=SHAANXI.format(version="2026.1"), factors="cars: null\n")
    with pytest.raises(packs.BrokenPack, match="only an inherited one can be removed"):
        packs.load("cn_sx")


def test_a_fault_in_an_inherited_entry_is_told_of_the_file_it_stands_in(own: Path) -> None:
    put(own, "cn_sx", pack=SHAANXI.format(version="2026.1"), clocks="seizure: null\n")
    with pytest.raises(packs.BrokenPack) as told:
        packs.load("cn_sx")
    assert {(fault.file, fault.field, fault.found) for fault in told.value.faults} == {
        ("cn/measures.yaml", "seize.clocks", "'seizure'")
    }


def test_a_template_of_its_own_replaces_the_inherited_one(own: Path) -> None:
    pack = put(own, "cn_sx", pack=SHAANXI.format(version="2026.1"))
    (pack / "templates").mkdir()
    other = (SHIPPED / "cn" / "templates" / "closing_report.docx").read_bytes()
    (pack / "templates" / "case_filing.docx").write_bytes(other)
    assert packs.load("cn_sx").template("case_filing") == other


def test_the_own_folder_goes_before_what_ships_and_the_newest_version_first(own: Path) -> None:
    for version in ("2026.9", "2026.10"):
        shutil.copytree(SHIPPED / "cn", own / f"cn@{version}")
        head = own / f"cn@{version}" / "pack.yaml"
        head.write_text(head.read_text("utf-8").replace('"2026.1"', f'"{version}"'), "utf-8")
    assert packs.load("cn").version == "2026.10"
    assert packs.load("cn", version="2026.9").version == "2026.9"
    assert packs.load("cn@2026.1").version == "2026.1"
    assert [str(one) for one in packs.available()][:2] == ["cn@2026.10", "cn@2026.9"]
    assert packs.load("cn_sd").switches.version == "2026.1"


def test_packs_that_are_not_there(own: Path) -> None:
    for name in ("cn_xx", "cn@1.0"):
        with pytest.raises(packs.UnknownPack, match=rf"there is no pack {name}; there are cn@2026.1"):
            packs.load(name)
    with pytest.raises(packs.BrokenPack, match=r"no such file, expected pack.yaml with id and version"):
        packs.load(own / "nowhere")


def test_a_folder_is_called_like_its_pack(own: Path) -> None:
    put(own, "shaanxi", pack=SHAANXI.format(version="2026.1"))
    with pytest.raises(packs.BrokenPack, match="id: found cn_sx, expected the folder's name, shaanxi"):
        packs.available()


def test_packs_that_extend_each_other_in_a_ring(own: Path) -> None:
    put(
        own,
        "cn_a",
        pack=SHAANXI.format(version="1.0").replace("cn_sx", "cn_a").replace("extends: cn", "extends: cn_b"),
    )
    put(
        own,
        "cn_b",
        pack=SHAANXI.format(version="1.0").replace("cn_sx", "cn_b").replace("extends: cn", "extends: cn_a"),
    )
    with pytest.raises(packs.BrokenPack, match="expected a pack that does not extend this one"):
        packs.load("cn_a")


def test_an_edited_pack_is_read_anew(copy_of: CopyOf) -> None:
    folder = copy_of("cn")
    before = packs.load(folder)
    assert packs.load(folder) is before
    path = folder / "pack.yaml"
    path.write_text(path.read_text("utf-8").replace("[30, 90, 180, 365]", "[30, 60]"), "utf-8")
    assert packs.load(folder).switches.watch_days == (30, 60)
    assert before.switches.watch_days == (30, 90, 180, 365)


def test_a_pack_cannot_be_changed() -> None:
    cn = packs.load("cn")
    with pytest.raises(TypeError, match="does not support item assignment"):
        cn.measures["x"] = cn.measures["seize"]  # type: ignore[index]
    with pytest.raises(ValueError, match="frozen"):
        cn.measures["seize"].officers = 1  # type: ignore[misc]
    with pytest.raises(TypeError, match="does not support item assignment"):
        cn.templates["x"] = b""  # type: ignore[index]


@pytest.mark.parametrize("name", ["cn", "cn_sd", "my", "kz"])
def test_a_stored_pack_comes_back_bit_for_bit(name: str) -> None:
    pack = packs.load(name)
    again = packs.from_frozen(pack.frozen_json())
    assert again == pack
    assert hash(again) == hash(pack)
    assert (again.id, again.version, again.digest) == (pack.id, pack.version, pack.digest)
    assert again.frozen_json() == pack.frozen_json()
    assert again.content == pack.content
    assert again.templates == pack.templates
    assert again.calendar == pack.calendar
    assert list(again.stages) == list(pack.stages)


def test_the_digest_is_that_of_the_canonical_text() -> None:
    pack = packs.load("cn")
    body = json.loads(pack.frozen_json())
    assert canonical(body) == pack.frozen_json()
    assert digest_of(body) == pack.digest == body["digest"]
    assert len(pack.digest) == 64


def changed(text: str) -> str:
    """The text with a limit changed and nothing else."""
    assert '"limit":{"days":30}' in text
    return text.replace('"limit":{"days":30}', '"limit":{"days":31}', 1)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(changed, id="a limit is changed"),
        pytest.param(lambda text: text.replace(",", ", ", 1), id="a space is put in"),
        pytest.param(lambda text: canonical({**json.loads(text), "digest": "0" * 64}), id="another digest"),
        pytest.param(
            lambda text: canonical({**json.loads(text), "templates": {}}), id="the templates are gone"
        ),
    ],
)
def test_a_stored_pack_that_was_changed_is_refused(spoil: Callable[[str], str]) -> None:
    with pytest.raises(packs.ChangedPack, match="the stored pack cn was changed"):
        packs.from_frozen(spoil(packs.load("cn").frozen_json()))


def test_a_stored_pack_of_a_later_format_is_refused() -> None:
    text = canonical({**json.loads(packs.load("cn").frozen_json()), "format": 2})
    with pytest.raises(ValueError, match="format 1 is needed, this is format 2"):
        packs.from_frozen(text)


def test_another_version_has_another_digest(copy_of: CopyOf) -> None:
    folder = copy_of("cn")
    same = packs.load(folder)
    assert same.digest == packs.load("cn").digest
    template = folder / "templates" / "case_filing.docx"
    template.write_bytes((folder / "templates" / "closing_report.docx").read_bytes())
    assert packs.load(folder).digest != same.digest


def test_what_is_there_is_told_with_version_and_folder() -> None:
    assert PackId("cn", "2026.1", SHIPPED / "cn") in packs.available()
    assert str(packs.available()[0]) == "cn@2026.1"
    assert repr(packs.load("cn")).startswith("<Pack cn@2026.1 ")


def test_every_fact_is_found_wherever_it_stands() -> None:
    sections = {section for section, _, _ in facts(packs.load("cn").content)}
    assert {
        "bases",
        "clocks",
        "conditions",
        "factors",
        "holidays",
        "penalties",
        "prices",
        "referrals",
    } <= sections
