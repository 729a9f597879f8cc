"""Scanners follow every link of every mail: nothing may happen."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine

from newsletter.consent import rights
from newsletter.models import Subscriber
from newsletter.tests.people import make_subscriber
from newsletter.tests.web import ask_for_link, become_reader, dump, mails, sign_up
from newsletter.tokens import unsubscribe_token

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 7, 8, 9, 0, tzinfo=dt.UTC)
AGENTS = (
    "",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0",
    "Barracuda Sentinel (EE)",
    "curl/8.0",
    "\u00e9" * 300,
)
METHODS = ("GET", "HEAD", "OPTIONS", "PROPFIND")


@pytest.fixture
def paths(client):
    """The links of every mail the web side sends, and of an issue."""
    with time_machine.travel(NOW, tick=False) as clock:
        become_reader(client, "one@example.org")
        clock.shift(dt.timedelta(hours=1))
        sign_up(client, "one@example.org")
        clock.shift(dt.timedelta(hours=1))
        ask_for_link(client, "one@example.org")
        sign_up(client, "two@example.org")
        rights.erase(make_subscriber("three@example.org"), NOW)
        token = unsubscribe_token(Subscriber.objects.get(address="one@example.org").public_id, 0)
        found = {f"/newsletter/u/{token}", f"/newsletter/u/{token}/pause/"}
        for mail in mails():
            found |= set(re.findall(r"https?://[^/\s\"]+(/[^\s\"<]*)", mail.text + mail.html))
        inside = set()
        for path in found:
            inside |= set(re.findall(r'(?:href|action)="(/newsletter/[^"]*)"', client.get(path).content.decode()))
        yield sorted(found | inside)


def test_following_every_link_twice_leaves_the_database_byte_equal(client, paths):
    assert len(paths) > 10
    before = dump()
    for path in paths * 2:
        for agent in AGENTS:
            for method in METHODS:
                answer = client.generic(method, path, headers={"User-Agent": agent})
                assert answer.status_code in (200, 302, 404, 405), (method, path)
                assert not answer.cookies
    assert dump() == before
