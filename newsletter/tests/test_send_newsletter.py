"""The command and the sender behind it, over Django's other backends and providers' APIs."""

import datetime as dt
import json
import smtplib
import socket
import ssl
import time
from types import SimpleNamespace

import pytest
from anymail.exceptions import AnymailRecipientsRefused, AnymailRequestsAPIError, AnymailUnsupportedFeature
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone

from newsletter.core.replies import Reply
from newsletter.delivery import outbox
from newsletter.delivery.esp import BackendTransport
from newsletter.delivery.outbox import guards
from newsletter.delivery.sender import Sender, SenderBusy
from newsletter.delivery.smtp import SMTPTransport
from newsletter.delivery.transport import End, Submission
from newsletter.models import Bucket, Delivery, Installation, Issue, Lease, Subscriber, TransactionalMail, Worker
from newsletter.tests.people import (
    NOW,
    enqueue_confirmation,
    make_issue,
    make_subscriber,
    make_subscribers,
    prepared_issue,
    render,
)

pytestmark = pytest.mark.django_db
State = Delivery.State


@pytest.fixture(autouse=True)
def _renderer(settings):
    settings.NEWSLETTER_RENDER_GROUP = "newsletter.tests.people.render"


def due_issue(**overrides) -> Issue:
    return make_issue(send_at=timezone.now() - dt.timedelta(minutes=1), **overrides)


# --- The command ------------------------------------------------------------------------


def test_one_run_takes_a_scheduled_issue_from_its_text_to_the_end(capsys):
    make_subscribers(25)
    make_subscriber(topics=["prices"])
    issue = due_issue()
    call_command("send_newsletter")
    issue.refresh_from_db()
    assert issue.state == Issue.State.FINISHED
    assert issue.counts == {"sent": 26}
    assert issue.renderings.count() == 2
    assert len({message.to[0] for message in mail.outbox}) == 26
    assert capsys.readouterr().out == "sent=26\n"
    call_command("send_newsletter", "--once")
    assert len(mail.outbox) == 26


def test_an_issue_that_is_not_due_waits(capsys):
    make_subscriber()
    make_issue(send_at=timezone.now() + dt.timedelta(hours=1))
    call_command("send_newsletter")
    assert mail.outbox == []
    assert capsys.readouterr().out == "sent=0\n"


def test_one_issue_can_be_sent_alone_and_an_unknown_one_is_named():
    make_subscriber()
    wanted, other = due_issue(), due_issue()
    call_command("send_newsletter", "--issue", wanted.slug)
    other.refresh_from_db()
    assert other.state == Issue.State.SCHEDULED
    assert len(mail.outbox) == 1
    with pytest.raises(CommandError, match="no issue “2020-W01”"):
        call_command("send_newsletter", "--issue", "2020-W01")


def test_a_copy_refuses_and_adopting_it_makes_it_the_sender(settings):
    make_subscriber()
    Installation.objects.create(id=1, instance_id="production", since=NOW)
    issue = due_issue()
    settings.INSTANCE_ID = "copy"
    with pytest.raises(CommandError, match="--adopt"):
        call_command("send_newsletter")
    issue.refresh_from_db()
    assert (issue.state, mail.outbox) == (Issue.State.HELD, [])
    call_command("send_newsletter", "--adopt")
    assert ["needs you" in sent.subject for sent in mail.outbox] == [True]
    outbox.resume(issue, timezone.now())
    call_command("send_newsletter")
    assert len(mail.outbox) == 2


def test_a_worker_leaves_its_heartbeat_and_no_lease():
    make_subscriber()
    due_issue()
    call_command("send_newsletter")
    worker = Worker.objects.get()
    assert (worker.doing, worker.sent) == ("stopped", 1)
    assert all(lease.owner == "" for lease in Lease.objects.all())


