"""What several pages share: metadata, lanes, addresses, failures."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.conf import settings

from comparisons.pages.parts import Link
from models_catalog.core import specs

LANE_NOTES = {
    specs.VERIFIED: "every counting result has a source and the standard setting",
    specs.PROVISIONAL: "every published result counts",
    specs.INDEPENDENT_LANE: "only results that the model’s maker did not report",
}
LANE_LABELS = {
    specs.VERIFIED: "Verified",
    specs.PROVISIONAL: "Provisional",
    specs.INDEPENDENT_LANE: "Independent",
}


class PageError(Exception):
    """A page that cannot be shown as asked; the message is for the reader."""


class UnknownModel(PageError):
    """A slug that names no published model; `slug` is what was asked for."""

    def __init__(self, slug: str):
        super().__init__(f"There is no model “{slug}”.")
        self.slug = slug


class MovedModel(PageError):
    """A model that has a new slug; `renamed` maps old slugs to new ones."""

    def __init__(self, renamed: dict[str, str]):
        super().__init__("The model has a new address.")
        self.renamed = renamed


class GoneFromHere(PageError):
    """A model that is no longer compared here; `successor` is the slug of the one to look at, or empty."""

    def __init__(self, slug: str, note: str, successor: str):
        super().__init__(f"“{slug}” is no longer compared here. {note}".strip())
        self.slug, self.successor = slug, successor


class UnknownPage(PageError):
    """A benchmark, category, lab or provider we do not have; `kind` and `slug` say which."""

    def __init__(self, kind: str, slug: str):
        super().__init__(f"There is no {kind} “{slug}”.")
        self.kind, self.slug = kind, slug


class UnknownRevision(PageError):
    """A revision at which nothing of a pair was kept; `day` is the day of that revision, None where there is none."""

    def __init__(self, said: str, day: dt.date | None = None):
        super().__init__(said)
        self.day = day


class BadQuestion(PageError):
    """Parameters of an address that cannot be used; the message says which, and what would be right."""


@dataclass(frozen=True, slots=True)
class Near:
    """A subject whose name is close to one that leads nowhere."""

    slug: str
    name: str


@dataclass(frozen=True)
class PageMeta:
    """What machines read in the head of a page."""

    title: str
    description: str
    canonical: str
    robots: str | None = None
    type: str = "website"
    image: dict | None = None
    alternates: tuple[dict, ...] = ()
    json_ld: tuple[str, ...] = field(default=())


def absolute(path: str) -> str:
    """The absolute address of a path on this site."""
    return settings.SITE_URL + path


def shortened(text: str, limit: int = 160) -> str:
    """`text` cut at a word so that it fits a search result."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:") + "…"


def address(path: str, **parameters) -> str:
    """`path` with those query parameters that have a value."""
    given = {name: value for name, value in parameters.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}" if given else path


def lane_links(path: str, current: str, **parameters) -> tuple[Link, ...]:
    """The lane switch: one entry a lane, keeping the other parameters."""
    return tuple(
        Link(
            address(path, lane=None if lane == settings.DEFAULT_LANE else lane, **parameters),
            LANE_LABELS[lane],
            current=lane == current,
        )
        for lane in specs.LANES
    )


def side_letter(side: int | None) -> str | None:
    """“a” or “b” for a side's number: how templates name the two models."""
    return None if side is None else "ab"[side]
