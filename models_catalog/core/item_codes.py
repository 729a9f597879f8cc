"""The scores of a run's questions as one short text, and back.

The order of the questions stands elsewhere (`ItemSet`), so a text holds scores alone: question
by question, and within a question attempt by attempt. Scores that are all 0 or 1 take one sign
each (“01-1”); others are written with a space between (“0.25 1 -”). “-” is an answer that is
missing. It is what the database packs, exports write and imports read.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence

MISSING = "-"
LONGEST = 20_000_000  # characters, far above a hundred attempts at any known set


class BadScores(ValueError):
    """A text that is no list of scores; the message is a sentence."""


def encode(scores: Sequence[float | None]) -> str:
    """The text of scores, None for a missing one. Raises `BadScores` for NaN and infinities."""
    if any(score is not None and not math.isfinite(score) for score in scores):
        raise BadScores("A score is not finite.")
    if all(score is None or score in (0, 1) for score in scores):
        return "".join(MISSING if score is None else "1" if score else "0" for score in scores)
    return " ".join(MISSING if score is None else repr(float(score)) for score in scores)


def decode(text: str) -> list[float | None]:
    """The scores of a text. Raises `BadScores`."""
    if len(text) > LONGEST:
        raise BadScores("The list of scores is too long.")
    if not set(text) - {"0", "1", MISSING}:
        return [_SIGNS[sign] for sign in text]
    try:
        found = [None if part == MISSING else float(part) for part in text.split(" ")]
    except ValueError as error:
        raise BadScores("The list of scores holds something that is not a number.") from error
    if any(score is not None and not math.isfinite(score) for score in found):
        raise BadScores("The list of scores holds something that is not a finite number.")
    return found


_SIGNS: dict[str, float | None] = {"0": 0.0, "1": 1.0, MISSING: None}


def pack(text: str) -> bytes:
    """The text as it is stored."""
    return zlib.compress(text.encode("utf-8"), 9)


def unpack(packed: bytes) -> str:
    """The text that was stored."""
    return zlib.decompress(packed).decode("utf-8")


def by_item(scores: Sequence[float | None], attempts: int) -> list[list[float]]:
    """The scores of each question, missing ones left out."""
    rows = (scores[start : start + attempts] for start in range(0, len(scores), attempts))
    return [[score for score in row if score is not None] for row in rows]
