"""manage.py worker: takes up changes whose own process ended before the standings held them."""

from __future__ import annotations

import datetime as dt
import signal
from threading import Event

from django.core.management.base import BaseCommand

from comparisons import caretaker


class Command(BaseCommand):
    help = (
        "Watches for committed changes that the standings do not hold, and recomputes. Web processes do the same; "
        "run it where few requests come, or with --once from a timer. Ends with SIGTERM or Ctrl-C."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Take up what waits now, and end.")

    def handle(self, *, once, **options):
        if once:
            done = caretaker.take_up(dt.timedelta(0))
            self.stdout.write("Standings recomputed." if done else "Nothing was waiting.")
            return
        stop = Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("Watching for changes that wait.")
        caretaker.watch(stop)
