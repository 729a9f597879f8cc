"""Build the issue of a period: freeze its changes, check it, and schedule it when asked to."""

from __future__ import annotations

import datetime as dt

from django.core.management.base import CommandError
from django.utils import timezone

from models_catalog.core import display
from newsletter.core.periods import MONTHLY, WEEKLY, last_period, period_named
from newsletter.delivery.alerts import tell_of_failure
from newsletter.digest.build import DigestError, build_issue, rebuild
from newsletter.digest.preflight import PreflightError, make_ready, schedule_checked
from newsletter.management.recorded import RecordedCommand
from newsletter.models import Issue


class Command(RecordedCommand):
    help = (
        "Freeze what changed in a period as one issue. Run it as often as you like: a period has one issue, and one "
        "without changes sends nothing. With --send-in the run that builds it also schedules it, if the checks find "
        "nothing; what an editor took back stays a draft."
    )

    def add_arguments(self, parser):
        parser.add_argument("--newsletter", choices=(WEEKLY, MONTHLY), default=WEEKLY)
        parser.add_argument(
            "--period", metavar="SLUG", help="2026-W27 or 2026-07; the last one that is over by default"
        )
        parser.add_argument("--again", action="store_true", help="freeze a draft, ready or empty issue anew")
        parser.add_argument(
            "--send-in", type=int, metavar="MINUTES", help="schedule it that many minutes from now if it passes"
        )

    def run(self, *, newsletter, period, again, send_in, **options) -> str:
        now = timezone.now()
        try:
            wanted = period_named(period) if period else last_period(newsletter, now)
            issue, created = build_issue(wanted, now)
            if again and not created:
                issue = rebuild(issue, now)
        except (ValueError, DigestError) as error:
            if not period:
                tell_of_failure(f"The {newsletter} issue was not built.", str(error))
            raise CommandError(str(error)) from error
        told = _told(issue, created)
        if issue.empty or issue.state not in (Issue.State.DRAFT, Issue.State.READY):
            return told
        try:
            if send_in is None:
                make_ready(issue)
            elif not issue.by_hand:
                schedule_checked(issue, now + dt.timedelta(minutes=send_in))
        except PreflightError as error:
            problems = [f"not ready: {problem}" for problem in error.problems]
            if send_in is not None:
                tell_of_failure(f"Issue {issue.slug} stays a draft and is not scheduled.", " ".join(error.problems))
                self.stdout.write("\n".join([told, *problems]))
                raise CommandError(f"Issue {issue.slug} stays a draft and is not scheduled.") from error
            return "\n".join([told, *problems])
        return f"{told}\n{issue.slug} is {issue.get_state_display()}."


def _told(issue: Issue, created: bool) -> str:
    verb = "built" if created else "was there already"
    number = len(issue.snapshot.get("changes", ()))
    if issue.empty:
        return f"{issue.slug} {verb}: nothing changed, nothing will be sent."
    return f"{issue.slug} {verb}: {display.counted(number, 'change')}. Subject: {issue.subject}"
