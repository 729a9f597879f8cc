"""From the changes of a period to what the mail says. Pure: no Django, no query, no rounding.

A `Digest` is what HTML part, text part, archive page and feed all print. It is made of a
snapshot's changes and of nothing else, so it comes out the same whenever it is built. Every line
carries the number of the change it tells and the day it happened.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any
from urllib.parse import urlencode

from comparisons.core import changes
from comparisons.core.changes import ChangeFacts
from models_catalog.core import display

WEEKLY, MONTHLY = "weekly", "monthly"
SNAPSHOT_VERSION = 1
MOST_MODELS = 12  # models that get a heading of their own in a section
MOST_RESULTS = 8  # results under one model
MOST_LINES = 16  # lines of any other section


@dataclass(frozen=True)
class Mark:
    """The change a line tells: its number in the log, and the path of its entry, which has the source."""

    change: int
    permalink: str


@dataclass(frozen=True)
class Line:
    """What is printed on one line, with the changes behind it (several when they read the same).

    `path` leads to the thing itself; empty where it is gone or stands in the heading. `day` is
    empty where the heading has it.
    """

    text: str
    detail: str
    day: str
    path: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Block:
    """Lines under one heading, or lines without one (`title` empty). `more` says what is left out.

    `day` is the day of all of them, or empty. `marks` are the changes the heading itself tells:
    that the model was added.
    """

    title: str
    path: str
    day: str
    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    more: str = ""
    more_path: str = ""


@dataclass(frozen=True)
class Section:
    """One topic of the digest."""

    id: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    more: str = ""
    more_path: str = ""


@dataclass(frozen=True)
class Digest:
    """Everything the mail says. `changes` counts all entries of the period that concern the reader."""

    title: str
    subject: str
    summary: str
    period: str
    as_of: str
    log_path: str
    sections: tuple[Section, ...]
    changes: int

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block, in order."""
        return tuple(block for section in self.sections for block in section.blocks)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The changes that are printed one by one, in order."""
        return tuple(
            mark
            for block in self.blocks
            for marks in (block.marks, *(line.marks for line in block.lines))
            for mark in marks
        )


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


# --- The snapshot -----------------------------------------------------------------------------------


def snapshot_of(period: Period, facts: Iterable[ChangeFacts], live: Mapping[int, bool], as_of: dt.datetime) -> dict:
    """Plain data that holds the changes of a period for ever; `live` tells by number whether their page exists."""
    return {
        "version": SNAPSHOT_VERSION,
        "newsletter": period.newsletter,
        "slug": period.slug,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "as_of": as_of.isoformat(),
        "changes": [
            {**asdict(change), "at": change.at.isoformat(), "path": change.path if live.get(change.id) else ""}
            for change in facts
        ],
    }


def sha256_of(snapshot: Mapping[str, Any]) -> str:
    """Fingerprint of a snapshot, whatever the order of its keys."""
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class _Told:
    """A change of a snapshot with the path that was good when it was frozen."""

    facts: ChangeFacts
    path: str


def _told(snapshot: Mapping[str, Any]) -> list[_Told]:
    told = []
    for row in snapshot["changes"]:
        columns = {name: value for name, value in row.items() if name != "path"}
        columns["at"] = dt.datetime.fromisoformat(row["at"])
        told.append(_Told(ChangeFacts(**columns), row["path"]))
    return told


# --- The digest -------------------------------------------------------------------------------------


def build(snapshot: Mapping[str, Any], topics: Sequence[str] = ()) -> Digest | None:
    """The digest of a snapshot for readers of some topics (none: of everything).

    None when nothing in it concerns them. Raises KeyError for what is no snapshot.
    """
    wanted = set(topics)
    told = [item for item in _told(snapshot) if not wanted or item.facts.topics & wanted]
    if not told:
        return None
    period = Period(
        snapshot["newsletter"],
        snapshot["slug"],
        dt.datetime.fromisoformat(snapshot["start"]),
        dt.datetime.fromisoformat(snapshot["end"]),
    )
    counts = _counts(told)
    summary = display.listed(counts)
    as_of = dt.datetime.fromisoformat(snapshot["as_of"]).astimezone(dt.UTC)
    return Digest(
        title=f"What changed, {period.text}",
        subject=f"{_short(counts)}: {period.text}",
        summary=f"{summary[:1].upper()}{summary[1:]}.",
        period=period.text,
        as_of=f"{display.date(as_of.date())}, {as_of:%H:%M} UTC",
        log_path=_log_path(period),
        sections=tuple(section for section in _sections(told, period) if section.blocks),
        changes=len(told),
    )


_COUNTED = (
    ((changes.MODEL_ADDED,), "new model", None),
    ((changes.VERDICT_FLIPPED,), "verdict turned", "verdicts turned"),
    ((changes.RANK_CHANGED,), "rank moved", "ranks moved"),
    ((changes.PRICE_CHANGED,), "price change", None),
    ((changes.PRICE_ADDED,), "first price", None),
    ((changes.RESULT_ADDED,), "new result", None),
    ((changes.RESULT_CORRECTED, changes.OUR_CORRECTION, changes.SCORING_CHANGED), "correction", None),
    ((changes.RESULT_WITHDRAWN,), "withdrawn result", None),
    ((changes.MODEL_DEPRECATED, changes.MODEL_RETIRED), "deprecation", None),
)


def _counts(told: list[_Told]) -> list[str]:
    """What happened, counted, most telling first: “3 new models”. Bulk entries count as one load each."""
    single = [item.facts.kind for item in told if not item.facts.bulk]
    new = {item.facts.model for item in told if item.facts.kind == changes.MODEL_ADDED and not item.facts.bulk}
    counts = []
    for kinds, noun, plural in _COUNTED:
        # A model that two sources added on two days is one new model.
        number = len(new) if kinds == (changes.MODEL_ADDED,) else sum(kind in kinds for kind in single)
        if number:
            counts.append(display.counted(number, noun, plural))
    known = {kind for kinds, _, _ in _COUNTED for kind in kinds}
    others = sum(kind not in known for kind in single)
    if others:
        counts.append(display.counted(others, "other change"))
    loads = len(told) - len(single)
    if loads:
        counts.append(display.counted(loads, "large load"))
    return counts


def _short(counts: list[str]) -> str:
    """At most three counts, for a subject line; it starts with a number."""
    return ", ".join(counts[:3]) if len(counts) <= 3 else f"{', '.join(counts[:3])} and more"


def _log_path(period: Period, **filters: str) -> str:
    """The change log, narrowed to the period and to `filters`."""
    last = (period.end - dt.timedelta(seconds=1)).date()
    query = {**filters, "from": period.start.date().isoformat(), "to": last.isoformat()}
    return f"/changes/?{urlencode(query)}"


def _sections(told: list[_Told], period: Period) -> list[Section]:
    single = [item for item in told if not item.facts.bulk]
    of_kind: dict[str, list[_Told]] = defaultdict(list)
    for item in single:
        of_kind[item.facts.kind].append(item)
    new = {item.facts.model for item in of_kind[changes.MODEL_ADDED]}
    results = of_kind[changes.RESULT_ADDED]

    def flat(id: str, title: str, lead: str, kinds: Sequence[str]) -> Section:
        items = [item for kind in kinds for item in of_kind[kind]]
        return _flat_section(id, title, lead, items, period)

    return [
        flat(
            "verdicts",
            "Ranks and verdicts",
            "Moves beyond the tie band: the two rank ranges share no rank, or a verdict has another leader.",
            (changes.VERDICT_FLIPPED, changes.RANK_CHANGED),
        ),
        _new_models(of_kind[changes.MODEL_ADDED], [r for r in results if r.facts.model in new], period),
        _flat_section(
            "prices",
            "Prices",
            "USD per 1M tokens, input and output, old → new. What the makers ask themselves comes first.",
            sorted((item for item in single if item.facts.kind in changes.MONEY_KINDS), key=_price_order),
            period,
        ),
        _new_results([r for r in results if r.facts.model not in new], period),
        flat(
            "corrections",
            "Corrections",
            "Old value → new value.",
            (changes.OUR_CORRECTION, changes.RESULT_CORRECTED, changes.SCORING_CHANGED),
        ),
        flat(
            "withdrawn",
            "Withdrawn results",
            "They stay visible with the reason and count no more.",
            (changes.RESULT_WITHDRAWN,),
        ),
        flat(
            "status",
            "Status, limits and listings",
            "",
            (
                changes.MODEL_RETIRED,
                changes.MODEL_DEPRECATED,
                changes.STATUS_CHANGED,
                changes.CONTEXT_CHANGED,
                changes.LISTING_REMOVED,
                changes.MODEL_REMOVED,
            ),
        ),
        _flat_section("loads", "Large loads", "", [item for item in told if item.facts.bulk], period),
    ]


def _price_order(item: _Told) -> tuple:
    """Makers' own prices before those of hosts, then by model; several of one model as they happened."""
    facts = item.facts
    return facts.provider != facts.lab, _folded(facts.model_name), _folded(facts.provider_name), facts.at, facts.id


