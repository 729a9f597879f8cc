"""manage.py export_site DIR: the site as files for any file server or CDN."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from comparisons.web import static_export

WIDTH = 30


class Command(BaseCommand):
    help = "Writes every page as a file below DIR; run again, it writes only what changed."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="DIR")
        parser.add_argument(
            "--pairs", choices=("curated", "all"), default="curated", help="Default: those worth listing."
        )
        parser.add_argument("--base", metavar="/PREFIX/", help="Links begin with this; without it they are relative.")
        parser.add_argument("--twins", action="store_true", help="JSON, Markdown and CSV, too.")
        parser.add_argument("--jobs", type=int, default=1, metavar="N", help="Processes.")
        parser.add_argument("--resume", action="store_true", help="Keep what a run under the same data has written.")

    def handle(self, *, folder, pairs, base, twins, jobs, resume, **options):
        if jobs < 1:
            raise CommandError("There must be at least one process: --jobs 1.")
        if base is not None and not (base.startswith(("/", "http")) and base.endswith("/")):
            raise CommandError(f"“{base}” is no base. It begins with / or http and ends with /, such as /models/.")
        plan = static_export.plan(folder, every_pair=pairs == "all", base=base, twins=twins)
        if not plan.paths:
            raise CommandError("There is nothing to export yet. Run: manage.py recompute_standings")
        started, done, became = time.monotonic(), 0, Counter()
        for chunk in static_export.export(plan, jobs=jobs, resume=resume):
            became.update(chunk)
            done += len(chunk)
            self._progress(done, len(plan.paths), time.monotonic() - started)
        if sys.stderr.isatty():
            self.stderr.write("")
        counts = " ".join(f"{word}={became[word]}" for word in ("written", "same", "kept"))
        seconds = time.monotonic() - started
        self.stdout.write(f"pages={done} {counts} seconds={seconds:.1f} per_second={done / max(seconds, 0.001):.0f}")

    def _progress(self, done: int, total: int, seconds: float) -> None:
        if not sys.stderr.isatty():
            return
        full = WIDTH * done // total
        bar = "#" * full + "." * (WIDTH - full)
        self.stderr.write(f"\r[{bar}] {done}/{total}  {done / max(seconds, 0.001):.0f}/s", ending="")
