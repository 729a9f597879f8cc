"""manage.py newsletter_prune: deletes what the privacy page says is over. Run it daily."""

from __future__ import annotations

from django.utils import timezone

from newsletter import actions
from newsletter.consent import retention
from newsletter.management.recorded import RecordedCommand


class Command(RecordedCommand):
    help = "Delete what is kept no longer, and ask readers again where their country's rules want it."

    def run(self, **options) -> str:
        now = timezone.now()
        asked, ended = actions.reconfirm_where_due(now)
        told = [f"{kind}: {number} deleted" for kind, number in retention.prune(now).items()]
        return "\n".join([*told, f"asked to confirm again: {asked}, ended without an answer: {ended}"])
