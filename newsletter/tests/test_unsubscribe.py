"""RFC 8058 and RFC 2369: one POST, any body, no redirect, no cookie, always."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import signing
from django.test import Client, override_settings

from newsletter.bounces import suppression
from newsletter.consent import rights
from newsletter.models import ConsentEvent, Delivery, Issue, Subscriber, Suppression
from newsletter.signup.forms import FOR_EVER
from newsletter.tests.people import NOW, make_issue, make_subscriber, prepared_issue
from newsletter.tests.web import dump
from newsletter.tokens import unsubscribe_token

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
BODIES = {
    "multipart": (
        b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
    ),
    "urlencoded": (b"List-Unsubscribe=One-Click", FORM),
    "empty": (b"", FORM),
    "no type": (b"", ""),
    "wrong": (b"no such thing", "text/plain"),
    "broken multipart": (b"--x\r\nnonsense", "multipart/form-data; boundary=b"),
    "no boundary": (b"\xff\x00", "multipart/form-data"),
    "unknown charset": (b"\xff", FORM + "; charset=klingon"),
    "json": (b"{", "application/json"),
    "huge": (b"x=" + b"y" * 4_000_000, FORM),
    "many fields": (b"a=1&" * 3000, FORM),
}


@pytest.fixture
def reader():
    return make_subscriber()


def path_of(reader, issue_id: int = 0) -> str:
    return f"/newsletter/u/{unsubscribe_token(reader.public_id, issue_id)}"


def state_of(reader) -> str:
    return Subscriber.objects.get(pk=reader.pk).state


def is_plain_yes(answer) -> bool:
    return answer.status_code == 200 and not answer.cookies and len(answer.content) < 200


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_post_with_any_body_unsubscribes(client, reader, body):
    assert is_plain_yes(client.generic("POST", path_of(reader), *body))
    assert state_of(reader) == "unsubscribed"
    assert ConsentEvent.objects.get().via == "one-click"


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept-Language": "de,fr;q=0.5"},
        {"X-Forwarded-Proto": "https"},
        {"X-Forwarded-Proto": "http"},
        {"Origin": "https://mail.google.com", "Referer": "https://mail.google.com/"},
        {"Cookie": "sessionid=abc; csrftoken=def"},
        {"User-Agent": ""},
    ],
)
def test_no_header_brings_a_redirect_or_a_cookie(reader, headers):
    client = Client(enforce_csrf_checks=True)
    assert is_plain_yes(client.post(path_of(reader), headers=headers))
    assert state_of(reader) == "unsubscribed"


@override_settings(SECURE_SSL_REDIRECT=True, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"))
def test_behind_a_proxy_that_ends_tls_there_is_no_redirect(client, reader):
    assert is_plain_yes(client.post(path_of(reader), headers={"X-Forwarded-Proto": "https"}))


def test_with_a_closing_slash_it_works_too(client, reader):
    assert is_plain_yes(client.post(path_of(reader) + "/"))
    assert client.get(path_of(reader) + "/").status_code == 200
    assert state_of(reader) == "unsubscribed"


def test_a_repeat_is_a_yes_that_changes_nothing(client, reader):
    client.post(path_of(reader))
    before = dump()
    assert is_plain_yes(client.post(path_of(reader)))
    assert dump() == before


def test_it_is_a_yes_after_erasure(client, reader):
    path = path_of(reader)
    rights.erase(reader, NOW)
    before = dump()
    assert is_plain_yes(client.post(path))
    assert dump() == before


def test_a_link_signed_with_an_earlier_key_works(client, reader, settings):
    path = path_of(reader)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next key " * 5
    assert is_plain_yes(client.post(path))
    assert state_of(reader) == "unsubscribed"


def test_a_link_never_expires(client, reader):
    import time_machine

    path = path_of(reader)
    with time_machine.travel(dt.datetime(2056, 1, 1, tzinfo=dt.UTC), tick=False):
        assert is_plain_yes(client.post(path))
    assert state_of(reader) == "unsubscribed"


@pytest.mark.parametrize("token", ["nonsense", "a.b:c", "%00", "x" * 500, signing.Signer(salt="other").sign("a.0")])
def test_a_link_that_is_not_ours_is_no_redirect_either(client, token):
    for answer in (client.post(f"/newsletter/u/{token}"), client.get(f"/newsletter/u/{token}")):
        assert answer.status_code == 404
        assert not answer.cookies
    assert "This link is not complete" in answer.content.decode()


def test_get_and_head_show_a_button_and_change_nothing(client, reader):
    before = dump()
    for _ in range(2):
        page = client.get(path_of(reader))
        assert client.head(path_of(reader)).status_code == 200
    assert dump() == before
    assert f'action="{path_of(reader)}?page"' in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"


def test_the_button_answers_with_a_page(client, reader):
    answer = client.post(path_of(reader) + "?page")
    assert "You are unsubscribed" in answer.content.decode()
    assert ConsentEvent.objects.get().via == "page"


def test_waiting_mails_are_taken_out_and_the_issue_counts_it(client):
    reader = make_subscriber()
    issue = prepared_issue()
    assert is_plain_yes(client.post(path_of(reader, issue.pk)))
    assert Delivery.objects.get(subscriber=reader).state == "skipped"
    assert Issue.objects.get(pk=issue.pk).unsubscribes == 1
    assert Suppression.objects.get().reason == "unsubscribed"


def test_an_issue_that_is_gone_does_not_matter(client, reader):
    issue = make_issue()
    path = path_of(reader, issue.pk)
    issue.delete()
    assert is_plain_yes(client.post(path))


def test_a_complaint_stays_a_complaint(client, reader):
    suppression.leave(reader, Suppression.Reason.COMPLAINED, "webhook", NOW)
    assert is_plain_yes(client.post(path_of(reader)))
    assert state_of(reader) == "complained"


def test_the_mail_link_can_pause_but_not_more(client, reader):
    answer = client.post(path_of(reader) + "/pause/")
    reader.refresh_from_db()
    assert "A break of four weeks" in answer.content.decode()
    assert reader.state == "confirmed"
    assert reader.paused_until is not None
    token = unsubscribe_token(reader.public_id, 0)
    for name in ("", "export/", "erase/", "leave/"):
        assert client.post(f"/newsletter/manage/{token}/{name}", {"sure": "yes"}).status_code == 404
    assert Subscriber.objects.filter(pk=reader.pk).exists()


def test_a_short_pause_does_not_end_a_longer_one(client, reader):
    Subscriber.objects.update(paused_until=FOR_EVER)
    client.post(path_of(reader) + "/pause/")
    assert Subscriber.objects.get().paused_until == FOR_EVER


def test_a_pause_after_erasure_or_with_a_wrong_link_is_harmless(client, reader):
    path = path_of(reader) + "/pause/"
    assert client.get(path).status_code == 405
    rights.erase(reader, NOW)
    assert client.post(path).status_code == 200
    assert client.post("/newsletter/u/nonsense/pause/").status_code == 404
