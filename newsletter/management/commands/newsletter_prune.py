"""manage.py newsletter_prune: deletes what the privacy page says is over. Run it daily."""

from __future__ import annotations

from django.core.management.base import BaseCommand
from django.utils import timezone

from newsletter import actions
from newsletter.consent import retention


class Command(BaseCommand):
    help = "Delete what is kept no longer, and ask readers again where their country's rules want it."

    def handle(self, **options) -> None:
        now = timezone.now()
        asked, ended = actions.reconfirm_where_due(now)
        for kind, number in retention.prune(now).items():
            self.stdout.write(f"{kind}: {number} deleted")
        self.stdout.write(f"asked to confirm again: {asked}, ended without an answer: {ended}")
