"""Little-endian fields read straight from memory, wherever they begin; the caller has checked the bounds.

``load8(data, at)`` and so on: ``data`` is a uint8 array, ``at`` an offset as int64.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


def _loader(bits: int, told: types.Type) -> Any:
    """An unaligned load of so many bits, told as a number of a type."""

    def load(typing_context, data, at):  # type: ignore[no-untyped-def]
        def code(context, builder, signature, args):  # type: ignore[no-untyped-def]
            array = context.make_array(signature.args[0])(context, builder, args[0])
            address = builder.gep(array.data, [args[1]])
            word = builder.load(builder.bitcast(address, ir.IntType(bits).as_pointer()), align=1)
            return builder.zext(word, ir.IntType(64)) if bits < 64 else word

        return told(data, types.int64), code

    return intrinsic(load)


load8, load16, load32 = (_loader(bits, types.int64) for bits in (8, 16, 32))
load64 = _loader(64, types.uint64)
