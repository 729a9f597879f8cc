"""The time an issue tells of: ISO weeks and calendar months, UTC. Pure: no Django."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models_catalog.core import display

WEEKLY, MONTHLY = "weekly", "monthly"


@dataclass(frozen=True)
class Period:
    """The time an issue tells of: [start, end), with the slug of its address."""

    newsletter: str
    slug: str
    start: dt.datetime
    end: dt.datetime

    @property
    def text(self) -> str:
        """“19 to 25 May 2025”, “29 June to 5 July 2026”, “July 2026”."""
        first, last = self.start.date(), (self.end - dt.timedelta(seconds=1)).date()
        if self.newsletter == MONTHLY:
            return display.date(first, "month")
        if first.year != last.year:
            return f"{display.date(first)} to {display.date(last)}"
        if first.month != last.month:
            return f"{first.day} {first:%B} to {display.date(last)}"
        return f"{first.day} to {display.date(last)}"


def week_of(day: dt.date) -> Period:
    """The ISO week `day` lies in: Monday 00:00 UTC to the next Monday."""
    year, week, weekday = day.isocalendar()
    monday = day - dt.timedelta(days=weekday - 1)
    return Period(WEEKLY, f"{year}-W{week:02}", _midnight(monday), _midnight(monday + dt.timedelta(days=7)))


def month_of(day: dt.date) -> Period:
    """The calendar month `day` lies in, UTC."""
    first = day.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    return Period(MONTHLY, f"{first:%Y-%m}", _midnight(first), _midnight(following))


def period_named(slug: str) -> Period:
    """The period of an address: 2026-W27 or 2026-07. Raises ValueError with a sentence."""
    try:
        if "-W" in slug:
            year, week = slug.split("-W")
            period = week_of(dt.date.fromisocalendar(int(year), int(week), 1))
        else:
            period = month_of(dt.date.fromisoformat(f"{slug}-01"))
    except ValueError:
        period = None
    if period is None or period.slug != slug:
        raise ValueError(f"“{slug}” is no period. Write a week as 2026-W27 or a month as 2026-07.")
    return period


def last_period(newsletter: str, now: dt.datetime) -> Period:
    """The newest period that is over at `now` (an aware time)."""
    today = now.astimezone(dt.UTC).date()
    if newsletter == MONTHLY:
        return month_of(today.replace(day=1) - dt.timedelta(days=1))
    return week_of(today - dt.timedelta(days=7))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
