"""From the changes of a period to what the mail says. Pure: no Django, no query.

A `Digest` is what HTML part, text part, archive page and feed all print. It is made of a
snapshot's changes and of nothing else, so it comes out the same whenever it is built. Every line
carries the number of the change it tells and the day it happened. `core.digest_news` says what is
news and in which words.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

from comparisons.core import changes
from comparisons.core.changes import ChangeFacts
from models_catalog.core import display
from newsletter.core import digest_news
from newsletter.core.digest_news import Told, Weight
from newsletter.core.digest_parts import WHOLE, Block, Digest, Limits, Line, Mark, Section
from newsletter.core.periods import Period
from newsletter.core.preferences import EVERYTHING

SNAPSHOT_VERSION = 2


# --- The snapshot -----------------------------------------------------------------------------------


def snapshot_of(
    period: Period,
    facts: Iterable[ChangeFacts],
    live: Mapping[int, bool],
    as_of: dt.datetime,
    weights: Mapping[str, Weight] | None = None,
) -> dict:
    """Plain data that holds the changes of a period for ever.

    `live` tells by number whether their page exists, `weights` by model how much readers care.
    """
    return {
        "version": SNAPSHOT_VERSION,
        "newsletter": period.newsletter,
        "slug": period.slug,
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "as_of": as_of.isoformat(),
        "weights": {
            slug: [weight.rank, weight.lab_rank, weight.released.isoformat() if weight.released else None]
            for slug, weight in sorted((weights or {}).items())
        },
        "changes": [
            {**asdict(change), "at": change.at.isoformat(), "path": change.path if live.get(change.id) else ""}
            for change in facts
        ],
    }


def sha256_of(snapshot: Mapping[str, Any]) -> str:
    """Fingerprint of a snapshot, whatever the order of its keys."""
    text = json.dumps(snapshot, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# --- The digest -------------------------------------------------------------------------------------


def build(
    snapshot: Mapping[str, Any], topics: Sequence[str] = (), *, since: dt.datetime | None = None, limits: Limits = WHOLE
) -> Digest | None:
    """The digest of a snapshot for readers of some topics (none: of everything), at most as long as `limits` say.

    `since` leaves out what happened before: its reader was told already. None when nothing in it
    concerns them. Raises KeyError for what is no snapshot.
    """
    wanted = set(topics)
    told = [item for item in digest_news.told_of(snapshot) if _concerns(item.facts, wanted)]
    told = [item for item in told if since is None or item.facts.at >= since]
    if not told:
        return None
    start, end = (dt.datetime.fromisoformat(snapshot[name]) for name in ("start", "end"))
    period = Period(snapshot["newsletter"], snapshot["slug"], since or start, end)
    news, nothing = digest_news.settled(told)
    pages = _Sections(news, period, digest_news.weights_of(snapshot), limits)
    counts = _counts(news)
    summary = display.listed(counts) or "what changed was taken back"
    as_of = dt.datetime.fromisoformat(snapshot["as_of"]).astimezone(dt.UTC)
    title = f"What changed, {period.text}"
    return Digest(
        title=title,
        subject=digest_news.subject_of(
            pages.by_weight(news), pages.new_names, f"{_short(counts)}: {period.text}" if counts else title
        ),
        summary=f"{summary[:1].upper()}{summary[1:]}.",
        period=period.text,
        as_of=f"{display.date(as_of.date())}, {as_of:%H:%M} UTC",
        log_path=_log_path(period),
        sections=tuple(section for section in pages.all() if section.blocks),
        changes=len(told),
        settled=len(nothing),
    )


def _concerns(facts: ChangeFacts, wanted: set[str]) -> bool:
    """Whether readers of some topics (none: of everything) are told."""
    of_everything = not wanted or EVERYTHING in wanted
    return (of_everything and not facts.for_followers) or bool(facts.topics & wanted)


def joined(snapshots: Sequence[Mapping[str, Any]], since: dt.datetime) -> dict:
    """One snapshot of several periods that follow each other, from `since` on, named after the last."""
    last = snapshots[-1]
    rows = {row["id"]: row for snapshot in snapshots for row in snapshot.get("changes", ())}
    return {
        **last,
        "start": since.isoformat(),
        "weights": {slug: weight for snapshot in snapshots for slug, weight in snapshot.get("weights", {}).items()},
        "changes": [row for row in rows.values() if dt.datetime.fromisoformat(row["at"]) >= since],
    }


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


def _counts(told: list[Told]) -> list[str]:
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


class _Sections:
    """The sections of one digest, in the order readers care about."""

    def __init__(self, news: list[Told], period: Period, weights: Mapping[str, Weight], limits: Limits):
        self._period, self._weights, self._limits = period, weights, limits
        self._bulk = [item for item in news if item.facts.bulk]
        self._single = [item for item in news if not item.facts.bulk]
        self._of_kind: dict[str, list[Told]] = defaultdict(list)
        for item in self._single:
            self._of_kind[item.facts.kind].append(item)
        groups = _by_model(self._of_kind[changes.MODEL_ADDED]).values()
        self._new = sorted(groups, key=lambda group: self._weight(group[0].facts))
        self._new_slugs = {group[0].facts.model for group in self._new}

    @property
    def new_names(self) -> list[str]:
        """Names of the new models, most important first."""
        return [group[0].facts.model_name for group in self._new]

    def by_weight(self, news: list[Told]) -> list[Told]:
        """The news of the models readers look for first; of one model as they happened."""
        return sorted(news, key=lambda item: self._weight(item.facts))

    def all(self) -> list[Section]:
        """Every section; one without blocks has nothing to say."""
        results = self._of_kind[changes.RESULT_ADDED]
        return [
            self._new_models(),
            self._flat(
                "verdicts",
                "Ranks and verdicts",
                "Moves beyond the tie band: the two rank ranges share no rank, or a verdict has another leader.",
                (changes.VERDICT_FLIPPED, changes.RANK_CHANGED),
            ),
            self._lines(
                "prices",
                "Prices",
                "USD per 1M tokens, input and output, old → new. What the makers ask themselves comes first.",
                sorted(
                    (item for item in self._single if item.facts.kind in changes.MONEY_KINDS), key=self._price_order
                ),
            ),
            self._results(
                "first-results",
                "First results of the new models",
                [item for item in results if item.facts.model in self._new_slugs],
            ),
            self._results(
                "results", "New results", [item for item in results if item.facts.model not in self._new_slugs]
            ),
            self._flat(
                "corrections",
                "Corrections",
                "Old value → new value.",
                (changes.OUR_CORRECTION, changes.RESULT_CORRECTED, changes.SCORING_CHANGED),
            ),
            self._flat(
                "withdrawn",
                "Withdrawn results",
                "They stay visible with the reason and count no more.",
                (changes.RESULT_WITHDRAWN,),
            ),
            self._flat(
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
            self._lines("loads", "Large loads", "", self._bulk),
        ]

    def _weight(self, facts: ChangeFacts) -> tuple:
        weight = self._weights.get(facts.model, digest_news.Weight())
        return digest_news.importance(weight, facts.model_name, self._period.end.date())

    def _price_order(self, item: Told) -> tuple:
        """Makers' own prices before those of hosts, important models first; several of one as they happened."""
        facts = item.facts
        return facts.provider != facts.lab, self._weight(facts), facts.provider_name.casefold(), facts.at, facts.id

    def _new_models(self) -> Section:
        """Every new model by name, before anything else: the first with a line, the rest in one sentence."""
        shown, hidden = self._new[: self._limits.named], self._new[self._limits.named :]
        lines = [_new_line(group) for group in shown]
        section = Section("models", "New models", "", (Block("", "", "", (), tuple(lines)),) if lines else ())
        if not hidden:
            return section
        names = display.listed(_named(group[0].facts) for group in hidden)
        items = [item for group in hidden for item in group]
        block = Block("", "", "", (), (Line(f"Also new: {names}.", "", "", "", ()),))
        return self._with_more(replace(section, blocks=(*section.blocks, block)), items)

    def _flat(self, id: str, title: str, lead: str, kinds: Sequence[str]) -> Section:
        return self._lines(id, title, lead, [item for kind in kinds for item in self._of_kind[kind]])

    def _lines(self, id: str, title: str, lead: str, items: list[Told]) -> Section:
        """One line a change, with a word about the rest."""
        if not items:
            return Section(id, title, lead, ())
        shown, hidden = items[: self._limits.lines], items[self._limits.lines :]
        block = Block("", "", "", (), _merged(_line(item) for item in shown))
        return self._with_more(Section(id, title, lead, (block,)), hidden)

    def _with_more(self, section: Section, hidden: list[Told]) -> Section:
        """The section with how many changes it leaves out, and where they stand."""
        if not hidden:
            return section
        kinds = {item.facts.kind for item in hidden}
        filters = {"kind": kinds.pop()} if len(kinds) == 1 else {}
        number = sum(len(item.numbers) for item in hidden)
        return replace(
            section,
            more=f"and {display.counted(number, 'more change')} on the changes page",
            more_path=_log_path(self._period, **filters),
        )

    def _results(self, id: str, title: str, results: list[Told]) -> Section:
        """Results by model, important models first."""
        groups = sorted(_by_model(results).values(), key=lambda group: self._weight(group[0].facts))
        shown, hidden = groups[: self._limits.models], groups[self._limits.models :]
        blocks = tuple(self._block(group) for group in shown)
        section = Section(id, title, "As reported by the source of each.", blocks)
        return self._with_more(section, [item for group in hidden for item in group])

    def _block(self, results: list[Told]) -> Block:
        """A model with its results by benchmark."""
        first = results[0]
        order = sorted(results, key=lambda item: (item.facts.benchmark_name.casefold(), item.facts.id))
        shown, hidden = order[: self._limits.results], order[self._limits.results :]
        days = {_day(item) for item in shown}
        one_day = days.pop() if len(days) == 1 else ""
        number = sum(len(item.numbers) for item in hidden)
        return Block(
            title=_named(first.facts, " by "),
            path=first.path,
            day=one_day,
            marks=(),
            lines=_merged(_result_line(item, "" if one_day else _day(item)) for item in shown),
            more=f"and {display.counted(number, 'more result')}" if hidden else "",
            more_path=_log_path(self._period, kind=changes.RESULT_ADDED, model=first.facts.model) if hidden else "",
        )


