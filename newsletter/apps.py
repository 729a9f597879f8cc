from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from newsletter import checks  # noqa: F401, registers itself
        from newsletter.logging import scrub_every_handler

        scrub_every_handler()
