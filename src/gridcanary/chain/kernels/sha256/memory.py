"""How kernels reach bytes: pointers into arrays, copies of sixteen bytes, numbers and digests in big-endian order."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from gridcanary.chain.kernels.sha256.constants import WORD_OF_LANE

INT32, INT64 = ir.IntType(32), ir.IntType(64)
BYTES16 = ir.VectorType(ir.IntType(8), 16)


def pointer(context: Any, builder: Any, array_type: Any, array: Any, at: Any, pointed: ir.Type) -> Any:
    """A pointer of a type to a byte offset of an array."""
    begin = builder.bitcast(
        context.make_array(array_type)(context, builder, array).data, ir.IntType(8).as_pointer()
    )
    return builder.bitcast(builder.gep(begin, [at]), pointed.as_pointer())


def _copy16(typing_context, source, at, target, to):  # type: ignore[no-untyped-def]
    """Copy sixteen bytes from an offset of an array to an offset of another."""

    def code(context, builder, signature, args):  # type: ignore[no-untyped-def]
        begin = pointer(context, builder, signature.args[0], args[0], args[1], BYTES16)
        end = pointer(context, builder, signature.args[2], args[2], args[3], BYTES16)
        builder.store(builder.load(begin, align=1), end, align=1)
        return context.get_dummy_value()

    return types.void(source, types.int64, target, types.int64), code


def _store_big_endian(typing_context, target, to, value):  # type: ignore[no-untyped-def]
    """Store a number as eight big-endian bytes."""

    def code(context, builder, signature, args):  # type: ignore[no-untyped-def]
        end = pointer(context, builder, signature.args[0], args[0], args[1], INT64)
        builder.store(builder.bswap(args[2]), end, align=1)
        return context.get_dummy_value()

    return types.void(target, types.int64, types.int64), code


def _store_digest(typing_context, state, target, to):  # type: ignore[no-untyped-def]
    """Store a state as the 32 bytes of its digest."""

    def code(context, builder, signature, args):  # type: ignore[no-untyped-def]
        for lane, word in enumerate(WORD_OF_LANE):
            begin = pointer(context, builder, signature.args[0], args[0], INT64(4 * lane), INT32)
            to = builder.add(args[2], INT64(4 * word))
            end = pointer(context, builder, signature.args[1], args[1], to, INT32)
            builder.store(builder.bswap(builder.load(begin, align=4)), end, align=1)
        return context.get_dummy_value()

    return types.void(state, target, types.int64), code


copy16: Any = intrinsic(_copy16)
store_big_endian: Any = intrinsic(_store_big_endian)
store_digest: Any = intrinsic(_store_digest)