def _line(item: _Told) -> Line:
    facts = item.facts
    return Line(changes.headline(facts), changes.detail(facts, brief=True), _day(item), item.path, (_mark(item),))


def _mark(item: _Told) -> Mark:
    return Mark(item.facts.id, item.facts.permalink)


def _day(item: _Told) -> str:
    return f"{item.facts.day.day} {item.facts.day:%B}"


def _merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines in order, those that read the same as one line with all their marks."""
    found: dict[Line, tuple[Mark, ...]] = {}
    for line in lines:
        bare = replace(line, marks=())
        found[bare] = found.get(bare, ()) + line.marks
    return tuple(replace(bare, marks=marks) for bare, marks in found.items())


def _flat_section(id: str, title: str, lead: str, items: list[_Told], period: Period) -> Section:
    """One line a change, at most MOST_LINES, with a word about the rest."""
    if not items:
        return Section(id, title, lead, ())
    shown, hidden = items[:MOST_LINES], items[MOST_LINES:]
    section = Section(id, title, lead, (Block("", "", "", (), _merged(_line(item) for item in shown)),))
    return _with_more(section, hidden, period)


def _with_more(section: Section, hidden: list[_Told], period: Period) -> Section:
    """The section with how many changes it leaves out, and where they stand."""
    if not hidden:
        return section
    kinds = {item.facts.kind for item in hidden}
    filters = {"kind": kinds.pop()} if len(kinds) == 1 else {}
    return replace(
        section,
        more=f"and {display.counted(len(hidden), 'more change')} in the log",
        more_path=_log_path(period, **filters),
    )


def _by_model(items: Iterable[_Told]) -> dict[str, list[_Told]]:
    found: dict[str, list[_Told]] = defaultdict(list)
    for item in items:
        found[item.facts.model].append(item)
    return found


def _new_models(added: list[_Told], results: list[_Told], period: Period) -> Section:
    """Each new model with its first results; those with most results first."""
    of_model = _by_model(results)
    groups = sorted(
        _by_model(added).values(),
        key=lambda group: (-len(of_model[group[0].facts.model]), _folded(group[0].facts.model_name)),
    )
    blocks = [_block(group, of_model[group[0].facts.model], period) for group in groups[:MOST_MODELS]]
    hidden = [item for group in groups[MOST_MODELS:] for item in (*group, *of_model[group[0].facts.model])]
    lead = "With their first results, as reported by the source of each."
    return _with_more(Section("models", "New models", lead, tuple(blocks)), hidden, period)


def _new_results(results: list[_Told], period: Period) -> Section:
    """Results of models we had, by model; those with most results first."""
    groups = sorted(_by_model(results).values(), key=lambda group: (-len(group), _folded(group[0].facts.model_name)))
    blocks = [_block([], group, period) for group in groups[:MOST_MODELS]]
    hidden = [item for group in groups[MOST_MODELS:] for item in group]
    section = Section("results", "New results", "As reported by the source of each.", tuple(blocks))
    return _with_more(section, hidden, period)


def _block(added: list[_Told], results: list[_Told], period: Period) -> Block:
    """A model with its results by benchmark; `added` are the entries that it is new."""
    first = (added or results)[0]
    facts = first.facts
    order = sorted(results, key=lambda item: (_folded(item.facts.benchmark_name), item.facts.id))
    shown, hidden = order[:MOST_RESULTS], order[MOST_RESULTS:]
    days = {_day(item) for item in (*added, *shown)}
    one_day = days.pop() if len(days) == 1 else ""
    return Block(
        title=f"{facts.model_name} by {facts.lab_name}" if facts.lab_name else facts.model_name,
        path=first.path,
        day=one_day or (_day(added[0]) if added else ""),
        marks=tuple(_mark(item) for item in added),
        lines=_merged(_result_line(item, "" if one_day else _day(item)) for item in shown),
        more=f"and {display.counted(len(hidden), 'more result')}" if hidden else "",
        more_path=_log_path(period, kind=changes.RESULT_ADDED, model=facts.model) if hidden else "",
    )


def _result_line(item: _Told, day: str) -> Line:
    """A result below the name of its model: benchmark, score, settings."""
    facts = item.facts
    detail = "; ".join(text for text in (facts.settings, facts.reason) if text)
    return Line(f"{facts.benchmark_name}: {facts.new_text}", detail, day, "", (_mark(item),))


def _folded(text: str) -> str:
    return text.casefold()
