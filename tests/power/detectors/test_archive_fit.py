from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcanary.contracts.tables import TARIFF_CLASSES
from gridcanary.power.detectors import archive_fit

HOME, FARM, SHOP, CENTRE = (
    {"tariff_class": name} for name in ("residential", "agricultural", "commercial", "data_centre")
)


def told(customer: dict[str, object] | None, kw: float) -> tuple[float, list[str], list[str]]:
    llr, reasons, innocent = archive_fit.weigh(customer, kw)
    return llr, [r.code for r in reasons], [r.code for r in innocent]


@pytest.mark.parametrize(
    ("customer", "kw", "sign", "reasons", "innocent"),
    [
        pytest.param(None, 50.0, 0, [], [], id="not in the archive"),
        pytest.param({}, 50.0, 0, [], [], id="nothing known"),
        pytest.param(HOME, 12.0, 1, ["archive.class_mismatch"], [], id="a home with 12 kW"),
        pytest.param(HOME, 0.5, 0, [], [], id="a home with a fridge"),
        pytest.param(FARM, 40.0, 1, ["archive.class_mismatch"], [], id="a farm with 40 kW"),
        pytest.param(CENTRE, 90.0, -1, [], ["archive.data_centre"], id="a data centre"),
        pytest.param(
            {"tariff_class": "commercial", "trade_code": "6450"},
            90.0, -1, [], ["archive.expected_computing"], id="a data trade",
        ),
        pytest.param(
            {"tariff_class": "agricultural", "trade_code": "5930"},
            90.0, -1, [], ["innocent.cold_store"], id="a cold store",
        ),
        pytest.param(
            {"tariff_class": "commercial", "contract_kva": 50.0},
            90.0, 1, ["archive.over_contract"], [], id="more than the contract",
        ),
        pytest.param({**SHOP, "contract_kva": 100.0}, 60.0, 0, [], [], id="within the contract"),
        pytest.param({**SHOP, "contract_kva": 0.0}, 60.0, 0, [], [], id="no contract known"),
        pytest.param({"tariff_class": "of tomorrow"}, 60.0, 0, [], [], id="a class not known here"),
    ],
)  # fmt: skip
def test_what_the_archive_says(
    customer: dict[str, object] | None, kw: float, sign: int, reasons: list[str], innocent: list[str]
) -> None:
    llr, seen, doubts = told(customer, kw)
    assert (llr > 0) - (llr < 0) == sign
    assert (seen, doubts) == (reasons, innocent)


@given(
    tariff=st.sampled_from([*TARIFF_CLASSES, None]),
    trade=st.sampled_from(["6450", "5930", "0149", "", None]),
    contract=st.sampled_from([None, 0.0, 10.0, 500.0]),
    kw=st.floats(0, 5000),
)
def test_the_archive_alone_decides_nothing(
    tariff: str | None, trade: str | None, contract: float | None, kw: float
) -> None:
    customer = {"tariff_class": tariff, "trade_code": trade, "contract_kva": contract}
    llr, seen, doubts = told(customer, kw)
    assert abs(llr) <= archive_fit.CAP
    assert llr <= 0 or seen, "evidence without a reason"
    assert llr >= 0 or doubts or tariff == "public_service", "an excuse that is not told"


def test_every_tariff_class_is_weighed_and_named() -> None:
    assert set(archive_fit.TARIFF_WEIGHT) == set(archive_fit.TARIFF_NAMES) == set(TARIFF_CLASSES)
