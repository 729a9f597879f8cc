"""The start is refused with a sentence when a legal table or the country file cannot be used."""

from __future__ import annotations

import pytest

from newsletter import checks
from newsletter.core.regimes import RegimeTableError
from newsletter.core.wording import WordingError


def test_what_is_shipped_passes():
    assert checks.legal_tables() == []
    assert checks.country_file() == []


@pytest.mark.parametrize(
    ("name", "error"), [("load_regimes", RegimeTableError("twice")), ("wording", WordingError("changed"))]
)
def test_a_contradiction_stops_the_start(monkeypatch, name, error):
    def fail(*args):
        raise error

    monkeypatch.setattr(checks, name, fail)
    (message,) = checks.legal_tables()
    assert (message.id, message.msg) == ("newsletter.E001", str(error))


def test_a_country_file_that_is_not_there_stops_the_start(settings, tmp_path):
    settings.GEO_MMDB_PATH = str(tmp_path / "none.mmdb")
    assert [message.id for message in checks.country_file()] == ["newsletter.E002"]


@pytest.mark.parametrize(("spec", "ids"), [(None, ["newsletter.E003"]), (object(), [])])
def test_a_country_file_needs_its_package(settings, tmp_path, monkeypatch, spec, ids):
    (tmp_path / "own.mmdb").touch()
    settings.GEO_MMDB_PATH = str(tmp_path / "own.mmdb")
    monkeypatch.setattr(checks, "find_spec", lambda name: spec)
    assert [message.id for message in checks.country_file()] == ids


def test_amazon_ses_without_its_package_stops_the_start(settings, monkeypatch):
    settings.EMAIL_BACKEND = "anymail.backends.amazon_ses.EmailBackend"
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    (error,) = checks.provider_package()
    assert "boto3" in error.msg
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert checks.provider_package() == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("NEWSLETTER_RATES", "provider=100/1s", "“provider=100/1s” is no rate"),
        ("NEWSLETTER_FROM", "Evenbench", "Write a name and an address"),
        ("NEWSLETTER_BOUNCE_MAILBOX", "a+b", "without + and @"),
        ("NEWSLETTER_INCOMING_URL", "pop3://x", "names no mailbox"),
    ],
)
def test_a_setting_no_mail_could_be_sent_with_stops_the_start(settings, name, value, words):
    setattr(settings, name, value)
    assert any(words in error.msg for error in checks.mail_settings())
