"""What every test shares."""

import pytest
from hypothesis import HealthCheck, settings

from tests.browser.chromium import chromium_running

settings.register_profile("evenbench", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("evenbench")


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests: a second Playwright does not start where one runs."""
    with chromium_running() as browser:
        yield browser


@pytest.fixture
def browser(chromium):
    """The same browser for one test, which leaves no page of its own open."""
    before = chromium.contexts
    yield chromium
    for context in chromium.contexts:
        if context not in before:
            context.close()


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    """Slow hashes protect people, not tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _no_real_mail(settings):
    """No test may reach a mail server that it did not start itself."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
