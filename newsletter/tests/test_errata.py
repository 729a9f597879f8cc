"""A mistake in a sent issue: the correction goes to those who got it and still read, and to nobody else."""

import datetime as dt
import re
from xml.etree import ElementTree

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse

from newsletter.bounces import suppression
from newsletter.core import digest
from newsletter.core.errata import concerned, sent_lines
from newsletter.delivery import outbox
from newsletter.delivery.esp import BackendTransport
from newsletter.delivery.mail import UNSUBSCRIBE_PLACEHOLDER
from newsletter.delivery.outbox import guards
from newsletter.delivery.sender import Sender
from newsletter.digest.archive import latest_issue, load_archive
from newsletter.digest.build import DigestError, build_issue, rebuild
from newsletter.digest.errata import change_erratum, lines_of, open_erratum
from newsletter.digest.preflight import PreflightError, make_ready, problems_of, schedule_checked
from newsletter.digest.rendering import LARGEST_HTML, render_group
from newsletter.models import Delivery, Issue, Suppression, TransactionalMail
from newsletter.tests.people import make_subscriber
from newsletter.tests.weeks import MONDAY, WEEK, build, site, week  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("week")]
LATER = MONDAY + dt.timedelta(hours=3)
NOTE = "We wrote 72.34 %. The source says **71.34 %**."
TITLE = "Correction to the issue of 29 June to 5 July 2026"
ATOM = "{http://www.w3.org/2005/Atom}"
State, Outcome = Delivery.State, Delivery.Outcome


@pytest.fixture
def readers():
    """Seven readers by what became of their mail."""
    names = ("got", "unsure", "refused", "skipped", "bounced", "soft", "left")
    return {name: make_subscriber(f"{name}@example.org") for name in names}


@pytest.fixture
def sent(readers) -> Issue:
    """The week, finished; whoever came later did not get it."""
    issue = build()
    schedule_checked(issue, MONDAY)
    outbox.render_missing(issue, render_group, MONDAY)
    outbox.prepare(issue, MONDAY)
    rows = Delivery.objects.filter(issue=issue)
    rows.update(state=State.SENT, sent_at=MONDAY)
    for name, state in (("unsure", State.UNCERTAIN), ("refused", State.FAILED), ("skipped", State.SKIPPED)):
        rows.filter(subscriber=readers[name]).update(state=state)
    for name, outcome in (("bounced", Outcome.BOUNCED), ("soft", Outcome.SOFT)):
        rows.filter(subscriber=readers[name]).update(outcome=outcome)
    assert outbox.finish(issue, MONDAY)
    make_subscriber("late@example.org")
    return issue


def first_lines(issue: Issue, number: int = 2) -> list[int]:
    return [change for line in lines_of(issue)[:number] for change in line.changes]


@pytest.fixture
def erratum(sent) -> Issue:
    return open_erratum(sent, NOTE, first_lines(sent))


def send(erratum: Issue, now: dt.datetime = LATER) -> list[str]:
    """Let a worker do everything; return who got it."""
    before = len(mail.outbox)
    sender = Sender(BackendTransport("django.core.mail.backends.locmem.EmailBackend"), clock=lambda: now)
    sender.send_due()
    sender.close()
    erratum.refresh_from_db()
    return sorted(message.to[0].split("@")[0] for message in mail.outbox[before:])


def test_those_who_got_it_or_may_have_got_it_and_nobody_else(erratum, readers):
    suppression.leave(readers["left"], Suppression.Reason.UNSUBSCRIBED, "link", LATER)
    schedule_checked(erratum, LATER)
    assert send(erratum) == ["got", "unsure"]
    assert erratum.state == "finished"
    assert erratum.excluded == {"did_not_get_it": 5, "not_confirmed": 1}
    assert send(erratum) == []


def test_a_reader_who_leaves_between_preparing_and_sending_gets_nothing(erratum, readers):
    schedule_checked(erratum, LATER)
    guards.start_due(render_group, LATER)
    assert erratum.deliveries.count() == 3
    suppression.leave(readers["left"], Suppression.Reason.UNSUBSCRIBED, "link", LATER)
    assert send(erratum) == ["got", "unsure"]
    assert dict(erratum.deliveries.values_list("subscriber__address", "state"))["left@example.org"] == "skipped"


def test_other_topics_another_frequency_and_another_address_do_not_matter(erratum, readers):
    readers["got"].frequency, readers["got"].topics = "monthly", ["lab:nobody"]
    readers["got"].save()
    readers["left"].address = "moved@example.org"
    readers["left"].lookup_key = suppression.key_of("moved@example.org")
    readers["left"].save()
    schedule_checked(erratum, LATER)
    assert send(erratum) == ["got", "moved", "unsure"]


