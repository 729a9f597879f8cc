"""Reads the text of one score: a bare number, its unit, the marks around it, or why it is none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from models_catalog.core.numbers import LONGEST, UNDECIDED, UnreadableNumber, decimal_sign, read_number
from newsroom.core import markup
from newsroom.core.run_words import NO_WORDS, RunWords, read_run_words

NO_VALUE = frozenset(
    [
        "-",
        "--",
        "---",
        "–",
        "—",
        "―",
        "−",
        "n/a",
        "na",
        "n.a.",
        "n.a",
        "none",
        "null",
        "nil",
        "?",
        "…",
        "...",
        ".",
        "tbd",
        "tba",
        "n/r",
        "nr",
        "x",
        "✗",
        "✘",
        "×",
        "·",
        "•",
    ]
) | {"", "not reported", "not measured", "not available", "not published", "not applicable", "no data", "not tested"}
WHOLE_DIGITS, DECIMAL_PLACES = 8, 6  # what a stored score holds

UNIT_WORDS = {
    "%": "percent",
    "percent": "percent",
    "pct": "percent",
    "per cent": "percent",
    "pp": "points",
    "point": "points",
    "points": "points",
    "pt": "points",
    "pts": "points",
    "elo": "elo",
    "$": "usd",
    "us$": "usd",
    "usd": "usd",
    "dollar": "usd",
    "dollars": "usd",
    "€": "euro",
    "eur": "euro",
    "euro": "euro",
    "£": "pounds",
    "gbp": "pounds",
    "¥": "yen or yuan",
    "cny": "yuan",
    "rmb": "yuan",
    "¢": "cents",
    "s": "seconds",
    "sec": "seconds",
    "secs": "seconds",
    "second": "seconds",
    "seconds": "seconds",
    "min": "minutes",
    "mins": "minutes",
    "minute": "minutes",
    "minutes": "minutes",
    "h": "hours",
    "hr": "hours",
    "hrs": "hours",
    "hour": "hours",
    "hours": "hours",
    "ms": "milliseconds",
    "millisecond": "milliseconds",
    "milliseconds": "milliseconds",
    "day": "days",
    "days": "days",
}
# unit a score is written with → units of benchmarks it fits
FITS = {
    "percent": {"percent"},
    "points": {"percent", "points", "rating", "score", "elo"},
    "elo": {"elo", "rating"},
    "usd": {"usd"},
    "seconds": {"seconds"},
    "minutes": {"minutes"},
}
_WORDS = "|".join(re.escape(word) for word in sorted(UNIT_WORDS, key=len, reverse=True))
BEFORE = re.compile(r"(us\$|\$|€|£|¥|usd|eur|gbp)\s*(?=[0-9.,])", re.IGNORECASE)
AFTER = re.compile(rf"(?<=[0-9])\s*({_WORDS})$", re.IGNORECASE)
SPREAD = re.compile(r"\s*\(?(?:±|\+/-|\+-)\s*[0-9][0-9.,]*\s*%?\)?$|\s*\(?\+[0-9][0-9.,]*\s*/\s*-[0-9][0-9.,]*\)?$")
AFTERWORD = re.compile(r"(?<=[0-9%])\s*(?:\(([^()]*)\)|\[([^\[\]]*)\])$")
RAISED_FIGURE = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹₀-₉]|\^")
NUMERAL = re.compile(r"-?[0-9.,' ]*[0-9]")
RANGE = re.compile(r"[0-9]\s*%?\s*(?:-|–|—|‒|to|\.\.)\s*[0-9]", re.IGNORECASE)
LIMIT = re.compile(r"^(?:[<>≤≥]|=<|=>)|^(?:under|over|above|below|at least|at most|up to|less than|more than)\b", re.I)
ABOUT = re.compile(r"^(?:[~≈∼≃]|ca\.?\s|about\b|approx|around\b|circa\b|roughly\b)", re.IGNORECASE)
TWO_NUMBERS = re.compile(r"[0-9]%?\s*(?:[/|;&→]|->|vs\.?|or|and|,\s|\(|\s)\s*[^0-9]{0,3}[0-9]", re.IGNORECASE)


class UnreadableScore(ValueError):
    """A text that is no score; its message is a sentence for the editor."""


@dataclass(frozen=True)
class ScoreText:
    """A score's text taken apart: the number as written, its unit, what it says of the run, remarks."""

    number: str
    unit: str = ""
    run: RunWords = NO_WORDS
    remarks: tuple[str, ...] = ()


def take_apart(cell: str) -> ScoreText | None:
    """The parts of a score's text, or None where it says that there is no value. Raises UnreadableScore."""
    shown = shortened(cell)
    if markup.is_struck(cell):
        raise UnreadableScore(f"“{shown}” is struck out. Type the value that holds, or leave the cell empty.")
    text = markup.without_dress(cell)
    if text.casefold() in NO_VALUE:
        return None
    if text[0] in "=@#":
        kind = "an error of the spreadsheet" if text[0] == "#" else "a formula"
        raise UnreadableScore(f"“{shown}” is {kind}. Paste the value instead.")
    text, remarks = _without_marks(text)
    if text.casefold() in NO_VALUE:
        return None
    if RAISED_FIGURE.search(text):
        raise UnreadableScore(f"“{shown}” has a raised figure: a footnote or a power? Type the score alone.")
    text, run = _without_afterword(text, shown)
    if spread := SPREAD.search(text):
        remarks = (*remarks, f"The spread “{spread.group().strip()}” is left out.")
        text = text[: spread.start()].rstrip()
    number, unit = _without_unit(text, shown)
    if not NUMERAL.fullmatch(number):
        raise UnreadableScore(_why_no_number(text, shown))
    if len(number) > LONGEST:
        raise UnreadableScore(f"“{shown}” is too long for a score. Type one number.")
    return ScoreText(number, unit, run, remarks)


