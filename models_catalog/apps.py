"""The catalogue app: announces changes of public tables and keeps its default categories."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ModelsCatalogConfig(AppConfig):
    name = "models_catalog"
    verbose_name = "Catalogue"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from models_catalog import authorship, signals  # noqa: F401  (connects the receivers)
        from models_catalog.default_categories import after_migrate

        post_migrate.connect(after_migrate, sender=self, dispatch_uid="models_catalog.default_categories")
