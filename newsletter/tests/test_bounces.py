"""Reports that come back: by mail (RFC 3464, RFC 5965, mailto) and by providers' webhooks."""

import datetime as dt
import imaplib
import mailbox
from email.message import EmailMessage
from types import SimpleNamespace

import pytest
from anymail.signals import AnymailTrackingEvent
from django.core.management import CommandError, call_command
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from newsletter import tokens
from newsletter.bounces import mailbox as bounces
from newsletter.bounces import webhooks
from newsletter.bounces.boxes import _quoted
from newsletter.core.reports import Kind, read_report
from newsletter.delivery import outbox
from newsletter.delivery.outbox import guards
from newsletter.models import ConsentEvent, Delivery, Issue, Subscriber, Suppression, WebhookEvent
from newsletter.tests.people import NOW, make_subscriber, make_subscribers, prepared_issue

State, Outcome = Delivery.State, Delivery.Outcome


def bounce_report(key: str, status: str = "5.1.1", action: str = "failed", to_key: bool = True) -> bytes:
    """A delivery status notification as relays write it."""
    to = f"bounce+{key}@news.example" if to_key else "postmaster@news.example"
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered\r\n"
        "MIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; someone@example.org\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\n"
        f"Message-ID: <{key}@news.example>\r\nSubject: What changed\r\n\r\nText\r\n--b--\r\n"
    ).encode()


def complaint_report(key: str) -> bytes:
    """A feedback report as mailbox providers write it."""
    return (
        "From: fbl@provider.example\r\nTo: abuse@news.example\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nA complaint.\r\n"
        "--b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n\r\n"
        "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: <{key}@news.example>\r\nSubject: What changed\r\n--b--\r\n"
    ).encode()


def plain_mail(to: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "reader@example.org", to, "unsubscribe"
    message.set_content("please")
    return message.as_bytes()


def sent_row(state: str = State.SENT) -> Delivery:
    make_subscriber("someone@example.org")
    issue = prepared_issue()
    issue.deliveries.update(state=state, sent_at=NOW)
    return issue.deliveries.select_related("subscriber", "issue").get()


def key_of(row: Delivery) -> str:
    return row.message_id.partition("@")[0]


# --- Reading ---------------------------------------------------------------------------

KEY = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (bounce_report(KEY), Kind.BOUNCED),
        (bounce_report(KEY, to_key=False), Kind.BOUNCED),
        (bounce_report(KEY, "5.2.2"), Kind.SOFT),
        (bounce_report(KEY, "4.4.1", "delayed"), Kind.DELAYED),
        (bounce_report(KEY, "2.0.0", "relayed"), Kind.DELIVERED),
        (complaint_report(KEY), Kind.COMPLAINED),
        (plain_mail("unsubscribe+token@news.example"), Kind.UNSUBSCRIBE),
        (plain_mail(f"bounce+{KEY}@news.example"), Kind.PERSON),
        (plain_mail("hello@news.example"), Kind.PERSON),
        (b"", Kind.UNREADABLE),
    ],
)
def test_each_report_is_told_apart(raw, kind):
    report = read_report(raw, "bounce", "unsubscribe")
    assert report.kind is kind
    if kind in (Kind.BOUNCED, Kind.REFUSED, Kind.COMPLAINED):
        assert report.key == KEY


@given(st.binary(max_size=300))
def test_no_mail_can_break_the_reader(raw):
    assert read_report(raw, "bounce", "unsubscribe").kind in Kind


# --- Acting ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_bounce_ends_the_subscription_once():
    row = sent_row()
    assert bounces.handle(bounce_report(key_of(row)), NOW).kind is Kind.BOUNCED
    bounces.handle(bounce_report(key_of(row)), NOW)
    row.refresh_from_db()
    row.subscriber.refresh_from_db()
    assert (row.state, row.outcome) == (State.SENT, Outcome.BOUNCED)
    assert row.subscriber.state == Subscriber.State.BOUNCED
    assert ConsentEvent.objects.filter(kind="bounced", via="dsn").count() == 1


