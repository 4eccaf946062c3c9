"""The command that adds a person."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from gridcanary.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_password_may_begin_like_an_option() -> None:
    call_command("add_user", "li.na", password="-Ab3-xyz-Kq81", area_prefix="")
    assert User.objects.get(username="li.na").check_password("-Ab3-xyz-Kq81")


def test_without_a_password_nobody_is_added() -> None:
    with pytest.raises(CommandError, match="--password"):
        call_command("add_user", "li.na")
    assert not User.objects.exists()
