"""Copies of one picture are near, other pictures far."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from gridcanary.evidence.pictures import plain_picture
from gridcanary.tips.picture_hash import NEAR_BITS, SIDE, distance, picture_hash


def scene(seed: int) -> Image.Image:
    """A picture with large and small shapes."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 255, (9, 12, 3), dtype=np.uint8))
    return coarse.resize((480, 360), Image.Resampling.BICUBIC)


def hashed(picture: Image.Image, form: str = "JPEG", **options: int) -> str:
    file = io.BytesIO()
    picture.save(file, form, **options)
    file.seek(0)
    return picture_hash(plain_picture(file).greys)


@pytest.mark.parametrize(
    "again",
    [
        pytest.param(lambda picture: hashed(picture, quality=35), id="compressed harder"),
        pytest.param(lambda picture: hashed(picture.resize((200, 150))), id="smaller"),
        pytest.param(lambda picture: hashed(picture, "PNG"), id="another format"),
        pytest.param(lambda picture: hashed(ImageEnhance.Brightness(picture).enhance(0.8)), id="darker"),
    ],
)
def test_copies_are_near(again: object) -> None:
    picture = scene(1)
    assert distance(hashed(picture), again(picture)) <= NEAR_BITS  # type: ignore[operator]


def test_other_pictures_are_far() -> None:
    hashes = [picture_hash(scene(seed).convert("L").resize((SIDE, SIDE)).tobytes()) for seed in range(12)]
    far = [distance(one, other) for at, one in enumerate(hashes) for other in hashes[at + 1 :]]
    assert min(far) > NEAR_BITS
    assert 24 < sum(far) / len(far) < 40


def test_a_picture_of_one_colour_has_no_hash() -> None:
    assert picture_hash(bytes([90]) * SIDE * SIDE) == ""
    assert distance("", "") == 64


def test_a_picture_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="1024"):
        picture_hash(b"\0" * 10)


@given(st.binary(min_size=SIDE * SIDE, max_size=SIDE * SIDE))
def test_every_picture_has_a_hash_of_its_own_form(greys: bytes) -> None:
    made = picture_hash(greys)
    assert made == "" or (len(made) == 16 and distance(made, made) == 0)
