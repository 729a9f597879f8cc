"""What views read out of a request."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest
from django.utils import timezone

from comparisons.core.weights import FIELD, from_fields
from comparisons.pages.base import BadQuestion
from comparisons.web.answering import Elsewhere
from comparisons.web.representation import Representation, asked
from models_catalog.core import display
from models_catalog.core.specs import LANES


def today() -> dt.date:
    """The day a page is about."""
    return timezone.now().date()


def asked_lane(request: HttpRequest) -> str | None:
    """The lane the address names, None for none; a page takes an unknown one for none, a twin refuses it."""
    lane = request.GET.get("lane")
    if lane and lane not in LANES and asked(request.path) is not Representation.HTML:
        raise BadQuestion(f"There is no lane “{lane[:40]}”. Write {display.listed(LANES, 'or')}.")
    return lane if lane in LANES else None


def send_fields_to_address(request: HttpRequest) -> None:
    """Send a form with one field a category (w-coding=40) to the address that says it (w=coding:40).

    Raises Elsewhere where the request is such a form.
    """
    if FIELD not in request.META.get("QUERY_STRING", ""):  # looks at no parameter that would then name a page
        return
    if not any(name.startswith(FIELD) for name in request.GET):
        return
    query = request.GET.copy()
    for name in [name for name in query if name.startswith(FIELD) or name in ("w", "page")]:
        del query[name]
    query["w"] = from_fields(request.GET) or "0"
    kept = query.copy()
    for name in [name for name, value in query.items() if not value]:
        del kept[name]
    raise Elsewhere(f"{request.path}?{kept.urlencode(safe=':,')}")


def refuse(*problems: str) -> None:
    """Refuse a question that a page would answer without the part it could not use: programs see no sentence.

    `problems` are the sentences the page would show, empty ones apart. Raises BadQuestion where there is one.
    """
    said = [problem for problem in problems if problem]
    if said:
        raise BadQuestion(" ".join(said))
