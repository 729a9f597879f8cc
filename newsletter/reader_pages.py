"""What every page of the newsletter for readers shares: no cookie, no store, GET and HEAD change nothing.

Authority comes from a signed token in the form or from a secret in the address that only one
mailbox received, so every POST is exempt from the cookie-bound CSRF check.
"""

from __future__ import annotations

from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from newsletter import conf
from newsletter.signup.forms import country_choices


def page(request: HttpRequest, name: str, status: int = 200, **context) -> HttpResponse:
    """Render a page that belongs to one reader or one moment: never stored, never indexed."""
    words = {"contact": conf.contact(), **context}
    response = render(request, f"newsletter/{name}.html", words, status=status)
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return response


def without_cookies(view):
    """Let no middleware set, renew or delete a cookie because of what the browser happened to send."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        request.COOKIES.clear()
        request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)
        return view(request, *args, **kwargs)

    return csrf_exempt(wrapped)


def reader_view(*methods: str):
    """Allow GET and HEAD, and `methods`; no cookie."""

    def decorate(view):
        return without_cookies(require_http_methods(["GET", "HEAD", *methods])(view))

    return decorate


def reader_post(view):
    """Allow POST only; no cookie."""
    return without_cookies(require_POST(view))


def busy(request: HttpRequest) -> HttpResponse:
    """Say that one connection, or everybody together, asked too often."""
    response = page(request, "busy", status=429)
    response["Retry-After"] = "3600"
    return response


def country_options(selected: str) -> list[dict]:
    """Return the countries for a select."""
    return [{"value": code, "label": name, "selected": code == selected} for code, name in country_choices()]
