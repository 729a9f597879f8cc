"""A request that cannot be answered, told in the representation that was asked for."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from comparisons.boards.csv_twin import CONTENT_TYPE as CSV_TYPE
from comparisons.boards.csv_twin import cell
from comparisons.changes.feeds import TYPE as ATOM_TYPE
from comparisons.changes.feeds import problem_atom
from comparisons.pages.base import absolute
from comparisons.renderers import markdown
from comparisons.renderers.badge import problem_svg
from comparisons.web.representation import Representation, asked

PROBLEM_TYPE = "application/problem+json"
SVG_TYPE = "image/svg+xml"
TEXT_TYPE = "text/plain; charset=utf-8"
TITLES = {
    404: "There is no such page",
    410: "This model is no longer compared here",
    422: "The address asks for something that cannot be",
}


@dataclass(frozen=True, slots=True)
class NearLink:
    """An address we do have, close to the one asked for, in the same representation."""

    href: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a request: `detail` says it in a sentence, `near` leads on.

    `wanted` is the name that was asked for, empty where the address names nothing.
    """

    status: int
    detail: str
    near: tuple[NearLink, ...] = ()
    wanted: str = ""

    @property
    def title(self) -> str:
        """Head of the page."""
        return TITLES.get(self.status, HTTPStatus(self.status).phrase)


def problem_response(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem as the asked representation says it."""
    return _WRITERS[asked(request.path)](request, problem)


def problem_json(status: int, detail: str, near: tuple[str, ...] = ()) -> HttpResponse:
    """A problem document after RFC 9457; `near` are addresses that exist."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "near": list(near),
    }
    return JsonResponse(body, status=status, content_type=PROBLEM_TYPE, json_dumps_params={"ensure_ascii": False})


def _json(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem_json(problem.status, problem.detail, tuple(link.href for link in problem.near))


def _html(request: HttpRequest, problem: Problem) -> HttpResponse:
    return render(request, "404.html", {"problem": problem}, status=problem.status)


def _markdown(request: HttpRequest, problem: Problem) -> HttpResponse:
    links = [
        markdown.link(link.text, absolute(link.href)) + (f": {markdown.escape(link.note)}" if link.note else "")
        for link in problem.near
    ]
    blocks = [f"# {markdown.escape(problem.title)}", markdown.escape(problem.detail)]
    blocks += ["Did you mean:", markdown.bullets(links)] if links else []
    return HttpResponse(markdown.document(blocks), status=problem.status, content_type=markdown.CONTENT_TYPE)


def _csv(request: HttpRequest, problem: Problem) -> HttpResponse:
    out = io.StringIO()
    rows = [("problem", "near"), (problem.detail, ""), *(("", absolute(link.href)) for link in problem.near)]
    csv.writer(out, lineterminator="\n").writerows([cell(value) for value in row] for row in rows)
    return HttpResponse(out.getvalue(), status=problem.status, content_type=CSV_TYPE)


def _atom(request: HttpRequest, problem: Problem) -> HttpResponse:
    return HttpResponse(problem_atom(request.path, problem.detail), status=problem.status, content_type=ATOM_TYPE)


def _svg(request: HttpRequest, problem: Problem) -> HttpResponse:
    return HttpResponse(problem_svg(settings.SITE_NAME, problem.detail), status=problem.status, content_type=SVG_TYPE)


def _text(request: HttpRequest, problem: Problem) -> HttpResponse:
    lines = [problem.detail, *(absolute(link.href) for link in problem.near)]
    return HttpResponse("\n".join(lines) + "\n", status=problem.status, content_type=TEXT_TYPE)


_WRITERS: dict[Representation, Callable[[HttpRequest, Problem], HttpResponse]] = {
    Representation.HTML: _html,
    Representation.JSON: _json,
    Representation.MARKDOWN: _markdown,
    Representation.CSV: _csv,
    Representation.ATOM: _atom,
    Representation.SVG: _svg,
    Representation.TEXT: _text,
}
