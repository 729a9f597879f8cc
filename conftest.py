"""What every test shares."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("evenbench", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("evenbench")


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    """Slow hashes protect people, not tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _no_real_mail(settings):
    """No test may reach a mail server that it did not start itself."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
