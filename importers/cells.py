"""One cell of a CSV file: text to value and back. No file, no database.

Every kind pairs a parser, which raises `BadCell` with a sentence, with a writer whose text
the parser turns back into the same value. An empty cell is `None` for numbers, dates and
yes/no, and "" for text.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from importers.records import CAN_REASON, PartialDate
from models_catalog.core import price_terms

NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
LONGEST_NUMBER = 40  # characters; no figure of this catalogue needs more
# Spreadsheets run a cell that begins like this; the writer puts an apostrophe in front.
FORMULA = re.compile(r"'*[=+\-@]")
GUARDED = re.compile(r"'+[=+\-@]")

TRUE_WORDS = frozenset({"true", "yes", "1"})
FALSE_WORDS = frozenset({"false", "no", "0"})


class BadCell(ValueError):
    """A cell that cannot be taken; the message is a sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a column's cells are read and written."""

    parse: Callable[[str], Any]
    write: Callable[[Any], str]


def shortened(text: str) -> str:
    """`text` fit for a message: one line of at most 60 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:57]}…"


def parse_text(cell: str) -> str:
    """Text as it is; a guarded formula loses its guard, a bare one is refused."""
    if cell.startswith("="):
        raise BadCell(f"“{shortened(cell)}” looks like a formula. Paste its value instead.")
    if "\x00" in cell:
        raise BadCell("The cell contains a NUL character. Remove it.")
    return cell[1:] if GUARDED.match(cell) else cell


def write_text(value: str) -> str:
    """Text without surrounding space, guarded so that no spreadsheet runs it."""
    text = (value or "").strip()
    return f"'{text}" if FORMULA.match(text) else text


def parse_number(cell: str) -> Decimal | None:
    """A finite decimal number with a point, or None for an empty cell."""
    if not cell:
        return None
    if len(cell) > LONGEST_NUMBER or not NUMBER.fullmatch(cell):
        raise BadCell(f"“{shortened(cell)}” is not a number.{_number_hint(cell)}")
    number = Decimal(cell)
    if abs(float(number)) == float("inf"):
        raise BadCell(f"“{shortened(cell)}” is too large.")
    return number


def _number_hint(cell: str) -> str:
    if cell.startswith("="):
        return " It looks like a formula; paste its value instead."
    if cell.endswith("%") and NUMBER.fullmatch(cell[:-1].strip()):
        return f" Write {cell[:-1].strip()}: the unit stands in benchmarks.csv."
    if re.fullmatch(r"[0-9]+,[0-9]+", cell):
        return " Use a decimal point, not a comma."
    return " Write digits with a decimal point, such as 87.5, or leave it empty if not known."


def write_number(value: Decimal | float | None) -> str:
    """The shortest text of the same number, never in exponent form for decimals."""
    if value is None:
        return ""
    if isinstance(value, float):
        text = repr(value)
        return text[:-2] if text.endswith(".0") else text
    return f"{value.normalize() + 0:f}"


def parse_float(cell: str) -> float | None:
    number = parse_number(cell)
    return None if number is None else float(number)


def parse_whole(cell: str) -> int | None:
    """A whole number, or None for an empty cell."""
    number = parse_number(cell)
    if number is None:
        return None
    if abs(number) >= 10**19 or number != number.to_integral_value():
        raise BadCell(f"“{shortened(cell)}” is not a whole number of a sensible size.")
    return int(number)


def write_whole(value: int | None) -> str:
    return "" if value is None else str(value)


def parse_yes_no(cell: str) -> bool | None:
    word = cell.lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    if word:
        raise BadCell(f"“{shortened(cell)}” is neither true nor false. Leave it empty if not known.")
    return None


def write_yes_no(value: bool | None) -> str:
    return "" if value is None else ("true" if value else "false")


def parse_date(cell: str) -> dt.date | None:
    """A day, YYYY-MM-DD, or None for an empty cell."""
    if not cell:
        return None
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        try:
            return dt.date.fromisoformat(cell)
        except ValueError:
            raise BadCell(f"“{cell}” is no day of the calendar.") from None
    raise BadCell(f"“{shortened(cell)}” is not a date. Write it as 2025-04-14.")


def write_date(value: dt.date | None) -> str:
    return "" if value is None else value.isoformat()


def parse_partial_date(cell: str) -> PartialDate | None:
    """A day, a month (2025-04) or a year (2025)."""
    if not cell:
        return None
    for shape, precision, rest in (("[0-9]{4}", "year", "-01-01"), ("[0-9]{4}-[0-9]{2}", "month", "-01")):
        if re.fullmatch(shape, cell):
            return PartialDate(parse_date(cell + rest), precision)
    try:
        return PartialDate(parse_date(cell), "day")
    except BadCell as problem:
        hint = " If only the month or year is known, write 2025-04 or 2025." if "not a date" in str(problem) else ""
        raise BadCell(f"{problem}{hint}") from None


def write_partial_date(value: PartialDate | None) -> str:
    if value is None or value.date is None:
        return ""
    return value.date.isoformat()[: {"year": 4, "month": 7, "day": 10}[value.precision]]


def parse_word(cell: str) -> str:
    """A word out of a fixed list, in lower case; the table says which words it knows."""
    return parse_text(cell).lower()


def parse_direction(cell: str) -> str:
    return parse_word(cell).replace(" ", "_")


def parse_reasoning(cell: str) -> str:
    """The table's own word; `true` says only that the model can reason."""
    word = parse_word(cell)
    if word in ("", "unknown"):
        return "unknown"
    if word in FALSE_WORDS:
        return "no"
    return CAN_REASON if word in TRUE_WORDS else word


def parse_terms(cell: str) -> str:
    """Price terms in their canonical text."""
    try:
        return price_terms.written(price_terms.parse(parse_text(cell)))
    except price_terms.BadTerm as problem:
        raise BadCell(str(problem)) from None


def write_terms(value: str) -> str:
    """The terms in one line."""
    return (value or "").replace("\n", "; ")


def parse_settings(cell: str) -> dict[str, Any]:
    """An object of plain settings, written as JSON; {} for an empty cell."""
    if not cell:
        return {}
    try:
        found = json.loads(parse_text(cell))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadCell(f"“{shortened(cell)}” is no JSON object of settings.")
    return found


def write_settings(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else ""


TEXT = Kind(parse_text, write_text)
SETTINGS = Kind(parse_settings, write_settings)
NUMBER_KIND = Kind(parse_number, write_number)
FLOAT = Kind(parse_float, write_number)
WHOLE = Kind(parse_whole, write_whole)
YES_NO = Kind(parse_yes_no, write_yes_no)
DATE = Kind(parse_date, write_date)
PARTIAL_DATE = Kind(parse_partial_date, write_partial_date)
WORD = Kind(parse_word, write_text)
DIRECTION = Kind(parse_direction, write_text)
TERMS = Kind(parse_terms, write_terms)
REASONING = Kind(parse_reasoning, write_text)
