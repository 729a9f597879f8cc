"""What every test of the newsletter starts from."""

import pytest

from newsletter.signup import limits


@pytest.fixture(autouse=True)
def _quick_and_forgetful(settings, tmp_path):
    """Answers need not be padded, static files need not be collected, and no test inherits the counters of another."""
    settings.STATIC_ROOT = tmp_path
    settings.NEWSLETTER_ANSWER_SECONDS = 0
    settings.NEWSLETTER_MARKER_FILE = tmp_path / "sent.json"
    for limiter in (limits.connections, limits.later_connections, limits.preferences_connections):
        limiter.forget()
