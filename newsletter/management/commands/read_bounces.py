"""Act on bounces, complaints and mails that unsubscribe."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.utils import timezone

from newsletter import conf
from newsletter.bounces.mailbox import MailboxProblem, read_mailbox
from newsletter.management.recorded import RecordedCommand


class Command(RecordedCommand):
    help = "Read the mailbox NEWSLETTER_INCOMING_URL names and act on what machines and readers sent to it."
    requires_system_checks = []

    def run(self, **options) -> str:
        try:
            url = conf.incoming_mailbox()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if not url:
            raise CommandError(
                "NEWSLETTER_INCOMING_URL is not set. Write imaps://USER:PASSWORD@HOST/INBOX or maildir:///PATH."
            )
        try:
            found = read_mailbox(url, timezone.now())
        except MailboxProblem as error:
            raise CommandError(str(error)) from error
        return " ".join(f"{kind}={number}" for kind, number in sorted(found.items())) or "nothing new"
