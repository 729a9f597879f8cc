"""Reads what an editor pastes: rows of a spreadsheet, a Markdown table, a list of names and scores.

Nothing is guessed: a table that can be read in two ways is refused with a sentence.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

NO_VALUE = {"", "-", "–", "—", "n/a", "na", "none", "null", "?", "not reported", "not measured"}
MARKS = re.compile(r"[*_`~]|<[^>]{0,40}>|\[\^?\d+\]|[†‡§¹²³]")
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?$|[+-]?\.\d+$")
THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d{1,2}$")
UNIT_WORDS = re.compile(r"\s*(?:%|percent|pct|points?|pts?|elo|usd|\$|seconds?|secs?|s|minutes?|mins?)$", re.IGNORECASE)
SPREAD = re.compile(r"\s*(?:±|\+/-|\+-)\s*[\d.,]+\s*%?$")
RULE_CELL = re.compile(r":?-{2,}:?$")
LONGEST_NUMBER = 40
LONGEST_TEXT = 200_000
MOST_ROWS = 3000
WHOLE_DIGITS, DECIMAL_PLACES = 8, 6  # what a stored score holds


class UnreadableScore(ValueError):
    """A text that is no score; its message is a sentence for the editor."""


class UnreadableTable(ValueError):
    """A pasted text that is no table of scores; its message is a sentence for the editor."""


@dataclass(frozen=True)
class PastedScore:
    """A name and the text of its score, with the line of the pasted text it stands in."""

    line: int
    name: str
    text: str


def name_key(name: str) -> str:
    """The letters and digits of a name in lower case, by which names are compared."""
    return re.sub(r"[^a-z0-9.+]+", "", MARKS.sub("", name).casefold())


def read_score(text: str) -> Decimal | None:
    """The number an editor typed, None where the text says “no value”.

    Takes “87.5”, “87.5 %”, “**87.5**”, “1,322.5”, “87,5”, “$6.06” and “87.5 ± 0.4” (the spread
    is left out). Raises UnreadableScore for anything else.
    """
    word = MARKS.sub("", text).strip()
    if word.casefold() in NO_VALUE:
        return None
    if len(word) > LONGEST_NUMBER:
        raise UnreadableScore(f"“{word[:20]}…” is too long for a score. Type one number.")
    if word[0] in "=@":
        raise UnreadableScore(f"“{word}” is a formula. Paste its value instead.")
    bare = UNIT_WORDS.sub("", SPREAD.sub("", word)).removeprefix("$").replace("−", "-").strip()
    if THOUSANDS.match(bare):
        bare = bare.replace(",", "")
    elif DECIMAL_COMMA.match(bare):
        bare = bare.replace(",", ".")
    if not NUMBER.match(bare):
        raise UnreadableScore(f"“{word}” is no number. Type one such as 87.5, or leave the cell empty.")
    try:
        value = Decimal(bare)
    except InvalidOperation as error:
        raise UnreadableScore(f"“{word}” is no number. Type one such as 87.5, or leave the cell empty.") from error
    if value.adjusted() >= WHOLE_DIGITS:
        raise UnreadableScore(f"“{word}” is too large: at most {WHOLE_DIGITS} digits before the dot.")
    if -value.as_tuple().exponent > DECIMAL_PLACES:
        raise UnreadableScore(f"“{word}” has too many decimals: at most {DECIMAL_PLACES}.")
    return value


def is_score(text: str) -> bool:
    """Whether `text` reads as a number."""
    try:
        return read_score(text) is not None
    except UnreadableScore:
        return False


def table_rows(text: str) -> list[tuple[int, list[str]]]:
    """Lines of a pasted text as cells, with their line numbers; empty and rule lines left out.

    Raises UnreadableTable when it is too long.
    """
    if len(text) > LONGEST_TEXT:
        raise UnreadableTable(f"The pasted text is longer than {LONGEST_TEXT:,} characters. Paste fewer rows.")
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    split = _splitter(lines)
    rows = []
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in split(line)] if line.strip() else []
        if any(cells) and not all(RULE_CELL.match(cell) for cell in cells if cell):
            rows.append((number, cells))
    if len(rows) > MOST_ROWS:
        raise UnreadableTable(f"The table has {len(rows):,} rows; paste at most {MOST_ROWS:,} at a time.")
    return rows


def _splitter(lines: list[str]) -> Callable[[str], list[str]]:
    filled = [line for line in lines if line.strip()]
    if any("\t" in line for line in filled):
        return lambda line: next(csv.reader([line], delimiter="\t"))
    if filled and sum("|" in line for line in filled) * 2 > len(filled):
        return lambda line: line.strip().removeprefix("|").removesuffix("|").replace("\\|", "/").split("|")
    for sign in (";", ", ", ","):
        if filled and all(sign in line for line in filled):
            if sign == ", ":
                return lambda line: next(csv.reader([line], skipinitialspace=True))
            return lambda line, sign=sign: next(csv.reader([line], delimiter=sign))
    return _name_and_last_word


def _name_and_last_word(line: str) -> list[str]:
    """“MMLU-Pro: 84.2 %” as name and score; a line without a closing number is one cell."""
    match = re.match(r"(.+?)\s*[:=\s]\s*(\S+(?:\s*(?:%|±\s*\S+))?)$", line.strip())
    if match and is_score(match.group(2)):
        return [match.group(1).rstrip(" :="), match.group(2)]
    return [line.strip()]


def pasted_scores(text: str, subject: Collection[str], subject_name: str) -> list[PastedScore]:
    """The scores of one subject in a pasted table, by the names of its other axis.

    `subject` holds the name keys of the model (or benchmark) the sheet is about: of several
    value columns the one headed so is taken, and a table with the subject in a row and the
    names in its head is turned. Raises UnreadableTable when no single column can be meant.
    """
    rows = table_rows(text)
    if not rows:
        return []
    head = rows[0][1] if not any(is_score(cell) for cell in rows[0][1][1:]) and len(rows) > 1 else None
    body = rows[1:] if head else rows
    if head and (turned := _turned(head, body, subject)):
        return turned
    column = _column(head, body, subject, subject_name)
    return [
        PastedScore(number, MARKS.sub("", cells[0]).strip(), cells[column])
        for number, cells in body
        if cells[0] and len(cells) > column and cells[column]
    ]


def _turned(head: list[str], body: list[tuple[int, list[str]]], subject: Collection[str]) -> list[PastedScore]:
    """Scores of a table whose row is the subject and whose head holds the names; empty if it is none."""
    if any(name_key(cell) in subject for cell in head[1:]):
        return []
    own = [(number, cells) for number, cells in body if name_key(cells[0]) in subject]
    if len(own) != 1:
        return []
    number, cells = own[0]
    named = zip(head[1:], cells[1:], strict=False)
    return [PastedScore(number, MARKS.sub("", name).strip(), cell) for name, cell in named if name and cell]


def _column(head, body, subject, subject_name) -> int:
    """Index of the value column that belongs to the subject."""
    if head:
        own = [index for index, cell in enumerate(head) if index and name_key(cell) in subject]
        if len(own) == 1:
            return own[0]
        if len(own) > 1:
            raise UnreadableTable(f"Two columns are headed “{head[own[0]]}”. Keep one of them.")
    width = max(len(cells) for _, cells in body)
    columns = [i for i in range(1, width) if any(is_score(cells[i]) for _, cells in body if len(cells) > i)]
    if not columns:
        raise UnreadableTable("No column of the pasted text holds numbers. Paste names and scores side by side.")
    if len(columns) > 1:
        heads = ", ".join(f"“{head[i]}”" for i in columns if i < len(head)) if head else f"{len(columns)} columns"
        raise UnreadableTable(
            f"The table has several columns of numbers ({heads}) and none is headed like {subject_name}. "
            "Head the right one so, or paste only the names and that column."
        )
    return columns[0]
