"""manage.py recompute_standings: standings of every lane, with the offset estimated afresh."""

from __future__ import annotations

import time

from django.core.management.base import BaseCommand

from comparisons import standing_store
from comparisons.models import StandingSnapshot


class Command(BaseCommand):
    help = "Recomputes the standings of every lane. Run it nightly; saves and imports do it by themselves."

    def add_arguments(self, parser):
        parser.add_argument("--reason", default="recomputed by command", help="Kept with the dataset revision.")
        parser.add_argument(
            "--keep-offset",
            action="store_true",
            help="Do not estimate afresh how much makers' own figures flatter.",
        )

    def handle(self, *, reason, keep_offset, **options):
        started = time.perf_counter()
        revision = standing_store.recompute(reason, estimate_offset=not keep_offset)
        for snapshot in StandingSnapshot.objects.filter(revision=revision).order_by("lane"):
            context = standing_store.lane_context(snapshot.pk)
            offset = context.fit.offset.applied
            self.stdout.write(
                f"{context.lane}: {context.scored} models with a counting result, {context.ranked} ranked, "
                f"self-report offset {offset:g}"
            )
        seconds = time.perf_counter() - started
        self.stdout.write(f"revision={revision.pk} seconds={seconds:.1f}")
