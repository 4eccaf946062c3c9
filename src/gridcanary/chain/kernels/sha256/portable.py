"""SHA-256's compression for any processor, as FIPS 180-4 writes it down, unrolled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llvmlite import ir

from gridcanary.chain.kernels.sha256.constants import ROUNDS, WORD_OF_LANE
from gridcanary.chain.kernels.sha256.memory import INT32, INT64, pointer


def _turned(builder: Any, word: Any, bits: int) -> Any:
    return builder.or_(builder.lshr(word, INT32(bits)), builder.shl(word, INT32(32 - bits)))


def _xor(builder: Any, first: Any, second: Any, third: Any) -> Any:
    return builder.xor(builder.xor(first, second), third)


def _scheduled(builder: Any, words: list[Any]) -> Any:
    """The next word of the message schedule."""
    late, early = words[-2], words[-15]
    first = _xor(
        builder, _turned(builder, early, 7), _turned(builder, early, 18), builder.lshr(early, INT32(3))
    )
    second = _xor(
        builder, _turned(builder, late, 17), _turned(builder, late, 19), builder.lshr(late, INT32(10))
    )
    return builder.add(builder.add(words[-16], first), builder.add(words[-7], second))


def _rounds(builder: Any, state: list[Any], message: list[Any]) -> list[Any]:
    """The state's words a to h after a block of sixteen words."""
    a, b, c, d, e, f, g, h = state
    words = list(message)
    for number, constant in enumerate(ROUNDS):
        if number >= len(message):
            words.append(_scheduled(builder, words))
        mixed = _xor(builder, *(_turned(builder, e, bits) for bits in (6, 11, 25)))
        chosen = builder.xor(g, builder.and_(e, builder.xor(f, g)))
        first = builder.add(builder.add(h, INT32(constant)), words[number])
        first = builder.add(first, builder.add(mixed, chosen))
        mixed = _xor(builder, *(_turned(builder, a, bits) for bits in (2, 13, 22)))
        most = builder.or_(builder.and_(a, b), builder.and_(c, builder.or_(a, b)))
        a, b, c, d, e, f, g, h = (
            builder.add(first, builder.add(mixed, most)), a, b, c, builder.add(d, first), e, f, g,
        )  # fmt: skip
    return [builder.add(old, new) for old, new in zip(state, (a, b, c, d, e, f, g, h), strict=True)]


def emit(context: Any, builder: Any, array_types: Sequence[Any], args: Sequence[Any]) -> None:
    """Code that takes the 64 bytes at an offset into a state.

    Args:
        array_types: of the state, uint32 [8], and of the bytes.
        args: the state, the bytes, the offset.
    """
    kept: list[ir.Value] = [None] * len(WORD_OF_LANE)
    for lane, word in enumerate(WORD_OF_LANE):
        kept[word] = pointer(context, builder, array_types[0], args[0], INT64(4 * lane), INT32)
    places = [builder.add(args[2], INT64(4 * number)) for number in range(16)]
    message = [
        builder.bswap(builder.load(pointer(context, builder, array_types[1], args[1], place, INT32), align=1))
        for place in places
    ]
    before = [builder.load(place, align=4) for place in kept]
    for place, word in zip(kept, _rounds(builder, before, message), strict=True):
        builder.store(word, place, align=4)