def test_confirmations_leave_before_the_issue():
    make_subscribers(3)
    due_issue()
    enqueue_confirmation("new@example.org", timezone.now())
    call_command("send_newsletter")
    assert mail.outbox[0].to == ["new@example.org"]
    assert len(mail.outbox) == 4


# --- The sender --------------------------------------------------------------------------


class Scripted:
    """A transport that answers from a list of endings."""

    def __init__(self, act=None):
        self.act, self.sent = act, []

    def submit(self, envelope, intent):
        from newsletter.core.replies import Reply
        from newsletter.delivery.transport import Submission

        if self.act:
            self.act(envelope, len(self.sent))
        if not intent():
            return Submission(End.WITHDRAWN)
        self.sent.append(envelope.recipient)
        return Submission(End.ANSWERED, Reply(250, "ok"))

    def close(self):
        """Nothing to close."""


def test_whoever_unsubscribes_during_the_send_gets_nothing_more():
    readers = make_subscribers(3)
    issue = prepared_issue()
    last = issue.deliveries.order_by("id").last().subscriber

    def leave_after_the_first(envelope, count):
        if count == 1:
            Subscriber.objects.filter(pk=last.pk).update(state="unsubscribed", left_at=NOW)

    transport = Scripted(leave_after_the_first)
    Sender(transport, render=render, clock=lambda: NOW).send_due()
    assert sorted(transport.sent) == sorted(reader.address for reader in readers if reader.pk != last.pk)
    issue.refresh_from_db()
    assert (issue.state, issue.counts) == (Issue.State.FINISHED, {"sent": 2, "skipped": 1})


def test_pausing_an_issue_stops_it_within_one_message():
    make_subscribers(10)
    issue = prepared_issue()
    transport = Scripted(lambda envelope, count: outbox.pause(issue, "a wrong number") if count == 4 else None)
    sender = Sender(transport, render=render, clock=lambda: NOW)
    sender.send_due()
    sender.close()
    assert len(transport.sent) == 4
    assert sorted(issue.deliveries.values_list("state", flat=True)) == ["pending"] * 6 + ["sent"] * 4
    outbox.resume(issue, NOW)
    again = Scripted()
    Sender(again, render=render, clock=lambda: NOW).send_due()
    assert len(again.sent) == 6
    assert not set(again.sent) & set(transport.sent)


def test_an_address_that_cannot_be_written_fails_alone():
    broken, fine = make_subscribers(2)
    Subscriber.objects.filter(pk=broken.pk).update(address="two@at@example.org\n")
    issue = prepared_issue()
    transport = Scripted()
    Sender(transport, render=render, clock=lambda: NOW).send_due()
    assert transport.sent == [fine.address]
    row = issue.deliveries.get(subscriber=broken)
    assert (row.state, row.reason) == (State.FAILED, "the address cannot be written")


def test_a_sender_waits_while_another_has_the_role_on_sqlite():
    from django.db import connection

    guards.take_role("send", "another", NOW)
    sender = Sender(Scripted(), render=render, clock=lambda: NOW)
    if connection.vendor == "sqlite":
        with pytest.raises(SenderBusy):
            sender.send_due()
    else:
        assert sender.send_due() == 0


# --- Rates and faults of the relay -----------------------------------------------------------


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now, self.naps = NOW, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.naps.append(seconds)
        self.now += dt.timedelta(seconds=seconds)


def test_one_run_is_filled_and_nobody_waits_behind_a_slow_domain(settings):
    settings.NEWSLETTER_RATES = "domain:a.example=60/minute"
    make_subscribers(100, "a.example")
    make_subscribers(45, "b.example")
    prepared_issue()
    clock, transport = Clock(), Scripted()
    sender = Sender(transport, render=render, clock=clock, sleep=clock.sleep)
    sender.send_due(50)
    domains = [address.partition("@")[2] for address in transport.sent]
    assert domains[:51].count("b.example") == 45  # all of them before the first nap
    assert 6 + 0.9 * 45 <= domains.count("a.example") <= 6 + 0.9 * 50
    assert max(clock.naps) <= 2