def _without_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without footnote marks at its ends, and a remark that they were there."""
    bare = markup.without_footnotes(text).lstrip(markup.FOOTNOTE_MARKS).strip() or text
    if bare == text:
        return text, ()
    mark = text.replace(bare, "", 1).strip()
    return bare, (f"The footnote mark “{mark}” is left out; see what it says.",)


def _without_afterword(text: str, shown: str) -> tuple[str, RunWords]:
    """The text without a bracket at its end that says how the run was made."""
    match = AFTERWORD.search(text)
    if match is None or SPREAD.search(text):
        return text, RunWords()
    words = match.group(1) or match.group(2) or ""
    run = read_run_words(words)
    if run is None:
        raise UnreadableScore(f"“{shown}” holds more than a score: “{words}”. Type the score alone.")
    return text[: match.start()].rstrip(), run


def _without_unit(text: str, shown: str) -> tuple[str, str]:
    units = []
    before = BEFORE.search(text)
    if before and text[: before.start()] in ("", "-"):
        units.append(UNIT_WORDS[before.group(1).casefold()])
        text = text[: before.start()] + text[before.end() :]
    if after := AFTER.search(text):
        units.append(UNIT_WORDS[after.group(1).casefold()])
        text = text[: after.start()].rstrip()
    if len(set(units)) > 1:
        raise UnreadableScore(f"“{shown}” has two units. Type the score alone.")
    return text, units[0] if units else ""


def _why_no_number(text: str, shown: str) -> str:
    """A sentence about a text that is no number, as exact as the text allows."""
    remedy = "Type one number such as 87.5, or leave the cell empty."
    if LIMIT.search(text):
        return f"“{shown}” is a limit, not a score. {remedy}"
    if ABOUT.search(text):
        return f"“{shown}” is about a score, not one. Find the exact figure, or leave the cell empty."
    if text.startswith("+"):
        return f"“{shown}” reads like a difference, not a score. {remedy}"
    if RANGE.search(text):
        return f"“{shown}” is a range. {remedy}"
    if TWO_NUMBERS.search(text):
        return f"“{shown}” holds more than one number. {remedy}"
    return f"“{shown}” is no number. {remedy}"


def shortened(text: str) -> str:
    """A cell as typed, fit for a sentence: one line, at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}…"


def sign_of_column(cells: Iterable[str]) -> str:
    """The decimal sign that the scores of one column show; see `numbers.decimal_sign`."""
    return decimal_sign(part.number for cell in cells if (part := parts_or_none(cell)))


def parts_or_none(cell: str) -> ScoreText | None:
    """The parts of a score's text, or None for no value and for what cannot be read."""
    try:
        return take_apart(cell)
    except UnreadableScore:
        return None


def value_of(parts: ScoreText, sign: str = UNDECIDED, shown: str = "") -> Decimal:
    """The score, within what a stored score holds. Raises UnreadableScore."""
    shown = shortened(shown or parts.number)
    try:
        value = read_number(parts.number, sign)
    except UnreadableNumber as error:
        raise UnreadableScore(str(error)) from error
    if value.adjusted() >= WHOLE_DIGITS:
        raise UnreadableScore(f"“{shown}” is too large: at most {WHOLE_DIGITS} digits before the point.")
    if -value.normalize().as_tuple().exponent > DECIMAL_PLACES:
        raise UnreadableScore(f"“{shown}” has too many decimals: at most {DECIMAL_PLACES}.")
    return value


def read_score(cell: str, sign: str = UNDECIDED) -> Decimal | None:
    """The number of a cell, None where it says “no value”. Raises UnreadableScore for anything else."""
    parts = take_apart(cell)
    return None if parts is None else value_of(parts, sign, cell)


def unit_problem(unit: str, benchmark_unit: str, cell: str, benchmark: str) -> str | None:
    """Why a score written in `unit` does not fit a benchmark's unit, as a sentence, or None."""
    if not unit or benchmark_unit in FITS.get(unit, ()):
        return None
    return (
        f"“{shortened(cell)}” is in {unit}, but {benchmark} is measured in {benchmark_unit}. "
        "Type the score in that unit, without a sign."
    )


def looks_like_score(cell: str) -> bool:
    """Whether a cell tries to be a score, readable or not: “85–87”, “~87”, “$6.06”, “—”; a name does not."""
    text = markup.without_dress(cell)
    if not text or text.casefold() in NO_VALUE:
        return bool(cell.strip())
    if parts_or_none(cell) is not None:
        return True
    words = re.sub(
        rf"(?<![^\W\d_])(?:{_WORDS}|to|ca|about|approx|vs|or|and)(?![^\W\d_])", "", text, flags=re.IGNORECASE
    )
    words = RAISED_FIGURE.sub("", re.sub(r"[(\[][^)\]]*[)\]]$", "", words))
    return bool(re.search(r"[0-9]", words)) and not re.search(r"[^\W\d_]", words)
