"""Reads JSON that strangers wrote: bounded in size, depth and number of values, part by part.

A tool's file may hold a few settings and, beside them, every prompt and answer. `JsonFile`
finds where each top-level member begins and ends without building any of it; a member is
built when it is asked for, and the members of a long list or object one after another. NaN
and Infinity are read (tools write them), because telling them from a figure is the reader's
work.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

LARGEST_PART = 16_000_000  # bytes of one member that is built as a whole
MOST_VALUES = 600_000  # values of one such member
MOST_MEMBERS = 300_000  # of one object or list whose members are told apart; the largest known set has 12,032
DEEPEST = 60  # levels; the deepest of the known layouts has 14
LONGEST_DIGITS = 60  # of one number
TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+("?)|[{}\[\],:]', re.DOTALL)
ENDLESS_NUMBER = re.compile(rb"[0-9]{%d}" % LONGEST_DIGITS)
SPACE = b" \t\r\n"


class BadJson(ValueError):
    """Text that is no JSON of ours; the message is the end of a sentence such as “The file …”."""


class JsonFile:
    """One JSON text: its top-level members, each built only when asked for. Raises `BadJson`."""

    def __init__(self, raw: bytes):
        self._raw = raw[3:] if raw.startswith(b"\xef\xbb\xbf") else raw
        if self._raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise BadJson("is UTF-16. Save it as UTF-8")
        self.kind, self._members = _members(self._raw)

    @property
    def is_object(self) -> bool:
        return self.kind == "{"

    @property
    def is_list(self) -> bool:
        return self.kind == "["

    def __contains__(self, name: str) -> bool:
        return self.is_object and name in self._members

    def keys(self) -> set[str]:
        """Names of an object's members."""
        return set(self._members) if self.is_object else set()

    def get(self, name: str, default: Any = None) -> Any:
        """The member built as a whole, or `default` when there is none."""
        if name not in self:
            return default
        begin, end, values = self._members[name]
        if end - begin > LARGEST_PART or values > MOST_VALUES:
            raise BadJson(f"has a member “{_short(name)}” of {(end - begin) // 1_000_000 or 1} MB; that is too much")
        return build(self._raw[begin:end])

    def part(self, name: str) -> JsonFile | None:
        """A member that is an object or a list, as a JSON text of its own; None when it is neither."""
        return self._inner(*self._members[name][:2]) if name in self else None

    def parts(self) -> Iterator[JsonFile]:
        """The members that are objects or lists, each as a JSON text of its own, in the file's order."""
        for begin, end, _ in self._members.values() if self.is_object else self._members:
            inner = self._inner(begin, end)
            if inner is not None:
                yield inner

    def _inner(self, begin: int, end: int) -> JsonFile | None:
        raw = self._raw[begin:end].strip(SPACE)
        return JsonFile(raw) if raw[:1] in (b"{", b"[") else None

    def each(self, name: str) -> Iterator[tuple[str, Any]]:
        """(key, value) of the member's own members, built one at a time; nothing when it has none."""
        inner = self.part(name)
        if inner is not None:
            yield from inner.items()

    def items(self) -> Iterator[tuple[str, Any]]:
        """(key, value) of every top-level member, in the file's order; a list's keys are numbers."""
        names = self._members if self.is_object else range(len(self._members))
        for name in names:
            begin, end, values = self._members[name]
            if end - begin > LARGEST_PART or values > MOST_VALUES:
                raise BadJson(f"has a member “{_short(str(name))}” that is too large to be read")
            yield str(name), build(self._raw[begin:end])

    def whole(self) -> Any:
        """Everything at once, for small files."""
        if len(self._raw) > LARGEST_PART or self._count() > MOST_VALUES:
            raise BadJson("is too large to be read as a whole")
        return build(self._raw)

    def _count(self) -> int:
        members = self._members.values() if self.is_object else self._members
        return sum(values for _, _, values in members)


def build(raw: bytes) -> Any:
    """The value a small JSON text stands for. Raises `BadJson`."""
    if ENDLESS_NUMBER.search(raw):
        _refuse_endless_number(raw)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadJson(f"holds a byte 0x{raw[error.start]:02X} that is not UTF-8. Save it as UTF-8") from error
    try:
        return json.loads(text, object_pairs_hook=_unique)
    except BadJson:
        raise
    except (ValueError, RecursionError) as error:
        raise BadJson(f"is not valid JSON ({_short(str(error))})") from error


