"""The archive: all issues, one issue, and their feed. Nothing here belongs to one reader."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import path
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from comparisons.changes.feeds import TYPE, tag
from comparisons.core.changes import BEGINNING
from comparisons.pages.base import absolute
from newsletter.core.digest_parts import Digest
from newsletter.delivery.mail import ARCHIVE_PATH
from newsletter.digest.archive import (
    FEED_PATH,
    corrections_of,
    digest_of,
    feed_title,
    load_archive,
    load_erratum,
    load_issue,
    public_errata,
    public_issues,
)
from newsletter.digest.build import NOTHING, period_of
from newsletter.digest.rendering import issue_path, note_html, told_by
from newsletter.models import Issue

FEED_ISSUES = 20


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """`/newsletter/`: every issue, newest first."""
    return render(request, "newsletter/archive.html", {"page": load_archive()})


@require_safe
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    """`/newsletter/issues/SLUG/`: one issue, or one correction, without its personal parts."""
    erratum = load_erratum(slug)
    if erratum is not None:
        return render(request, "newsletter/erratum.html", {"page": erratum})
    try:
        page = load_issue(slug)
    except Issue.DoesNotExist:
        raise Http404(f"No issue is called “{slug}”. The archive lists them all.") from None
    return render(request, "newsletter/issue.html", {"page": page})


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """`/newsletter/feed.atom`: the same issues for feed readers."""
    atom = _Feed(
        title=feed_title(),
        link=absolute(ARCHIVE_PATH),
        feed_url=absolute(FEED_PATH),
        feed_guid=tag(FEED_PATH),
        description="",
        language="en",
        author_name=settings.SITE_NAME,
    )
    entries = [_entry(row) for row in public_issues().defer("html", "text")[:FEED_ISSUES]]
    entries += [_erratum_entry(row) for row in public_errata().order_by("-prepared_at")[:FEED_ISSUES]]
    for entry in sorted(entries, key=lambda entry: entry["pubdate"], reverse=True)[:FEED_ISSUES]:
        atom.add_item(**entry)
    return HttpResponse(atom.writeString("utf-8"), content_type=TYPE)


def _entry(row: Issue) -> dict:
    """An issue; what was corrected since says so above it and makes it newer."""
    told, errata = digest_of(row), corrections_of(row)
    when = row.prepared_at or row.finished_at or row.period_end
    return {
        "title": told.title if told else f"{NOTHING}, {period_of(row).text}",
        "link": absolute(issue_path(row.slug)),
        "description": told.summary if told else "No change in the log, so no mail was sent.",
        "unique_id": _id(row),
        "content": render_to_string("newsletter/feed_issue.html", {"errata": errata, **_words(row, told)}),
        "pubdate": when,
        "updateddate": errata[-1].at if errata else when,
    }


def _erratum_entry(row: Issue) -> dict:
    told = told_by(row)
    words = {**_words(row), "erratum": told, "issue_href": issue_path(row.corrects.slug)}
    return {
        "title": told.title,
        "link": absolute(issue_path(row.slug)),
        "description": f"What was wrong in the issue of {told.period}, and what is right.",
        "unique_id": _id(row),
        "content": render_to_string("newsletter/feed_erratum.html", words),
        "pubdate": row.prepared_at,
        "updateddate": row.prepared_at,
    }


def _id(row: Issue) -> str:
    return tag(f"issue:{row.newsletter}:{row.slug}")


def _words(row: Issue, told: Digest | None = None) -> dict:
    return {"digest": told, "note_html": note_html(row.editor_note), "site_url": settings.SITE_URL}


class _Feed(Atom1Feed):
    """Django's Atom feed with whole issues; an empty one has a fixed time."""

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})

    def latest_post_date(self):
        dates = [item["updateddate"] for item in self.items]
        return max(dates) if dates else BEGINNING


urlpatterns = [
    path("", archive, name="archive"),
    path("issues/<str:slug>/", issue, name="issue"),
    path("feed.atom", feed, name="feed"),
]
