"""`/compare/A-vs-B/card.png`: the pair as a picture of 1200 × 630 for shared links.

Drawn as SVG from a `PairSummary`, turned into PNG with our own fonts only, so that every
machine makes the same picture. Big enough to be read at a quarter of its size: who, how
much, how sure, on how much evidence.
"""

from __future__ import annotations

import hashlib
from functools import partial

import resvg_py
from django.conf import settings
from django.core.cache import cache

from comparisons.core.records import CLEAR, LIKELY
from comparisons.pages.base import absolute
from comparisons.pairs.parts import GapChart
from comparisons.pairs.summary import PairSummary, SummarySide
from comparisons.renderers.font_metrics import BOLD, FAMILY, FONT_FILES, REGULAR, fitted, font
from comparisons.renderers.svg_text import safe

WIDTH, HEIGHT = 1200, 630
KEPT_SECONDS = 30 * 24 * 60 * 60

PAPER, INK, INK_2, LINE, BAND = "#ffffff", "#14191d", "#4d565e", "#dce0e3", "#ccd3d8"
ACCENT = "#0b6457"
STRONG = {"a": "#1d4c97", "b": "#c9680f", None: INK_2}
LETTERS = {"a": "#1d4c97", "b": "#94480a", None: INK}
SOFT = {"a": "#d6e2f3", "b": "#fcecdc", None: BAND}

LEFT, RIGHT = 64, 1136
AXIS_LEFT, AXIS_RIGHT = 520, 930
ROWS = (330, 448)  # middle of each model's row


def card_image(path: str, alt: str) -> dict:
    """What `PageMeta.image` holds for the pair page at `path`; `alt` says what the picture says."""
    return {"href": absolute(f"{path}card.png"), "width": WIDTH, "height": HEIGHT, "alt": alt}


