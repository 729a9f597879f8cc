"""Golden mails, read back by the standard library's strict parser."""

from email import message_from_bytes, policy
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter import tokens
from newsletter.core.folding import folded
from newsletter.delivery.mail import (
    UNSUBSCRIBE_PLACEHOLDER,
    Unwritable,
    issue_envelope,
    pattern_of,
    transactional_envelope,
)
from newsletter.models import Delivery
from newsletter.tests.people import enqueue_confirmation, make_subscriber, prepared_issue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://evenbench.example"
    settings.SITE_NAME = "Evenbench"
    settings.NEWSLETTER_MAIL_DOMAIN = "news.evenbench.example"


def parsed(envelope):
    return message_from_bytes(envelope.as_bytes(), policy=policy.default)


def envelope_of(issue):
    row = issue.deliveries.select_related("issue", "subscriber").get()
    return row, issue_envelope(row, issue.renderings.get())


def test_an_issue_carries_every_header_the_rules_ask_for():
    reader = make_subscriber("Reader.One@example.org")
    issue = prepared_issue()
    row, envelope = envelope_of(issue)
    mail = parsed(envelope)
    key = row.message_id.partition("@")[0]
    token = tokens.unsubscribe_token(reader.public_id, issue.pk)
    mailed = tokens.mail_token(reader.public_id, issue.pk)
    assert mail["To"] == "Reader.One@example.org"
    assert mail["From"] == "Evenbench <newsletter@news.evenbench.example>"
    assert mail["Message-ID"] == f"<{key}@news.evenbench.example>"
    assert mail["List-Unsubscribe"] == (
        f"<https://evenbench.example/newsletter/u/{token}>, <mailto:unsubscribe+{mailed}@news.evenbench.example>"
    )
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-ID"] == '"Evenbench every week" <weekly.news.evenbench.example>'
    assert mail["List-Archive"] == "<https://evenbench.example/newsletter/>"
    assert mail["Feedback-ID"] == f"{issue.slug}:weekly:issue:newsevenbenchex"
    assert mail["Content-Language"] == "en"
    assert mail["Precedence"] == "bulk"
    assert mail["Date"].datetime.utcoffset().total_seconds() == 0
    assert envelope.sender == f"bounce+{key}@news.evenbench.example"
    assert envelope.recipient == "Reader.One@example.org"


def test_both_parts_lead_to_the_readers_own_way_out_and_no_placeholder_is_left():
    reader = make_subscriber()
    issue = prepared_issue()
    mail = parsed(envelope_of(issue)[1])
    link = f"https://evenbench.example/newsletter/u/{tokens.unsubscribe_token(reader.public_id, issue.pk)}"
    assert mail.get_content_type() == "multipart/alternative"
    kinds = [part.get_content_type() for part in mail.iter_parts()]
    assert kinds == ["text/plain", "text/html"]
    for part in mail.iter_parts():
        text = part.get_content()
        assert text.count(link) == 1
        assert UNSUBSCRIBE_PLACEHOLDER not in text


def test_nothing_but_the_way_out_differs_between_two_readers():
    make_subscriber("a@example.org")
    make_subscriber("b@example.org")
    issue = prepared_issue()
    texts = set()
    for row in issue.deliveries.select_related("issue", "subscriber"):
        body = parsed(issue_envelope(row, issue.renderings.get())).get_body(("html",)).get_content()
        token = tokens.unsubscribe_token(row.subscriber.public_id, issue.pk)
        texts.add(body.replace(token, ""))
    assert len(texts) == 1


def test_the_pattern_of_a_group_gives_the_same_message_as_making_it_anew():
    make_subscriber("Reader.One+tag@example.org")
    issue = prepared_issue()
    row = issue.deliveries.select_related("issue", "subscriber").get()
    rendering = issue.renderings.get()
    pattern = pattern_of(issue, rendering)
    quick = issue_envelope(row, rendering, pattern)
    assert quick.raw is not None
    one, other = parsed(quick), parsed(issue_envelope(row, rendering))
    assert [(name, value) for name, value in one.items() if name not in ("Date", "Content-Type")] == [
        (name, value) for name, value in other.items() if name not in ("Date", "Content-Type")
    ]
    assert [part.get_content() for part in one.iter_parts()] == [part.get_content() for part in other.iter_parts()]
    assert abs(one["Date"].datetime - other["Date"].datetime).total_seconds() < 60
    assert "stand-in" not in quick.raw.decode()


