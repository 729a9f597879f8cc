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
from newsletter.digest.archive import FEED_PATH, digest_of, feed_title, load_archive, load_issue, public_issues
from newsletter.digest.build import NOTHING, period_of
from newsletter.digest.rendering import issue_path, note_html
from newsletter.models import Issue

FEED_ISSUES = 20


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """`/newsletter/`: every issue, newest first."""
    return render(request, "newsletter/archive.html", {"page": load_archive()})


@require_safe
def issue(request: HttpRequest, slug: str) -> HttpResponse:
    """`/newsletter/issues/SLUG/`: one issue without its personal parts."""
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
    for row in public_issues().defer("html", "text")[:FEED_ISSUES]:
        told = digest_of(row)
        when = row.prepared_at or row.finished_at or row.period_end
        atom.add_item(
            title=told.title if told else f"{NOTHING}, {period_of(row).text}",
            link=absolute(issue_path(row.slug)),
            description=told.summary if told else "No change in the log, so no mail was sent.",
            unique_id=tag(f"issue:{row.newsletter}:{row.slug}"),
            content=render_to_string("newsletter/feed_issue.html", _words(row, told)),
            pubdate=when,
            updateddate=when,
        )
    return HttpResponse(atom.writeString("utf-8"), content_type=TYPE)


def _words(row: Issue, told: Digest | None) -> dict:
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