@pytest.mark.django_db
def test_a_full_mailbox_stays_on_the_list():
    row = sent_row()
    assert bounces.handle(bounce_report(key_of(row), "5.2.2"), NOW).kind is Kind.SOFT
    row.refresh_from_db()
    assert row.outcome == Outcome.SOFT
    assert not Suppression.objects.exists()


@pytest.mark.django_db
def test_a_complaint_suppresses_for_good():
    row = sent_row()
    assert bounces.handle(complaint_report(key_of(row)), NOW).kind is Kind.COMPLAINED
    assert Suppression.objects.get().reason == Suppression.Reason.COMPLAINED


@pytest.mark.django_db
def test_a_bounce_after_erasure_still_suppresses_the_address():
    row = sent_row()
    row.subscriber.delete()
    bounces.handle(bounce_report(key_of(row)), NOW)
    assert Suppression.objects.get().hmac == row.address_key


@pytest.mark.django_db
def test_a_bounce_of_an_uncertain_mail_shows_that_it_went_out():
    row = sent_row(State.UNCERTAIN)
    outbox.finish(row.issue, NOW)
    assert "no answer" in Issue.objects.get().stopped_because
    bounces.handle(bounce_report(key_of(row), "5.2.2"), NOW)
    row.refresh_from_db()
    assert row.state == State.SENT
    issue = Issue.objects.get()
    assert (issue.stopped_because, issue.counts) == ("", {"sent": 1, "soft": 1})


@pytest.mark.django_db
def test_a_mail_to_the_unsubscribe_address_leaves_the_list_and_a_forged_one_does_not():
    row = sent_row()
    forged = f"unsubscribe+{row.subscriber.public_id}.1.{'0' * 24}@news.example"
    assert bounces.handle(plain_mail(forged), NOW).kind is Kind.PERSON
    row.subscriber.refresh_from_db()
    assert row.subscriber.state == Subscriber.State.CONFIRMED
    token = tokens.mail_token(row.subscriber.public_id, row.issue_id)
    for _ in range(2):
        assert bounces.handle(plain_mail(f"Unsubscribe+{token.upper()}@news.example"), NOW).kind is Kind.UNSUBSCRIBE
    row.subscriber.refresh_from_db()
    assert row.subscriber.state == Subscriber.State.UNSUBSCRIBED
    assert Issue.objects.get().unsubscribes == 1
    row.subscriber.delete()
    assert bounces.handle(plain_mail(f"unsubscribe+{token}@news.example"), NOW).kind is Kind.UNSUBSCRIBE


@pytest.mark.django_db
def test_a_maildir_is_read_to_the_end_and_emptied(tmp_path, settings, capsys):
    row = sent_row()
    box = mailbox.Maildir(str(tmp_path / "in"), create=True)
    box.add(bounce_report(key_of(row)))
    box.add(plain_mail("hello@news.example"))
    box.close()
    settings.NEWSLETTER_INCOMING_URL = f"maildir://{tmp_path}/in"
    call_command("read_bounces")
    assert capsys.readouterr().out == "bounced=1 person=1 set_aside=1\n"
    call_command("read_bounces")
    assert capsys.readouterr().out == "nothing new\n"


class FakeIMAP:
    """The few commands the reader uses, with folders; `folders` and `refuses` are set by the test."""

    capabilities = ("IMAP4REV1", "UIDPLUS")

    def __init__(self, host, port, timeout):
        self.said: list[tuple] = []
        FakeIMAP.opened = (host, port, self)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return None

    def login(self, user, password):
        if password != "p@ss":
            raise imaplib.IMAP4.error("bad password")

    def select(self, folder):
        return ("OK", [b"1"]) if folder.strip('"') in FakeIMAP.folders else ("NO", [b"no such folder"])

    def list(self, *_):
        return "OK", [b'(\\Noselect) "." ""']

    def create(self, folder):
        self.said.append(("CREATE", folder))
        if folder in FakeIMAP.refuses:
            return "NO", [b"below INBOX only"]
        FakeIMAP.folders[folder.strip('"')] = {}
        return "OK", [b""]

    def uid(self, command, *arguments):
        box = FakeIMAP.folders["INBOX"]
        if command == "SEARCH":
            assert arguments == ("UNDELETED", "UNFLAGGED")
            return "OK", [b" ".join(number.encode() for number in box)]
        if command == "FETCH":
            raw = box[arguments[0]]
            return ("OK", [(b"header", raw), b")"]) if raw is not None else ("NO", [None])
        self.said.append((command, *arguments))
        if command == "COPY":
            target = FakeIMAP.folders.get(arguments[1].strip('"'))
            if target is None:
                return "NO", [b"[TRYCREATE]"]
            target[arguments[0]] = box[arguments[0]]
        return "OK", [b""]


