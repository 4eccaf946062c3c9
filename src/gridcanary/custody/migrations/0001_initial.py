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
            name="Checkpoint",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("size", models.BigIntegerField(unique=True)),
                ("root", models.BinaryField(max_length=32)),
                ("note_text", models.TextField()),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("size",),
            },
        ),
        migrations.CreateModel(
            name="CheckpointMark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("cosignature", "Witness's signature"),
                            ("timestamp", "Time stamp (RFC 3161)"),
                            ("own_timestamp", "Time stamp of this system's own authority, not independent"),
                        ],
                        max_length=16,
                    ),
                ),
                ("signer", models.CharField(max_length=200)),
                ("content", models.BinaryField()),
                ("added_at", models.DateTimeField()),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="marks",
                        to="custody.checkpoint",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("occurred_at", models.DateTimeField()),
                ("unit_code", models.CharField(blank=True, default="", max_length=64)),
                ("case_ref", models.CharField(blank=True, default="", max_length=64)),
                ("kind", models.CharField(max_length=64)),
                ("entry", models.TextField()),
                ("leaf_hash", models.BinaryField(max_length=32)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recorded_events",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("seq",),
            },
        ),
        migrations.CreateModel(
            name="EvidenceItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ref", models.CharField(max_length=32, unique=True)),
                ("case_ref", models.CharField(db_index=True, max_length=64)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("physical", "Physical object"),
                            ("digital", "Electronic data"),
                            ("document", "Document"),
                            ("interview", "Interview record"),
                            ("photo_video", "Photograph or video"),
                            ("meter_data", "Metering data"),
                            ("capture", "Network capture"),
                            ("chain_record", "Blockchain record"),
                        ],
                        max_length=16,
                    ),
                ),
                ("description", models.CharField(max_length=500)),
                ("sha256", models.CharField(blank=True, db_index=True, default="", max_length=64)),
                ("sm3", models.CharField(blank=True, default="", max_length=64)),
                ("size_bytes", models.BigIntegerField(null=True)),
                ("media_type", models.CharField(blank=True, default="", max_length=100)),
                ("filename", models.CharField(blank=True, default="", max_length=255)),
                (
                    "derivation",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("metadata_removed", "Copy without hidden data"),
                            ("redacted", "Redacted copy"),
                            ("transcoded", "Converted copy"),
                            ("extract", "Extract"),
                            ("analysis", "Result of an analysis"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("taken_at", models.DateTimeField()),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence_item",
                        to="custody.event",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="derivatives",
                        to="custody.evidenceitem",
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="evidence_taken",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="CustodyEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("collected", "Collected"),
                            ("sealed", "Sealed"),
                            ("transferred", "Handed over"),
                            ("accessed", "Consulted"),
                            ("exported", "Exported"),
                            ("analysed", "Examined"),
                            ("returned", "Returned"),
                            ("disposed", "Disposed of"),
                        ],
                        max_length=16,
                    ),
                ),
                ("happened_at", models.DateTimeField()),
                ("place", models.CharField(blank=True, default="", max_length=200)),
                ("from_holder", models.CharField(blank=True, default="", max_length=200)),
                ("to_holder", models.CharField(blank=True, default="", max_length=200)),
                ("officer", models.CharField(blank=True, default="", max_length=100)),
                ("second_officer", models.CharField(blank=True, default="", max_length=100)),
                ("one_officer_reason", models.CharField(blank=True, default="", max_length=300)),
                ("witness", models.CharField(blank=True, default="", max_length=100)),
                ("no_witness_reason", models.CharField(blank=True, default="", max_length=300)),
                ("seal_number", models.CharField(blank=True, default="", max_length=64)),
                ("note", models.TextField(blank=True, default="")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custody_recorded",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custody_event",
                        to="custody.event",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custody",
                        to="custody.evidenceitem",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="TreeNode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("number", models.BigIntegerField()),
                ("node_hash", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("level", "number"), name="tree_node_once")],
            },
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["case_ref", "seq"], name="event_by_case"),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["kind", "seq"], name="event_by_kind"),
        ),
        migrations.AddConstraint(
            model_name="evidenceitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind", "physical"),
                    models.Q(
                        models.Q(("sha256", ""), _negated=True),
                        models.Q(("sm3", ""), _negated=True),
                        ("size_bytes__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="item_has_content",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidenceitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("derivation", ""), ("parent__isnull", True)),
                    models.Q(("parent__isnull", False), models.Q(("derivation", ""), _negated=True)),
                    _connector="OR",
                ),
                name="derivative_has_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="custodyevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("act__in", ("accessed", "exported")),
                    models.Q(
                        models.Q(("officer", ""), _negated=True),
                        models.Q(
                            models.Q(("second_officer", ""), _negated=True),
                            models.Q(("one_officer_reason", ""), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="two_officers_or_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="custodyevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("act__in", ("accessed", "exported")),
                    models.Q(("witness", ""), _negated=True),
                    models.Q(("no_witness_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="witness_or_reason",
            ),
        ),
    ]
