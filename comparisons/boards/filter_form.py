"""The filter form of a board and the form for own weights, as the form components print them."""

from __future__ import annotations

from collections.abc import Iterable

from comparisons.boards.filters import CLOSED, OPEN, BoardFilters, statuses
from comparisons.boards.rows import range_text
from comparisons.boards.store import BoardEntry
from comparisons.boards.weights_form import SITE_WEIGHTS, WeightsForm, weight_fields
from comparisons.core.standing import LaneFit
from comparisons.core.weights import ready_made
from comparisons.pages.parts import Link
from models_catalog.core.specs import CategorySpec

ANY = {"value": "", "label": "Any", "selected": False}


def fields(
    filters: BoardFilters,
    entries: Iterable[BoardEntry],
    categories: Iterable[CategorySpec] = (),
    *,
    lab: bool = True,
    name: bool = False,
) -> list[dict]:
    """Fields in reading order; each is {kind: select or text, id, name, label, options or value, errors}.

    With `categories` the first one asks what to rank by.
    """
    listed = []
    if name:
        listed.append(_text("q", "Name contains", "search", filters))
    if categories:
        overall = {"value": "", "label": "Overall", "selected": not filters.category}
        options = _options([(c.slug, c.name) for c in categories], filters.category)
        listed.append(_select("category", "Rank by", [overall, *options], filters))
    if lab:
        names = {entry.model.lab: entry.model.lab_name for entry in entries}
        options = _options(sorted(names.items(), key=lambda item: item[1].casefold()), filters.lab)
        listed.append(_select("lab", "Lab", [ANY, *options], filters))
    weights = _options([(OPEN, "Open"), (CLOSED, "Closed")], filters.weights)
    reasoning = _options([("yes", "Yes"), ("no", "No")], filters.reasoning)
    states = _options([(state, state.capitalize()) for state in statuses()], filters.status)
    return [
        *listed,
        _select("weights", "Weights", [ANY, *weights], filters),
        _select("reasoning", "Reasoning", [ANY, *reasoning], filters),
        _text("price", "Price up to, USD", "decimal", filters),
        _text("context", "Context from, tokens", "text", filters),
        _select("status", "Status", [ANY, *states], filters),
    ]


def kept(filters: BoardFilters, *names: str) -> list[tuple[str, str]]:
    """Parameters a form has to keep in the address."""
    return [(name, value) for name, value in filters.parameters().items() if name in names and value]


def pager(filters: BoardFilters, path: str, matching: int, size: int) -> tuple[dict, ...]:
    """Links to the pages of a list of `matching` rows; empty where one page holds them all."""
    if matching <= size:
        return ()
    return tuple(
        {
            "text": range_text(first, min(first + size - 1, matching)),
            "href": filters.href(path, page="" if number == 1 else str(number)),
            "current": number == filters.page,
        }
        for number, first in enumerate(range(1, matching + 1, size), start=1)
    )


def _options(pairs, chosen: str) -> list[dict]:
    return [{"value": value, "label": label, "selected": value == chosen} for value, label in pairs]


def _select(name: str, label: str, options: list[dict], filters: BoardFilters) -> dict:
    return {
        "kind": "select",
        "id": f"filter-{name}",
        "name": name,
        "label": label,
        "options": options,
        "errors": filters.errors.get(name, ()),
    }


def _text(name: str, label: str, mode: str, filters: BoardFilters) -> dict:
    return {
        "kind": "text",
        "id": f"filter-{name}",
        "name": name,
        "label": label,
        "value": filters.typed.get(name, ""),
        "errors": filters.errors.get(name, ()),
        "attrs": {"inputmode": mode, "placeholder": "any", "autocomplete": "off"},
    }


def weights_form(
    filters: BoardFilters, path: str, fit: LaneFit, categories: Iterable[CategorySpec], error: str
) -> WeightsForm:
    """The form for own category weights, filled with those in force; open where they are used or wrong."""
    said = filters.parameters()
    return WeightsForm(
        action=path,
        submit="Rank my way",
        reset=Link(filters.href(path, w=""), SITE_WEIGHTS) if filters.own_weights else None,
        keep=tuple((name, value) for name, value in said.items() if value and name not in ("w", "page")),
        open=bool(filters.own_weights or error),
        presets=tuple(Link(filters.href(path, w=name), name) for name in ready_made(categories)),
        entries=weight_fields(categories, fit.by_category),
    )
