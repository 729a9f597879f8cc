from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from comparisons.changes import followed
        from newsletter.bounces import webhooks
        from newsletter.digest.topics import followed_pairs
        from newsletter.log_redaction import scrub_every_handler

        followed.register(followed_pairs)
        scrub_every_handler()
        webhooks.connect()
