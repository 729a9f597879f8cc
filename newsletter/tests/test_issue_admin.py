"""The newsroom's pages about issues: what editors see, and what each button does."""

import datetime as dt
import re
from email import message_from_bytes
from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from newsletter.delivery import outbox
from newsletter.delivery.mail import UNSUBSCRIBE_PLACEHOLDER, issue_envelope, transactional_envelope
from newsletter.delivery.outbox import guards
from newsletter.digest.preflight import make_ready, schedule_checked
from newsletter.digest.rendering import render_group
from newsletter.models import CommandRun, Delivery, IncomingReport, Issue, TransactionalMail, Worker
from newsletter.tests.people import make_subscriber
from newsletter.tests.weeks import MONDAY, QUIET_WEEK, build, site, week  # noqa: F401  (fixtures)
from newsletter.tokens import read_unsubscribe_token

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("week")]


@pytest.fixture
def editor(client):
    """A member of staff who may do everything."""
    user = get_user_model().objects.create_superuser("editor", "editor@example.org", "secret")
    client.force_login(user)
    return client


@pytest.fixture
def issue() -> Issue:
    return build()


def page(client, name: str, issue: Issue, *more) -> str:
    response = client.get(reverse(f"admin:newsletter_{name}", args=[issue.pk, *more]))
    assert response.status_code == 200
    return response.content.decode()


def post(client, name: str, issue: Issue, *more, data=None, follow=True) -> str:
    response = client.post(reverse(f"admin:newsletter_{name}", args=[issue.pk, *more]), data or {}, follow=follow)
    assert response.status_code == 200
    issue.refresh_from_db()
    return response.content.decode()


def test_the_list_and_the_form_name_what_matters(editor, issue):
    text = editor.get(reverse("admin:newsletter_issue_changelist")).content.decode()
    assert "2026-W27" in text
    assert "Coming week" in text
    form = page(editor, "issue_change", issue)
    assert "Check and mark as ready" in form
    assert "not prepared yet" in form
    assert 'name="editor_note"' in form
    assert 'name="slug"' not in form


def test_previews_show_html_text_and_source_without_scripts(editor, issue):
    response = editor.get(reverse("admin:newsletter_preview", args=[issue.pk, "html"]))
    assert response.content.decode() == issue.html
    policy = response["Content-Security-Policy"]
    assert "style-src 'unsafe-inline'" in policy
    assert "script-src 'none'" in policy
    assert page(editor, "preview", issue, "text") == issue.text
    assert page(editor, "preview", issue, "source").startswith("Subject: New: Atlas 1")
    assert editor.get(reverse("admin:newsletter_preview", args=[issue.pk, "pdf"])).status_code == 404


def test_the_coming_issue_can_be_looked_at_without_being_stored(editor, time_machine):
    time_machine.move_to(dt.datetime(2026, 7, 3, tzinfo=dt.UTC))
    text = editor.get(reverse("admin:newsletter_coming", args=["weekly", "text"])).content.decode()
    assert "Code Repair: 72.34 %" in text
    assert not Issue.objects.exists()
    time_machine.move_to(dt.datetime(2026, 9, 3, tzinfo=dt.UTC))
    text = editor.get(reverse("admin:newsletter_coming", args=["weekly", "html"])).content.decode()
    assert text == "Nothing has changed yet in 31 August to 6 September 2026."


def test_a_note_is_rendered_at_once_and_the_issue_has_to_be_checked_again(editor, issue):
    make_ready(issue)
    post(editor, "issue_change", issue, data={"editor_note": "Two **big** fixes", "max_lateness": "0 12:00:00"})
    assert "<strong>big</strong>" in issue.html
    assert issue.state == "draft"


