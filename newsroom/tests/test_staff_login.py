"""Logging in to the newsroom: at its own address, throttled, expiring, without keeping a network address."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib import admin
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from models_catalog.models import User
from models_catalog.roles import EDITOR
from newsroom.accounts import network_today
from newsroom.tests.newsroom_world import make_staff

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough word 42"
ADDRESS = "203.0.113.77"


@pytest.fixture(autouse=True)
def _fresh_limits(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def edith():
    user = make_staff("edith", EDITOR)
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client, name="edith", password=PASSWORD, **extra):
    return client.post(reverse("account_login"), {"login": name, "password": password}, **extra)


def test_the_newsroom_leads_to_its_own_log_in_and_back(client, edith):
    wanted = reverse("admin:models_catalog_result_changelist")
    page = client.get(wanted, follow=True)
    assert page.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert reverse("account_login").startswith(reverse("admin:index"))
    form = {"login": "edith", "password": PASSWORD, "next": re.search(r'name="next" value="([^"]+)', page.text)[1]}
    assert client.post(reverse("account_login"), form, follow=True).redirect_chain[-1][0] == wanted


def test_nobody_is_led_to_another_site_after_logging_in(client, edith):
    client.force_login(edith)
    answer = client.get(reverse("admin:login"), {"next": "https://evil.example/"})
    assert answer.url == reverse("admin:index")


def test_a_wrong_password_is_told_in_one_sentence_that_names_no_account(client, edith):
    known, unknown = log_in(client, password="wrong"), log_in(client, name="nobody", password="wrong")
    sentences = [re.findall(r'<p class="errornote"[^>]*>(.*?)</p>', page.text) for page in (known, unknown)]
    assert sentences[0] == sentences[1] != []


def test_after_five_failures_even_the_right_password_waits_ten_minutes(client, edith):
    with time_machine.travel("2026-05-04 09:00Z", tick=False) as clock:
        for number in range(5):
            log_in(client, password=f"wrong {number}", REMOTE_ADDR=f"203.0.113.{number}")
        page = log_in(client, REMOTE_ADDR="203.0.113.99")
        assert "Wait ten minutes" in page.text
        assert "_auth_user_id" not in client.session
        clock.shift(timedelta(minutes=10, seconds=1))
        assert log_in(client, REMOTE_ADDR="203.0.113.99").status_code == 302


def test_one_network_cannot_try_many_names(client, edith):
    with time_machine.travel("2026-05-04 09:00Z", tick=False):
        for number in range(10):
            log_in(client, name=f"guess-{number}", password="wrong", REMOTE_ADDR=ADDRESS)
        assert "Wait ten minutes" in log_in(client, REMOTE_ADDR=ADDRESS).text
        assert log_in(client, REMOTE_ADDR="198.51.100.1").status_code == 302


def test_many_posts_of_one_network_get_a_page_that_says_so(client):
    with time_machine.travel("2026-05-04 09:00Z", tick=False):
        for number in range(31):
            page = log_in(client, name=f"{number}", password="", REMOTE_ADDR=ADDRESS)
    assert page.status_code == 429
    assert "Too many attempts" in page.text
    assert '<html lang="en' in page.text


def test_throttling_keeps_and_logs_no_network_address(client, edith, caplog, monkeypatch):
    kept = []
    original = cache.set
    monkeypatch.setattr(
        cache, "set", lambda key, value, *rest, **more: kept.append((key, value)) or original(key, value, *rest, **more)
    )
    with caplog.at_level("DEBUG"):
        for _ in range(12):
            log_in(client, password="wrong", REMOTE_ADDR=ADDRESS)
    assert kept
    assert ADDRESS not in repr(kept) + caplog.text
    sessions = [session.get_decoded() for session in Session.objects.all()]
    assert ADDRESS not in repr(sessions)


def test_the_hash_of_a_network_is_another_one_tomorrow():
    with time_machine.travel("2026-05-04 23:59Z", tick=False) as clock:
        today = network_today(ADDRESS)
        assert today == network_today(ADDRESS) != network_today("203.0.113.78")
        assert ADDRESS not in today
        clock.shift(timedelta(minutes=1))
        assert network_today(ADDRESS) != today


def test_one_household_is_one_network_under_ipv6():
    assert network_today("2001:db8:1:2::1") == network_today("2001:db8:1:2:ffff::9")
    assert network_today("2001:db8:1:2::1") != network_today("2001:db8:1:3::1")


def test_a_visitor_without_an_address_can_log_in(client, edith):
    assert log_in(client, REMOTE_ADDR="").status_code == 302


def test_a_log_in_ends_with_the_browser_and_after_eight_hours(client, edith):
    with time_machine.travel("2026-05-04 09:00Z", tick=False) as clock:
        cookie = log_in(client).cookies["sessionid"]
        assert cookie["max-age"] == ""
        assert cookie["httponly"]
        assert Session.objects.get().expire_date - timezone.now() == timedelta(hours=8)
        assert client.get(reverse("admin:index")).status_code == 200
        clock.shift(timedelta(hours=8, seconds=1))
        assert client.get(reverse("admin:index")).status_code == 302


def test_an_account_that_is_no_staff_is_told_so_and_can_log_out(client):
    User.objects.create_user("reader", password=PASSWORD)
    page = client.post(reverse("account_login"), {"login": "reader", "password": PASSWORD}, follow=True)
    assert page.status_code == 403
    assert "does not belong to the newsroom" in page.text
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


def test_an_account_switched_off_does_not_get_in(client, edith):
    User.objects.update(is_active=False)
    page = client.post(reverse("account_login"), {"login": "edith", "password": PASSWORD}, follow=True)
    assert "_auth_user_id" not in client.session
    assert "<h1>" in page.text


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_reset_password"])
def test_there_is_no_way_to_sign_up_or_to_change_an_account_by_mail(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("address", ["signup/", "email/", "password/reset/"])
def test_stock_addresses_of_accounts_lead_nowhere(address, client):
    page = client.get(f"{reverse('admin:index')}account/{address}", follow=True)
    assert page.redirect_chain == [] or page.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert "<h1>Sign Up" not in page.text


def test_tables_of_the_log_in_package_are_not_in_the_newsroom():
    assert not [table for table in admin.site._registry if table.__module__.startswith("allauth.")]


@pytest.mark.parametrize("address", ["/", "/leaderboard/", "/models/", "/no-such-page/", "/newsletter/"])
def test_readers_get_no_cookie(address, client):
    assert not client.get(address, follow=True).cookies


@pytest.mark.parametrize("name", ["account_login", "account_logout", "account_inactive"])
def test_pages_have_language_main_and_nothing_inline(name, client, edith):
    if name == "account_logout":
        client.force_login(edith)
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert '<html lang="en' in page.text
    assert page.text.count("<main") == 1
    assert page.text.count("<h1") == 1
    assert not re.search(r"<[^>]+\s(?:style|on[a-z]+)=", page.text)
    assert "unsafe" not in page.headers["Content-Security-Policy"]
