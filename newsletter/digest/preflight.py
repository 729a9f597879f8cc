"""What an issue must fulfil before it may be sent. Checks the finished parts, not the intentions."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser

from django.conf import settings

from newsletter import conf
from newsletter.core import digest
from newsletter.delivery import outbox
from newsletter.delivery.mail import UNSUBSCRIBE_PLACEHOLDER
from newsletter.digest.rendering import LARGEST_HTML, note_html, plain_note, refresh
from newsletter.digest.source import live_paths
from newsletter.models import Issue

LEFTOVERS = re.compile(
    r"\{\{|\}\}|\{%|%\(\w+\)s|\bTODO\b|\bTBD\b|\bXXX\b|lorem ipsum|\[(?:name|date|link)\]", re.IGNORECASE
)
TEXT_LINK = re.compile(r"https?://[^\s<>\"]+")


class PreflightError(Exception):
    """The issue may not be sent; `problems` are sentences that say why and what to do."""

    def __init__(self, problems: list[str]):
        super().__init__(" ".join(problems))
        self.problems = problems


def problems_of(issue: Issue) -> list[str]:
    """Everything that forbids sending the issue, as sentences; empty when it may go. At most three queries."""
    if issue.empty:
        return ["Nothing changed in this period, so there is nothing to send."]
    found = []
    if not issue.html.strip():
        found.append("The HTML part is empty. Build the issue again.")
    if not issue.text.strip():
        found.append("The text part is empty. Build the issue again.")
    if issue.corrects_id is not None and not issue.editor_note.strip():
        found.append("The correction has no words. Write in the note what was wrong and what is right.")
    if digest.sha256_of(issue.snapshot) != issue.snapshot_sha256:
        found.append("The frozen changes are not those the issue was built from. Build it again.")
    size = len(issue.html.encode())
    if size > LARGEST_HTML:
        note = len(note_html(issue.editor_note).encode())
        found.append(
            f"The HTML part has {size:,} bytes; mail programs cut it above {LARGEST_HTML:,}. "
            + (f"The note alone takes {note:,}: shorten it." if note > LARGEST_HTML // 3 else "Tell a developer.")
        )
    html, text = _without_note(issue)
    for name, part in (("subject", issue.subject), ("HTML part", html), ("text part", text)):
        leftover = LEFTOVERS.search(part)
        if leftover:
            found.append(f"The {name} still holds the placeholder “{leftover[0]}”. Write what belongs there.")
    for name, part in (("HTML", issue.html), ("text", issue.text)):
        if part.strip() and UNSUBSCRIBE_PLACEHOLDER not in part:
            found.append(f"The {name} part has no link to unsubscribe. Its template must print one.")
    if not conf.postal_address():
        found.append("No postal address is set. Set NEWSLETTER_POSTAL_ADDRESS; several laws ask for it in each mail.")
    return found + _link_problems(html, text)


def hints_about(issue: Issue) -> list[str]:
    """What an editor may want to look at in the note; it forbids nothing. At most three queries."""
    leftover = LEFTOVERS.search(issue.editor_note)
    found = [f"The note holds “{leftover[0]}”. If that is a placeholder, write what belongs there."] if leftover else []
    return found + [f"In the note: {text}" for text in _link_problems(note_html(issue.editor_note), "")]


NOTE = re.compile(r'<div class="note"[^>]*>.*?</div>', re.DOTALL)


def _without_note(issue: Issue) -> tuple[str, str]:
    """Both parts without the editor's words, which may say anything."""
    note = plain_note(issue.editor_note)
    return NOTE.sub("", issue.html), issue.text.replace(note, "") if note else issue.text


def _link_problems(html: str, text: str) -> list[str]:
    links = _Links()
    links.feed(html)
    texts = [link.rstrip(".,;:)") for link in TEXT_LINK.findall(text)]
    found = []
    for link in dict.fromkeys(links.found):
        if not link.startswith(("https://", "http://", "mailto:")):
            found.append(f"The link “{link}” is not absolute. Write it with https://.")
    home = settings.SITE_URL
    internal = [link for link in dict.fromkeys([*links.found, *texts]) if link == home or link.startswith(f"{home}/")]
    paths = {link: link.removeprefix(home) or "/" for link in internal}
    live = live_paths(paths.values())
    found += [f"The link {link} leads to no page of this site." for link, path in paths.items() if path not in live]
    return found


class _Links(HTMLParser):
    """Collects where the links and pictures of a page lead."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]


def make_ready(issue: Issue) -> None:
    """Move a draft that passes to ready. Raises PreflightError."""
    refresh(issue)
    problems = problems_of(issue)
    if problems:
        raise PreflightError(problems)
    Issue.objects.filter(pk=issue.pk, state=Issue.State.DRAFT).update(state=Issue.State.READY)
    issue.refresh_from_db()


def schedule_checked(issue: Issue, send_at: dt.datetime) -> None:
    """Give an issue that passes its time. Raises PreflightError, also for one that is past scheduling."""
    make_ready(issue)
    if not outbox.schedule(issue, send_at):
        raise PreflightError([f"Issue {issue.slug} is {issue.get_state_display()} and cannot be scheduled."])
    issue.refresh_from_db()