@pytest.mark.slow
def test_two_thousand_rows_of_a_slow_domain_keep_two_hundred_others_for_less_than_ten_seconds(settings):
    settings.NEWSLETTER_RATES = "domain:a.example=60/minute"
    make_subscribers(2000, "a.example")
    make_subscribers(200, "b.example")
    prepared_issue()
    begun, done = time.monotonic(), []

    def note(envelope, count):
        if "@b.example" in envelope.recipient:
            done.append(time.monotonic() - begun)

    clock = Clock()
    Sender(Scripted(note), render=render, clock=clock, sleep=clock.sleep).send_due(10)
    assert len(done) == 200
    assert done[-1] < 10
    assert clock.now - NOW <= dt.timedelta(seconds=10)


def test_a_run_without_time_to_wait_ends_at_once(settings):
    settings.NEWSLETTER_RATES = "global=60/minute"
    make_subscribers(20)
    prepared_issue()
    clock, transport = Clock(), Scripted()
    Sender(transport, render=render, clock=clock, sleep=clock.sleep).send_due()
    assert (len(transport.sent), clock.naps) == (6, [])


class Answering:
    """A transport whose answer depends on the recipient; `ends` maps parts of addresses to submissions."""

    def __init__(self, ends):
        self.ends, self.asked, self.sent = ends, [], []

    def submit(self, envelope, intent):
        self.asked.append(envelope.recipient)
        for part, submission in self.ends.items():
            if part in envelope.recipient:
                return submission
        assert intent()
        self.sent.append(envelope.recipient)
        return Submission(End.ANSWERED, Reply(250, "ok"))

    def close(self):
        """Nothing to close."""


CLOSED = Submission(End.REFUSED_BEFORE, Reply(421, "4.7.0 too much"))
TOO_LARGE = Submission(End.REFUSED_BEFORE, Reply(552, "5.3.4 message too large"))


def sent_with(transport) -> Answering:
    sender = Sender(transport, render=render, clock=lambda: NOW)
    sender.send_due()
    sender.close()
    return transport


@pytest.mark.parametrize("bad", [CLOSED, TOO_LARGE, Submission(End.BROKEN_BEFORE, Reply(451, "cut"))])
def test_one_bad_message_sets_back_itself_and_not_the_relay(bad):
    make_subscriber("bad@example.org")
    make_subscribers(30)
    prepared_issue()
    assert len(sent_with(Answering({"bad@": bad})).sent) == 30
    assert not Bucket.objects.filter(paused_until__isnull=False).exists()
    row = Delivery.objects.get(subscriber__address="bad@example.org")
    assert row.state == (State.FAILED if bad is TOO_LARGE else State.PENDING)
    if bad is TOO_LARGE:
        assert row.outcome == Delivery.Outcome.REFUSED


def test_three_closed_doors_of_one_domain_shut_that_domain_and_nothing_else():
    make_subscribers(50, "shut.example")
    make_subscribers(30, "open.example")
    prepared_issue()
    transport = sent_with(Answering({"@shut.example": CLOSED}))
    assert len(transport.sent) == 30
    assert sum("@shut.example" in address for address in transport.asked) <= 2 * 3
    assert list(Bucket.objects.filter(paused_until__gt=NOW).values_list("key", flat=True)) == ["domain:shut.example"]
    assert Delivery.objects.filter(attempts=0, state=State.PENDING).count() >= 44