class _Events(HTMLParser):
    """What a browser would see of a text: tags with their attributes, and the text between."""

    def __init__(self, html):
        super().__init__()
        self.seen = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, attrs))

    def handle_endtag(self, tag):
        self.seen.append(tag)

    def handle_data(self, data):
        self.seen.append(data)


@given(
    st.lists(
        st.sampled_from(['<p style="margin: 0 0 10px;">', "</p>", "<br>", "a price of 3 € ", "<b>", "</b>", "x\n"]),
        max_size=300,
    )
)
def test_folding_long_lines_changes_nothing_a_reader_sees(pieces):
    html = "".join(pieces)
    assert _Events(folded(html)).seen == _Events(html).seen
    assert folded(folded(html)) == folded(html)


def test_a_whole_issue_on_one_line_is_folded_and_keeps_its_pattern():
    make_subscriber()
    issue = prepared_issue()
    rendering = issue.renderings.get()
    rendering.html = '<p class="change">Prices fell by 3 €.</p>' * 400 + rendering.html
    pattern = pattern_of(issue, rendering)
    assert pattern is not None
    assert max(len(line) for line in pattern.raw.split(b"\r\n")) <= 998


def test_a_part_that_must_be_encoded_has_no_pattern():
    make_subscriber()
    issue = prepared_issue()
    rendering = issue.renderings.get()
    rendering.html = rendering.html.replace("<p>", "<p>" + "x" * 1200, 1)
    assert pattern_of(issue, rendering) is None


def test_an_unusual_address_is_written_with_care():
    make_subscriber('"odd name"@example.org')
    issue = prepared_issue()
    row = issue.deliveries.select_related("issue", "subscriber").get()
    rendering = issue.renderings.get()
    assert issue_envelope(row, rendering, pattern_of(issue, rendering)).raw is None


def test_headers_stand_on_one_line_and_no_line_is_too_long():
    make_subscriber()
    issue = prepared_issue()
    rendering = issue.renderings.get()
    rendering.html = "<p>" + "ü" * 3000 + "</p>"
    rendering.subject = "Was sich geändert hat: " + "Modelle " * 20
    row = issue.deliveries.select_related("issue", "subscriber").get()
    raw = issue_envelope(row, rendering).as_bytes()
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert b"\r\nList-Unsubscribe: <https://" in head
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Subject"] == rendering.subject
    assert mail.get_body(("html",)).get_content().strip().replace("\r\n", "\n") == folded(rendering.html)


def test_a_confirmation_belongs_to_no_list():
    row = enqueue_confirmation("new@example.org")
    row = Delivery.objects.select_related("mail").get(pk=row.pk)
    mail = parsed(transactional_envelope(row, row.mail))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [name for name in mail if name.startswith("List-")] == []
    assert mail.get_content_type() == "text/plain"
    assert "secret-token" in mail.get_content()


def test_a_copy_of_the_data_is_attached_as_json():
    row = enqueue_confirmation(purpose="export", signup=None, attachment='{"a": 1}', attachment_name="me.json")
    mail = parsed(transactional_envelope(row, row.mail))
    (attached,) = mail.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("application/json", "me.json")
    assert attached.get_content() in ('{"a": 1}', b'{"a": 1}')


def test_a_domain_in_another_script_travels_in_ascii():
    make_subscriber("leser@bücher.example")
    _, envelope = envelope_of(prepared_issue())
    assert envelope.recipient == "leser@xn--bcher-kva.example"


def test_an_address_cannot_smuggle_a_header():
    reader = make_subscriber()
    issue = prepared_issue()
    row = issue.deliveries.select_related("issue", "subscriber").get()
    row.subscriber.address = "a@example.org\r\nBcc: b@example.org"
    with pytest.raises(Unwritable):
        issue_envelope(row, issue.renderings.get()).as_bytes()
    assert reader.pk == row.subscriber_id


def test_a_mailbox_name_that_does_not_fit_is_refused_with_a_sentence(settings):
    from django.core.exceptions import ImproperlyConfigured

    settings.NEWSLETTER_UNSUBSCRIBE_MAILBOX = "please-unsubscribe"
    make_subscriber()
    with pytest.raises(ImproperlyConfigured, match="at most 11 characters"):
        envelope_of(prepared_issue())[1].as_bytes()
