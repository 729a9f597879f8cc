"""Corrections of sent issues: one open at a time, each an issue of its own that follows the usual way.

Preview, checks, test copy, schedule, outbox and archive take it like any other issue; who gets it is
`outbox.prepare.got_the_corrected`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from newsletter.core import digest
from newsletter.core.errata import SentLine, sent_lines, snapshot_of
from newsletter.digest.build import OPEN, DigestError
from newsletter.digest.rendering import refresh
from newsletter.models import Issue

State = Issue.State
CORRECTABLE = (State.FINISHED, State.PAUSED, State.HELD)


def may_be_corrected(issue: Issue) -> bool:
    """Whether mails of `issue` have left, none is leaving now, and it is no correction itself."""
    return issue.corrects_id is None and issue.prepared_at is not None and issue.state in CORRECTABLE


def lines_of(issue: Issue) -> tuple[SentLine, ...]:
    """The numbered lines of a sent issue, to choose from."""
    told = digest.build(issue.snapshot) if issue.snapshot.get("changes") else None
    return sent_lines(told) if told is not None else ()


def open_erratum(issue: Issue, note: str, changes: Sequence[int]) -> Issue:
    """Draft the correction of a sent `issue`: what was wrong, and the numbers of the changes concerned.

    Raises DigestError where the issue cannot be corrected, and while another correction is not sent.
    """
    if not may_be_corrected(issue):
        raise DigestError(f"Issue {issue.slug} is {issue.get_state_display()}; only what was sent can be corrected.")
    if not issue.deliveries.exists():
        raise DigestError(f"Who got issue {issue.slug} is no longer kept, so nobody can be told of a mistake in it.")
    try:
        with transaction.atomic():
            Issue.objects.select_for_update().get(pk=issue.pk)
            number = issue.errata.count() + 1
            erratum = Issue.objects.create(
                newsletter=issue.newsletter,
                slug=f"{issue.slug}-e{number}",
                period_start=issue.period_start,
                period_end=issue.period_end,
                corrects=issue,
                by_hand=True,
                **_columns(issue, note, changes),
            )
            refresh(erratum)
    except IntegrityError:
        raise DigestError(
            f"A correction of issue {issue.slug} is open already. Edit it, send it, or skip it first."
        ) from None
    return erratum


def change_erratum(erratum: Issue, note: str, changes: Sequence[int]) -> None:
    """Give a correction that is not scheduled other words or lines; it has to be checked again. Raises DigestError."""
    values = {**_columns(erratum.corrects, note, changes), "state": State.DRAFT}
    with transaction.atomic():
        if not Issue.objects.filter(pk=erratum.pk, state__in=OPEN).update(**values):
            raise DigestError(f"{erratum.slug} is {erratum.get_state_display()}. Take it back to a draft first.")
        erratum.renderings.all().delete()
        erratum.refresh_from_db()
        refresh(erratum)


def _columns(issue: Issue, note: str, changes: Sequence[int]) -> dict:
    snapshot = snapshot_of(issue.slug, changes)
    return {"editor_note": note, "snapshot": snapshot, "snapshot_sha256": digest.sha256_of(snapshot)}