@pytest.fixture
def imap(monkeypatch):
    monkeypatch.setattr(imaplib, "IMAP4_SSL", FakeIMAP)
    FakeIMAP.folders, FakeIMAP.refuses = {"INBOX": {}}, ()
    return FakeIMAP


BOX = "imaps://us%40er:p%40ss@mail.example/INBOX"


@pytest.mark.django_db
def test_an_imap_folder_is_read_and_each_mail_removed_after_it_was_acted_on(imap, settings):
    row = sent_row()
    imap.folders["INBOX"] = {"7": bounce_report(key_of(row)), "8": None}
    assert bounces.read_mailbox(BOX, NOW) == {"bounced": 1}
    host, port, server = imap.opened
    assert (host, port) == ("mail.example", 993)
    assert server.said == [("STORE", "7", "+FLAGS.SILENT", r"(\Deleted)"), ("EXPUNGE", "7")]
    settings.NEWSLETTER_INCOMING_URL = "imaps://user:wrong@mail.example/INBOX"
    with pytest.raises(CommandError, match="does not answer: bad password"):
        call_command("read_bounces")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("there", "refuses", "folder"),
    [
        ("For-a-person", (), "For-a-person"),
        ("", (), "For-a-person"),
        ("", ('"For-a-person"',), "INBOX.For-a-person"),
        ("INBOX.For-a-person", (), "INBOX.For-a-person"),
    ],
    ids=["there", "made", "below the inbox only", "there, below the inbox"],
)
def test_a_letter_moves_to_the_folder_for_a_person(imap, there, refuses, folder):
    imap.folders["INBOX"] = {"3": plain_mail("hello@news.example")}
    imap.refuses = refuses
    if there:
        imap.folders[there] = {}
    assert bounces.read_mailbox(BOX, NOW) == {"person": 1, "set_aside": 1}
    assert list(imap.folders[folder]) == ["3"]
    assert ("STORE", "3", "+FLAGS.SILENT", r"(\Deleted)") in imap.opened[2].said


@pytest.mark.django_db
def test_a_letter_that_cannot_be_moved_stays_and_is_flagged(imap):
    imap.folders["INBOX"] = {"3": plain_mail("hello@news.example")}
    imap.refuses = ('"For-a-person"', '"INBOX.For-a-person"')
    assert bounces.read_mailbox(BOX, NOW) == {"person": 1, "set_aside": 1}
    assert imap.opened[2].said[-1] == ("STORE", "3", "+FLAGS.SILENT", r"(\Flagged)")
    assert not any(word[0] == "EXPUNGE" for word in imap.opened[2].said)


@pytest.mark.django_db
def test_two_readers_of_one_box_do_not_meet(imap):
    row = sent_row()
    imap.folders["INBOX"] = {"7": bounce_report(key_of(row))}
    assert guards.take_role(bounces.ROLE, "another", timezone.now())
    assert bounces.read_mailbox(BOX, NOW) == {}


def test_names_of_folders_are_written_as_imap_wants_them():
    assert _quoted("INBOX") == '"INBOX"'
    assert _quoted('a "b" & ü/ß') == '"a \\"b\\" &- &APw-/&AN8-"'


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "not set"),
        ("pop3://x", "names no mailbox"),
        ("maildir:///nowhere", "no Maildir"),
        ("imaps://host:port/INBOX", "cannot be read"),
    ],
)
def test_a_mailbox_that_cannot_be_read_is_explained(settings, url, sentence):
    settings.NEWSLETTER_INCOMING_URL = url
    with pytest.raises(CommandError, match=sentence):
        call_command("read_bounces")