def _named(facts: ChangeFacts, joint: str = "") -> str:
    """A model with its lab: “Atlas 1 by North Lab” or “Atlas 1 (North Lab)”."""
    if not facts.lab_name:
        return facts.model_name
    return f"{facts.model_name}{joint}{facts.lab_name}" if joint else f"{facts.model_name} ({facts.lab_name})"


def _new_line(group: list[Told]) -> Line:
    first = group[0]
    marks = tuple(mark for item in group for mark in _marks(item))
    return Line(_named(first.facts, " by "), "", _day(first), first.path, marks)


def _line(item: Told) -> Line:
    return Line(digest_news.headline(item.facts), digest_news.detail(item.facts), _day(item), item.path, _marks(item))


def _marks(item: Told) -> tuple[Mark, ...]:
    return tuple(Mark(number, f"/changes/?id={number}") for number in item.numbers)


def _day(item: Told) -> str:
    return f"{item.facts.day.day} {item.facts.day:%B}"


def _merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines in order, those that read the same as one line with all their marks."""
    found: dict[Line, tuple[Mark, ...]] = {}
    for line in lines:
        bare = replace(line, marks=())
        found[bare] = found.get(bare, ()) + line.marks
    return tuple(replace(bare, marks=marks) for bare, marks in found.items())


def _by_model(items: Iterable[Told]) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    for item in items:
        found[item.facts.model].append(item)
    return found


def _result_line(item: Told, day: str) -> Line:
    """A result below the name of its model: benchmark, score, settings."""
    facts = item.facts
    told = "; ".join(text for text in (facts.settings, digest_news.reason_of(facts)) if text)
    return Line(f"{facts.benchmark_name}: {facts.new_text}", told, day, "", _marks(item))
