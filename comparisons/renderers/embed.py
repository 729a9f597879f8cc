"""The embed: a pair in a frame on somebody else's page, and the lines that put it there."""

from __future__ import annotations

from html import escape

from comparisons.pages.base import absolute
from comparisons.pages.comparison import ComparisonPage
from comparisons.pages.pair_summary import pair_summary

WIDTH, HEIGHT = 560, 400
THEMES = ("light", "dark")


def embed_path(page: ComparisonPage) -> str:
    """Path of the framable page of a pair."""
    return f"/embed{page.path}"


def embed_code(page: ComparisonPage) -> str:
    """The HTML an author pastes: one frame without scripts."""
    title = escape(" vs ".join(page.names))
    return (
        f'<iframe src="{absolute(embed_path(page))}" title="{title}" width="{WIDTH}" height="{HEIGHT}" '
        'loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>'
    )


def embed_context(page: ComparisonPage, theme: str) -> dict:
    """What the template prints; `theme` is “light”, “dark”, or anything else for the reader's own."""
    return {
        "summary": pair_summary(page),
        "href": absolute(page.path),
        "theme": theme if theme in THEMES else "",
    }