def test_three_closed_doors_of_several_domains_are_the_relay(caplog):
    for number in range(12):
        make_subscriber(f"reader@d{number}.example")
    prepared_issue()
    transport = sent_with(Answering({"reader@": CLOSED}))
    assert len(transport.asked) == 3
    assert list(Bucket.objects.filter(paused_until__gt=NOW).values_list("key", flat=True)) == ["provider"]
    assert "421 4.7.0 too much" in caplog.text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ssl.SSLCertVerificationError("x"), "certificate"),
        (ssl.SSLError(1, "wrong version"), "TLS failed"),
        (smtplib.SMTPAuthenticationError(535, b"5.7.8 bad credentials"), "name or password (535 5.7.8"),
        (smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."), "does not offer"),
        (
            smtplib.SMTPConnectError(554, b"5.7.1 go away, client 203.0.113.7"),
            "It answered 554 5.7.1 go away, client [ip]",
        ),
        (smtplib.SMTPServerDisconnected("closed"), "without a word"),
        (socket.gaierror(-2, "Name or service not known"), "DNS does not know its host"),
        (ConnectionRefusedError(111, "refused"), "refuses connections"),
        (TimeoutError(), "not answer in time"),
        (OSError(101, "Network is unreachable"), "Network is unreachable"),
    ],
)
def test_a_fault_of_the_relay_is_logged_with_its_cause(monkeypatch, caplog, settings, error, words):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    make_subscribers(3)
    issue = prepared_issue()

    def fails(self):
        raise error

    monkeypatch.setattr(SMTPTransport, "_connected", fails)
    sender = Sender(SMTPTransport(timeout=1), render=render, clock=lambda: NOW)
    sender.send_due()
    assert words in caplog.text
    assert words.split("(")[0][:60] in Worker.objects.get().doing
    assert set(issue.deliveries.values_list("state", "attempts")) == {("pending", 0)}


# --- A database that is older than what was sent from it -----------------------------------------


def test_a_restored_database_is_noticed_before_it_sends_anything_twice():
    make_subscribers(3)
    issue = due_issue()
    before = dict(Issue.objects.filter(pk=issue.pk).values().get())
    call_command("send_newsletter")
    assert len(mail.outbox) == 3
    call_command("send_newsletter")
    # Yesterday's copy: the issue is scheduled, nobody has a row.
    Delivery.objects.all().delete()
    Issue.objects.filter(pk=issue.pk).update(**{name: before[name] for name in before if name != "id"})
    with pytest.raises(CommandError, match=r"older than what was sent from it: of issue .*, 3 mails have left"):
        call_command("send_newsletter")
    issue.refresh_from_db()
    assert issue.state == Issue.State.HELD
    assert len(mail.outbox) == 3
    call_command("send_newsletter", "--adopt")
    assert "needs you" in mail.outbox[3].subject
    assert len(mail.outbox) == 4
    outbox.resume(issue, timezone.now())
    call_command("send_newsletter")
    assert len(mail.outbox) == 7


def test_a_copy_taken_in_the_middle_of_a_sending_is_noticed_too():
    make_subscribers(4)
    issue = due_issue()
    call_command("send_newsletter")
    half = list(issue.deliveries.values_list("pk", flat=True)[:2])
    Delivery.objects.filter(pk__in=half).update(state=State.PENDING, sent_at=None)
    Issue.objects.filter(pk=issue.pk).update(state=Issue.State.SENDING)
    with pytest.raises(CommandError, match="4 mails have left, and it knows of 2"):
        call_command("send_newsletter")
    assert len(mail.outbox) == 4


def test_decisions_and_pruning_are_no_older_database(settings):
    make_subscribers(2)
    issue = due_issue()
    call_command("send_newsletter")
    Delivery.objects.filter(issue=issue).update(state=State.UNCERTAIN)
    call_command("send_newsletter", "--adopt")
    outbox.resend(outbox.uncertain_rows(issue))
    call_command("send_newsletter")
    Delivery.objects.filter(issue=issue).delete()
    call_command("send_newsletter")


def test_a_marker_that_cannot_be_written_or_read_stops_nothing(settings, tmp_path, caplog):
    settings.NEWSLETTER_MARKER_FILE = tmp_path / "missing" / "sent.json"
    make_subscriber()
    due_issue()
    call_command("send_newsletter")
    assert len(mail.outbox) == 1
    assert "cannot be written" in caplog.text
    for content in ("", "[]", "{", "null"):
        settings.NEWSLETTER_MARKER_FILE = tmp_path / "sent.json"
        settings.NEWSLETTER_MARKER_FILE.write_text(content)
        call_command("send_newsletter")


