"""Takes readers' reports about a result into the newsroom's queue."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from models_catalog.models import Report, Result

MOST_AN_HOUR = 200  # reports taken on the whole site
MOST_OPEN = 20  # open reports about one result


class ReportsFull(Exception):
    """No further report is taken now; the message is a sentence for the reader."""


def take_report(result: int, text: str, email: str = "") -> Report:
    """Keep a reader's words about a public result, with nothing about the reader but the address they gave.

    The same words about the same result, while that report is open, are one report. Raises
    ReportsFull, and Result.DoesNotExist for a result that is not public.
    """
    about = Result.objects.public().get(pk=result)
    same = Report.objects.filter(result=about, state=Report.State.OPEN, text=text).first()
    if same is not None:
        return same
    hour_ago = timezone.now() - dt.timedelta(hours=1)
    if Report.objects.filter(result=about, state=Report.State.OPEN).count() >= MOST_OPEN:
        raise ReportsFull("The editors already have many reports about this number and are looking into it.")
    if Report.objects.filter(created_at__gte=hour_ago).count() >= MOST_AN_HOUR:
        raise ReportsFull("More reports came in this hour than the editors can take. Please try again later.")
    return Report.objects.create(result=about, text=text, email=email)
