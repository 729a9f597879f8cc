"""Our SMTP connection against a real server: when the intent is asked, what each fault means."""

import smtplib
from dataclasses import replace
from email import message_from_bytes, policy
from types import SimpleNamespace

import pytest

from newsletter.delivery.mail import Envelope, issue_envelope
from newsletter.delivery.smtp import SMTPTransport
from newsletter.delivery.transport import End
from newsletter.tests.people import make_subscriber, prepared_issue
from newsletter.tests.sink import Drop, Sink, no_faults

pytestmark = pytest.mark.django_db


@pytest.fixture
def envelope():
    make_subscriber("reader@example.org")
    issue = prepared_issue()
    return issue_envelope(issue.deliveries.select_related("issue", "subscriber").get(), issue.renderings.get())


@pytest.fixture
def connect(settings):
    """Start a transport to a sink; closed at the end."""
    opened = []

    def open_to(sink: Sink, **options) -> SMTPTransport:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        opened.append(SMTPTransport(timeout=5, **options))
        return opened[-1]

    yield open_to
    for transport in opened:
        transport.close()


def at(point, what):
    """A plan that does `what` at `point`."""

    def plan(moment):
        if moment.point != point:
            return None
        if isinstance(what, type):
            raise what
        return what

    return plan


class Intent:
    """Counts how often it is asked, and what the server had by then."""

    def __init__(self, sink, grants=True):
        self.sink, self.grants, self.asked = sink, grants, []

    def __call__(self):
        self.asked.append((self.sink.reached["data"], len(self.sink.accepted)))
        return self.grants


def test_the_intent_is_asked_after_data_and_before_the_message_exists(connect, envelope):
    with Sink() as sink:
        intent = Intent(sink)
        submission = connect(sink).submit(envelope, intent)
        assert (submission.end, submission.reply.code) == (End.ANSWERED, 250)
        assert intent.asked == [(1, 0)]
        assert sink.accepted == ["reader@example.org"]
        assert sink.senders[0].startswith("bounce+")


def test_without_the_intent_there_is_no_message(connect, envelope):
    with Sink() as sink:
        transport = connect(sink)
        assert transport.submit(envelope, Intent(sink, grants=False)).end is End.WITHDRAWN
        assert sink.accepted == []
        assert transport.submit(envelope, Intent(sink)).end is End.ANSWERED
        assert sink.connections == 2


def test_an_intent_that_raises_leaves_no_half_message_on_the_connection(connect, envelope):
    def broken():
        raise RuntimeError("the database went away")

    with Sink() as sink:
        transport = connect(sink)
        with pytest.raises(RuntimeError):
            transport.submit(envelope, broken)
        assert transport.submit(envelope, Intent(sink)).end is End.ANSWERED
        assert len(sink.accepted) == 1


@pytest.mark.parametrize(
    ("point", "what", "end", "asked"),
    [
        ("ehlo", "421 4.3.2 going down", End.UNREACHABLE, 0),
        ("mail", "451 4.7.1 slow down", End.UNREACHABLE, 0),
        ("mail", "550 5.7.1 not you", End.UNREACHABLE, 0),
        ("mail", Drop, End.BROKEN_BEFORE, 0),
        ("rcpt", "450 4.2.1 grey", End.REFUSED_BEFORE, 0),
        ("rcpt", "550 5.1.1 nobody", End.REFUSED_BEFORE, 0),
        ("mail", "552 5.3.4 message too large", End.REFUSED_BEFORE, 0),
        ("mail", "552 too large", End.REFUSED_BEFORE, 0),
        ("mail", "452 4.3.4 message size exceeds what is free", End.REFUSED_BEFORE, 0),
        ("mail", "452 4.3.1 insufficient system storage", End.UNREACHABLE, 0),
        ("mail", "421 4.3.2 going down", End.UNREACHABLE, 0),
        ("rcpt", "421 4.7.0 too much for this domain", End.REFUSED_BEFORE, 0),
        ("data", "421 4.3.2 going down", End.REFUSED_BEFORE, 0),
        ("dot", "421 4.3.2 going down", End.ANSWERED, 1),
        ("rcpt", Drop, End.BROKEN_BEFORE, 0),
        ("data", "554 5.5.1 no", End.REFUSED_BEFORE, 0),
        ("data", Drop, End.BROKEN_BEFORE, 0),
        ("dot", "451 4.3.0 disk full", End.ANSWERED, 1),
        ("dot", "554 5.6.0 spam", End.ANSWERED, 1),
        ("dot", Drop, End.LOST, 1),
        ("logged", Drop, End.LOST, 1),
    ],
)
def test_each_fault_says_what_may_have_left(connect, envelope, point, what, end, asked):
    with Sink(plan=at(point, what)) as sink:
        transport, intent = connect(sink), Intent(sink)
        submission = transport.submit(envelope, intent)
        assert submission.end is end
        assert len(intent.asked) == asked
        sink.plan = lambda moment: None
        assert transport.submit(envelope, Intent(sink)).end is End.ANSWERED


def test_nobody_listening_is_an_unreachable_relay(connect, envelope):
    with Sink() as sink:
        transport = connect(sink)
    submission = transport.submit(envelope, lambda: pytest.fail("nothing may be intended"))
    assert (submission.end, submission.reply.code) == (End.UNREACHABLE, 421)


def test_the_connection_is_used_again_and_renewed(connect, envelope):
    with Sink() as sink:
        transport = connect(sink, reconnect_each=3)
        for _ in range(7):
            transport.submit(envelope, Intent(sink))
        assert (len(sink.accepted), sink.connections) == (7, 3)