# --- Providers ---------------------------------------------------------------------------


class Provider(BaseEmailBackend):
    """A backend that raises what a test sets."""

    error = None

    def send_messages(self, messages):
        if Provider.error is not None:
            raise Provider.error
        for message in messages:
            message.anymail_status = SimpleNamespace(message_id="pm-4711")
        return len(messages)


def api_error(status: int) -> AnymailRequestsAPIError:
    return AnymailRequestsAPIError(response=SimpleNamespace(status_code=status, reason="", text=""))


@pytest.fixture
def provider(monkeypatch):
    """Send one mail through a provider that fails with `error`; returns the row and when it was intended."""

    def send(error=None) -> Delivery:
        monkeypatch.setattr(Provider, "error", error)
        make_subscriber()
        issue = prepared_issue()
        transport = BackendTransport(f"{__name__}.Provider")
        sender = Sender(transport, render=render, clock=lambda: NOW)
        sender.send_due()
        sender.close()
        return issue.deliveries.get()

    return send


def test_a_provider_takes_the_mail_and_its_id_is_kept(provider):
    row = provider()
    assert (row.state, row.provider_id) == (State.SENT, "pm-4711")


@pytest.mark.parametrize(
    ("error", "state", "pauses"),
    [
        (api_error(429), State.PENDING, True),
        (api_error(401), State.PENDING, True),
        (api_error(422), State.FAILED, False),
        (api_error(500), State.UNCERTAIN, False),
        (AnymailRequestsAPIError("timeout"), State.FAILED, False),
        (AnymailUnsupportedFeature("headers"), State.FAILED, False),
        (AnymailRecipientsRefused(), State.FAILED, False),
        (ConnectionResetError(), State.UNCERTAIN, False),
    ],
)
def test_each_error_of_a_provider_says_what_became_of_the_mail(provider, error, state, pauses):
    row = provider(error)
    assert row.state == state
    assert Bucket.objects.filter(paused_until__gt=NOW).exists() is pauses


def test_a_provider_that_lost_the_connection_leaves_the_mail_uncertain(provider):
    error = AnymailRequestsAPIError("sending failed")
    error.__cause__ = TimeoutError()
    assert provider(error).state == State.UNCERTAIN


def test_the_provider_is_asked_only_after_the_intent_is_in_the_database(monkeypatch):
    seen = []
    monkeypatch.setattr(Provider, "error", None)
    monkeypatch.setattr(
        Provider, "send_messages", lambda self, messages: seen.extend(Delivery.objects.values_list("state", flat=True))
    )
    make_subscriber()
    prepared_issue()
    Sender(BackendTransport(f"{__name__}.Provider"), render=render, clock=lambda: NOW).send_due()
    assert seen == [State.SUBMITTING]


def test_anymail_can_express_the_message():
    make_subscriber()
    prepared_issue()
    sender = Sender(BackendTransport("anymail.backends.test.EmailBackend"), render=render, clock=lambda: NOW)
    sender.send_due()
    row = Delivery.objects.get()
    assert row.state == State.SENT
    (message,) = mail.outbox
    assert message.metadata == {"delivery": row.message_id.partition("@")[0]}


def test_an_export_travels_once_and_leaves_nothing_behind():
    row = enqueue_confirmation(
        purpose=TransactionalMail.Purpose.EXPORT, signup=None, attachment=json.dumps({"address": "new@example.org"})
    )
    Sender(BackendTransport("django.core.mail.backends.locmem.EmailBackend"), clock=lambda: NOW).send_due()
    assert "new@example.org" in mail.outbox[0].attachments[0].content
    stored = TransactionalMail.objects.get(pk=row.mail_id)
    assert (stored.address, stored.attachment) == ("", "")
