from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from newsletter.bounces import webhooks
        from newsletter.log_redaction import scrub_every_handler

        scrub_every_handler()
        webhooks.connect()