# --- Webhooks ----------------------------------------------------------------------------


def report(row: Delivery, kind: str, **values) -> None:
    """What anymail hands over for one event."""
    event = AnymailTrackingEvent(
        event_type=kind,
        timestamp=values.pop("timestamp", NOW),
        event_id=values.pop("event_id", f"id-{kind}"),
        message_id=values.pop("message_id", ""),
        metadata=values.pop("metadata", {"delivery": key_of(row)}),
        recipient="someone@example.org",
        **values,
    )
    webhooks.on_tracking(sender=SimpleNamespace(), event=event, esp_name="Postmark")


@pytest.mark.django_db
def test_outcomes_only_grow_stronger():
    row = sent_row()
    for kind, outcome in [
        ("delivered", Outcome.DELIVERED),
        ("complained", Outcome.COMPLAINED),
        ("bounced", Outcome.COMPLAINED),
    ]:
        report(row, kind)
        row.refresh_from_db()
        assert row.outcome == outcome


@pytest.mark.django_db
def test_a_report_that_comes_twice_counts_once_with_or_without_an_id():
    row = sent_row()
    for event_id in ("one", "one", None, None):
        report(row, "delivered", event_id=event_id)
    assert WebhookEvent.objects.count() == 2


@pytest.mark.django_db
def test_a_report_before_the_answer_was_written_settles_the_row_if_the_worker_dies():
    make_subscriber()
    issue = prepared_issue()
    (row,) = outbox.claim("w", NOW)
    outbox.commit_intent("w", row, NOW)
    report(row, "delivered")
    row.refresh_from_db()
    assert row.state == State.SUBMITTING
    outbox.recover(NOW + dt.timedelta(hours=1))
    row.refresh_from_db()
    assert (row.state, row.outcome) == (State.SENT, Outcome.DELIVERED)
    assert outbox.finish(issue, NOW)


@pytest.mark.django_db
def test_a_delivery_is_found_by_the_providers_own_id():
    row = sent_row()
    Delivery.objects.update(provider_id="pm-1")
    report(row, "bounced", metadata={}, message_id="pm-1", reject_reason="invalid")
    assert Suppression.objects.get().reason == Suppression.Reason.BOUNCED


@pytest.mark.django_db
def test_a_blocked_mail_suppresses_nobody_and_its_reply_keeps_no_ip():
    row = sent_row()
    report(row, "bounced", reject_reason="blocked", mta_response="554 [203.0.113.77] is listed")
    assert not Suppression.objects.exists()
    report(row, "complained", mta_response="from 203.0.113.77")
    assert "203.0.113.77" not in ConsentEvent.objects.get().reply


@pytest.mark.django_db
def test_opens_clicks_and_reports_about_strangers_are_not_stored():
    row = sent_row()
    report(row, "opened")
    report(row, "clicked")
    report(row, "bounced", metadata={"delivery": "f" * 32})
    row.refresh_from_db()
    assert row.outcome == Outcome.NONE
    assert not WebhookEvent.objects.exists()


@pytest.mark.django_db
def test_a_provider_that_unsubscribes_a_reader_is_believed():
    row = sent_row()
    report(row, "unsubscribed")
    assert ConsentEvent.objects.get().via == "webhook"
    assert Suppression.objects.get().reason == Suppression.Reason.UNSUBSCRIBED


@pytest.mark.django_db
def test_complaints_pause_an_issue_that_is_still_being_sent():
    make_subscribers(10)
    issue = prepared_issue()
    rows = list(issue.deliveries.select_related("subscriber", "issue"))
    issue.deliveries.update(state=State.SENT, sent_at=NOW)
    for number, row in enumerate(rows[:2]):
        report(row, "complained", event_id=str(number))
    issue.refresh_from_db()
    assert issue.state == Issue.State.PAUSED
