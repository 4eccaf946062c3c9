"""The people and departments of casework."""

from __future__ import annotations

from tests.casework.conftest import (  # noqa: F401
    Departments,
    approver,
    case,
    departments,
    officer,
    overseer,
    policeman,
    stranger,
)
