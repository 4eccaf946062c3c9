import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import gridcanary.accounts.encryption
from gridcanary.accounts.append_only import forbid_changes


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_legal_reviewer"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="phone",
            field=gridcanary.accounts.encryption.EncryptedTextField(
                blank=True, default="", kind="phone", verbose_name="telephone"
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="phone_index",
            field=gridcanary.accounts.encryption.BlindIndexField(
                blank=True, db_index=True, default="", editable=False, max_length=64, of="phone"
            ),
        ),
        migrations.CreateModel(
            name="UnmaskRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=100)),
                ("object_id", models.CharField(max_length=64)),
                ("field", models.CharField(max_length=64)),
                ("about", models.CharField(max_length=200)),
                ("reason", models.TextField(verbose_name="reason")),
                ("asked_at", models.DateTimeField(auto_now_add=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waiting for a second person"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("note", models.TextField(blank=True, default="")),
                ("expires_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unmask_asked",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unmask_decided",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.unit"
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.CreateModel(
            name="PersonalDataRead",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("unit_path", models.CharField(blank=True, default="", max_length=500)),
                ("model", models.CharField(max_length=100)),
                ("object_id", models.CharField(max_length=64)),
                ("field", models.CharField(max_length=64)),
                ("about", models.CharField(max_length=200)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reads",
                        to="accounts.unmaskrequest",
                    ),
                ),
            ],
            options={
                "ordering": ("-id",),
            },
        ),
        migrations.AddIndex(
            model_name="unmaskrequest",
            index=models.Index(fields=["asked_by", "model", "object_id", "field"], name="unmask_by_field"),
        ),
        migrations.AddConstraint(
            model_name="unmaskrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("approved", "refused")), _negated=True),
                    models.Q(
                        ("decided_by__isnull", False),
                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="unmask_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="unmaskrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "approved"), _negated=True),
                    ("expires_at__isnull", False),
                    _connector="OR",
                ),
                name="unmask_approval_ends",
            ),
        ),
        migrations.AddIndex(
            model_name="personaldataread",
            index=models.Index(fields=["model", "object_id"], name="reads_by_object"),
        ),
        forbid_changes("accounts_personaldataread"),
    ]
