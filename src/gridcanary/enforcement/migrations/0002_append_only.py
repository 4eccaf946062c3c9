"""Let the database itself refuse to change what was entered in the money ledger."""

from __future__ import annotations

from django.db import migrations

from gridcanary.accounts.append_only import forbid_changes


class Migration(migrations.Migration):
    """Triggers on the entries."""

    dependencies = [("enforcement", "0001_initial")]
    operations = [forbid_changes("enforcement_moneyentry")]
