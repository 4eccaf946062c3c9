"""The ways to compress, and which of them a processor has."""

from __future__ import annotations

from typing import Any, NamedTuple

from numba import types
from numba.extending import intrinsic

from gridcanary.chain.kernels.sha256 import instructions, portable
from gridcanary.chain.kernels.sha256.constants import BLOCK_BYTES


class WithInstructions(NamedTuple):
    """The processor's SHA instructions; only where :func:`instructions.has_sha_instructions` says so."""

    block_bytes: int = BLOCK_BYTES


class Portable(NamedTuple):
    """Any processor."""

    block_bytes: int = BLOCK_BYTES


Way = WithInstructions | Portable
"""Kernels take one as an argument; its type decides which code is compiled into them."""


def fastest_way() -> Way:
    """The fastest way that this processor has."""
    return WithInstructions() if instructions.has_sha_instructions() else Portable()


def _compress(typing_context, way, state, data, at):  # type: ignore[no-untyped-def]
    """Take the 64 bytes at an offset into a state of eight words, uint32 [8]."""
    emit = instructions.emit if way.instance_class is WithInstructions else portable.emit

    def code(context, builder, signature, args):  # type: ignore[no-untyped-def]
        emit(context, builder, signature.args[1:3], args[1:])
        return context.get_dummy_value()

    return types.void(way, state, data, types.int64), code


compress: Any = intrinsic(_compress)