def test_lines_of_dots_and_long_lines_arrive_as_they_were(connect):
    make_subscriber()
    dots = ".\n..\nreal text\n.hidden\n" + "x" * 2500
    issue = prepared_issue()
    row = issue.deliveries.select_related("issue", "subscriber").get()
    rendering = issue.renderings.get()
    rendering.text = dots
    with Sink() as sink:
        connect(sink).submit(issue_envelope(row, rendering), Intent(sink))
        raw = sink.messages[0]
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    parsed = message_from_bytes(raw, policy=policy.default)
    assert parsed.get_body(("plain",)).get_content().replace("\r\n", "\n").rstrip("\n") == dots


def test_a_relay_without_8bitmime_gets_seven_bits_and_the_same_words(connect, monkeypatch):
    make_subscriber()
    issue = prepared_issue()
    row = issue.deliveries.select_related("issue", "subscriber").get()
    rendering = issue.renderings.get()
    rendering.text = "Préis: 3 € → 2 €\n.\n"
    rendering.html = "<p>Größe — “ja”</p>"
    with Sink() as sink:
        transport = connect(sink)
        monkeypatch.setattr(smtplib.SMTP, "has_extn", lambda self, name: False)
        transport.submit(issue_envelope(row, rendering), Intent(sink))
        raw = sink.messages[0]
    assert raw.isascii()
    parsed = message_from_bytes(raw, policy=policy.default)
    assert parsed.get_body(("plain",)).get_content().replace("\r\n", "\n").startswith("Préis: 3 € → 2 €\n.\n")
    assert "Größe — “ja”" in parsed.get_body(("html",)).get_content()


# --- All commands in one packet (RFC 2920) ---------------------------------------------------


def test_a_relay_with_pipelining_gets_the_same_message_and_the_same_intent(connect, envelope):
    envelope = replace(envelope, raw=envelope.as_bytes())
    with Sink() as plain, Sink(pipelining=True) as quick:
        for sink in (plain, quick):
            intent = Intent(sink)
            assert connect(sink).submit(envelope, intent).end is End.ANSWERED
            assert intent.asked == [(1, 0)]
    assert quick.messages == plain.messages
    assert (quick.accepted, quick.senders) == (plain.accepted, plain.senders)


@pytest.mark.parametrize(
    ("point", "what", "end", "code"),
    [
        ("mail", "421 4.3.2 busy", End.UNREACHABLE, 421),
        ("mail", "552 5.3.4 too large", End.REFUSED_BEFORE, 552),
        ("mail", "550 5.7.1 not you", End.UNREACHABLE, 550),
        ("mail", Drop, End.BROKEN_BEFORE, 451),
        ("rcpt", "550 5.1.1 nobody", End.REFUSED_BEFORE, 550),
        ("rcpt", "450 4.2.1 grey", End.REFUSED_BEFORE, 450),
        ("rcpt", "421 4.3.2 busy", End.REFUSED_BEFORE, 421),
        ("rcpt", Drop, End.BROKEN_BEFORE, 451),
        ("data", "451 4.3.0 later", End.REFUSED_BEFORE, 451),
        ("data", "421 4.3.2 busy", End.REFUSED_BEFORE, 421),
        ("data", Drop, End.BROKEN_BEFORE, 451),
        ("dot", "554 5.6.0 spam", End.ANSWERED, 554),
        ("logged", Drop, End.LOST, None),
    ],
)
def test_each_fault_means_the_same_with_and_without_pipelining(connect, envelope, point, what, end, code):
    for pipelining in (False, True):
        with Sink(pipelining=pipelining) as sink:
            sink.plan = at(point, what)
            intent, transport = Intent(sink), connect(sink)
            submission = transport.submit(envelope, intent)
            assert (submission.end, getattr(submission.reply, "code", None)) == (end, code), pipelining
            assert len(intent.asked) == (point in ("dot", "logged"))
            sink.plan = no_faults
            assert transport.submit(envelope, Intent(sink)).end is End.ANSWERED  # the next message is not disturbed
            assert sink.accepted == ["reader@example.org"] * (2 if point == "logged" else 1)


def test_a_server_that_wants_a_message_without_a_recipient_gets_no_dot():
    class Eager(SMTPTransport):
        """As if the relay had refused the reader and answered DATA with 354 all the same."""

        def _connected(self):
            return conversation

    conversation = SimpleNamespace(
        has_extn=lambda name: name == "pipelining",
        at_once=lambda commands: [(250, b"ok"), (550, b"5.1.1 nobody"), (354, b"go on")],
        close=lambda: closed.append(True),
    )
    closed = []
    transport = Eager(timeout=5)
    transport._backend.connection = conversation
    plain = Envelope(lambda: None, "bounce@example.org", "reader@example.org", b"Subject: x\r\n\r\nx\r\n")
    submission = transport.submit(plain, lambda: pytest.fail("It was asked."))
    assert (submission.end, submission.reply.code, closed) == (End.REFUSED_BEFORE, 550, [True])


@pytest.mark.parametrize("body", [b".\r\n", b"a\r\n.\r\n..b\r\n", b"a.b\r\n", b"a\r\n.b"])
def test_lines_that_begin_with_a_dot_arrive_whole(connect, body):
    raw = b"Message-ID: <x@example.org>\r\nSubject: x\r\n\r\n" + body
    for pipelining in (False, True):
        with Sink(pipelining=pipelining) as sink:
            plain = Envelope(lambda: None, "bounce@example.org", "reader@example.org", raw)
            assert connect(sink).submit(plain, lambda: True).end is End.ANSWERED
            assert sink.messages == [raw if raw.endswith(b"\r\n") else raw + b"\r\n"]
