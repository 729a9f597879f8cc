"""Small parts that pages of several kinds are made of: frozen, ready to print, empty text for what is not there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """A short note below a title; `href` links it, `iso` makes it a date."""

    text: str
    href: str = ""
    iso: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A link; `note` says what is found there, `current` marks the view shown already."""

    href: str
    text: str
    note: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """An entry of the contents: the anchor of a section and its name."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answer."""

    id: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on a day; `detail` is a second line, `kind` a word such as “corrected”."""

    iso: str
    date: str
    text: str
    href: str = ""
    detail: str = ""
    kind: str = ""
