"""Indexes that keep lists and searches fast with a hundred thousand cases."""

from __future__ import annotations

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from gridcanary.casework.text_search import drop_indexes, make_indexes


def _make(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    make_indexes(editor)


def _drop(_apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    drop_indexes(editor)


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_reminders")]

    operations = [
        migrations.AlterField(
            model_name="casesite",
            name="transformer_id",
            field=models.CharField(
                blank=True, db_index=True, default="", max_length=64, verbose_name="transformer"
            ),
        ),
        migrations.AddIndex(
            model_name="caseclock",
            index=models.Index(
                condition=models.Q(("state__in", ("running", "suspended"))),
                fields=["due_at", "id"],
                name="clock_going_by_due",
            ),
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["due_on", "id"], name="task_open_by_due"
            ),
        ),
        migrations.RunPython(_make, _drop),
    ]
