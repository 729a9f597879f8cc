"""Answers to readers' reports: correct the result, tell the reader, forget the address."""

from __future__ import annotations

import logging
from decimal import Decimal
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from models_catalog.actions import correct_result
from models_catalog.models import Report

logger = logging.getLogger(__name__)


def accept_correction(report: Report, score: Decimal, user) -> None:
    """Give the reported result its right score; the history names the report. Raises ValidationError."""
    with transaction.atomic():
        correct_result(report.result, score, f"A reader's report ({report.pk}) was right", user=user)
        report.state = Report.State.ACCEPTED


def was_corrected(report: Report) -> bool:
    """Whether the result has had another score or state since the report came in. Queries once or twice."""
    history = report.result.history.order_by("-history_date", "-history_id")
    before = history.filter(history_date__lte=report.created_at).first() or history.last()
    return before is not None and (before.score, before.state) != (report.result.score, report.result.state)


def answer_reader(report: Report) -> str | None:
    """Send the answer of a settled report to its reader, if there is one, and erase the address.

    Gives a sentence where the answer could not be sent; the address is then kept for another try.
    """
    if report.state == Report.State.OPEN or not report.email:
        return None
    if report.answer.strip():
        try:
            send_mail(f"Your report to {settings.SITE_NAME}", _letter(report), None, [report.email])
        except (SMTPException, OSError):
            logger.exception("The answer to report %s could not be sent", report.pk)
            return "The answer could not be sent. The reader's address is kept; save the report again to retry."
    report.email = ""
    Report.objects.filter(pk=report.pk).update(email="")
    return None


def _letter(report: Report) -> str:
    return (
        f"You told us that a number on {settings.SITE_NAME} is wrong:\n\n"
        f"    {report.result}\n    {settings.SITE_URL}{report.result.benchmark.get_absolute_url()}\n\n"
        f"You wrote:\n\n{_quoted(report.text)}\n\n"
        f"Our answer:\n\n{report.answer.strip()}\n\n"
        "We have erased your address; thank you for looking closely.\n"
    )


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())
