"""The archive: what was sent and the quiet weeks, from the frozen snapshot, with nobody's personal parts."""

import re
from email import message_from_bytes, policy
from html import unescape
from xml.etree import ElementTree

import pytest

from comparisons.models import Change
from config.jinja import signup_for
from newsletter.core.digest import build as build_digest
from newsletter.delivery import outbox
from newsletter.delivery.mail import UNSUBSCRIBE_PLACEHOLDER, issue_envelope
from newsletter.digest.archive import latest_issue
from newsletter.digest.preflight import schedule_checked
from newsletter.digest.rendering import render_group
from newsletter.models import Issue
from newsletter.tests.people import make_subscriber
from newsletter.tests.tracing import untraced, words_of
from newsletter.tests.web import dump
from newsletter.tests.weeks import MONDAY, QUIET_WEEK, build, site, week  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("week")]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def sent() -> Issue:
    """The week, prepared for one subscriber."""
    issue = build()
    make_subscriber("reader@example.org")
    schedule_checked(issue, MONDAY)
    outbox.render_missing(issue, render_group, MONDAY)
    outbox.prepare(issue, MONDAY)
    return issue


def get(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_an_issue_of_the_archive_says_what_the_mail_said(client, sent):
    page = " ".join(words_of(get(client, "/newsletter/issues/2026-W27/")).split())
    told = build_digest(sent.snapshot)
    for block in told.blocks:
        assert block.title in page
        for line in block.lines:
            assert line.text in page
            assert line.detail in page
    assert told.summary in page
    main = get(client, "/newsletter/issues/2026-W27/").split("<main", 1)[1].split("</main>")[0]
    assert untraced(words_of(f"<main{main}"), sent.snapshot) in ([], ["6"])  # the day it was sent


def test_nothing_personal_is_in_the_archive(client, sent):
    page = get(client, "/newsletter/issues/2026-W27/")
    for secret in (UNSUBSCRIBE_PLACEHOLDER, "/newsletter/u/", "reader@example.org", sent.deliveries.get().message_id):
        assert secret not in page
        assert secret not in get(client, "/newsletter/feed.atom")


def test_drafts_and_scheduled_issues_are_not_public(client):
    issue = build()
    assert client.get("/newsletter/issues/2026-W27/").status_code == 404
    schedule_checked(issue, MONDAY)
    assert client.get("/newsletter/issues/2026-W27/").status_code == 404
    assert "No issue yet" in get(client, "/newsletter/")


def test_a_quiet_week_stands_in_the_archive_and_says_so(client, sent):
    build(QUIET_WEEK)
    page = get(client, "/newsletter/")
    assert "Nothing changed, 11 to 17 May 2026" in page
    assert page.index("What changed, 29 June to 5 July 2026") < page.index("Nothing changed")
    assert "no mail was sent" in get(client, "/newsletter/issues/2026-W20/")


def test_an_issue_stays_as_it_was_when_the_log_changes(client, sent):
    before = get(client, "/newsletter/issues/2026-W27/")
    Change.objects.all().delete()
    assert get(client, "/newsletter/issues/2026-W27/") == before


def test_the_feed_has_stable_ids_and_absolute_links(client, sent):
    build(QUIET_WEEK)
    root = ElementTree.fromstring(client.get("/newsletter/feed.atom").content)
    first, second = root.findall(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}id") == "tag:evenbench.example,2026:issue:weekly:2026-W27"
    assert first.find(f"{ATOM}link").get("href") == "https://evenbench.example/newsletter/issues/2026-W27/"
    assert second.findtext(f"{ATOM}title") == "Nothing changed, 11 to 17 May 2026"


def test_reading_the_archive_writes_nothing(client, sent):
    before = dump()
    for path in ("/newsletter/", "/newsletter/issues/2026-W27/", "/newsletter/feed.atom"):
        client.get(path)
        client.head(path)
        assert client.post(path).status_code == 405
    assert dump() == before


def test_the_mail_itself_goes_out_with_its_own_way_to_leave(sent):
    row = sent.deliveries.select_related("issue", "subscriber").get()
    raw = issue_envelope(row, sent.renderings.get()).as_bytes()
    assert max(len(line) for line in raw.splitlines()) <= 998
    message = message_from_bytes(raw, policy=policy.default)
    for kind in ("plain", "html"):
        part = message.get_body((kind,)).get_content()
        assert UNSUBSCRIBE_PLACEHOLDER not in part
        assert part.count("/newsletter/u/") == 1


def test_the_feed_holds_whole_issues_with_absolute_links(client, sent):
    text = client.get("/newsletter/feed.atom").content.decode()
    content = unescape(re.search(r'<content type="html">(.*?)</content>', text, re.DOTALL)[1])
    assert "Code Repair: 72.34 %" in content
    assert "Borea Pro at North Lab" in content
    assert not re.search(r'href="(?!https://)', content)
    assert sent.slug in text


def test_the_archive_and_its_issues_offer_the_box_and_private_pages_do_not(rf):
    for path, there in (
        ("/newsletter/", True),
        ("/newsletter/issues/2026-W27/", True),
        ("/newsletter/confirm/x/", False),
        ("/newsletter/manage/x/", False),
        ("/newsletter/u/x", False),
    ):
        assert (signup_for(rf.get(path)) is not None) is there


def test_the_welcome_offers_the_latest_issue_that_was_sent(sent):
    build(QUIET_WEEK)
    assert latest_issue().href == f"/newsletter/issues/{sent.slug}/"
    Issue.objects.update(prepared_at=None)
    assert latest_issue() is None
