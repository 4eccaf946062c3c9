"""Let the database itself refuse to change what was said of a dossier on its arrival."""

from __future__ import annotations

from django.db import migrations

from gridcanary.accounts.append_only import forbid_changes


class Migration(migrations.Migration):
    """Triggers on both tables."""

    dependencies = [("wallets", "0001_initial")]
    operations = [forbid_changes("wallets_dossier"), forbid_changes("wallets_dossieraddress")]
