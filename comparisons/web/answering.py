"""The one place where what goes wrong becomes a response.

Views of readers are wrapped by `reader_view`: they read the address, load a page and render it, and let
whatever the loader raises pass. Each kind of failure has one function below that answers it, whichever
view and representation was asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from comparisons.core import pairs
from comparisons.pages.badge import UnknownMetric
from comparisons.pages.base import (
    BadQuestion,
    GoneFromHere,
    MovedModel,
    UnknownModel,
    UnknownPage,
    UnknownRevision,
    address,
)
from comparisons.web.near import instead, near_models, near_subjects, same_view, second_model, with_query
from comparisons.web.problems import NearLink, Problem, problem_response
from models_catalog.core import display

LONGEST_NAME = 300  # characters of an unusable address that are given back
# The view that shows one model in the representation in which a view shows two.
MODEL_VIEWS = {
    "comparisons:comparison_json": "comparisons:model_json",
    "comparisons:comparison_md": "comparisons:model_md",
    "api-v1:get_comparison": "api-v1:get_model",
}
NO_ADDRESS = (
    "The address may have a typing error, or the page never existed. "
    "Renamed models and benchmarks lead to their new address by themselves."
)


class Elsewhere(Exception):
    """The answer stands under another address: `href`, for good where `permanent`."""

    def __init__(self, href: str, *, permanent: bool = False):
        super().__init__(f"The answer is at {href}.")
        self.href, self.permanent = href, permanent


def answering(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view raise what the pages raise; every kind of it becomes a response here."""

    @functools.wraps(view)
    def answered(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except tuple(_ANSWERS) as failure:
            kind = next(kind for kind in type(failure).__mro__ if kind in _ANSWERS)
            return _ANSWERS[kind](request, failure)

    return answered


def reader_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of readers: GET and HEAD only, failures answered."""
    return require_safe(answering(view))


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Any address we do not have, for `handler404`."""
    return problem_response(request, Problem(404, NO_ADDRESS))


def moved_address(request: HttpRequest, renamed: dict[str, str]) -> str:
    """Where the view asked for shows models that have new slugs; a pair that became one model leads to it."""
    match = request.resolver_match
    kwargs = match.kwargs
    if "pair" not in kwargs:
        return with_query(request, same_view(request, slug=renamed[kwargs["slug"]]))
    one, other = (renamed.get(slug, slug) for slug in pairs.split(kwargs["pair"]))
    if one == other:
        return reverse(MODEL_VIEWS.get(match.view_name, "comparisons:model_detail"), kwargs={"slug": one})
    return with_query(request, same_view(request, pair=pairs.join(one, other)))


def moved_for_now(address: str) -> HttpResponse:
    """Lead on to a renamed model's address. Nobody keeps it: a name that is taken back must not loop a browser."""
    response = redirect(address, permanent=False)
    response["Cache-Control"] = "no-cache"
    return response


def _elsewhere(request: HttpRequest, found: Elsewhere) -> HttpResponse:
    return redirect(found.href, permanent=found.permanent)


def _moved_model(request: HttpRequest, moved: MovedModel) -> HttpResponse:
    return moved_for_now(moved_address(request, moved.renamed))


def _unknown_model(request: HttpRequest, unknown: UnknownModel) -> HttpResponse:
    near = near_models(request, unknown.slug)
    return problem_response(request, Problem(404, str(unknown), near, unknown.slug))


def _gone_from_here(request: HttpRequest, gone: GoneFromHere) -> HttpResponse:
    near = instead(request, gone.slug, gone.successor)
    return problem_response(request, Problem(410, str(gone), near, gone.slug))


def _unknown_page(request: HttpRequest, unknown: UnknownPage) -> HttpResponse:
    near = near_subjects(request, unknown.kind, unknown.slug)
    return problem_response(request, Problem(404, str(unknown), near, unknown.slug))


def _unknown_revision(request: HttpRequest, unknown: UnknownRevision) -> HttpResponse:
    lane = request.GET.get("lane")
    near = [NearLink(address(request.path, lane=lane), "What is said today")]
    if unknown.day is not None:
        then = address(request.path, lane=lane, on=unknown.day.isoformat())
        near.append(NearLink(then, f"As it stood on {display.date(unknown.day)}, under today’s method"))
    return problem_response(request, Problem(404, str(unknown), tuple(near), request.GET.get("rev", "")[:LONGEST_NAME]))


def _same_pair(request: HttpRequest, same: pairs.SamePair) -> HttpResponse:
    return problem_response(request, Problem(404, str(same), second_model(same), same.slug))


def _not_a_pair(request: HttpRequest, problem: pairs.NotAPair) -> HttpResponse:
    wanted = request.resolver_match.kwargs["pair"][:LONGEST_NAME]
    return problem_response(request, Problem(404, str(problem), wanted=wanted))


def _bad_question(request: HttpRequest, bad: BadQuestion) -> HttpResponse:
    return problem_response(request, Problem(422, str(bad)))


def _unknown_metric(request: HttpRequest, unknown: UnknownMetric) -> HttpResponse:
    return problem_response(request, Problem(400, str(unknown)))


def _http_404(request: HttpRequest, missing: Http404) -> HttpResponse:
    return problem_response(request, Problem(404, str(missing)))


_ANSWERS: dict[type[Exception], Callable[[HttpRequest, Exception], HttpResponse]] = {
    Elsewhere: _elsewhere,
    MovedModel: _moved_model,
    UnknownModel: _unknown_model,
    GoneFromHere: _gone_from_here,
    UnknownPage: _unknown_page,
    UnknownRevision: _unknown_revision,
    pairs.SamePair: _same_pair,
    pairs.NotAPair: _not_a_pair,
    BadQuestion: _bad_question,
    UnknownMetric: _unknown_metric,
    Http404: _http_404,
}
