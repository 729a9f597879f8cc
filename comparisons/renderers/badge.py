"""Badges: a label and a value as a small SVG for READMEs and model cards.

The widths come from our own font's measures; `textLength` makes every viewer's font fit them.
"""

from __future__ import annotations

from comparisons.pages.badge import Badge
from comparisons.renderers.font_metrics import font
from comparisons.renderers.svg_text import safe

HEIGHT, SIZE, PADDING = 20, 12, 7
WIDER = 1.12  # common screen fonts run wider than the font measured
LABEL_FILL, VALUE_FILL, EMPTY_FILL = "#14191d", "#0b6457", "#4d565e"


def badge_svg(badge: Badge) -> str:
    """The badge as SVG, with its whole meaning as title."""
    return _drawn(badge.label, badge.value, badge.title, VALUE_FILL if badge.known else EMPTY_FILL)


def problem_svg(label: str, text: str) -> str:
    """A badge that says what is wrong with its address: the first sentence in it, all of it as title."""
    return _drawn(label, text.split(". ")[0].rstrip("."), text, EMPTY_FILL)


def _drawn(label: str, value: str, title: str, fill: str) -> str:
    left, right = (_length(text) + 2 * PADDING for text in (label, value))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{HEIGHT}" role="img" '
        f'aria-label="{safe(title)}"><title>{safe(title)}</title>'
        f'<rect width="{left}" height="{HEIGHT}" fill="{LABEL_FILL}"/>'
        f'<rect x="{left}" width="{right}" height="{HEIGHT}" fill="{fill}"/>'
        f'<g fill="#ffffff" font-family="Source Sans 3,Verdana,DejaVu Sans,sans-serif" font-size="{SIZE}">'
        f"{_text(label, PADDING)}{_text(value, left + PADDING)}</g></svg>"
    )


def _text(text: str, x: int) -> str:
    return f'<text x="{x}" y="14" textLength="{_length(text)}" lengthAdjust="spacingAndGlyphs">{safe(text)}</text>'


def _length(text: str) -> int:
    return int(font().width(text, SIZE) * WIDER) + 1
