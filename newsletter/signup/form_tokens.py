"""What proves that a form came from a page of ours, without a cookie.

Pages are cached and shared, so the sign-up box carries a token of the day: the same for everybody,
valid on that day and the next. Pages made for one reader carry a token of the second. A missing or
stale token is never an error: it leads to a page with a fresh one and one more button.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from newsletter.consent.words import box_wording

FORM_SALT = "newsletter.form"
SHOWN_SALT = "newsletter.shown"
WORK_SALT = "newsletter.work"
LEAST_SECONDS = 2
MOST_SECONDS = 24 * 3600
WORK_SECONDS = 3600
TRAP_WORDS = ("company", "website", "fax", "city", "title", "phone", "street")


@dataclass(frozen=True)
class Shown:
    """What a confirmation page showed: wording, its hash, and the place it was chosen for."""

    wording_id: str
    sha256: str
    country: str
    geo_source: str
    geo_db_version: str


def day_token(now: dt.datetime) -> str:
    """Return the token of a cached page: the same all day, valid today and tomorrow (UTC)."""
    return _signed("day", f"{now:%Y%m%d}")


def second_token(now: dt.datetime) -> str:
    """Return the token of a page made for one reader: valid from 2 seconds on, for a day."""
    return _signed("at", str(int(now.timestamp())))


def _signed(kind: str, moment: str) -> str:
    """Sign the moment and the words shown beside the form, so that the event can name them."""
    shown = box_wording()
    return signing.Signer(salt=FORM_SALT).sign(f"{kind}.{moment}.{shown.id}.{shown.sha256}")


@dataclass(frozen=True)
class Form:
    """What a token says: when its page was made, for all or for one, and the words it showed."""

    kind: str
    moment: str
    wording_id: str
    sha256: str

    def is_fresh(self, now: dt.datetime) -> bool:
        """Tell whether the page is neither too young nor too old."""
        if self.kind == "day":
            return self.moment in {f"{now:%Y%m%d}", f"{now - dt.timedelta(days=1):%Y%m%d}"}
        return LEAST_SECONDS <= now.timestamp() - int(self.moment) <= MOST_SECONDS


def read_form(token: str) -> Form | None:
    """Return what `token` says; None when it is not ours."""
    try:
        parts = signing.Signer(salt=FORM_SALT).unsign(token).split(".")
    except signing.BadSignature:
        return None
    return Form(*parts) if len(parts) == 4 else None


def is_fresh(token: str, now: dt.datetime) -> bool:
    """Tell whether `token` is ours and neither too young nor too old."""
    form = read_form(token)
    return form is not None and form.is_fresh(now)


def trap_name(now: dt.datetime) -> str:
    """Return the name of the field no person sees; it changes daily, so that no robot learns it."""
    digest = salted_hmac("newsletter.trap", f"{now:%Y%m%d}", algorithm="sha256").hexdigest()
    return f"{TRAP_WORDS[int(digest[:8], 16) % len(TRAP_WORDS)]}_{digest[8:12]}"


def trap_names(now: dt.datetime) -> tuple[str, str]:
    """Return today's and yesterday's name, because a page may be a day old."""
    return trap_name(now), trap_name(now - dt.timedelta(days=1))


def is_from_this_site(request: HttpRequest) -> bool:
    """Tell whether the browser says that one of our own pages sent this request.

    By Sec-Fetch-Site, else Origin, else Referer; False when it says nothing.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site:
        return fetch_site == "same-origin"
    origin = request.headers.get("Origin", "")
    if origin and origin != "null":
        return _is_ours(origin, request)
    return _is_ours(request.headers.get("Referer", ""), request)


def _is_ours(address: str, request: HttpRequest) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}" in {settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}


def sign_shown(shown: Shown) -> str:
    """Return what the button of a confirmation page carries, so that the event names what was shown."""
    values = (shown.wording_id, shown.sha256, shown.country, shown.geo_source, shown.geo_db_version)
    return signing.Signer(salt=SHOWN_SALT).sign_object(values)


def read_shown(token: str) -> Shown | None:
    """Return what the page showed; None when the token is not ours."""
    try:
        return Shown(*signing.Signer(salt=SHOWN_SALT).unsign_object(token))
    except (signing.BadSignature, ValueError):
        return None


def work_challenge(address: str, now: dt.datetime, token: str = "") -> str:
    """Return a challenge for `address` alone, valid for an hour; it carries the words of the form behind `token`."""
    form = read_form(token)
    words = f"{form.wording_id}.{form.sha256}" if form else f"{box_wording().id}.{box_wording().sha256}"
    value = f"{int(now.timestamp())}.{_short_hash(address)}.{words}"
    return signing.Signer(salt=WORK_SALT).sign(value)


def read_work(challenge: str, address: str, now: dt.datetime) -> Form | None:
    """Return the form behind `challenge` if it is ours, of the last hour and for `address`; else None."""
    try:
        parts = signing.Signer(salt=WORK_SALT).unsign(challenge).split(".")
    except signing.BadSignature:
        return None
    if len(parts) != 4 or parts[1] != _short_hash(address):
        return None
    return Form("work", *parts[0:1], *parts[2:]) if 0 <= now.timestamp() - int(parts[0]) <= WORK_SECONDS else None


def _short_hash(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()[:32]