def test_coverage_of_the_reader_is_not_touched(erratum, readers):
    before = {name: (row.told_until, row.tell_from) for name, row in readers.items() if not row.refresh_from_db()}
    schedule_checked(erratum, LATER)
    send(erratum)
    assert before == {
        name: (row.told_until, row.tell_from) for name, row in readers.items() if not row.refresh_from_db()
    }
    assert rebuild_is_the_same()


def rebuild_is_the_same() -> bool:
    """Building the week again finds the issue, not its correction."""
    issue, created = build_issue(WEEK, LATER)
    return (issue.slug, created) == ("2026-W27", False)


def test_the_mail_says_what_it_is_and_quotes_what_was_sent(erratum, sent):
    schedule_checked(erratum, LATER)
    send(erratum)
    message = mail.outbox[-1]
    assert message.subject == TITLE
    html = message.alternatives[0][0]
    for line in concerned_lines(erratum, sent):
        assert line.text in message.body
        assert line.text in html
        assert f"#{line.changes[0]}" in message.body
    assert NOTE in message.body
    assert "<strong>71.34 %</strong>" in html
    for part in (message.body, html):
        assert UNSUBSCRIBE_PLACEHOLDER not in part
        assert "/newsletter/u/" in part
        assert "1 Data Street" in part
        assert "https://evenbench.example/newsletter/issues/2026-W27/" in part
    assert len(html.encode()) < LARGEST_HTML
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def concerned_lines(erratum: Issue, sent: Issue):
    chosen = set(erratum.snapshot["erratum"]["changes"])
    lines = [line for line in lines_of(sent) if chosen & set(line.changes)]
    assert len(lines) == 2
    return lines


def test_scheduling_twice_and_two_workers_send_it_once(erratum):
    schedule_checked(erratum, LATER + dt.timedelta(hours=1))
    schedule_checked(erratum, LATER)
    assert len(guards.start_due(render_group, LATER)) == 1
    assert guards.start_due(render_group, LATER) == []
    with pytest.raises(PreflightError):
        schedule_checked(Issue.objects.get(pk=erratum.pk), LATER)
    with pytest.raises(outbox.OutboxError, match="not scheduled"):
        outbox.prepare(erratum, LATER)
    assert send(erratum) == ["got", "left", "unsure"]
    assert send(erratum) == []


def test_it_waits_while_the_issue_itself_still_goes_out(erratum, sent):
    outbox.resend(outbox.uncertain_rows(sent), LATER)
    schedule_checked(erratum, LATER)
    with pytest.raises(outbox.OutboxError, match="waits"):
        outbox.prepare(erratum, LATER)
    assert send(erratum) == ["unsure"]
    assert (erratum.state, erratum.deliveries.count()) == ("scheduled", 0)
    assert send(erratum) == ["got", "left", "unsure"]


def test_one_is_open_at_a_time_whoever_opens_it(erratum, sent):
    with pytest.raises(DigestError, match="open already"):
        open_erratum(sent, "Another", [])
    period = {"period_start": sent.period_start, "period_end": sent.period_end}
    with pytest.raises(IntegrityError), transaction.atomic():
        Issue.objects.create(newsletter="weekly", slug="2026-W27-e9", corrects=sent, **period)


def test_the_second_says_its_number_and_goes_to_all_again(erratum, sent):
    schedule_checked(erratum, LATER)
    send(erratum)
    second = open_erratum(sent, "And one more.", [])
    assert (second.slug, second.subject) == ("2026-W27-e2", TITLE.replace("Correction", "Correction 2"))
    schedule_checked(second, LATER)
    assert send(second) == ["got", "left", "unsure"]


def test_a_skipped_one_makes_room_and_comes_back_only_while_none_is_open(erratum, sent):
    assert outbox.skip(erratum)
    second = open_erratum(sent, NOTE, [])
    assert not outbox.take_up(erratum)
    assert outbox.skip(second)
    assert outbox.take_up(erratum)


def test_what_cannot_be_corrected_says_why(erratum, sent):
    for issue, words in ((erratum, "only what was sent"), (Issue(slug="x", state="sending"), "only what was sent")):
        with pytest.raises(DigestError, match=words):
            open_erratum(issue, NOTE, [])
    outbox.skip(erratum)
    sent.deliveries.all().delete()
    with pytest.raises(DigestError, match="no longer kept"):
        open_erratum(sent, NOTE, [])
    with pytest.raises(DigestError, match="is a correction"):
        rebuild(erratum, LATER)


def test_without_words_it_may_not_go_and_a_scheduled_one_keeps_its_lines(erratum, sent):
    change_erratum(erratum, " ", [])
    assert any("has no words" in problem for problem in problems_of(erratum))
    with pytest.raises(PreflightError):
        make_ready(erratum)
    change_erratum(erratum, NOTE, first_lines(sent, 1))
    schedule_checked(erratum, LATER)
    with pytest.raises(DigestError, match="Take it back"):
        change_erratum(erratum, "Later", [])


