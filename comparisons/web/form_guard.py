"""Keeps machines out of a reader's form without a cookie: a signed time, a trap, and the page of origin."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.http import HttpRequest

LEAST_SECONDS = 3  # nobody reads a page and writes a sentence faster
MOST_SECONDS = 24 * 3600
TRAP = "homepage"  # a field no person sees


def form_token(purpose: str) -> str:
    """A signed time for a form; it holds for `purpose` only."""
    return signing.TimestampSigner(salt=f"comparisons.form.{purpose}").sign("open")


def token_problem(token: str, purpose: str) -> str:
    """Why a form has to be sent again, as a sentence, or nothing. What was typed is never lost over it."""
    signer = signing.TimestampSigner(salt=f"comparisons.form.{purpose}")
    try:
        signer.unsign(token, max_age=MOST_SECONDS)
    except signing.SignatureExpired:
        return "This form was open for more than a day. Please look it over and send it again."
    except signing.BadSignature:
        return "This form could not be recognised. Please look it over and send it again."
    try:
        signer.unsign(token, max_age=LEAST_SECONDS)
    except signing.SignatureExpired:
        return ""
    return "That was very fast. Please look it over and send it again."


def is_from_this_site(request: HttpRequest) -> bool:
    """Whether the browser says that one of our own pages sent this request; False when it says nothing."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site:
        return fetch_site == "same-origin"
    said = request.headers.get("Origin", "")
    if said in ("", "null"):
        said = request.headers.get("Referer", "")
    try:
        parts = urlsplit(said)
    except ValueError:
        return False
    return f"{parts.scheme}://{parts.netloc}" in {settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}
