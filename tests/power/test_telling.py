"""Days told from the readings at once are those told from their features."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gridcanary.contracts.errors import SchemaMismatch
from gridcanary.power.features import feature_matrix
from gridcanary.power.fold import tell_days
from gridcanary.power.telling import tell_curves

WATTS = some.one_of(
    some.integers(-50, 50), some.just(0), some.just(700), some.integers(-(2**31), 2**31 - 1), some.none()
)
SOUND = some.one_of(some.integers(-50, 3000), some.just(700))


@settings(max_examples=150, deadline=None)
@given(data=some.data(), slots=some.sampled_from([24, 48, 96, 288]), rows=some.integers(0, 4))
def test_it_is_told_as_from_features(data: some.DataObject, slots: int, rows: int) -> None:
    kinds = [data.draw(some.sampled_from([WATTS, SOUND, some.none()])) for _ in range(rows)]
    # a few values over and over, so that some repeat themselves
    curves = [
        np.resize(data.draw(some.lists(kind, min_size=1, max_size=30)), slots).tolist() for kind in kinds
    ]
    load_w = pa.array(curves, pa.list_(pa.int32()))
    told, lengths = tell_curves(load_w)
    assert lengths.tolist() == [slots] * rows
    assert told.tobytes() == tell_days(feature_matrix(load_w), np.full(rows, slots, np.int32)).tobytes()


def test_days_of_other_lengths_are_refused() -> None:
    with pytest.raises(SchemaMismatch, match="a day has 7 values"):
        tell_curves(pa.array([[1] * 7], pa.list_(pa.int32())))
