"""SHA-256's compression with the SHA instructions of x86 processors (AMD since 2017, Intel servers since 2021).

Four rounds take two instructions. A processor without them must never be handed this code:
:func:`has_sha_instructions` says whether the one that code is compiled for has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llvmlite import ir
from numba.core.registry import cpu_target

from gridcanary.chain.kernels.sha256.constants import ROUNDS
from gridcanary.chain.kernels.sha256.memory import BYTES16, INT32, INT64, pointer

_WORDS4 = ir.VectorType(INT32, 4)
_SWAPPED = ir.Constant(
    ir.VectorType(INT32, 16), [INT32(4 * (byte // 4) + 3 - byte % 4) for byte in range(16)]
)
"""The order that turns each four bytes round."""


def has_sha_instructions() -> bool:
    """Whether the processor that code is compiled for has the x86 SHA instructions."""
    triple, _, features = cpu_target.target_context.codegen().magic_tuple()
    return triple.startswith(("x86_64", "i686")) and "+sha" in features.split(",")


def _instruction(builder: Any, name: str, operands: int) -> Any:
    """An instruction, as a function that LLVM knows."""
    known = builder.module.globals.get(name)
    return known or ir.Function(builder.module, ir.FunctionType(_WORDS4, [_WORDS4] * operands), name)


def _picked(builder: Any, first: Any, second: Any, lanes: list[int]) -> Any:
    return builder.shuffle_vector(first, second, ir.Constant(_WORDS4, [INT32(lane) for lane in lanes]))


def _rounds(builder: Any, first: Any, second: Any, words: list[Any]) -> tuple[Any, Any]:
    """Both halves of the state, f e b a and h g d c, after a block of four times four words."""
    two_rounds = _instruction(builder, "llvm.x86.sha256rnds2", 3)
    begin_words = _instruction(builder, "llvm.x86.sha256msg1", 2)
    end_words = _instruction(builder, "llvm.x86.sha256msg2", 2)
    for at in range(0, len(ROUNDS), 4):
        group = at // 4
        constants = ir.Constant(_WORDS4, [INT32(constant) for constant in ROUNDS[at : at + 4]])
        message = builder.add(words[group], constants)
        second = builder.call(two_rounds, [second, first, message])
        if len(words) < len(ROUNDS) // 4:
            begun = builder.call(begin_words, [words[group], words[group + 1]])
            begun = builder.add(begun, _picked(builder, words[group + 2], words[group + 3], [1, 2, 3, 4]))
            words.append(builder.call(end_words, [begun, words[group + 3]]))
        upper = _picked(builder, message, message, [2, 3, 2, 3])
        first = builder.call(two_rounds, [first, second, upper])
    return first, second


def emit(context: Any, builder: Any, array_types: Sequence[Any], args: Sequence[Any]) -> None:
    """Code that takes the 64 bytes at an offset into a state.

    Args:
        array_types: of the state, uint32 [8], and of the bytes.
        args: the state, the bytes, the offset.
    """
    halves = [pointer(context, builder, array_types[0], args[0], INT64(begin), _WORDS4) for begin in (0, 16)]
    before = [builder.load(half, align=4) for half in halves]
    words = []
    for begin in range(0, 64, 16):
        place = builder.add(args[2], INT64(begin))
        loaded = builder.load(pointer(context, builder, array_types[1], args[1], place, BYTES16), align=1)
        swapped = builder.shuffle_vector(loaded, loaded, _SWAPPED)
        words.append(builder.bitcast(swapped, _WORDS4))
    for half, old, new in zip(halves, before, _rounds(builder, before[0], before[1], words), strict=True):
        builder.store(builder.add(old, new), half, align=4)