def test_a_scheduled_issue_can_be_edited_and_keeps_its_time(editor, issue):
    schedule_checked(issue, MONDAY)
    outbox.render_missing(issue, render_group, MONDAY)
    post(editor, "issue_change", issue, data={"editor_note": "Two **big** fixes", "max_lateness": "0 12:00:00"})
    assert (issue.state, issue.send_at) == ("scheduled", MONDAY)
    assert "<strong>big</strong>" in issue.html
    assert not issue.renderings.exists()


def test_an_edit_that_fails_the_checks_takes_the_issue_back(editor, issue, settings):
    schedule_checked(issue, MONDAY)
    settings.NEWSLETTER_POSTAL_ADDRESS = ""
    text = post(editor, "issue_change", issue, data={"editor_note": "Hello", "max_lateness": "0 12:00:00"})
    assert "No longer scheduled: No postal address" in text
    assert (issue.state, issue.send_at) == ("draft", None)


def test_what_is_being_sent_cannot_be_edited(editor, issue):
    schedule_checked(issue, MONDAY)
    outbox.prepare(issue, MONDAY)
    assert 'name="editor_note"' not in page(editor, "issue_change", issue)
    post(editor, "issue_change", issue, data={"editor_note": "Too late"})
    assert (issue.editor_note, issue.state) == ("", "sending")
    for move in ("unschedule", "skip"):
        assert "cannot be done now" in post(editor, "move", issue, move)
    assert not outbox.unschedule(issue)
    assert not outbox.skip(issue)


def test_a_scheduled_issue_is_moved_taken_back_skipped_and_taken_up(editor, issue):
    schedule_checked(issue, MONDAY)
    post(editor, "schedule", issue, data={"send_at": "2026-07-07 09:30"})
    assert issue.send_at == dt.datetime(2026, 7, 7, 9, 30, tzinfo=dt.UTC)
    for move, state in (("unschedule", "draft"), ("skip", "skipped"), ("take_up", "draft")):
        post(editor, "move", issue, move)
        assert (issue.state, issue.send_at) == (state, None)
    assert guards.start_due(render_group, MONDAY + dt.timedelta(days=9)) == []
    call_command("build_digest", "--period", "2026-W27", "--send-in", "0", stdout=StringIO())
    issue.refresh_from_db()
    assert issue.state == "draft"


@pytest.mark.parametrize(
    "note",
    [
        "The word todo, TBD, {{ braces }} and [date].",
        "See [the models](/models/), [gone](https://evenbench.example/models/nobody/) and [x](elsewhere).",
        "https://evenbench.example/no-such-page/",
    ],
)
def test_words_and_links_of_a_note_forbid_nothing(editor, issue, note):
    post(editor, "issue_change", issue, data={"editor_note": note, "max_lateness": "0 12:00:00"})
    post(editor, "schedule", issue, data={"send_at": "2026-07-06 08:00"})
    assert issue.state == "scheduled"


def test_a_note_is_told_what_may_be_wrong_with_it_and_its_own_links_become_whole(editor, issue):
    note = "TODO [x](/changes/) [y](https://evenbench.example/models/nobody/)"
    post(editor, "issue_change", issue, data={"editor_note": note, "max_lateness": "0 12:00:00"})
    text = page(editor, "checks", issue)
    assert "Nothing forbids sending it" in text
    assert "The note holds “TODO”" in text
    assert "leads to no page of this site" in text
    assert "https://evenbench.example/changes/" in issue.html


def test_every_act_leaves_an_entry_and_stopping_mails_the_manager(editor, issue, settings):
    settings.NEWSLETTER_ALERT_ADDRESS = "manager@example.org"
    post(editor, "test", issue, data={"address": "me@example.org"})
    post(editor, "schedule", issue, data={"send_at": "2026-07-06 08:00"})
    for move in ("pause", "resume", "hold"):
        post(editor, "move", issue, move)
    said = [entry.change_message for entry in LogEntry.objects.filter(object_id=str(issue.pk)).order_by("pk")]
    assert [text.split(":")[0] for text in said] == [
        "A test copy was sent.",
        "Scheduled for 2026-07-06 08",
        "Pressed “Pause”",
        "Pressed “Resume”",
        "Pressed “Hold”",
    ]
    assert "me@example.org" not in " ".join(said)
    told = TransactionalMail.objects.filter(purpose="notice", address="manager@example.org")
    assert [mail.text.split("\n")[0] for mail in told] == ["Issue 2026-W27 is paused.", "Issue 2026-W27 is held."]


