"""The public change log as a page: filters, days, entries. Five queries at most, whatever its size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.db.models import Q, QuerySet

from comparisons.core import changes
from comparisons.core.changes import ChangeFacts
from comparisons.models import Change
from comparisons.pages import lookup
from comparisons.pages.base import PageMeta, absolute, address
from models_catalog.core import display
from models_catalog.models import Category, LanguageModel, ModelSlugRedirect, Organization

PATH = "/changes/"
FEED_PATH = "/changes/feed.atom"
PAGE_SIZE = 50
ANY = {"value": "", "label": "Any"}


@dataclass(frozen=True)
class ChangeFilters:
    """What a reader asked for. `start` and `end` are days, both included; `id` names one entry.

    `problems` are sentences about what could not be used and was left out.
    """

    kind: str = ""
    lab: str = ""
    category: str = ""
    model: str = ""
    model_typed: str = ""
    start: dt.date | None = None
    end: dt.date | None = None
    id: int | None = None
    page: int = 1
    problems: tuple[str, ...] = ()

    def parameters(self, **changed) -> dict[str, str]:
        """The filters as parameters of an address; `changed` replaces some."""
        given = {
            "id": str(self.id or ""),
            "kind": self.kind,
            "lab": self.lab,
            "category": self.category,
            "model": self.model,
            "from": self.start.isoformat() if self.start else "",
            "to": self.end.isoformat() if self.end else "",
        }
        return {name: value for name, value in {**given, **changed}.items() if value}

    def href(self, **changed) -> str:
        """Address of the page with these filters; the first page unless `page` is given."""
        return address(PATH, **self.parameters(**changed))

    @property
    def narrowed(self) -> bool:
        """Whether anything is filtered at all."""
        return bool(self.parameters())


@dataclass(frozen=True)
class Entry:
    """One change as the page prints it."""

    id: int
    kind: str
    text: str
    href: str
    detail: str
    source_url: str
    permalink: str


@dataclass(frozen=True)
class Day:
    """The changes of one UTC day, newest first."""

    iso: str
    date: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class ChangesPage:
    """Everything `templates/comparisons/changes.html` prints."""

    meta: PageMeta
    basis: str
    problems: tuple[str, ...]
    fields: tuple[dict, ...]
    days: tuple[Day, ...]
    pager: tuple[dict, ...]
    feed: str
    narrowed: bool
    path: str = PATH
    ways_out: tuple[dict, ...] = ({"href": PATH, "text": "All changes"},)


def public_changes() -> QuerySet[Change]:
    """Entries readers may see, newest first: none about a model that is hidden by now."""
    hidden = LanguageModel.objects.filter(published=False).values("slug")
    old = ModelSlugRedirect.objects.filter(model__published=False).values("old_slug")
    return Change.objects.exclude(Q(model__in=hidden) | Q(model__in=old) | Q(other__in=hidden) | Q(other__in=old))


def selected(filters: ChangeFilters) -> QuerySet[Change]:
    """The public entries that fit the filters, newest first."""
    rows = public_changes()
    if filters.id is not None:
        return rows.filter(pk=filters.id)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.lab:
        rows = rows.filter(Q(lab=filters.lab) | Q(values__other_lab=filters.lab))
    if filters.category:
        rows = rows.filter(category=filters.category)
    if filters.model:
        old = ModelSlugRedirect.objects.filter(model__slug=filters.model).values("old_slug")
        rows = rows.filter(Q(model=filters.model) | Q(other=filters.model) | Q(model__in=old) | Q(other__in=old))
    if filters.start:
        rows = rows.filter(day__gte=filters.start)
    if filters.end:
        rows = rows.filter(day__lte=filters.end)
    return rows


def changes_of_pair(one: str, other: str) -> QuerySet[Change]:
    """Public entries about two models, newest first: what happened to either, and turns of their own verdict."""
    ever = {
        slug: (slug, *ModelSlugRedirect.objects.filter(model__slug=slug).values_list("old_slug", flat=True))
        for slug in (one, other)
    }
    first, second = Q(model__in=ever[one]), Q(model__in=ever[other])
    own = (first & Q(other__in=ever[other])) | (second & Q(other__in=ever[one]))
    return public_changes().filter(own | (Q(other="") & (first | second)))


def read_filters(query: Mapping[str, str]) -> ChangeFilters:
    """Filters out of the parameters of an address; what cannot be used is left out and said.

    Up to three queries, only when a model is named.
    """
    problems: list[str] = []
    kind = query.get("kind", "")
    if kind and kind not in changes.KINDS:
        problems.append("There is no such kind of change; the filter is left out.")
        kind = ""
    typed = query.get("model", "").strip()[:200]
    model = lookup.find(typed) if typed else ""
    if typed and not model:
        problems.append(f"No model is called “{typed}”; the filter is left out.")
    return ChangeFilters(
        kind=kind,
        lab=query.get("lab", "").strip()[:120],
        category=query.get("category", "").strip()[:60],
        model=model or "",
        model_typed=typed,
        start=_day(query.get("from", ""), problems),
        end=_day(query.get("to", ""), problems),
        id=_number(query.get("id", "")),
        page=_number(query.get("page", "")) or 1,
        problems=tuple(problems),
    )


def _day(text: str, problems: list[str]) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        problems.append(f"“{text[:20]}” is no day. Write it as 2026-07-03.")
        return None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def load_changes_page(filters: ChangeFilters) -> ChangesPage:
    """The page for these filters."""
    labs, categories = _labs(), _categories()
    rows = selected(filters)
    total = rows.count()
    last = max(1, -(-total // PAGE_SIZE))
    number = min(filters.page, last)
    shown = [row.facts for row in rows[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]]
    return ChangesPage(
        meta=_meta(filters, number),
        basis=_basis(filters, total),
        problems=filters.problems,
        fields=_fields(filters, labs, categories),
        days=days_of(shown),
        pager=_pager(filters, total, number, last),
        feed=FEED_PATH,
        narrowed=filters.narrowed,
    )


def days_of(shown: list[ChangeFacts]) -> tuple[Day, ...]:
    """Entries, already in order, by day."""
    return tuple(
        Day(day.isoformat(), display.date(day), tuple(entry_of(change) for change in group))
        for day, group in groupby(shown, key=lambda change: change.day)
    )


def entry_of(change: ChangeFacts) -> Entry:
    """One change in the words every output uses."""
    return Entry(
        id=change.id,
        kind=changes.KINDS[change.kind],
        text=changes.headline(change),
        href=change.path,
        detail=changes.detail(change),
        source_url=change.source_url,
        permalink=change.permalink,
    )


def latest(limit: int, since: dt.datetime | None = None) -> tuple[dict, ...]:
    """The newest changes, from `since` on if given, as entries of the timeline component. One query."""
    rows = public_changes()
    if since is not None:
        rows = rows.filter(at__gte=since)
    return tuple(
        {
            "iso": change.day.isoformat(),
            "date": display.date(change.day),
            "kind": changes.KINDS[change.kind],
            "text": changes.headline(change),
            "href": change.path or change.permalink,
            "detail": changes.detail(change) or None,
        }
        for change in (row.facts for row in rows[:limit])
    )


def _meta(filters: ChangeFilters, number: int) -> PageMeta:
    bare = not filters.narrowed and number == 1
    return PageMeta(
        title="Changes",
        description="New models and results, corrections with their reasons, withdrawn results, prices, ranks and "
        "verdicts that moved.",
        canonical=absolute(PATH),
        robots=None if bare else "noindex",
        alternates=(
            {"type": "application/atom+xml", "href": absolute(FEED_PATH), "title": f"{settings.SITE_NAME}: changes"},
        ),
    )


def _basis(filters: ChangeFilters, total: int) -> str:
    if not total:
        return "Nothing here yet." if not filters.narrowed else "No change fits these filters."
    counted = display.counted(total, "change")
    if filters.id is not None:
        return f"Change {filters.id} of the log."
    fits = " that fit these filters" if filters.narrowed else ""
    return f"{counted}{fits}, newest first. A correction shows the old value, the new one and why."


def _labs() -> list[tuple[str, str]]:
    rows = Organization.objects.filter(is_lab=True, models__published=True).distinct()
    return [(row.slug, row.name) for row in rows]


def _categories() -> list[tuple[str, str]]:
    return [(row.slug, row.name) for row in Category.objects.all()]


def _fields(filters: ChangeFilters, labs: list, categories: list) -> tuple[dict, ...]:
    kinds = [(kind, name.capitalize()) for kind, name in changes.KINDS.items()]
    return (
        _select("kind", "What", kinds, filters.kind),
        _select("lab", "Lab", labs, filters.lab),
        _select("category", "Category", categories, filters.category),
        _typed("model", "Model", filters.model_typed, {"placeholder": "any", "autocomplete": "off"}),
        _typed("from", "From", filters.start.isoformat() if filters.start else "", {}, "date"),
        _typed("to", "To", filters.end.isoformat() if filters.end else "", {}, "date"),
    )


def _select(name: str, label: str, options: list[tuple[str, str]], chosen: str) -> dict:
    listed = [{"value": value, "label": text, "selected": value == chosen} for value, text in options]
    return {"kind": "select", "id": f"changes-{name}", "name": name, "label": label, "options": [ANY, *listed]}


def _typed(name: str, label: str, value: str, attrs: dict, kind: str = "text") -> dict:
    return {"kind": kind, "id": f"changes-{name}", "name": name, "label": label, "value": value, "attrs": attrs}


def _pager(filters: ChangeFilters, total: int, number: int, last: int) -> tuple[dict, ...]:
    """First, neighbours and last page; empty when one page holds all."""
    if last == 1:
        return ()
    wanted = sorted({1, number - 1, number, number + 1, last} & set(range(1, last + 1)))
    return tuple(
        {
            "text": f"{display.count((n - 1) * PAGE_SIZE + 1)} to {display.count(min(n * PAGE_SIZE, total))}",
            "href": filters.href(page=str(n) if n > 1 else ""),
            "current": n == number,
        }
        for n in wanted
    )
