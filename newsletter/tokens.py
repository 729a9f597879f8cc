"""Signed tokens: one purpose each, so that a forwarded mail opens nothing but its own link.

Every purpose has its own salt. Keys of SECRET_KEY_FALLBACKS stay valid.
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import hmac

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

MAIL_SIGNATURE_DIGITS = 24  # 96 bits; the whole local part has to stay within 64 characters


class Purpose(enum.StrEnum):
    """What a token may be used for."""

    UNSUBSCRIBE = "newsletter.unsubscribe"
    MANAGE = "newsletter.manage"
    EXPORT = "newsletter.export"
    ERASE = "newsletter.erase"


LIFETIME = {
    Purpose.UNSUBSCRIBE: None,
    Purpose.MANAGE: dt.timedelta(minutes=30),
    Purpose.EXPORT: dt.timedelta(minutes=30),
    Purpose.ERASE: dt.timedelta(minutes=30),
}


class BadToken(Exception):
    """The token was not made here, was made for another purpose, or was changed."""


class ExpiredToken(BadToken):
    """The token was right once; its time is over."""


def make_token(purpose: Purpose, *parts: str | int) -> str:
    """Return a URL-safe token for `parts` (letters, digits, - and _ only)."""
    words = [str(part) for part in parts]
    if not all(word and word.replace("-", "").replace("_", "").isalnum() for word in words):
        raise ValueError("Parts of a token are letters, digits, hyphens and underscores.")
    return _signer(purpose).sign(".".join(words))


def read_token(purpose: Purpose, token: str) -> list[str]:
    """Return the parts of `token`. Raises ExpiredToken or BadToken."""
    limit = {} if LIFETIME[purpose] is None else {"max_age": LIFETIME[purpose]}
    try:
        value = _signer(purpose).unsign(token, **limit)
    except signing.SignatureExpired:
        raise ExpiredToken("This link was valid for a short time only. Ask for a new one.") from None
    except signing.BadSignature:
        raise BadToken("This link is not complete. Open it again from the mail.") from None
    return value.split(".")


def _signer(purpose: Purpose) -> signing.Signer:
    if LIFETIME[purpose] is None:
        return signing.Signer(salt=str(purpose))
    return signing.TimestampSigner(salt=str(purpose))


def unsubscribe_token(public_id: str, issue_id: int) -> str:
    """Return the token of the link that leaves the list. It never expires."""
    return make_token(Purpose.UNSUBSCRIBE, public_id, issue_id)


def read_unsubscribe_token(token: str) -> tuple[str, int]:
    """Return the subscriber's public id and the issue's id (0: no issue). Raises BadToken."""
    parts = read_token(Purpose.UNSUBSCRIBE, token)
    if len(parts) != 2 or not parts[1].isdigit():
        raise BadToken("This link is not complete. Open it again from the mail.")
    return parts[0], int(parts[1])


def mail_token(public_id: str, issue_id: int) -> str:
    """Return the token of an address that unsubscribes: lower case, at most 52 characters.

    Some servers change the case of a local part and none has to take more than 64 characters,
    hence not the token of the link.
    """
    body = f"{public_id}.{issue_id:x}"
    return f"{body}.{_mail_signature(body, settings.SECRET_KEY)}"


def read_mail_token(token: str) -> tuple[str, int]:
    """Return the subscriber's public id and the issue's id. Raises BadToken."""
    body, _, signature = token.lower().rpartition(".")
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    known = any(hmac.compare_digest(signature.encode(), _mail_signature(body, key).encode()) for key in keys)
    public_id, _, issue = body.partition(".")
    if not known:
        raise BadToken("The address this mail was sent to carries no token of ours.")
    return public_id, int(issue, 16)


def _mail_signature(body: str, key: str) -> str:
    mac = salted_hmac("newsletter.unsubscribe.mailto", body, secret=key, algorithm="sha256")
    return mac.hexdigest()[:MAIL_SIGNATURE_DIGITS]


def token_sha256(token: str) -> str:
    """Return what is stored of a secret that exists only in one mail."""
    return hashlib.sha256(token.encode()).hexdigest()
