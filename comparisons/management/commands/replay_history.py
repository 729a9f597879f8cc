"""Replay dated events of a history file into the change log, for tests and demonstrations."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from comparisons.changes.replay import ReplayError, replay
from models_catalog.core import display

MOST_NAMES = 10


class Command(BaseCommand):
    help = (
        "Write the dated events of a history CSV into the change log. The catalogue must know the models and "
        "benchmarks already; it is not changed. Running it again adds nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument("path", type=Path, help="CSV file: date, event, model, benchmark, served_by, field, old, …")
        parser.add_argument("--from", dest="start", type=_day, metavar="DATE", help="first day, such as 2026-06-29")
        parser.add_argument("--until", dest="end", type=_day, metavar="DATE", help="last day, included")

    def handle(self, *args, path, start, end, **options):
        try:
            outcome = replay(path, start, end)
        except ReplayError as error:
            raise CommandError(str(error)) from error
        for name, times in outcome.unknown.most_common(MOST_NAMES):
            self.stdout.write(f"unknown {name}: {display.counted(times, 'event')} left out")
        if len(outcome.unknown) > MOST_NAMES:
            self.stdout.write(f"and {len(outcome.unknown) - MOST_NAMES} more unknown names")
        left_out = sum(outcome.unknown.values())
        self.stdout.write(f"added={outcome.added} known={outcome.known} ignored={outcome.ignored} left_out={left_out}")


def _day(text: str) -> dt.date:
    """A day of the command line. Raises ValueError, which the parser turns into a message."""
    return dt.date.fromisoformat(text)
