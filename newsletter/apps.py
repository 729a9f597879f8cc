from django.apps import AppConfig


class NewsletterConfig(AppConfig):
    name = "newsletter"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from comparisons.changes import followed
        from newsletter.bounces import webhooks
        from newsletter.log_redaction import scrub_every_handler

        followed.register(_followed_pairs)
        scrub_every_handler()
        webhooks.connect()


def _followed_pairs() -> set[str]:
    """Ask only when somebody wants to know: a process that sends mail needs no catalogue."""
    from newsletter.digest.topics import followed_pairs

    return followed_pairs()
