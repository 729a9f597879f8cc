"""Signing up in a real browser: with script, without script, and through a flood."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from newsletter.models import Bucket, Delivery, Subscriber
from newsletter.tests.web import ADDRESS, mails, path_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.xdist_group("browser"),
]


@pytest.fixture
def open_page(browser, live_server, settings):
    """A function that opens a page of the site; `script=False` for a reader without JavaScript."""
    settings.SITE_URL = live_server.url
    problems: list[str] = []

    def open_it(path: str, script: bool = True):
        context = browser.new_context(java_script_enabled=script)
        page = context.new_page()
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.goto(live_server.url + path)
        return page

    yield open_it
    assert problems == []


def sign_up(page):
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_role("button", name="Send me the confirmation").click()


def flood():
    Bucket.objects.filter(key="signup:all").delete()
    from django.utils import timezone

    Bucket.objects.create(key="signup:all", tokens=0, updated_at=timezone.now())


@pytest.mark.parametrize("script", [True, False])
def test_a_reader_signs_up_and_confirms(open_page, script):
    page = open_page(reverse("newsletter:subscribe"), script)
    sign_up(page)
    assert page.get_by_role("heading", level=1).inner_text() == "Look into your mailbox"
    page = open_page(path_in(mails()[0]), script)
    page.get_by_role("button", name="Yes, send me the e-mail").click()
    assert page.get_by_role("heading", level=1).inner_text() == "You are on the list"
    assert page.context.cookies() == []
    assert Subscriber.objects.get().address == ADDRESS


def test_in_a_flood_the_browser_does_the_sum_and_goes_on(open_page, settings):
    settings.NEWSLETTER_PROOF_OF_WORK_BITS = 12
    page = open_page(reverse("newsletter:subscribe"))
    flood()
    sign_up(page)
    page.wait_for_url(re.compile("/check/$"), timeout=20_000)
    assert len(mails("confirm")) == 1


def test_in_a_flood_without_script_the_mail_comes_later(open_page):
    page = open_page(reverse("newsletter:subscribe"), script=False)
    flood()
    sign_up(page)
    page.get_by_role("button", name="Send it later today").click()
    assert page.get_by_role("heading", level=1).inner_text() == "It will come later today"
    delivery = Delivery.objects.get()
    assert delivery.not_before > delivery.mail.created_at
