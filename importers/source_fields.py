"""Typed values out of one object of a source, each refusal with file, line and key path."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from importers.cells import (
    BadCell,
    parse_date,
    parse_number,
    parse_partial_date,
    parse_text,
    parse_whole,
    shortened,
)
from importers.records import Batch, PartialDate, Place, Problem
from importers.source_files import NoNumber
from models_catalog.core.loose_names import spelt_out

SCORE_PLACES = 6  # digits behind the point; beyond them a converted fraction has only float noise
LARGEST_ROUNDED = 10**15
NO_LINK = re.compile(r"https?://(?:www\.)?example\.(?:com|org|net)(?:[/:]|$)", re.IGNORECASE)
TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]")


class Fields:
    """One object of a file: `path` is its key path, `line` the line it begins on.

    Reading a value that cannot be taken reports it in the batch, returns None (or "") and
    makes `refused` true; a key that is absent or null is "not known".
    """

    def __init__(self, batch: Batch, file: str, line: int, data: Mapping[str, Any], path: str = ""):
        self.batch, self.file, self.line, self.data, self.path = batch, file, line, data, path
        self.refused = False

    def key(self, name: str) -> str:
        """The key path of a key of this object."""
        return f"{self.path}.{name}" if self.path else name

    def place(self, **columns: str) -> Place:
        """The object's place; `columns` names for fields of a record the keys they are read from."""
        return Place(self.file, self.line, {field: self.key(name) for field, name in columns.items()})

    def refuse(self, name: str, reason: str) -> None:
        """Refuse the object because of one of its keys ("" for the whole object)."""
        self.refused = True
        column = self.key(name) if name else self.path
        self.batch.problems.append(Problem(self.file, self.line, column, reason))

    def raw(self, name: str) -> Any:
        """The value at a key or dotted path of keys, or None."""
        value: Any = self.data
        for part in name.split("."):
            value = value.get(part) if isinstance(value, Mapping) else None
        return value

    def text(self, name: str, *, required: bool = False, most: int | None = None) -> str:
        """Text without surrounding space; longer than `most` characters it is cut, with an ellipsis."""
        value = self.raw(name)
        if isinstance(value, (Decimal, int)) and not isinstance(value, bool):
            value = str(value)
        if value is not None and not isinstance(value, str):
            self.refuse(name, f"Text is expected here, not {_kind_of(value)}.")
            return ""
        text = self._parsed(name, parse_text, (value or "").strip()) or ""
        if required and not text and not self.refused:
            self.refuse(name, "The key is missing or empty, but must be given.")
        return fitted(text, most) if most else text

    def number(self, name: str, *, required: bool = False) -> Decimal | None:
        """A finite decimal number; quoted ones are taken too."""
        value = self.raw(name)
        number = self._number(name, value)
        if required and number is None and value in (None, ""):
            self.refuse(name, "The key is missing or empty, but must be given.")
        return number

    def _number(self, name: str, value: Any) -> Decimal | None:
        if value is None or isinstance(value, Decimal):
            return value
        if isinstance(value, NoNumber):
            value = value.text
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value) if abs(value) < 10**40 else "9" * 41
        if not isinstance(value, str):
            self.refuse(name, f"A number is expected here, not {_kind_of(value)}.")
            return None
        return self._parsed(name, _number_of_text, value.strip())

    def whole(self, name: str) -> int | None:
        """A whole number that is not negative; tokens and parameters are counted with it."""
        number = self.number(name)
        if number is None:
            return None
        whole = self._parsed(name, parse_whole, f"{number:f}" if abs(number) < 10**30 else "9" * 41)
        if whole is not None and whole < 0:
            self.refuse(name, f"{whole} is negative. Correct it, or leave the key out.")
        return whole

    def yes_no(self, name: str) -> bool | None:
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        self.refuse(name, f"true or false is expected here, not {_kind_of(value)}.")
        return None

    def day(self, name: str) -> dt.date | None:
        """A day; the time of a timestamp is left out."""
        value = self.raw(name)
        if isinstance(value, dt.datetime):
            return value.date()
        if isinstance(value, dt.date):
            return value
        text = self.text(name)
        return self._parsed(name, parse_date, text[:10] if TIMESTAMP.match(text) else text)

    def partial_day(self, name: str) -> PartialDate | None:
        """A day, month or year."""
        value = self.raw(name)
        if isinstance(value, dt.date):
            return PartialDate(value.date() if isinstance(value, dt.datetime) else value, "day")
        text = self.text(name)
        return self._parsed(name, parse_partial_date, text[:10] if TIMESTAMP.match(text) else text)

    def link(self, name: str) -> str:
        """An address; one of an example domain is no source and counts as not known."""
        text = self.text(name)
        return "" if NO_LINK.match(text) else text

    def words(self, name: str) -> str:
        """A list of words as one text, separated by spaces."""
        value = self.raw(name)
        if value is None:
            return ""
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            self.refuse(name, "A list of words is expected here.")
            return ""
        return " ".join(self._parsed(name, parse_text, word.strip()) or "" for word in value).strip()

    def _parsed(self, name: str, parse, text: str) -> Any:
        try:
            return parse(text)
        except BadCell as error:
            self.refuse(name, str(error))
            return None


def _number_of_text(text: str) -> Decimal | None:
    if text.endswith("%"):
        raise BadCell(f"“{shortened(text)}” has a percent sign. Write the number alone, in the source's own scale.")
    return parse_number(text)


def _kind_of(value: Any) -> str:
    """What a value is, for a sentence."""
    kinds = {dict: "an object", list: "a list", bool: "true or false", str: "text", NoNumber: "no number"}
    return kinds.get(type(value), "a date" if isinstance(value, dt.date) else "a number")


def converted(number: Decimal) -> Decimal:
    """A converted score without float noise; an absurdly large one stays, to be refused for its range."""
    return round(number, SCORE_PLACES) if abs(number) < LARGEST_ROUNDED else number


def fitted(text: str, most: int) -> str:
    """`text` on one line of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def objects(batch: Batch, file: str, line: int, value: Any, path: str) -> Iterable[tuple[int, Mapping[str, Any]]]:
    """(index, object) of a list of objects; anything else in it becomes a problem of the batch."""
    if value is None:
        return
    if not isinstance(value, list):
        batch.problems.append(Problem(file, line, path, f"A list is expected here, not {_kind_of(value)}."))
        return
    for index, each in enumerate(value):
        if isinstance(each, Mapping):
            yield index, each
        else:
            where = f"{path}[{index}]"
            batch.problems.append(Problem(file, line, where, f"An object is expected here, not {_kind_of(each)}."))


def fields_of(batch: Batch, file: str, data: Any) -> Fields | None:
    """The whole file as one object, or None with a problem in the batch."""
    if isinstance(data, Mapping):
        return Fields(batch, file, 1, data)
    batch.problems.append(Problem(file, 1, "", f"The file must hold one object, not {_kind_of(data)}."))
    return None


def slug_of(name: str) -> str:
    """The slug a name would have here: its letters and digits in lower case, single hyphens between; “+” is “plus”."""
    return re.sub(r"[^a-z0-9]+", "-", spelt_out(name).lower()).strip("-")
