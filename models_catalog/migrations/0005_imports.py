"""Imports of files through the newsroom, and who may make them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from models_catalog.roles import make_roles


class Migration(migrations.Migration):
    dependencies = [
        ("models_catalog", "0004_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="Import",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("format", models.CharField(max_length=20)),
                ("table", models.CharField(blank=True, help_text="The table that a single file holds.", max_length=40)),
                ("file_name", models.CharField(max_length=200)),
                ("size", models.PositiveIntegerField(help_text="Bytes.")),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField(null=True)),
                ("publish", models.BooleanField(default=False, verbose_name="new results are published")),
                ("keep_going", models.BooleanField(default=False, verbose_name="refused rows are left out")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "being checked"),
                            ("ready", "not written yet"),
                            ("unreadable", "cannot be read"),
                            ("writing", "being written"),
                            ("written", "written"),
                            ("discarded", "discarded"),
                        ],
                        default="checking",
                        max_length=10,
                    ),
                ),
                ("step_began_at", models.DateTimeField(null=True)),
                ("preview", models.JSONField(default=dict)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("message", models.TextField(blank=True, help_text="Why it cannot be read, or was not written.")),
                ("reason", models.CharField(blank=True, max_length=100)),
                ("written_at", models.DateTimeField(null=True)),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="imports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.RunPython(lambda apps, schema_editor: make_roles(apps), migrations.RunPython.noop),
    ]
