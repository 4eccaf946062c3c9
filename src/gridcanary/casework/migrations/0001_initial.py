import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TriageDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject_kind", models.CharField(max_length=16)),
                ("subject_id", models.CharField(max_length=64)),
                ("admin_code", models.CharField(blank=True, default="", max_length=6)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("marked", "Marked for inspection"),
                            ("dismissed", "Dismissed"),
                            ("undone", "Decision undone"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "dismissal_reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("legal_computing", "Lawful computing: data centre, telecoms or network room"),
                            ("cold_storage", "Cold storage or refrigeration"),
                            (
                                "farm_equipment",
                                "Farm equipment: aeration, ventilation, pumping, greenhouse lighting",
                            ),
                            ("continuous_production", "Production line that runs day and night"),
                            ("heating", "Electric heating, heat pump or air conditioning"),
                            ("ev_charging", "Vehicle charging"),
                            ("meter_fault", "Meter, transformer-ratio or data fault"),
                            ("archive_error", "Archive error: wrong class, transformer or customer"),
                            ("inspected", "Inspected lately, nothing found"),
                            ("other", "Other (explain in the note)"),
                        ],
                        default="",
                        max_length=32,
                    ),
                ),
                ("note", models.TextField(blank=True, default="")),
                ("finding_score", models.FloatField(null=True)),
                ("finding_mode", models.CharField(blank=True, default="", max_length=8)),
                ("finding_as_of", models.DateField(null=True)),
                ("decided_at", models.DateTimeField(auto_now_add=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undoes",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="casework.triagedecision",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [
                    models.Index(fields=["subject_kind", "subject_id", "id"], name="decision_by_subject")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "dismissed"), _negated=True),
                            models.Q(("dismissal_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="dismissal_has_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "undone"), _negated=True),
                            ("undoes__isnull", False),
                            _connector="OR",
                        ),
                        name="undo_names_decision",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "undone")), fields=("undoes",), name="undone_once"
                    ),
                ],
            },
        ),
    ]
