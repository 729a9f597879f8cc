"""The command and the sender behind it, over Django's other backends and providers' APIs."""

import datetime as dt
import json
from types import SimpleNamespace

import pytest
from anymail.exceptions import AnymailRecipientsRefused, AnymailRequestsAPIError, AnymailUnsupportedFeature
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone

from newsletter.delivery import outbox
from newsletter.delivery.esp import BackendTransport
from newsletter.delivery.outbox import guards
from newsletter.delivery.sender import Sender, SenderBusy
from newsletter.delivery.transport import End
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
    assert mail.outbox == []
    outbox.resume(issue, timezone.now())
    call_command("send_newsletter")
    assert len(mail.outbox) == 1


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
