"""The importers app: commands that read other people's files into the catalogue and write ours."""

from django.apps import AppConfig


class ImportersConfig(AppConfig):
    name = "importers"
    verbose_name = "Import and export"
    default_auto_field = "django.db.models.BigAutoField"
