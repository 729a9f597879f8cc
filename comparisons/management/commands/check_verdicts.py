"""manage.py check_verdicts: every law over every pair; exit code 1 if any is broken."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from comparisons import standing_store
from comparisons.pairs import verdict_check
from comparisons.pairs.proof_progress import Progress, remaining
from config.environment import release_of
from models_catalog.core.specs import LANES
from models_catalog.models import PendingChange

SHOWN = 50
PROGRESS_EVERY = 5  # seconds


class Command(BaseCommand):
    help = "Checks that no verdict contradicts its numbers, over all pairs of the database or a sample."

    def add_arguments(self, parser):
        parser.add_argument("--sample", type=int, metavar="N", help="Check N pairs instead of all.")
        parser.add_argument("--lane", choices=LANES, default=settings.DEFAULT_LANE)
        parser.add_argument("--pages", type=int, default=12, metavar="N", help="Pages to render and parse back.")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, metavar="N")
        parser.add_argument(
            "--resume",
            type=Path,
            metavar="FILE",
            help="Note in this file what is done, and go on from it if it is about the same data and code.",
        )

    def handle(self, *, sample, lane, pages, processes, resume, **options):
        if sample is not None and sample < 1:
            raise CommandError("--sample must be at least 1.")
        started = time.monotonic()
        waiting = PendingChange.objects.first()
        if waiting is not None:
            raise CommandError(
                f"Data changed at {waiting.created_at:%Y-%m-%d %H:%M:%S %Z} and the standings do not hold it yet: "
                "what readers see may say less or more than the data. Run: manage.py recompute_standings"
            )
        try:
            run = verdict_check.plan(lane, sample=sample)
        except standing_store.NoStandings as error:
            raise CommandError("There are no standings yet. Run: manage.py recompute_standings") from error
        total = self._checked(run, processes, resume)
        rendered = verdict_check.some_pairs(lane, pages)
        total.found += verdict_check.check_pages(lane, rendered) + verdict_check.check_site(lane)
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

    def _checked(self, run: verdict_check.Run, processes: int, resume: Path | None) -> verdict_check.Tally:
        """Check what is left of a run, telling every few seconds how far it is."""
        question = {
            "lane": run.lane,
            "snapshot": run.snapshot,
            "today": run.today,
            "pairs": run.pairs,
            "code": release_of(settings.BASE_DIR),
        }
        try:
            progress = Progress.read(resume, question)
        except ValueError as error:
            raise CommandError(str(error)) from error
        total = verdict_check.Tally()
        for part in progress.done.values():
            total.add(part)
        if total.pairs:
            self.stderr.write(
                f"{total.pairs} of {run.pairs} pairs were checked before, {run.pairs - total.pairs} are left."
            )
        before, started = total.pairs, time.monotonic()
        last = started
        for part in run.tallies(processes=processes, done=set(progress.done)):
            total.add(part)
            progress.add(part)
            if time.monotonic() - last > PROGRESS_EVERY:
                last = time.monotonic()
                left = remaining(total.pairs - before, run.pairs - before, last - started)
                self.stderr.write(f"… {total.pairs} of {run.pairs} pairs, {len(total.found)} contradictions{left}")
        progress.finish()
        return total
