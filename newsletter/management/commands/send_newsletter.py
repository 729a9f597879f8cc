"""Send what is due: confirmation mails first, then issues."""

from __future__ import annotations

import signal
import threading

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from django.utils import timezone

from newsletter import conf
from newsletter.delivery.durability import make_durable
from newsletter.delivery.outbox import OutboxError, guards
from newsletter.delivery.sender import Sender, SenderBusy, transport_from_settings
from newsletter.models import Issue

IDLE_SECONDS = 2.0
SECONDS_AFTER_ERROR = 10.0


class Command(BaseCommand):
    help = "Send mail that is due. Run it each minute with --once, or keep it running with --loop."
    # Checks would load every page of the site into a process that only sends mail.
    requires_system_checks = []

    def add_arguments(self, parser):
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--once", action="store_true", help="send what is due, then end (default)")
        mode.add_argument("--loop", action="store_true", help="keep running until SIGTERM")
        parser.add_argument("--issue", metavar="SLUG", help="send this issue only, such as 2026-W27")
        parser.add_argument(
            "--adopt", action="store_true", help="make this installation the one that sends from this database"
        )

    def handle(self, *args, once, loop, issue, adopt, **options):
        only = self._issue(issue)
        make_durable()
        try:
            guards.check_installation(timezone.now(), adopt)
        except OutboxError as error:
            raise CommandError(str(error)) from error
        stopped = threading.Event()
        sender = Sender(transport_from_settings(), issue=only)
        previous = self._on_signals(lambda *_: (sender.stop(), stopped.set()))
        try:
            if loop:
                self._loop(sender, stopped)
            else:
                self._once(sender)
        finally:
            sender.close()
            for number, handler in previous.items():
                signal.signal(number, handler)
        self.stdout.write(" ".join(f"{state}={number}" for state, number in sorted(sender.tally.items())) or "sent=0")

    @staticmethod
    def _issue(slug: str | None) -> Issue | None:
        if slug is None:
            return None
        try:
            return Issue.objects.get(slug=slug)
        except Issue.DoesNotExist:
            known = ", ".join(Issue.objects.values_list("slug", flat=True)[:5]) or "none yet"
            raise CommandError(f"There is no issue “{slug}”. The latest are: {known}.") from None

    @staticmethod
    def _on_signals(handler) -> dict:
        return {number: signal.signal(number, handler) for number in (signal.SIGTERM, signal.SIGINT)}

    def _once(self, sender: Sender) -> None:
        try:
            sender.send_due(conf.run_seconds())
        except SenderBusy as busy:
            self.stdout.write(str(busy))

    def _loop(self, sender: Sender, stopped: threading.Event) -> None:
        while not stopped.is_set():
            wait = IDLE_SECONDS
            try:
                sender.send_due(conf.run_seconds())
            except SenderBusy:
                pass
            except OperationalError as error:
                # The database went away; what is known stays in memory until it is back.
                self.stderr.write(f"The database does not answer: {error}")
                connection.close()
                wait = SECONDS_AFTER_ERROR
            if not stopped.wait(wait) and wait == SECONDS_AFTER_ERROR:
                make_durable()
