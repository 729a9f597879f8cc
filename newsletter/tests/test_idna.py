"""Domains by IDNA 2008: the same in validation, key and delivery."""

import datetime as dt
from email import message_from_bytes, policy

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from newsletter import conf
from newsletter.bounces import suppression
from newsletter.core.addresses import address_key, ascii_address, ascii_domain, canonical, domain_of
from newsletter.core.reports import Kind, read_report
from newsletter.delivery.mail import issue_envelope
from newsletter.models import PendingSignup, Subscriber
from newsletter.signup.forms import clean_address
from newsletter.tests.people import make_subscriber, prepared_issue
from newsletter.tests.strangers import About, dsn, failed
from newsletter.tests.web import become_reader, mails

NOW = dt.datetime(2026, 7, 8, 9, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("typed", "ascii"),
    [
        ("faß.de", "xn--fa-hia.de"),
        ("FAẞ.DE", "xn--fa-hia.de"),
        ("xn--fa-hia.de", "xn--fa-hia.de"),
        ("fass.de", "fass.de"),
        ("βόλος.com", "xn--nxasmm1c.com"),
        ("ΒΌΛΟΣ.com", "xn--nxasmq6b.com"),
        ("bücher.example.", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("例え。jp", "xn--r8jz45g.jp"),
        ("نامه\u200cای.com", "xn--mgba3gch31f060k.com"),
        ("a_b.example", "a_b.example"),
        ("💌.example", "💌.example"),
        ("", ""),
    ],
)
def test_each_domain_has_its_own_ascii_form(typed, ascii):
    assert ascii_domain(typed) == ascii
    assert ascii_domain(ascii) == ascii


@given(st.text(max_size=80))
def test_no_text_breaks_it_and_doing_it_twice_changes_nothing(text):
    once = ascii_domain(text)
    assert ascii_domain(once) == once or not once.isascii()


def test_another_domain_is_another_reader():
    assert canonical("User@faß.de") == "user@xn--fa-hia.de" != canonical("user@fass.de")
    assert address_key("user@faß.de", b"p") == address_key("USER@XN--FA-HIA.DE", b"p")
    assert address_key("user@faß.de", b"p") != address_key("user@fass.de", b"p")
    assert ascii_address("Quill@faß.de") == "Quill@xn--fa-hia.de"
    assert domain_of("user@faß.de") == "xn--fa-hia.de"


@pytest.mark.parametrize("typed", ["user@faß.de", "user@xn--fa-hia.de"])
def test_the_form_takes_both_spellings_for_one_address(typed):
    assert suppression.key_of(clean_address(typed)) == suppression.key_of("user@faß.de")


@pytest.mark.django_db
def test_the_mail_goes_where_the_address_says():
    reader = make_subscriber("User@faß.de")
    row = prepared_issue().deliveries.select_related("issue", "subscriber").get()
    envelope = issue_envelope(row, row.issue.renderings.get())
    message = message_from_bytes(envelope.as_bytes(), policy=policy.default)
    assert envelope.recipient == "User@xn--fa-hia.de"
    assert str(message["To"]) == "User@xn--fa-hia.de"
    assert reader.domain == "xn--fa-hia.de"


@pytest.mark.django_db
def test_signing_up_and_confirming_with_such_an_address(client):
    with time_machine.travel(NOW, tick=False):
        become_reader(client, "user@faß.de")
        become_reader(client, "user@fass.de")
    assert {mail.address for mail in mails("confirm")} == {"user@faß.de", "user@fass.de"}
    assert Subscriber.objects.count() == PendingSignup.objects.count() == 2


def test_a_report_names_the_reader_in_ascii():
    about = About("0123456789abcdef" * 2, "x", "user@xn--fa-hia.de")
    raw = dsn(about, failed(about, "2.0.0", address="else@example.org", action="relayed"), failed(about, "5.1.1"))
    report = read_report(raw, "bounce", "unsubscribe")
    assert report.kind is Kind.DELIVERED
    assert report.about(["User@faß.de"]).kind is Kind.BOUNCED


def test_our_own_addresses_are_ascii_in_the_mail(settings):
    settings.NEWSLETTER_MAIL_DOMAIN = "post.faß.de"
    settings.NEWSLETTER_FROM = "Straße <news@faß.de>"
    assert conf.mail_domain() == "post.xn--fa-hia.de"
    assert conf.sender() == '"Straße" <news@xn--fa-hia.de>'
