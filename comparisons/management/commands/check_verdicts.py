"""manage.py check_verdicts: every law over every pair; exit code 1 if any is broken."""

from __future__ import annotations

import os
import sys
import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from comparisons import standing_store
from comparisons.pairs import verdict_check
from models_catalog.core.specs import LANES

SHOWN = 50


class Command(BaseCommand):
    help = "Checks that no verdict contradicts its numbers, over all pairs of the database or a sample."

    def add_arguments(self, parser):
        parser.add_argument("--sample", type=int, metavar="N", help="Check N pairs instead of all.")
        parser.add_argument("--lane", choices=LANES, default=settings.DEFAULT_LANE)
        parser.add_argument("--pages", type=int, default=12, metavar="N", help="Pages to render and parse back.")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="N")

    def handle(self, *, sample, lane, pages, processes, **options):
        if sample is not None and sample < 1:
            raise CommandError("--sample must be at least 1.")
        started = last = time.monotonic()
        total = verdict_check.Tally()
        try:
            parts = verdict_check.check_lane(lane, sample=sample, processes=processes)
            for part in parts:
                total.add(part)
                if time.monotonic() - last > 10:
                    last = time.monotonic()
                    self.stderr.write(f"… {total.pairs} pairs, {len(total.found)} contradictions")
        except standing_store.NoStandings as error:
            raise CommandError("There are no standings yet. Run: manage.py recompute_standings") from error
        rendered = verdict_check.some_pairs(lane, pages)
        total.found += verdict_check.check_pages(lane, rendered)
        for found in total.found[:SHOWN]:
            where = f" ({found.where})" if found.where else ""
            law, claim, message = found.contradiction
            self.stdout.write(f"{found.pair}{where}: law {law}, {claim}: {message}")
        if len(total.found) > SHOWN:
            self.stdout.write(f"… and {len(total.found) - SHOWN} more")
        seconds = time.monotonic() - started
        self.stdout.write(f"lane={lane} pages={len(rendered)} seconds={seconds:.0f}")
        self.stdout.write(f"pairs={total.pairs} claims={total.claims} contradictions={len(total.found)}")
        if total.found:
            sys.exit(1)
