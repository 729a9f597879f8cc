"""From a frozen issue to its parts: subject, HTML, text. One `Digest` feeds both.

`render_group` is what the outbox calls once for each group of equal preferences; the parts hold
`mail.UNSUBSCRIBE_PLACEHOLDER` where the reader's own link goes.
"""

from __future__ import annotations

import datetime as dt

import css_inline
import nh3
from django.conf import settings
from django.template.loader import render_to_string
from markdown_it import MarkdownIt

from newsletter import conf
from newsletter.core import digest, digest_news
from newsletter.core.digest_parts import SHORTER, Digest
from newsletter.core.errata import Erratum, erratum_of
from newsletter.core.periods import Period
from newsletter.delivery.mail import ARCHIVE_PATH, UNSUBSCRIBE_PLACEHOLDER
from newsletter.delivery.outbox import Group, Rendered
from newsletter.digest.topics import with_other_slugs
from newsletter.models import Issue

LARGEST_HTML = 90_000  # bytes; Gmail cuts a mail at about 102 kB
NOTE_TAGS = {"p", "a", "strong", "em", "ul", "ol", "li", "code", "blockquote", "br"}
_markdown = MarkdownIt("commonmark", {"html": False})
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def render_group(issue: Issue, group: Group) -> Rendered | None:
    """The issue as one group reads it; None when nothing in it is of their topics. A correction reads the same for all."""
    if issue.corrects_id is not None:
        return render_erratum(issue)
    return render_issue(issue, with_other_slugs(group.topics), group.since)


def render_issue(issue: Issue, topics: tuple[str, ...] = (), since: dt.datetime | None = None) -> Rendered | None:
    """The issue for readers of some topics (none: of everything), shortened until a mail program shows all of it.

    `since` begins it elsewhere than its period. Deterministic; one query where that is before it.
    """
    snapshot = issue.snapshot if since is None or since >= issue.period_start else _from(issue, since)
    smallest = None
    for limits in SHORTER:
        told = digest.build(snapshot, topics, since=since, limits=limits)
        if told is None:
            return None
        smallest = render_digest(told, issue.editor_note, issue.slug, narrowed=bool(topics))
        if len(smallest.html.encode()) <= LARGEST_HTML:
            break
    return smallest


def _from(issue: Issue, since: dt.datetime) -> dict:
    """The snapshot of an issue with those of the periods before it, from `since` on."""
    before = Issue.objects.filter(
        newsletter=issue.newsletter, corrects=None, period_end__gt=since, period_end__lte=issue.period_start
    ).order_by("period_start")
    return digest.joined([*before.values_list("snapshot", flat=True), issue.snapshot], since)


def render_digest(told: Digest, note: str, slug: str, *, narrowed: bool = False) -> Rendered:
    """A digest with an editor's note (Markdown) as the parts of a mail."""
    words = {
        "digest": told,
        "note_html": note_html(note),
        "note_text": plain_note(note),
        "narrowed": narrowed,
        **_surroundings(slug),
    }
    html = _inliner.inline(render_to_string("newsletter/email/digest.html", words))
    text = render_to_string("newsletter/email/digest.txt", words).strip() + "\n"
    return Rendered(told.subject, html, text)


def _surroundings(slug: str) -> dict[str, str]:
    """What the head and the foot of every mail to the list print."""
    return {
        "site_url": settings.SITE_URL,
        "archive": f"{settings.SITE_URL}{issue_path(slug)}",
        "unsubscribe": UNSUBSCRIBE_PLACEHOLDER,
        "postal": conf.postal_address(),
        "contact": conf.contact(),
    }


def told_by(erratum: Issue) -> Erratum:
    """What a correction says. One query where the issue it corrects is not loaded."""
    sent = erratum.corrects
    period = Period(sent.newsletter, sent.slug, sent.period_start, sent.period_end)
    number = int(erratum.slug.rpartition("-e")[2])
    return erratum_of(sent.snapshot, period, number, erratum.snapshot["erratum"])


def render_erratum(erratum: Issue) -> Rendered:
    """A correction as the parts of a mail: the note, and the lines it concerns as they were sent."""
    told = told_by(erratum)
    words = {
        "erratum": told,
        "note_html": note_html(erratum.editor_note),
        "note_text": plain_note(erratum.editor_note),
        "corrected": f"{settings.SITE_URL}{issue_path(erratum.corrects.slug)}",
        **_surroundings(erratum.slug),
    }
    html = _inliner.inline(render_to_string("newsletter/email/erratum.html", words))
    return Rendered(told.subject, html, render_to_string("newsletter/email/erratum.txt", words).strip() + "\n")


def refresh(issue: Issue) -> None:
    """Render the whole issue into its own columns, for preview and preflight."""
    rendered = None
    if issue.corrects_id is not None:
        rendered = render_erratum(issue)
    elif issue.snapshot.get("changes"):
        rendered = render_issue(issue) or render_issue(issue, _every_topic(issue))
    if rendered is not None:
        issue.subject, issue.html, issue.text = rendered.subject[:200], rendered.html, rendered.text
    else:
        issue.html = issue.text = ""
    issue.save(update_fields=["subject", "html", "text"])


def _every_topic(issue: Issue) -> tuple[str, ...]:
    """All topics of an issue: how it reads whole where only followers of comparisons are told anything."""
    return tuple(sorted({topic for item in digest_news.told_of(issue.snapshot) for topic in item.facts.topics}))


def issue_path(slug: str) -> str:
    """Path of an issue in the archive."""
    return f"{ARCHIVE_PATH}issues/{slug}/"


def note_html(markdown: str) -> str:
    """The note as safe HTML: few tags, no attribute but https, http and mailto links.

    Links to pages of this site may be written without its address.
    """
    html = nh3.clean(
        _markdown.render(markdown.strip()),
        tags=NOTE_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    return html.replace('href="/', f'href="{settings.SITE_URL}/')


def plain_note(markdown: str) -> str:
    """The note for the text part: Markdown reads well as it is."""
    return markdown.replace("\r\n", "\n").strip()