def card_png(summary: PairSummary) -> tuple[bytes, str]:
    """The picture and a short hash of its content; drawn once for all processes that share the cache."""
    source = card_svg(summary)
    digest = hashlib.sha256(source.encode()).hexdigest()[:32]
    key = f"card-{digest}"
    picture = cache.get(key)
    if picture is None:
        picture = resvg_py.svg_to_bytes(
            svg_string=source,
            skip_system_fonts=True,
            font_files=list(FONT_FILES),
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
        cache.set(key, picture, KEPT_SECONDS)
    return bytes(picture), digest


def card_svg(summary: PairSummary) -> str:
    """The card as SVG; every text in it is one the page shows, or a slug where the font lacks a name's letters."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="{FAMILY}">',
        f"<title>{safe(summary.spoken)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{PAPER}"/>',
        f'<rect width="{WIDTH}" height="10" fill="{ACCENT}"/>',
        *_top(summary),
        *_headline(summary),
        *_middle(summary),
        *_bottom(summary),
        "</svg>",
    ]
    return "".join(parts)


def _top(summary: PairSummary) -> list[str]:
    logo = (
        f'<g transform="translate({LEFT} 40) scale(1.7)" color="{ACCENT}">'
        '<path fill="currentColor" d="M1 4h22v4H1zM4 10.5h5.5V21H4z"/>'
        '<path fill="none" stroke="currentColor" stroke-width="1.75" d="M15.375 11.375h3.75v8.75h-3.75z"/></g>'
    )
    basis = summary.basis.rstrip(".")
    size, lines = fitted(basis, REGULAR, width=760, sizes=(32, 28, 24))
    return [
        logo,
        _text(settings.SITE_NAME, x=LEFT + 54, y=74, size=34, bold=True),
        _text(lines[0], x=RIGHT, y=74, size=size, fill=INK_2, anchor="end"),
    ]


def _headline(summary: PairSummary) -> list[str]:
    text = _drawable(summary.headline, summary)
    indent = 62 if summary.leader else 0
    size, lines = _one_line_or_two(text, RIGHT - LEFT - indent, (72, 66, 60, 54), (56, 50, 44))
    first = 186 if len(lines) == 1 else 152
    parts = [
        _text(line, x=LEFT + indent, y=first + number * size * 1.12, size=size, bold=True)
        for number, line in enumerate(lines)
    ]
    if summary.leader:
        parts.append(_mark(summary.leader, LEFT + 22, first - size * 0.33, 20))
    return parts


def _middle(summary: PairSummary) -> list[str]:
    parts = [_line(LEFT, RIGHT, 252, INK, 2)]
    draw_row = partial(_row, summary=summary)
    for side, middle in zip(summary.sides, ROWS, strict=True):
        parts += draw_row(side, middle)
    if summary.axis:
        for tick in summary.axis.ticks:
            parts.append(_text(tick.text, x=_on_axis(tick.x), y=532, size=24, fill=INK_2, anchor="middle"))
    elif summary.gap_chart:
        parts += _gap(summary.gap_chart)
    return parts


def _row(side: SummarySide, middle: float, summary: PairSummary) -> list[str]:
    name = _name(side)
    room = AXIS_LEFT - LEFT - 62 - 24
    size, lines = _one_line_or_two(name, room, (50, 46, 42, 38), (40, 36, 32, 28))
    first = middle + size * 0.34 - (len(lines) - 1) * size * 0.56
    parts = [_mark(side.side, LEFT + 20, middle, 17)]
    parts += [
        _text(line, x=LEFT + 54, y=first + number * size * 1.12, size=size, bold=True, fill=LETTERS[side.side])
        for number, line in enumerate(lines)
    ]
    if not side.score_text:
        parts.append(_text(side.absent_text, x=RIGHT, y=middle + 13, size=38, fill=INK_2, anchor="end"))
        return parts
    parts.append(_text(side.score_text, x=RIGHT, y=middle + 18, size=80, bold=True, anchor="end"))
    parts.append(_text(side.interval_text, x=RIGHT, y=middle + 52, size=28, fill=INK_2, anchor="end"))
    if side.band and summary.axis:
        parts += _interval(side, middle, summary)
    return parts


def _interval(side: SummarySide, middle: float, summary: PairSummary) -> list[str]:
    band = side.band
    start, end = _on_axis(band.x), _on_axis(band.x + band.width)
    dashes = ' stroke-dasharray="9 6"' if band.open else ""
    grid = [_upright(_on_axis(tick.x), middle - 52, middle + 52, LINE, 2) for tick in summary.axis.ticks]
    return [
        *grid,
        f'<rect x="{start:.1f}" y="{middle - 20:.1f}" width="{max(end - start, 4):.1f}" height="40" '
        f'fill="{PAPER if band.open else SOFT[side.side]}" stroke="{STRONG[side.side]}" stroke-width="2.5"{dashes}/>',
        _mark(side.side, _on_axis(band.dot), middle, 18),
    ]


def _gap(chart: GapChart) -> list[str]:
    """The gap on shared benchmarks against zero, between the two names' rows."""
    middle = sum(ROWS) / 2
    start, end, zero = (_on_axis(chart.x), _on_axis(chart.x + chart.width), _on_axis(chart.zero))
    side = chart.side
    return [
        f'<rect x="{start:.1f}" y="{middle - 20:.1f}" width="{max(end - start, 4):.1f}" height="40" '
        f'fill="{SOFT[side]}" stroke="{STRONG[side]}" stroke-width="2.5"/>',
        _upright(zero, middle - 88, middle + 88, INK, 3),
        _mark(side, _on_axis(chart.dot), middle, 18),
        _text("0", x=zero, y=532, size=24, fill=INK_2, anchor="middle"),
    ]


def _bottom(summary: PairSummary) -> list[str]:
    word, leader = summary.outcome_word, summary.leader
    width = font(BOLD).width(word, 34) + 48
    filled = summary.outcome == CLEAR and leader
    fill = LETTERS[leader] if filled else BAND if summary.outcome not in (CLEAR, LIKELY) else PAPER
    stroke = LETTERS[leader] if leader else BAND
    parts = [
        _line(LEFT, RIGHT, 548, LINE, 2),
        f'<rect x="{LEFT}" y="562" width="{width:.1f}" height="50" rx="4" fill="{fill}" stroke="{stroke}" '
        'stroke-width="2.5"/>',
        _text(word, x=LEFT + 24, y=598, size=34, bold=True, fill=PAPER if filled else LETTERS[leader]),
    ]
    rest = ", ".join(filter(None, (summary.gap_text, _drawable(summary.sure_text, summary))))
    if rest:
        size, lines = fitted(rest, REGULAR, width=RIGHT - LEFT - width - 32, sizes=(34, 30, 26))
        parts.append(_text(lines[0], x=LEFT + width + 26, y=598, size=size, fill=INK_2))
    return parts


def _one_line_or_two(
    text: str, width: float, one: tuple[float, ...], two: tuple[float, ...]
) -> tuple[float, tuple[str, ...]]:
    """Set a bold text on one line if one of these sizes allows it, else on two smaller ones."""
    size, lines = fitted(text, BOLD, width=width, sizes=one, lines=1)
    return (size, lines) if lines == (" ".join(text.split()),) else fitted(text, BOLD, width=width, sizes=two, lines=2)


def _name(side: SummarySide) -> str:
    """The model's name, or its slug where our fonts lack a letter of it."""
    return side.name if font().covers(side.name) else side.slug


def _drawable(text: str, summary: PairSummary) -> str:
    for side in summary.sides:
        text = text.replace(side.name, _name(side))
    return text


def _on_axis(percent: float) -> float:
    return AXIS_LEFT + (AXIS_RIGHT - AXIS_LEFT) * percent / 100


def _mark(side: str | None, x: float, y: float, r: float) -> str:
    """A solid disc for the first model, an open diamond for the second, a grey disc for nobody."""
    if side == "b":
        r *= 1.12
        return (
            f'<path d="M{x:.1f} {y - r:.1f}L{x + r:.1f} {y:.1f} {x:.1f} {y + r:.1f} {x - r:.1f} {y:.1f}z" '
            f'fill="{PAPER}" stroke="{STRONG[side]}" stroke-width="5"/>'
        )
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{STRONG[side]}"/>'


def _line(x1: float, x2: float, y: float, colour: str, width: float) -> str:
    return f'<path d="M{x1} {y}H{x2}" stroke="{colour}" stroke-width="{width}"/>'


def _upright(x: float, y1: float, y2: float, colour: str, width: float) -> str:
    return f'<path d="M{x:.1f} {y1:.1f}V{y2:.1f}" stroke="{colour}" stroke-width="{width}"/>'


def _text(
    text: str, *, x: float, y: float, size: float, bold: bool = False, fill: str = INK, anchor: str = "start"
) -> str:
    weight = ' font-weight="700"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}"{weight} fill="{fill}" text-anchor="{anchor}">'
        f"{safe(text)}</text>"
    )
