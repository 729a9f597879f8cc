"""The archive as pages: which issues are public, and one issue from its frozen snapshot."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q, QuerySet

from comparisons.pages.base import PageMeta, absolute, shortened
from models_catalog.core import display
from newsletter.core import digest
from newsletter.core.digest_parts import Digest
from newsletter.core.errata import Erratum
from newsletter.delivery.mail import ARCHIVE_PATH
from newsletter.digest.build import NOTHING, period_of
from newsletter.digest.rendering import issue_path, note_html, told_by
from newsletter.models import Issue

FEED_PATH = f"{ARCHIVE_PATH}feed.atom"
SHOWN = 120  # two years of weeks and months


@dataclass(frozen=True)
class ArchivedIssue:
    """One line of the archive."""

    href: str
    title: str
    text: str
    period: str
    empty: bool


@dataclass(frozen=True)
class ArchivePage:
    """What `templates/newsletter/archive.html` prints."""

    meta: PageMeta
    issues: tuple[ArchivedIssue, ...]
    feed: str = FEED_PATH


@dataclass(frozen=True)
class Correction:
    """What an issue's page and its entry in the feed say about a correction."""

    href: str
    title: str
    sent: str
    at: dt.datetime
    note_html: str


@dataclass(frozen=True)
class IssuePage:
    """What `templates/newsletter/issue.html` prints. `digest` is None for a period without changes."""

    meta: PageMeta
    title: str
    period: str
    digest: Digest | None
    note_html: str
    sent: str
    errata: tuple[Correction, ...] = ()


@dataclass(frozen=True)
class ErratumPage:
    """What `templates/newsletter/erratum.html` prints."""

    meta: PageMeta
    erratum: Erratum
    note_html: str
    sent: str
    issue_href: str


def public_issues() -> QuerySet[Issue]:
    """Issues readers may see, newest first: on their way or gone, and those of quiet periods."""
    issues = Issue.objects.filter(Q(prepared_at__isnull=False) | Q(empty=True), corrects=None)
    return issues.order_by("-period_start", "newsletter")


def public_errata() -> QuerySet[Issue]:
    """Corrections readers may see, newest first, with the issue they correct."""
    errata = Issue.objects.filter(prepared_at__isnull=False, corrects__isnull=False)
    return errata.select_related("corrects").defer("html", "text", "corrects__html", "corrects__text")


def corrections_of(issue: Issue) -> tuple[Correction, ...]:
    """The corrections of `issue` that were sent, in their order. One query."""
    return tuple(
        Correction(issue_path(row.slug), row.subject, _sent(row), row.prepared_at, note_html(row.editor_note))
        for row in public_errata().filter(corrects=issue).order_by("prepared_at")
    )


def _sent(issue: Issue) -> str:
    return f"Sent {display.date(issue.prepared_at.date())}" if issue.prepared_at else "Not sent"


def load_archive() -> ArchivePage:
    """The list of issues. One query."""
    rows = public_issues().defer("html", "text")[:SHOWN]
    return ArchivePage(
        meta=PageMeta(
            title="Newsletter archive",
            description="Every issue of the e-mail, from the changes it was built from. Quiet weeks say so.",
            canonical=absolute(ARCHIVE_PATH),
            alternates=({"type": "application/atom+xml", "href": absolute(FEED_PATH), "title": feed_title()},),
        ),
        issues=tuple(_listed(issue) for issue in rows),
    )


def latest_issue() -> ArchivedIssue | None:
    """The newest issue that was sent; None before the first. One query."""
    row = public_issues().filter(empty=False).defer("html", "text").first()
    return _listed(row) if row else None


def feed_title() -> str:
    """Title of the archive's feed."""
    return f"{settings.SITE_NAME}: issues of the newsletter"


def _listed(issue: Issue) -> ArchivedIssue:
    told = digest_of(issue)
    period = period_of(issue).text
    return ArchivedIssue(
        href=issue_path(issue.slug),
        title=told.title if told else f"{NOTHING}, {period}",
        text=told.summary if told else "No change in the log, so no mail was sent.",
        period=period,
        empty=issue.empty,
    )


def digest_of(issue: Issue) -> Digest | None:
    """What an issue says to readers of everything; None for a quiet period."""
    return digest.build(issue.snapshot) if issue.snapshot.get("changes") else None


def load_issue(slug: str) -> IssuePage:
    """One public issue. Two queries. Raises Issue.DoesNotExist."""
    issue = public_issues().defer("html", "text").get(slug=slug)
    told = digest_of(issue)
    listed = _listed(issue)
    return IssuePage(
        meta=PageMeta(
            title=listed.title,
            description=shortened(listed.text),
            canonical=absolute(issue_path(slug)),
            type="article",
        ),
        title=listed.title,
        period=listed.period,
        digest=told,
        note_html=note_html(issue.editor_note),
        sent=_sent(issue),
        errata=corrections_of(issue),
    )


def load_erratum(slug: str) -> ErratumPage | None:
    """One public correction; None when there is none of this name. One query."""
    row = public_errata().filter(slug=slug).first()
    if row is None:
        return None
    told = told_by(row)
    return ErratumPage(
        meta=PageMeta(
            title=told.title,
            description=shortened(f"What was wrong in the issue of {told.period}, and what is right."),
            canonical=absolute(issue_path(slug)),
            type="article",
        ),
        erratum=told,
        note_html=note_html(row.editor_note),
        sent=_sent(row),
        issue_href=issue_path(row.corrects.slug),
    )