def test_an_issue_that_is_not_scheduled_by_the_command_mails_the_manager(settings):
    settings.NEWSLETTER_POSTAL_ADDRESS = ""
    with pytest.raises(CommandError):
        call_command("build_digest", "--period", "2026-W27", "--send-in", "0", stdout=StringIO())
    (mail,) = TransactionalMail.objects.filter(purpose="notice")
    assert "not scheduled" in mail.text
    assert "No postal address" in mail.text
    assert CommandRun.objects.get().failed


def test_a_test_copy_has_the_headers_of_the_real_mail(editor, issue):
    make_subscriber()
    post(editor, "test", issue, data={"address": "me@example.org"})
    schedule_checked(issue, MONDAY)
    outbox.render_missing(issue, render_group, MONDAY)
    outbox.prepare(issue, MONDAY)
    test, real = (
        message_from_bytes(raw)
        for raw in (
            transactional_envelope(
                *next((row, row.mail) for row in Delivery.objects.filter(mail__isnull=False))
            ).as_bytes(),
            issue_envelope(
                issue.deliveries.select_related("subscriber", "issue").get(), issue.renderings.get()
            ).as_bytes(),
        )
    )
    assert set(test.keys()) == set(real.keys())
    personal = {"To", "Subject", "Message-ID", "Date", "List-Unsubscribe", "Content-Type"}
    assert {name: test[name] for name in set(test.keys()) - personal} == {
        name: real[name] for name in set(real.keys()) - personal
    }
    link = re.search(r"<https://evenbench\.example(/newsletter/u/[^>]+)>", test["List-Unsubscribe"])[1]
    assert read_unsubscribe_token(link.rsplit("/", 1)[1]) == ("nobody", issue.pk)


def test_the_page_of_deliveries_shows_numbers_uncertain_mails_and_workers_without_an_address(editor, uncertain):
    Delivery.objects.update(reply="421 lost", reply_code=421)
    Worker.objects.create(name="here:1", started_at=MONDAY, seen_at=MONDAY, doing="all mail that is due", sent=3)
    IncomingReport.objects.create(digest="0" * 64, kind="person", at=timezone.now(), set_aside=True)
    text = editor.get(reverse("admin:newsletter_deliveries")).content.decode()
    row = Delivery.objects.get()
    for words in (row.message_id, "421 lost", "here:1", "(silent)", "person", "2026-W27", "1 handed over, answer lost"):
        assert words in text
    assert row.subscriber.address not in text


def test_checks_say_what_is_missing(editor, issue, settings):
    assert "Nothing forbids sending it" in page(editor, "checks", issue)
    settings.NEWSLETTER_POSTAL_ADDRESS = ""
    assert "No postal address is set" in page(editor, "checks", issue)
    assert "No postal address is set" in post(editor, "move", issue, "ready")
    assert issue.state == "draft"


def test_a_test_goes_to_one_address_with_a_harmless_way_out(editor, issue):
    make_subscriber()
    post(editor, "test", issue, data={"address": "me@example.org"})
    mail = TransactionalMail.objects.get()
    assert (mail.purpose, mail.address) == ("test", "me@example.org")
    assert mail.subject.startswith("[Test] New: Atlas 1")
    assert UNSUBSCRIBE_PLACEHOLDER not in mail.text + mail.html
    assert Delivery.objects.count() == 1
    assert issue.state == "draft"
    assert "Enter a valid email address" in post(editor, "test", issue, data={"address": "nobody"})


