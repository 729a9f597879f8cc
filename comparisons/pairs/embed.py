"""The embed: a pair in a frame on somebody else's page."""

from __future__ import annotations

from comparisons.pages.base import absolute
from comparisons.pairs.comparison import ComparisonPage
from comparisons.pairs.summary import pair_summary

THEMES = ("light", "dark")


def embed_context(page: ComparisonPage, theme: str) -> dict:
    """What the template prints; `theme` is “light”, “dark”, or anything else for the reader's own."""
    return {
        "summary": pair_summary(page),
        "href": absolute(page.path),
        "theme": theme if theme in THEMES else "",
    }
