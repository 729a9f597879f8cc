"""What must hold before the site starts: the legal tables agree, and a country file can be read."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ImproperlyConfigured

from newsletter import conf
from newsletter.core.regimes import RegimeTableError, load_regimes
from newsletter.core.wording import WordingError, wording


@register()
def legal_tables(app_configs=None, **kwargs) -> list[CheckMessage]:
    """Refuse a table of regimes or a wording that contradicts itself."""
    try:
        for regime in load_regimes().regimes:
            wording(regime.wording)
    except (RegimeTableError, WordingError) as error:
        return [Error(str(error), id="newsletter.E001")]
    return []


@register()
def mail_settings(app_configs=None, **kwargs) -> list[CheckMessage]:
    """Refuse a setting that no mail could be sent or read with, before the first one waits for it."""
    found = []
    for read in (conf.sender, conf.bounce_mailbox, conf.unsubscribe_mailbox, conf.rates, conf.incoming_mailbox):
        try:
            read()
        except ImproperlyConfigured as error:
            found.append(Error(str(error), id="newsletter.E004"))
    return found


@register()
def provider_package(app_configs=None, **kwargs) -> list[CheckMessage]:
    """Refuse Amazon SES without its package: mail and reports would fail one by one."""
    if "amazon_ses" in settings.EMAIL_BACKEND and find_spec("boto3") is None:
        hint = "Install it with pip: pip install 'django-anymail[amazon-ses]', or set another EMAIL_BACKEND."
        return [Error("EMAIL_BACKEND is Amazon SES, which needs the package boto3.", hint=hint, id="newsletter.E005")]
    return []


@register()
def country_file(app_configs=None, **kwargs) -> list[CheckMessage]:
    """Refuse a GEO_MMDB_PATH that no request could use."""
    path = conf.geo_mmdb_path()
    if path and not Path(path).is_file():
        return [Error(f"GEO_MMDB_PATH is {path}, and there is no such file.", id="newsletter.E002")]
    if path and find_spec("maxminddb") is None:
        hint = "Install it with pip, or empty GEO_MMDB_PATH to use iptocc."
        return [Error("GEO_MMDB_PATH needs the package maxminddb.", hint=hint, id="newsletter.E003")]
    return []
