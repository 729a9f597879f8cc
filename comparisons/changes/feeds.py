"""Atom feeds of the change log: all of it, of a model, a lab or a category.

An entry's id never changes and is the same in every feed. Entries never change either, so
`updated` is the time of the change.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed

from comparisons.core import changes
from comparisons.core.changes import ChangeFacts
from comparisons.pages.base import absolute

ENTRIES = 50
TYPE = "application/atom+xml; charset=utf-8"


def tag(name: str) -> str:
    """A stable id (RFC 4151) that survives a move of addresses, though not of the site's host."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},2026:{name}"


def changes_atom(title: str, page_path: str, feed_path: str, shown: list[ChangeFacts]) -> bytes:
    """The feed of some changes, newest first, as UTF-8."""
    feed = _empty(title, page_path, feed_path, "What changed, with old and new values, reasons and sources.")
    for change in shown:
        feed.add_item(
            title=changes.headline(change),
            link=absolute(change.permalink),
            description=_summary(change),
            unique_id=tag(f"change:{change.key}"),
            pubdate=change.at,
            updateddate=change.at,
            categories=(changes.KINDS[change.kind],),
        )
    return feed.writeString("utf-8").encode()


def problem_atom(feed_path: str, text: str) -> bytes:
    """A feed without entries that says why there is none, as UTF-8."""
    feed = _empty(f"{settings.SITE_NAME}: no such feed", feed_path, feed_path, text)
    return feed.writeString("utf-8").encode()


def _empty(title: str, page_path: str, feed_path: str, subtitle: str) -> Atom1Feed:
    return _Feed(
        title=title,
        link=absolute(page_path),
        feed_url=absolute(feed_path),
        feed_guid=tag(feed_path),
        description="",
        subtitle=subtitle,
        language="en",
        author_name=settings.SITE_NAME,
    )


def _summary(change: ChangeFacts) -> str:
    """Kind, detail and source as plain text."""
    parts = [changes.KINDS[change.kind].capitalize(), changes.detail(change)]
    if change.source_url:
        parts.append(f"Source: {change.source_url}")
    return ". ".join(part for part in parts if part)


class _Feed(Atom1Feed):
    """Django's Atom feed; an empty one is as old as the first change could be, not as old as the request."""

    def latest_post_date(self):
        dates = [item["updateddate"] for item in self.items]
        return max(dates) if dates else changes.BEGINNING
