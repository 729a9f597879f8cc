"""The newsletter's settings with their defaults, read in this one place.

`.env.example` explains them. Functions, not constants: tests and commands may override settings.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from newsletter.core.addresses import ascii_address, ascii_domain
from newsletter.core.token_bucket import Rate, parse_rates

LONGEST_LOCAL_PART = 64
MAIL_TOKEN_ROOM = 53  # the “+” and the longest token of `newsletter.tokens.mail_token`


def _text(name: str, default: str = "") -> str:
    return str(getattr(settings, name, default) or default)


def site_host() -> str:
    """Host name of SITE_URL without a port."""
    return urlsplit(settings.SITE_URL).hostname or "localhost"


def mail_domain() -> str:
    """Domain of Message-IDs, of the return path and of the mailbox that unsubscribes."""
    return ascii_domain(_text("NEWSLETTER_MAIL_DOMAIN", site_host()))


def sender() -> str:
    """The From header. Raises ImproperlyConfigured when it holds no address."""
    value = _text("NEWSLETTER_FROM", f"{settings.SITE_NAME} <newsletter@{mail_domain()}>")
    name, address = parseaddr(value)
    if "@" not in address:
        raise ImproperlyConfigured(
            f"NEWSLETTER_FROM is “{value}”. Write a name and an address: Evenbench <newsletter@example.org>."
        )
    if value.isascii():
        return value
    name = name.replace('"', "")
    return f'"{name}" <{ascii_address(address)}>' if name else ascii_address(address)


def reply_to() -> str:
    """Address for answers; empty sends them to the sender."""
    return _text("NEWSLETTER_REPLY_TO")


def bounce_mailbox() -> str:
    """Local part that takes bounces; each mail adds “+” and its own key."""
    return _local_part("NEWSLETTER_BOUNCE_MAILBOX", "bounce")


def unsubscribe_mailbox() -> str:
    """Local part whose mails unsubscribe; each mail adds “+” and its own token."""
    return _local_part("NEWSLETTER_UNSUBSCRIBE_MAILBOX", "unsubscribe")


def _local_part(name: str, default: str) -> str:
    value = _text(name, default)
    if len(value) + MAIL_TOKEN_ROOM > LONGEST_LOCAL_PART or "@" in value or "+" in value:
        raise ImproperlyConfigured(
            f"{name} is “{value}”. Write the part before the @, at most "
            f"{LONGEST_LOCAL_PART - MAIL_TOKEN_ROOM} characters, without + and @."
        )
    return value


def pepper() -> bytes:
    """Key of the hashes that stand for addresses.

    NEWSLETTER_PEPPER must never change: with another one, every suppression is forgotten. Without
    it the oldest key known (last of SECRET_KEY_FALLBACKS, else SECRET_KEY) stands in.
    """
    own = _text("NEWSLETTER_PEPPER")
    oldest = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS][-1]
    return hmac.new((own or oldest).encode(), b"newsletter.address", hashlib.sha256).digest()


def instance_id() -> str:
    """Name of this installation; only the one stored in the database may send."""
    return _text("INSTANCE_ID")


def resend_uncertain() -> bool:
    """Whether mails without an answer are sent again (a reader may get two) instead of held."""
    value = _text("NEWSLETTER_UNCERTAIN", "hold")
    if value not in ("hold", "resend"):
        raise ImproperlyConfigured(f"NEWSLETTER_UNCERTAIN is “{value}”. Write hold or resend.")
    return value == "resend"


def rates() -> dict[str, Rate]:
    """Sending allowances by bucket key, from NEWSLETTER_RATES (“global=5000/day, …”)."""
    try:
        return parse_rates(_text("NEWSLETTER_RATES"))
    except ValueError as error:
        raise ImproperlyConfigured(f"NEWSLETTER_RATES cannot be read. {error}") from error


def smtp_timeout() -> float:
    """Seconds to wait for an answer of the relay."""
    return float(getattr(settings, "NEWSLETTER_SMTP_TIMEOUT", None) or 30)


def run_seconds() -> float:
    """How long one run waits for its rates in all: a little less than the minute until cron starts the next."""
    return float(getattr(settings, "NEWSLETTER_RUN_SECONDS", 50))


def marker_file() -> Path | None:
    """File of this machine that notes what was sent, so that a restored database is noticed; None for none."""
    value = getattr(settings, "NEWSLETTER_MARKER_FILE", None)
    return Path(value) if value else None


def lease() -> dt.timedelta:
    """How long a worker may be silent before others take its messages: three timeouts."""
    seconds = getattr(settings, "NEWSLETTER_LEASE_SECONDS", None) or 3 * smtp_timeout()
    return dt.timedelta(seconds=float(seconds))


def render_group_path() -> str:
    """Dotted path of the function that renders an issue for one preference group."""
    return _text("NEWSLETTER_RENDER_GROUP", "newsletter.digest.rendering.render_group")


def incoming_mailbox() -> str:
    """Where bounces and mails that unsubscribe arrive: imaps://… or maildir:///path; empty for nowhere."""
    url = _text("NEWSLETTER_INCOMING_URL")
    if url and url.partition("://")[0] not in ("imap", "imaps", "maildir"):
        raise ImproperlyConfigured(
            "NEWSLETTER_INCOMING_URL names no mailbox. Write imaps://USER:PASSWORD@HOST/INBOX or maildir:///PATH."
        )
    return url


