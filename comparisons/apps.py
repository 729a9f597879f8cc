"""The comparisons app: listens for changes of the catalogue and keeps the standings."""

from django.apps import AppConfig


class ComparisonsConfig(AppConfig):
    name = "comparisons"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from comparisons import receivers

        receivers.connect()
