"""People, departments and a case, as casework's tests have them."""

from tests.casework.conftest import (  # noqa: F401
    approver,
    case,
    departments,
    officer,
    policeman,
    stranger,
)
