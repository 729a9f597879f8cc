"""The lines an author pastes to put a pair on a page of their own."""

from __future__ import annotations

from html import escape

from comparisons.pages.base import absolute
from comparisons.pairs.comparison import ComparisonPage

WIDTH, HEIGHT = 560, 400


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
