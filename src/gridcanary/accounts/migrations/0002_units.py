import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Unit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=64,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9-]*$", "Lower-case letters, digits and hyphens."
                            )
                        ],
                        verbose_name="unit code",
                    ),
                ),
                ("name_zh", models.CharField(max_length=120, verbose_name="Chinese name")),
                (
                    "name_en",
                    models.CharField(blank=True, default="", max_length=120, verbose_name="English name"),
                ),
                (
                    "kind",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z][a-z0-9_]*$", "A department kind as the packs name it."
                            )
                        ],
                        verbose_name="kind of department",
                    ),
                ),
                ("path", models.CharField(editable=False, max_length=500, unique=True)),
                (
                    "admin_code",
                    models.CharField(
                        blank=True,
                        default="",
                        max_length=6,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^(\\d{2}){0,3}$", "Two, four or six digits of a GB/T 2260 code."
                            )
                        ],
                        verbose_name="area code",
                    ),
                ),
                ("active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="accounts.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("path",),
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("officer", "Officer"),
                            ("approver", "Approver"),
                            ("analyst", "Load analyst"),
                            ("supervisor", "Supervisor"),
                            ("clerk", "Clerk"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                (
                    "certificate_no",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="law-enforcement certificate"
                    ),
                ),
                (
                    "certified_until",
                    models.DateField(blank=True, null=True, verbose_name="certificate valid until"),
                ),
                ("is_primary", models.BooleanField(default=False, verbose_name="main post")),
                ("since", models.DateField(verbose_name="since")),
                ("until", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="accounts.unit",
                    ),
                ),
            ],
            options={
                "ordering": ("-is_primary", "id"),
            },
        ),
        migrations.AddConstraint(
            model_name="unit",
            constraint=models.CheckConstraint(
                condition=models.Q(("path__endswith", "/")), name="unit_path_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_primary", True), ("until__isnull", True)),
                fields=("user",),
                name="one_main_post",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until__isnull", True)),
                fields=("user", "unit", "role"),
                name="role_held_once",
            ),
        ),
    ]
