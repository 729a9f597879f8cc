"""The Jinja2 environment of reader pages and mails: a few globals and nothing else.

Sentences that name a constant of the method go through `said`: `{{ said("at least {clear}") }}`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from comparisons.core.method_words import said
from comparisons.keeping import Kept
from comparisons.web.identity import revision
from config.templates import PageEnvironment
from newsletter.signup.box import SignupBox, signup_form

NAV = (
    ("Compare", "comparisons:compare", "compare"),
    ("Leaderboard", "comparisons:leaderboard", "leaderboard"),
    ("Choose", "comparisons:choose", "choose"),
    ("Models", "comparisons:model_list", "models"),
    ("Benchmarks", "comparisons:benchmark_list", "benchmarks"),
    ("Prices", "comparisons:prices", "prices"),
    ("Changes", "comparisons:changes", "changes"),
    ("Methodology", "comparisons:methodology", "methodology"),
)
FOOTER = (
    (
        "The site",
        (
            ("About", "comparisons:about"),
            ("Methodology", "comparisons:methodology"),
            ("Changes", "comparisons:changes"),
            ("Privacy", "privacy"),
            ("What we hold on you", "newsletter:what_we_hold"),
        ),
    ),
    ("Data", (("Download", "comparisons:data"), ("API", "comparisons:api_docs"), ("Newsletter", "newsletter:archive"))),
)


def _existing(entries, key=lambda entry: entry[1]):
    """Entries whose view this installation has, with its path in place of its name."""
    for entry in entries:
        try:
            yield entry, reverse(key(entry))
        except NoReverseMatch:
            continue


class Site:
    """What every page may say about the site itself; addresses are looked up at the first use."""

    @property
    def name(self) -> str:
        """Name of the site."""
        return settings.SITE_NAME

    @property
    def url(self) -> str:
        """Address of the site, without a closing slash."""
        return settings.SITE_URL

    @property
    def recomputing(self) -> bool:
        """Whether data have changed that the standings did not hold when this process last looked."""
        return revision.recomputing

    @cached_property
    def nav(self) -> tuple[tuple[str, str, str], ...]:
        """Masthead entries: label, path, key."""
        return tuple((label, path, key) for (label, _, key), path in _existing(NAV))

    @cached_property
    def footer(self) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
        """Footer columns: title and links."""
        columns = ((title, tuple((label, path) for (label, _), path in _existing(links))) for title, links in FOOTER)
        return tuple((title, links) for title, links in columns if links)


def url(name: str, *args, **kwargs) -> str:
    """The path of a named view."""
    return reverse(name, args=args or None, kwargs=kwargs or None)


def signup_for(request) -> SignupBox | None:
    """The sign-up box of the page a request asked for; None on pages of one reader of the newsletter."""
    path = request.path if request is not None else ""
    is_private = (
        path.startswith("/newsletter/") and path != "/newsletter/" and not path.startswith("/newsletter/issues/")
    )
    return None if is_private else signup_form(path)


_fragments: Kept[Markup] = Kept(40_000)


def kept(macro: Callable[..., Markup], part: Any) -> Markup:
    """What a macro prints of a part, printed once a process for parts that have a key and stand on many pages."""
    key = getattr(part, "key", None)
    if key is None or settings.DEBUG:
        return macro(part)
    return _fragments.get((macro.name, key), lambda: macro(part))


def environment(**options) -> Environment:
    """Build the environment Django's backend asks for; it escapes unless the backend says otherwise."""
    options.setdefault("autoescape", True)
    if settings.STRICT_TEMPLATES:  # Django's backend has set a forgiving one
        options["undefined"] = StrictUndefined
    env = PageEnvironment(trim_blocks=True, lstrip_blocks=True, **options)
    env.globals.update(kept=kept, url=url, static=static, site=Site(), signup_for=signup_for, said=said)
    return env
