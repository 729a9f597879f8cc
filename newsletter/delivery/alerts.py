"""Mails to whoever runs the site: an issue stopped, or was not built."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.utils import timezone

from newsletter import conf
from newsletter.delivery import letters
from newsletter.models import Issue, TransactionalMail

VALID_FOR = dt.timedelta(days=2)


def tell_of_stop(issue: Issue, what: str, why: str) -> None:
    """Mail that `issue` is paused or held, and why. Call it in the transaction that stops it."""
    _tell(f"Issue {issue.slug} is {what}.", why)


def tell_of_failure(what: str, why: str) -> None:
    """Mail that an issue was not built or not scheduled, and why."""
    _tell(what, why)


def _tell(what: str, why: str) -> None:
    letters.queue(
        "stopped",
        TransactionalMail.Purpose.NOTICE,
        conf.alert_address(),
        timezone.now(),
        {"what": what, "why": why, "newsroom": f"{settings.SITE_URL}/{settings.ADMIN_URL}newsletter/issue/"},
        valid_for=VALID_FOR,
    )