def test_lines_are_whole_and_each_change_of_the_issue_that_is_printed_can_be_chosen(sent):
    told = digest.build(sent.snapshot)
    lines = sent_lines(told)
    printed = {mark.change for block in told.blocks for line in block.lines for mark in line.marks}
    assert {number for line in lines for number in line.changes} == printed
    assert any(re.fullmatch(r"Atlas 1 .*: Code Repair: 72\.34 %", line.text) for line in lines)
    for line in lines:
        assert line in concerned(told, line.changes)
    assert concerned(told, []) == ()


# --- What readers see on the site ---------------------------------------------------------------


def test_the_issue_the_archive_and_the_feed_lead_to_it_once_it_was_sent(client, erratum):
    page = "/newsletter/issues/2026-W27/"
    path = "/newsletter/issues/2026-W27-e1/"
    assert client.get(path).status_code == 404
    assert path not in client.get(page).content.decode()
    schedule_checked(erratum, LATER)
    send(erratum)
    corrected = client.get(page).content.decode()
    assert f'href="{path}"' in corrected
    assert "<strong>71.34 %</strong>" in corrected
    own = client.get(path).content.decode()
    assert TITLE in own
    assert page in own
    assert "example.org" not in own
    assert [issue.href for issue in load_archive().issues] == [page]
    assert latest_issue().href == page
    feed = ElementTree.fromstring(client.get("/newsletter/feed.atom").content)
    first, second = feed.findall(f"{ATOM}entry")
    assert first.findtext(f"{ATOM}title") == TITLE
    assert first.findtext(f"{ATOM}id").endswith("issue:weekly:2026-W27-e1")
    assert path in second.findtext(f"{ATOM}content")
    assert second.findtext(f"{ATOM}updated") == LATER.isoformat()
    assert second.findtext(f"{ATOM}published") == MONDAY.isoformat()


# --- The newsroom --------------------------------------------------------------------------------


@pytest.fixture
def editor(client):
    client.force_login(get_user_model().objects.create_superuser("editor", "editor@example.org", "secret"))
    return client


def address(name: str, issue: Issue, *more) -> str:
    return reverse(f"admin:newsletter_{name}", args=[issue.pk, *more])


def test_a_manager_opens_looks_tests_schedules_and_all_is_written_down(editor, sent):
    form = editor.get(address("issue_change", sent)).content.decode()
    assert "Correct a mistake in it" in form
    line = lines_of(sent)[0]
    assert line.text in editor.get(address("erratum", sent)).content.decode()
    editor.post(address("erratum", sent), {"note": NOTE, "lines": [line.key]})
    erratum = Issue.objects.get(corrects=sent)
    assert erratum.snapshot["erratum"] == {"of": "2026-W27", "changes": sorted(line.changes)}
    own = editor.get(address("issue_change", erratum)).content.decode()
    assert "It corrects" in own
    assert "Freeze the changes again" not in own
    assert editor.get(address("preview", erratum, "html")).content.decode() == erratum.html
    editor.post(address("test", erratum), {"address": "me@example.org"})
    assert TransactionalMail.objects.get(purpose="test").subject == f"[Test] {TITLE}"
    editor.post(address("erratum", erratum), {"note": f"{NOTE} Sorry.", "lines": []})
    editor.post(address("schedule", erratum), {"send_at": f"{LATER:%Y-%m-%d %H:%M}"})
    erratum.refresh_from_db()
    assert (erratum.state, erratum.snapshot["erratum"]["changes"]) == ("scheduled", [])
    said = {issue: _entries(issue) for issue in (sent, erratum)}
    assert said[sent] == ["Opened the correction 2026-W27-e1."]
    assert [words.split(" for ")[0] for words in said[erratum]] == [
        "Opened as a correction of 2026-W27.",
        "A test copy was sent.",
        "Changed what the correction says.",
        "Scheduled",
    ]


def _entries(issue: Issue) -> list[str]:
    rows = LogEntry.objects.filter(object_id=str(issue.pk)).order_by("pk")
    return list(rows.values_list("change_message", flat=True))


def test_the_newsroom_refuses_a_second_open_one_and_lines_that_are_none(editor, sent, erratum):
    text = editor.post(address("erratum", sent), {"note": "x"}).content.decode()
    assert "is open already" in text
    text = editor.post(address("erratum", erratum), {"note": "x", "lines": ["999999"]}).content.decode()
    assert "Select a valid choice" in text
    schedule_checked(erratum, LATER)
    text = editor.post(address("erratum", erratum), {"note": "x"}, follow=True).content.decode()
    assert "cannot be done now" in text
    assert Issue.objects.filter(corrects=sent).count() == 1


def test_only_who_may_change_issues_may_correct_them(client, sent):
    user = get_user_model().objects.create_user("reader", password="secret", is_staff=True)
    client.force_login(user)
    assert client.get(address("erratum", sent)).status_code in (302, 403)
    assert client.post(address("erratum", sent), {"note": "x"}).status_code in (302, 403)
    assert not Issue.objects.filter(corrects=sent).exists()