def test_scheduling_checks_first_and_keeps_the_time(editor, issue, settings):
    settings.NEWSLETTER_POSTAL_ADDRESS = ""
    assert "No postal address" in post(editor, "schedule", issue, data={"send_at": "2026-07-06 08:00"})
    assert issue.state == "draft"
    settings.NEWSLETTER_POSTAL_ADDRESS = "1 Data Street"
    assert "goes out at 2026-07-06 08:00 UTC" in post(editor, "schedule", issue, data={"send_at": "2026-07-06 08:00"})
    assert (issue.state, issue.send_at) == ("scheduled", dt.datetime(2026, 7, 6, 8, tzinfo=dt.UTC))


def test_pause_resume_and_hold_follow_the_states(editor, issue):
    assert "cannot be done now" in post(editor, "move", issue, "pause")
    make_ready(issue)
    outbox.schedule(issue, MONDAY)
    post(editor, "move", issue, "pause")
    assert (issue.state, issue.stopped_because) == ("paused", "pause by editor")
    post(editor, "move", issue, "resume")
    assert issue.state == "scheduled"
    post(editor, "move", issue, "hold")
    assert issue.state == "held"
    assert "Resume" in page(editor, "issue_change", issue)


def test_a_quiet_week_can_be_frozen_anew_but_not_sent(editor):
    quiet = build(QUIET_WEEK)
    form = page(editor, "issue_change", quiet)
    assert "Freeze the changes again" in form
    assert "Schedule" not in form
    post(editor, "move", quiet, "rebuild")
    assert (quiet.empty, quiet.state) == (True, "finished")


@pytest.fixture
def uncertain(issue) -> Issue:
    """An issue that is finished but for one mail without an answer."""
    make_subscriber()
    schedule_checked(issue, MONDAY)
    outbox.render_missing(issue, render_group, MONDAY)
    outbox.prepare(issue, MONDAY)
    issue.deliveries.update(state=Delivery.State.UNCERTAIN)
    outbox.finish(issue, MONDAY)
    return issue


@pytest.mark.parametrize(("decision", "state"), [("wait", "uncertain"), ("sent", "sent"), ("resend", "pending")])
def test_the_three_buttons_decide_about_mails_without_an_answer(editor, uncertain, decision, state):
    assert "1 mails without an answer" in page(editor, "issue_change", uncertain)
    post(editor, "uncertain", uncertain, decision)
    assert uncertain.deliveries.get().state == state
    assert uncertain.state == ("sending" if decision == "resend" else "finished")


def test_looking_never_acts(editor, uncertain):
    for name, extra in (("move", "hold"), ("uncertain", "resend")):
        address = reverse(f"admin:newsletter_{name}", args=[uncertain.pk, extra])
        assert editor.get(address).status_code == 405
    assert uncertain.deliveries.get().state == "uncertain"


def test_staff_without_the_right_sees_and_does_nothing(client, issue):
    client.force_login(get_user_model().objects.create_user("other", password="x", is_staff=True))
    for name, more in (("preview", ("html",)), ("checks", ()), ("test", ()), ("schedule", ())):
        assert client.get(reverse(f"admin:newsletter_{name}", args=[issue.pk, *more])).status_code == 403
    assert client.post(reverse("admin:newsletter_move", args=[issue.pk, "ready"])).status_code == 403
    assert client.get(reverse("admin:newsletter_subscriber_changelist")).status_code == 403


def test_subscribers_are_numbers_without_addresses(editor):
    reader = make_subscriber("somebody@example.org")
    make_subscriber(frequency="monthly")
    text = editor.get(reverse("admin:newsletter_subscriber_changelist")).content.decode()
    assert "somebody" not in text
    assert "monthly" in text
    response = editor.get(reverse("admin:newsletter_subscriber_change", args=[reader.pk]))
    assert response.status_code == 302
