from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from newsletter import checks, webhooks  # noqa: F401, checks register themselves
        from newsletter.logging import scrub_every_handler

        scrub_every_handler()
        webhooks.connect()
