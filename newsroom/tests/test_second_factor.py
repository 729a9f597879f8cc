"""Second factor of staff: set up by app, asked for at log-in, required where the operator says so."""

import re
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from models_catalog.roles import EDITOR
from newsroom.accounts import StaffSecondFactor
from newsroom.tests.newsroom_world import make_staff

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough word 42"


@pytest.fixture(autouse=True)
def _fresh_limits(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def clock():
    with time_machine.travel("2026-05-04 09:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def edith(clock):
    user = make_staff("edith", EDITOR)
    user.set_password(PASSWORD)
    user.save()
    return user


def log_in(client):
    return client.post(reverse("account_login"), {"login": "edith", "password": PASSWORD}, follow=True)


def code_of(secret, steps=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def confirm(client, name):
    """Open a page that asks for the password first; gives the page."""
    page = client.get(reverse(name), follow=True)
    assert "Is it you?" in page.text
    return client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)


def set_up(client):
    """Set up an app by the page; gives the secret and the page that follows."""
    return activate(client, confirm(client, "mfa_activate_totp"))


def activate(client, page):
    """Type the code of the app whose key the page shows."""
    secret = re.search(r'<code class="account-key">([A-Z2-7]+)</code>', page.text)[1]
    return secret, client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)


def test_an_app_is_set_up_by_its_code_and_recovery_codes_follow(client, edith):
    log_in(client)
    _, page = set_up(client)
    assert page.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert len(re.findall(r"<li><code>\d{8}</code></li>", page.text)) == 10
    assert set(Authenticator.objects.values_list("type", flat=True)) == {"totp", "recovery_codes"}


def test_secrets_are_stored_encrypted(client, edith):
    log_in(client)
    secret, _ = set_up(client)
    assert secret not in repr(list(Authenticator.objects.values_list("data", flat=True)))


def test_a_wrong_code_sets_nothing_up(client, edith):
    log_in(client)
    confirm(client, "mfa_activate_totp")
    page = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert "This code is not valid" in page.text
    assert not Authenticator.objects.exists()


def test_with_an_app_the_password_alone_lets_nobody_in(client, edith, clock):
    log_in(client)
    secret, _ = set_up(client)
    client.post(reverse("account_logout"))
    page = log_in(client)
    assert page.redirect_chain[-1][0] == reverse("mfa_authenticate")
    assert client.get(reverse("admin:index")).status_code == 302
    clock.shift(90)
    assert "This code is not valid" in client.post(reverse("mfa_authenticate"), {"code": "123456"}).text
    page = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)}, follow=True)
    assert page.redirect_chain[-1][0] == reverse("admin:index")
    assert "What needs doing" in page.text


def test_a_recovery_code_works_once(client, edith, clock):
    log_in(client)
    _, page = set_up(client)
    code = re.search(r"<li><code>(\d{8})</code></li>", page.text)[1]
    for works in (True, False):
        client.post(reverse("account_logout"))
        log_in(client)
        page = client.post(reverse("mfa_authenticate"), {"code": code}, follow=True)
        assert ("What needs doing" in page.text) is works


def test_codes_cannot_be_guessed(client, edith, clock):
    log_in(client)
    secret, _ = set_up(client)
    client.post(reverse("account_logout"))
    log_in(client)
    clock.shift(90)
    for number in range(5):
        client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"})
    page = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert "Wait ten minutes" in page.text


def test_where_it_is_required_staff_without_one_can_only_set_one_up(client, edith, settings):
    settings.REQUIRE_STAFF_MFA = True
    log_in(client)
    for name in ("index", "models_catalog_result_changelist", "audit", "password_change", "jsi18n"):
        page = client.get(reverse(f"admin:{name}"), follow=True)
        assert page.redirect_chain[-2][0] == reverse("mfa_activate_totp"), name
    page = client.post(reverse("admin:models_catalog_result_add"), {"score": "5"}, follow=True)
    assert page.redirect_chain[-2][0] == reverse("mfa_activate_totp")
    assert "asks for a second factor" in page.text
    set_up(client)
    assert "What needs doing" in client.get(reverse("admin:index")).text


def test_where_it_is_required_it_cannot_be_removed(client, edith, settings):
    settings.REQUIRE_STAFF_MFA = True
    log_in(client)
    set_up(client)
    assert "cannot be removed" in client.get(reverse("mfa_deactivate_totp")).text
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(type="totp").exists()


def test_where_it_is_not_required_it_can_be_removed(client, edith):
    log_in(client)
    set_up(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.exists()


def test_the_check_costs_nothing_where_it_is_not_required(client, edith, settings):
    log_in(client)
    set_up(client)
    address = reverse("admin:models_catalog_category_changelist")
    client.get(address)
    counts = []
    for required in (False, True):
        settings.REQUIRE_STAFF_MFA = required
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[1] - counts[0] == 1


def test_changing_it_long_after_the_log_in_asks_again_who_it_is(client, edith, clock):
    log_in(client)
    set_up(client)
    assert client.get(reverse("mfa_generate_recovery_codes")).status_code == 200
    clock.shift(3600)
    page = confirm(client, "mfa_generate_recovery_codes")
    assert page.redirect_chain[-1][0] == reverse("mfa_generate_recovery_codes")


def test_an_administrator_resets_it_for_somebody_who_lost_the_phone(client, edith, admin_client):
    log_in(client)
    set_up(client)
    address = reverse("admin:models_catalog_user_changelist")
    form = {"action": "reset_second_factor", "_selected_action": [edith.pk]}
    assert "Reset the second factor of edith" in admin_client.post(address, form, follow=True).text
    assert not Authenticator.objects.exists()
    assert "None of them has one" in admin_client.post(address, form, follow=True).text


def test_a_secret_outlives_a_change_of_the_key_only_with_the_old_one_kept(settings, caplog):
    adapter = StaffSecondFactor()
    stored = adapter.encrypt("JBSWY3DPEHPK3PXP")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key, just as long as the first one was 0123"
    settings.SECRET_KEY_FALLBACKS = [old]
    assert adapter.decrypt(stored) == "JBSWY3DPEHPK3PXP"
    settings.SECRET_KEY_FALLBACKS = []
    assert len({adapter.decrypt(stored), adapter.decrypt(stored), "JBSWY3DPEHPK3PXP"}) == 3
    assert "SECRET_KEY_FALLBACKS" in caplog.text


def test_pages_have_language_main_and_nothing_inline(client, edith):
    log_in(client)
    pages = [client.get(reverse("mfa_index")), client.get(reverse("mfa_activate_totp"), follow=True)]
    pages.append(confirm(client, "mfa_activate_totp"))
    activate(client, pages[-1])
    names = ["mfa_index", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_deactivate_totp"]
    pages += [client.get(reverse(name)) for name in names]
    client.post(reverse("account_logout"))
    pages.append(log_in(client))
    for page in pages:
        assert page.status_code == 200
        assert '<html lang="en' in page.text
        assert page.text.count("<main") == 1
        assert page.text.count("<h1") == 1
        assert not re.search(r"<[^>]+\s(?:style|on[a-z]+)=", page.text)
