"""Model fields for personal data: encrypted in the database, masked wherever they are shown.

    class Party(models.Model):
        phone = EncryptedTextField(kind="phone", blank=True, default="")
        phone_index = BlindIndexField(of="phone")

``party.phone = "138…"`` stores it. ``str(party.phone)`` and a template show ``138****1234``. The clear text comes out
of ``unmask_actions.reveal`` and ``open_for_document`` alone, which record who read it. Equal values are found by
``Party.objects.filter(phone_index=blind_index(Party, "phone", "138…"))``.
"""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import FieldError, ValidationError
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.translation import gettext_lazy as _

from gridcanary.accounts.key_ring import KeyRing, Tampered, UnknownKey, from_json, read_ring
from gridcanary.accounts.masking import KINDS, masked

PREFIX = "pd1"
"""Begins every stored value, and names the method: AES-256-GCM, key name, base64 of nonce and ciphertext."""


@lru_cache(maxsize=4)
def _ring_at(file: str, text: str) -> KeyRing:
    return from_json(text, "GRIDCANARY_KEYS") if text else read_ring(Path(file))


def key_ring() -> KeyRing:
    """The installation's keys, from the environment or the key file; read once."""
    return _ring_at(str(settings.GRIDCANARY_KEY_FILE), settings.GRIDCANARY_KEYS)


def forget_key_ring() -> None:
    """Read the keys anew at the next use."""
    _ring_at.cache_clear()


class PersonalText:
    """A value that shows itself masked. ``in_clear`` is for the two actions that record the reading."""

    __slots__ = ("_kind", "_place", "_plain", "_stored")

    def __init__(self, place: str, kind: str, *, stored: str | None = None, plain: str | None = None) -> None:
        self._place, self._kind, self._stored, self._plain = place, kind, stored, plain

    def in_clear(self) -> str:
        """The clear text.

        Raises:
            UnknownKey: the key file lacks its key.
            Tampered: the stored value was changed or copied here.
        """
        if self._plain is None:
            self._plain = _open(self._stored or "", self._place)
        return self._plain

    @property
    def stored(self) -> str:
        """What stands in the database: made when it is first asked for, then always the same."""
        if self._stored is None:
            self._stored = _seal(self._plain or "", self._place)
        return self._stored

    def __str__(self) -> str:
        return masked(self.in_clear(), self._kind)

    __repr__ = __str__

    def __bool__(self) -> bool:
        return bool(self._plain if self._stored is None else self._stored)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PersonalText) and self.in_clear() == other.in_clear()

    def __hash__(self) -> int:
        return hash(self.in_clear())


def _seal(plain: str, place: str) -> str:
    if not plain:
        return ""
    key_id, sealed = key_ring().encrypt(plain.encode(), place)
    return f"{PREFIX}:{key_id}:{base64.b64encode(sealed).decode()}"


def _open(stored: str, place: str) -> str:
    if not stored:
        return ""
    try:
        prefix, key_id, body = stored.split(":")
        sealed = base64.b64decode(body, validate=True)
    except (ValueError, binascii.Error) as error:
        raise Tampered(place) from error
    if prefix != PREFIX:
        raise Tampered(place)
    try:
        return key_ring().decrypt(key_id, sealed, place).decode()
    except UnknownKey:
        forget_key_ring()  # another process may have rotated the keys since this one read them
        return key_ring().decrypt(key_id, sealed, place).decode()


class _Wrapping(DeferredAttribute):
    """Wraps a text when it is assigned, so that it is masked before it was ever stored."""

    field: EncryptedTextField

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.field.wrap(value)


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """A text that is encrypted in the database and masked when shown.

    Args:
        kind: how it is masked, one of masking.KINDS.
    """

    descriptor_class = _Wrapping

    def __init__(self, *args: Any, kind: str = "text", **kwargs: Any) -> None:
        if kind not in KINDS:
            raise ValueError(f"expected kind to be one of {', '.join(KINDS)}, found {kind!r}")
        self.kind = kind
        super().__init__(*args, **kwargs)

    @property
    def place(self) -> str:
        """Where values stand: app, model and field; a value copied elsewhere does not open."""
        return place_of(self.model, self.name)

    def deconstruct(self) -> Any:
        """With the kind."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "kind": self.kind}

    def wrap(self, value: Any) -> Any:
        """A text as PersonalText; what is one already, None and database expressions as they are."""
        return PersonalText(self.place, self.kind, plain=value) if isinstance(value, str) else value

    def from_db_value(self, value: str | None, _expression: Any, _connection: Any) -> PersonalText | None:
        """The stored value, not opened yet."""
        return None if value is None else PersonalText(self.place, self.kind, stored=value)

    def to_python(self, value: Any) -> Any:
        """A stored value is taken as such, so that dumped rows can be loaded again."""
        if isinstance(value, str) and value.startswith(f"{PREFIX}:"):
            stored = PersonalText(self.place, self.kind, stored=value)
            try:
                stored.in_clear()
            except (Tampered, UnknownKey) as error:
                raise ValidationError(_("This is no text that can be stored here.")) from error
            return stored
        return self.wrap(value)

    def get_prep_value(self, value: Any) -> Any:
        """The encrypted form."""
        wrapped = self.wrap(value)
        return wrapped.stored if isinstance(wrapped, PersonalText) else wrapped

    def value_to_string(self, obj: models.Model) -> str:
        """Dumps carry the encrypted form."""
        return str(self.get_prep_value(self.value_from_object(obj)) or "")

    def save_form_data(self, instance: models.Model, data: Any) -> None:
        """A form that gives the masked text back leaves the value as it is."""
        if str(data or "") != str(getattr(instance, self.attname) or "") or not data:
            setattr(instance, self.attname, data)

    def get_lookup(self, lookup_name: str) -> Any:
        """Only for emptiness: encrypting the same text twice gives different values."""
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted; look for its BlindIndexField instead")
        return super().get_lookup(lookup_name)


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """Keyed digest of an encrypted field beside it, written whenever the row is saved.

    Args:
        of: name of the encrypted field.
    """

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(
            *args,
            **{"max_length": 64, "blank": True, "default": "", "db_index": True, "editable": False, **kwargs},
        )

    def deconstruct(self) -> Any:
        """With the name of the encrypted field."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        """The digest of what the encrypted field holds now."""
        held = getattr(model_instance, self.of)
        plain = held.in_clear() if isinstance(held, PersonalText) else ""
        digest = blind_index(type(model_instance), self.of, plain)
        setattr(model_instance, self.attname, digest)
        return digest


def place_of(model: type[models.Model], field: str) -> str:
    """``app.model.field``."""
    return f"{model._meta.label_lower}.{field}"


def blind_index(model: type[models.Model], field: str, plain: str) -> str:
    """What the BlindIndexField of a field holds for a value.

    Args:
        model: the model.
        field: its encrypted field.
        plain: the value in clear; spaces, hyphens and case do not count.

    Returns:
        64 hex digits; empty for an empty value.
    """
    normal = "".join(plain.split()).replace("-", "").casefold()
    return key_ring().digest(normal, place_of(model, field)) if normal else ""


def encrypted_field(model: type[models.Model], name: str) -> EncryptedTextField:
    """An encrypted field of a model by its name.

    Raises:
        FieldError: the field is of another kind.
        FieldDoesNotExist: the model has no such field.
    """
    field = model._meta.get_field(name)
    if not isinstance(field, EncryptedTextField):
        _not_encrypted(name)
    return field


def _not_encrypted(name: str) -> NoReturn:
    raise FieldError(f"{name} is no encrypted field")
