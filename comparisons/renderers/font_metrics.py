"""How wide a text is in a TrueType font, and whether the font has its letters.

Reads four tables of the file (head, hhea, hmtx, cmap format 4; see the OpenType
specification) and ignores kerning, which makes texts a little narrower than measured.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from pathlib import Path

from django.conf import settings

FOLDER = settings.BASE_DIR / "static" / "fonts" / "evenbench-card-3.52"
REGULAR, BOLD = "evenbench-card-regular.ttf", "evenbench-card-bold.ttf"
FAMILY = "Evenbench Card"
FONT_FILES = tuple(str(FOLDER / name) for name in (REGULAR, BOLD))


class Font:
    """The advance widths of one font file."""

    def __init__(self, path: Path):
        data = path.read_bytes()
        tables = {}
        for number in range(struct.unpack_from(">H", data, 4)[0]):
            tag, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * number)
            tables[tag] = offset
        self._per_em = struct.unpack_from(">H", data, tables[b"head"] + 18)[0]
        measured = struct.unpack_from(">H", data, tables[b"hhea"] + 34)[0]
        advances = struct.unpack_from(f">{2 * measured}H", data, tables[b"hmtx"])[::2]
        self._widths = {
            character: advances[min(glyph, measured - 1)] for character, glyph in _glyphs(data, tables[b"cmap"]).items()
        }
        self._missing = advances[0]

    def width(self, text: str, size: float) -> float:
        """Width of `text` set at `size`, in the same unit as `size`."""
        return size / self._per_em * sum(self._widths.get(ord(character), self._missing) for character in text)

    def covers(self, text: str) -> bool:
        """Tell whether every letter of `text` can be drawn."""
        return all(ord(character) in self._widths for character in text)


def _glyphs(data: bytes, cmap: int) -> dict[int, int]:
    """Map code points to glyph numbers, from the first subtable of format 4."""
    for number in range(struct.unpack_from(">H", data, cmap + 2)[0]):
        start = cmap + struct.unpack_from(">I", data, cmap + 8 + 8 * number)[0]
        if struct.unpack_from(">H", data, start)[0] == 4:
            return _format_4(data, start)
    raise ValueError("The font has no character map of format 4; choose another font file.")


def _format_4(data: bytes, start: int) -> dict[int, int]:
    segments = struct.unpack_from(">H", data, start + 6)[0] // 2
    ends_at = start + 14
    starts_at = ends_at + 2 * segments + 2
    deltas_at, offsets_at = starts_at + 2 * segments, starts_at + 4 * segments
    found = {}
    for segment in range(segments):
        last, first, delta, offset = (
            struct.unpack_from(">H", data, at + 2 * segment)[0] for at in (ends_at, starts_at, deltas_at, offsets_at)
        )
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", data, offsets_at + 2 * segment + offset + 2 * (code - first))[0]
            if glyph or not offset:
                glyph = (glyph + delta) & 0xFFFF
            if glyph:
                found[code] = glyph
    return found


@lru_cache(maxsize=2)
def font(name: str = REGULAR) -> Font:
    """The measures of one of our two fonts; read once per process."""
    return Font(FOLDER / name)


def fitted(
    text: str, name: str, *, width: float, sizes: tuple[float, ...], lines: int = 1
) -> tuple[float, tuple[str, ...]]:
    """The largest of `sizes` at which `text` fits into so many lines, with those lines.

    Breaks at spaces. A text too long for the smallest size is cut and ends in “…”.
    """
    measure = font(name)
    for size in sizes:
        rows = _wrapped(text.split(), measure, size, width)
        if len(rows) <= lines and all(measure.width(row, size) <= width for row in rows):
            return size, tuple(rows)
    smallest = sizes[-1]
    rows = _wrapped(text.split(), measure, smallest, width)
    kept = rows[: lines - 1]
    rest = " ".join(rows[lines - 1 :])
    kept = [*kept, rest] if rest else kept
    return smallest, tuple(_cut(row, measure, smallest, width) for row in kept)


def _wrapped(words: list[str], measure: Font, size: float, width: float) -> list[str]:
    rows: list[str] = []
    for word in words:
        longer = f"{rows[-1]} {word}" if rows else word
        if rows and measure.width(longer, size) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    return rows


def _cut(text: str, measure: Font, size: float, width: float) -> str:
    if measure.width(text, size) <= width:
        return text
    while text and measure.width(f"{text}…", size) > width:
        text = text[:-1].rstrip()
    return f"{text}…"
