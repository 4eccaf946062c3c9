"""Encrypted fields: unreadable in the database, masked on the screen, found by their digest, renewed by rotation."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core import serializers
from django.core.exceptions import FieldError, ValidationError
from django.db import connection
from django.forms import modelform_factory
from django.template import Context, Template
from pytest_django import Settings

from gridcanary.accounts.encryption import (
    EncryptedTextField,
    PersonalText,
    blind_index,
    encrypted_field,
    forget_key_ring,
    key_ring,
)
from gridcanary.accounts.key_ring import Tampered, UnknownKey, new_ring, read_ring, to_json, write_ring
from gridcanary.accounts.key_rotation import RotationRefused, encrypted_columns, renew_values, rotate_keys
from gridcanary.accounts.models import User

pytestmark = pytest.mark.django_db
PHONE = "13812341234"


@pytest.fixture(autouse=True)
def key_file(settings: Settings, tmp_path: Path) -> Path:
    settings.GRIDCANARY_KEY_FILE = tmp_path / "personal-data.keys"
    settings.GRIDCANARY_KEYS = ""
    return tmp_path / "personal-data.keys"


@pytest.fixture
def person() -> User:
    return User.objects.create(username="li.na", phone=PHONE)


def stored(person: User) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM accounts_user WHERE id = %s", [person.pk])
        return str(cursor.fetchone()[0])


def clear(person: User) -> str:
    held = User.objects.get(pk=person.pk).phone
    assert isinstance(held, PersonalText)
    return held.in_clear()


def test_the_database_holds_no_clear_text(person: User) -> None:
    assert stored(person).startswith("pd1:k1:")
    assert PHONE not in stored(person)
    assert clear(person) == PHONE


def test_it_shows_itself_masked_before_and_after_saving() -> None:
    fresh = User(username="wang", phone=PHONE)
    assert str(fresh.phone) == "138****1234"
    fresh.save()
    again = User.objects.get(pk=fresh.pk)
    shown = Template("{{ p.phone }} {{ p.phone|upper }}").render(Context({"p": again}))
    assert shown == "138****1234 138****1234"
    assert f"{again.phone!r} {again.phone}" == "138****1234 138****1234"


def test_empty_stays_empty() -> None:
    nobody = User.objects.create(username="nobody")
    assert (stored(nobody), str(nobody.phone), bool(nobody.phone), nobody.phone_index) == ("", "", False, "")


def test_saving_what_was_read_does_not_change_it(person: User) -> None:
    before = stored(person)
    again = User.objects.get(pk=person.pk)
    again.password = "!"
    again.full_clean()
    again.save()
    assert stored(person) == before


def test_equal_values_are_found_by_the_digest_whatever_their_spaces(person: User) -> None:
    assert User.objects.get(phone_index=blind_index(User, "phone", "138-1234 1234")) == person
    assert not User.objects.filter(phone_index=blind_index(User, "phone", "13812341235")).exists()


def test_the_digest_follows_a_change(person: User) -> None:
    person.phone = "13900000000"
    person.save()
    assert User.objects.get(phone_index=blind_index(User, "phone", "13900000000")) == person


@pytest.mark.parametrize("lookup", ["phone", "phone__contains", "phone__in"])
def test_looking_for_the_encrypted_value_is_an_error_instead_of_nothing(lookup: str) -> None:
    with pytest.raises(FieldError, match="BlindIndexField"):
        User.objects.filter(**{lookup: [PHONE]}).exists()


def test_a_form_that_gives_the_mask_back_changes_nothing(person: User) -> None:
    form_class = modelform_factory(User, fields=["phone"])
    page = str(form_class(instance=User.objects.get(pk=person.pk)))
    assert "138****1234" in page
    assert PHONE not in page
    form_class({"phone": "138****1234"}, instance=User.objects.get(pk=person.pk)).save()
    assert clear(person) == PHONE
    form_class({"phone": "13900000000"}, instance=User.objects.get(pk=person.pk)).save()
    assert clear(person) == "13900000000"
    form_class({"phone": ""}, instance=User.objects.get(pk=person.pk)).save()
    assert clear(person) == ""


def test_a_dump_is_encrypted_and_loads_again(person: User) -> None:
    dump = serializers.serialize("json", User.objects.all())
    assert PHONE not in dump
    User.objects.all().delete()
    for row in serializers.deserialize("json", dump):
        row.save()
    assert clear(person) == PHONE


def test_a_typed_token_is_refused(person: User) -> None:
    with pytest.raises(ValidationError):
        User._meta.get_field("phone").to_python("pd1:k1:AAAA")


@pytest.mark.parametrize("value", ["pd1:k1:AAAA", "pd2:k1:AAAA", "138", "pd1:k1:!!"])
def test_a_changed_value_in_the_database_is_noticed(person: User, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET phone = %s", [value])
    with pytest.raises(Tampered):
        clear(person)


def test_without_the_key_file_it_says_so(person: User, key_file: Path) -> None:
    write_ring(new_ring().with_new_key().without_old_keys(), key_file)
    forget_key_ring()
    with pytest.raises(UnknownKey, match="k1"):
        clear(person)


def test_rotation_renews_every_value_and_keeps_the_digest(person: User, key_file: Path) -> None:
    before, digest = stored(person), person.phone_index
    assert rotate_keys() == 1
    assert stored(person).startswith("pd1:k2:")
    assert stored(person) != before
    assert User.objects.get(phone_index=digest) == person
    assert set(read_ring(key_file).keys) == {"k1", "k2"}
    assert rotate_keys(forget_old=True) == 1
    assert set(read_ring(key_file).keys) == {"k3"}
    assert clear(person) == PHONE
    assert renew_values() == 0


def test_a_process_with_old_keys_reads_what_another_one_renewed(person: User, key_file: Path) -> None:
    old = key_ring()
    rotate_keys()
    renewed = stored(person)
    write_ring(old, key_file)
    forget_key_ring()
    key_ring()  # the old ring is in memory now
    write_ring(old.with_new_key(), key_file)
    with pytest.raises(Tampered):  # another k2: proof that the file was read again
        clear(person)
    assert renewed == stored(person)


def test_rotation_goes_on_over_many_rows(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridcanary.accounts.key_rotation.ROWS_AT_ONCE", 3)
    User.objects.bulk_create(User(username=f"p{i}", phone=f"1380000{i:04d}") for i in range(7))
    assert rotate_keys() == 8


def test_keys_from_the_environment_are_used_and_not_rotated_here(settings: Settings, key_file: Path) -> None:
    settings.GRIDCANARY_KEYS = to_json(new_ring())
    person = User.objects.create(username="li.na", phone=PHONE)
    assert clear(person) == PHONE
    assert not key_file.exists()
    with pytest.raises(RotationRefused):
        rotate_keys()


def test_the_encrypted_columns_are_known() -> None:
    assert "phone" in {field.name for _model, fields in encrypted_columns() for field in fields}
    assert encrypted_field(User, "phone").kind == "phone"
    with pytest.raises(FieldError, match="username"):
        encrypted_field(User, "username")


def test_an_unknown_kind_is_refused_when_the_model_is_written() -> None:
    with pytest.raises(ValueError, match="nickname"):
        EncryptedTextField(kind="nickname")