def person_folder() -> str:
    """Folder beside the incoming one for mails that a person has to read."""
    return _text("NEWSLETTER_PERSON_FOLDER", "For-a-person")


def soft_bounces() -> int:
    """So many mails in a row that a mailbox would not take end its subscription …"""
    return int(getattr(settings, "NEWSLETTER_SOFT_BOUNCES", None) or 5)


def soft_bounce_days() -> int:
    """… if the first and the last of them lie at least so many days apart."""
    value = getattr(settings, "NEWSLETTER_SOFT_BOUNCE_DAYS", None)
    return 21 if value is None else int(value)


# --- Sign-up, consent and the country of a request ------------------------------------------


def sender_in_words() -> str:
    """Who sends, for the wording readers agree to: name and postal address, or name and site."""
    return f"{settings.SITE_NAME}, {postal_address() or settings.SITE_URL}"


def postal_address() -> str:
    """Postal address of the sender in one line; empty when the operator gave none."""
    return " ".join(_text("NEWSLETTER_POSTAL_ADDRESS").split())


def contact() -> str:
    """Mail address readers may write to."""
    return reply_to() or parseaddr(sender())[1]


def alert_address() -> str:
    """Mail address that hears of a flood of sign-ups."""
    return _text("NEWSLETTER_ALERT_ADDRESS", contact())


def geo_trust_header() -> str:
    """Request header with the country that may be believed, in WSGI form; empty to believe none."""
    name = _text("GEO_TRUST_HEADER")
    return f"HTTP_{name.upper().replace('-', '_')}" if name else ""


def geo_mmdb_path() -> str:
    """Country file of the operator's own in MaxMind's format; empty to use iptocc."""
    return _text("GEO_MMDB_PATH")


def trusted_proxy_count() -> int:
    """How many proxies in front add what they saw to X-Forwarded-For."""
    return int(getattr(settings, "TRUSTED_PROXY_COUNT", 0) or 0)


def signups_per_hour() -> int:
    """Sign-ups an hour, all together, before a proof of work is asked for."""
    return int(getattr(settings, "NEWSLETTER_SIGNUPS_PER_HOUR", None) or 60)


def signups_per_domain() -> int:
    """The same for one mail domain that is no large provider."""
    return int(getattr(settings, "NEWSLETTER_SIGNUPS_PER_DOMAIN", None) or 20)


def proof_of_work_bits() -> int:
    """Zero bits asked for in a flood; 18 take a phone a few seconds."""
    return int(getattr(settings, "NEWSLETTER_PROOF_OF_WORK_BITS", None) or 18)


def answer_seconds() -> float:
    """An answer that depends on an address takes a multiple of this, so that its time says nothing."""
    return float(getattr(settings, "NEWSLETTER_ANSWER_SECONDS", 0.25))


def dkim_selectors() -> list[str]:
    """Selectors under which the relay publishes its DKIM keys."""
    value = getattr(settings, "NEWSLETTER_DKIM_SELECTORS", "") or ""
    words = value.split(",") if isinstance(value, str) else value
    return [word.strip() for word in words if word.strip()]