def line_value(raw: bytes) -> Any:
    """The value of one line of a JSON-lines file, its depth checked first. Raises `BadJson`."""
    _, members = _members(raw)
    values = members.values() if isinstance(members, dict) else members
    if sum(count for _, _, count in values) > MOST_VALUES:
        raise BadJson("has a line of too many values")
    return build(raw)


def _short(text: str) -> str:
    line = " ".join(text.encode("utf-8", "replace").decode().split())
    return line if len(line) <= 60 else f"{line[:57]}…"


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        doubled = next(name for name in names if names.count(name) > 1)
        raise BadJson(f"has the key “{_short(doubled)}” twice in one object. Keep one of the two")
    return found


def _refuse_endless_number(raw: bytes) -> None:
    """No parser is asked to make a number of millions of digits; digits inside text are fine."""
    outside = TOKEN.sub(lambda found: b'""' if found.group().startswith(b'"') else found.group(), raw)
    if ENDLESS_NUMBER.search(outside):
        raise BadJson(f"holds a number of more than {LONGEST_DIGITS} digits, which is no figure")


def _members(raw: bytes) -> tuple[str, Any]:
    """What the text is (“{”, “[” or “”) and where its members stand: (begin, end, values in it).

    One pass over the marks of the text; nothing is built. Only the outer frame is checked
    here, the parts when they are built.
    """
    begin = len(raw) - len(raw.lstrip(SPACE))
    first = raw[begin : begin + 1]
    if first not in (b"{", b"["):
        raise BadJson("is empty" if not first else "does not begin with { or [, so it is no JSON of this layout")
    walk = _Walk(raw, is_object=first == b"{")
    for token in TOKEN.finditer(raw, begin):
        if walk.take(token):
            break
    else:
        raise BadJson("ends in the middle, as after a broken copy. Copy it again")
    if raw[walk.end :].strip(SPACE):
        raise BadJson("goes on after its end, so it is no single JSON text")
    return first.decode(), walk.members


class _Walk:
    """The state of one pass: depth, and where the current member of the outer frame began."""

    def __init__(self, raw: bytes, *, is_object: bool):
        self.raw, self.is_object = raw, is_object
        self.members: Any = {} if is_object else []
        self.depth, self.values, self.end = 0, 0, 0
        self.key: str | None = None
        self.last_text: bytes | None = None
        self.begin: int | None = None

    def take(self, token: re.Match) -> bool:
        """Take one mark; whether the outer frame ended with it."""
        mark = token.group()
        if mark.startswith(b'"'):
            if not token.group(1):
                raise BadJson("ends inside a text, as after a broken copy. Copy it again")
            if self.depth == 1 and self.is_object and self.key is None:
                self.last_text = mark
            return False
        if mark in b"{[":
            self.depth += 1
            self.values += 1
            if self.depth > DEEPEST:
                raise BadJson(f"nests its values more than {DEEPEST} levels deep")
            if self.depth == 1 and not self.is_object:
                self.begin = token.end()
            return False
        if mark in b"}]":
            self.depth -= 1
            if self.depth == 0:
                self._close(token.start())
                self.end = token.end()
                return True
            return False
        if self.depth == 1:
            self._outer_mark(mark, token)
        elif mark == b",":
            self.values += 1
        return False

    def _outer_mark(self, mark: bytes, token: re.Match) -> None:
        if mark == b",":
            self._close(token.start())
            if not self.is_object:
                self.begin = token.end()
        elif self.is_object and self.key is None:
            if self.last_text is None:
                raise BadJson("has a value without a key")
            self.key, self.begin, self.values = build(self.last_text), token.end(), 1

    def _close(self, at: int) -> None:
        """End the current member before the mark at `at`."""
        if self.is_object:
            if self.key is None:
                if self.members or self.last_text is not None:
                    raise BadJson("has a key without a value")
                return
            if len(self.members) >= MOST_MEMBERS:
                raise BadJson(f"has an object of more than {MOST_MEMBERS:,} keys")
            if self.key in self.members:
                raise BadJson(f"has the key “{_short(self.key)}” twice in one object. Keep one of the two")
            self.members[self.key] = (self.begin, at, self.values)
        elif len(self.members) >= MOST_MEMBERS:
            raise BadJson(f"has a list of more than {MOST_MEMBERS:,} values")
        elif self.begin is not None and (self.members or self.raw[self.begin : at].strip(SPACE)):
            self.members.append((self.begin, at, self.values))
        self.key = self.last_text = self.begin = None
        self.values = 1
