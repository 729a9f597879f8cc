"""`/api/v1/`: everything the site knows, keyless and read-only.

The operations only read parameters and hand out what pages and `open_data` give. One wrapper
around every address adds what all answers share: any origin may read them, the dataset
revision is their ETag, and whatever goes wrong is an `application/problem+json`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from django.utils.cache import get_conditional_response
from ninja import NinjaAPI, Path, Query
from ninja.errors import HttpError, Throttled, ValidationError

from comparisons.boards.filters import BoardFilters
from comparisons.boards.leaderboard import load_leaderboard
from comparisons.boards.store import BoardEntry
from comparisons.core import changes as change_words
from comparisons.core import pairs
from comparisons.pages import lookup, open_data
from comparisons.pages.base import GoneFromHere, MovedModel, UnknownModel, UnknownPage, absolute
from comparisons.pairs.comparison import load_comparison_page
from comparisons.pairs.json_twin import comparison_document, plain
from comparisons.web import api_schemas as shapes
from comparisons.web import page_cache
from comparisons.web.answering import moved_address, moved_for_now
from comparisons.web.api_runs import router as runs_router
from comparisons.web.near import instead, near_models, near_subjects
from comparisons.web.problems import PROBLEM_TYPE, problem_json
from comparisons.web.throttling import ClientThrottle
from models_catalog.core import display
from models_catalog.core.specs import ResultRow

MOST_ITEMS = 200
PER_MINUTE = 240
ERRORS = dict.fromkeys((404, 422, 429), shapes.Problem)
LIST_ERRORS = dict.fromkeys((422, 429), shapes.Problem)

Slug = Annotated[str, Path(pattern=shapes.SLUG, max_length=120, description="As in the page’s address.")]
SlugFilter = Annotated[str | None, Query(pattern=shapes.SLUG, max_length=120)]
Cursor = Annotated[str | None, Query(max_length=300, description="“next” of the page before.")]
Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Items a page.")]
Pair = Annotated[str, Path(pattern=shapes.PAIR, max_length=250, description="Two slugs with -vs- between.")]


class OpenAPI(NinjaAPI):
    """Ninja with a schema that says under which media type problems come."""

    def get_openapi_operation_id(self, operation) -> str:
        """Name an operation for generated clients: by what it does, not by the module it stands in today."""
        return f"comparisons_api_{operation.view_func.__name__}"

    def get_openapi_schema(self, **options):
        """The OpenAPI 3.1 description."""
        schema = super().get_openapi_schema(**options)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400 and "application/json" in response.get("content", {}):
                        response["content"] = {PROBLEM_TYPE: response["content"].pop("application/json")}
        return schema


throttle = ClientThrottle(PER_MINUTE)
api = OpenAPI(
    title=f"{settings.SITE_NAME} API",
    version="1",
    description="Models, benchmarks, results, prices and comparisons as open data. No key; read-only. "
    "Lists come in pages: ask again with the cursor named in “next” until that is null.",
    docs_url=None,
    urls_namespace="api-v1",
    throttle=throttle,
)


# ------------------------------------------------------------------ operations


@api.get("/models", response={200: shapes.ModelList, **LIST_ERRORS}, tags=["Catalogue"], summary="List models")
def list_models(request: HttpRequest, cursor: Cursor = None, limit: Limit = 100, lab: SlugFilter = None):
    """Published models by slug."""
    return _listed(open_data.models(cursor or "", limit, lab or ""), asdict)


@api.get("/models/{slug}", response={200: shapes.ModelDetail, **ERRORS}, tags=["Catalogue"], summary="One model")
def get_model(request: HttpRequest, slug: Slug):
    """A model with its standing in every lane."""
    try:
        found = open_data.model(slug)
    except KeyError:
        lookup.raise_unknown((slug,))
    standings = {lane: _standing(entry) for lane, entry in found.standings.items()}
    return {**asdict(found.model), "revision": open_data.revision(), "standings": standings}


@api.get(
    "/benchmarks", response={200: shapes.BenchmarkList, **LIST_ERRORS}, tags=["Catalogue"], summary="List benchmarks"
)
def list_benchmarks(request: HttpRequest, cursor: Cursor = None, limit: Limit = 100, category: SlugFilter = None):
    """Benchmarks by slug."""
    return _listed(open_data.benchmarks(cursor or "", limit, category or ""), asdict)


@api.get(
    "/benchmarks/{slug}",
    response={200: shapes.BenchmarkDetail, **ERRORS},
    tags=["Catalogue"],
    summary="One benchmark",
)
def get_benchmark(request: HttpRequest, slug: Slug):
    """A benchmark with every public result."""
    spec, rows = open_data.benchmark(slug)
    return {**asdict(spec), "revision": open_data.revision(), "results": [_result(row) for row in rows]}


def _result(row: ResultRow) -> dict:
    """A result as the API gives it: “measured” only where the source says so."""
    return {**asdict(row), "date": row.measured_on, "measured_on": row.evaluated_on, "retrieved_on": row.read_on}


@api.get("/results", response={200: shapes.ResultList, **ERRORS}, tags=["Evidence"], summary="List results")
def list_results(
    request: HttpRequest,
    cursor: Cursor = None,
    limit: Limit = 100,
    model: SlugFilter = None,
    benchmark: SlugFilter = None,
):
    """Published and withdrawn results; a withdrawn one says why."""
    model, benchmark = open_data.present_model(model), open_data.present_benchmark(benchmark)
    return _listed(open_data.results(cursor or "", limit, model, benchmark), _result)


@api.get("/prices", response={200: shapes.PriceList, **ERRORS}, tags=["Evidence"], summary="List prices")
def list_prices(
    request: HttpRequest,
    cursor: Cursor = None,
    limit: Limit = 100,
    model: SlugFilter = None,
    provider: SlugFilter = None,
    current: Annotated[bool, Query(description="Only prices that hold today.")] = False,
):
    """Prices with their periods, USD per 1M tokens."""
    on = timezone.now().date() if current else None
    model, provider = open_data.present_model(model), open_data.present_provider(provider)
    return _listed(open_data.prices(cursor or "", limit, model, provider, on), asdict)


@api.get("/leaderboard", response={200: shapes.Leaderboard, **ERRORS}, tags=["Standings"], summary="The leaderboard")
def get_leaderboard(
    request: HttpRequest,
    lane: Annotated[shapes.Lane | None, Query()] = None,
    category: SlugFilter = None,
    cursor: Cursor = None,
    limit: Limit = 100,
):
    """Ranked models with intervals, overall or in one category."""
    filters = BoardFilters(lane=lane or "", category=category or "")
    page = load_leaderboard(filters, today=timezone.now().date(), whole=True)
    if page.board is None:
        raise Http404(page.basis)
    if page.board.category_error:
        raise UnknownPage("category", category)
    start = open_data.number_of(cursor) if cursor else 0
    lines = page.board.lines[start : start + limit]
    end = start + len(lines)
    return {
        "revision": page.board.context.revision,
        "lane": page.board.context.lane,
        "category": page.filters.category or None,
        "basis": page.basis,
        "ranked": page.board.places,
        "next": open_data.cursor_of(end) if end < len(page.board.lines) else None,
        "items": [_leaderboard_line(line) for line in lines],
    }


@api.get(
    "/compare/{pair}",
    response={200: shapes.Comparison, **ERRORS},
    by_alias=True,
    tags=["Standings"],
    summary="Two models compared",
)
def get_comparison(request: HttpRequest, pair: Pair, lane: Annotated[shapes.Lane | None, Query()] = None):
    """The twin of the pair page: scores, verdict, every sentence with its rows. Slugs in any order."""
    page = load_comparison_page(pair, today=timezone.now().date(), lane=lane)
    return JsonResponse(comparison_document(page), json_dumps_params={"ensure_ascii": False})


@api.get("/changes", response={200: shapes.ChangeList, **ERRORS}, tags=["Changes"], summary="The change log")
def list_changes(
    request: HttpRequest,
    cursor: Cursor = None,
    limit: Limit = 100,
    kind: Annotated[str | None, Query(enum=list(change_words.KINDS), max_length=30)] = None,
    model: SlugFilter = None,
):
    """What was added, corrected and withdrawn, the newest entry first."""
    if kind and kind not in change_words.KINDS:
        raise HttpError(422, f"There is no such kind of change. Write {display.listed(change_words.KINDS, 'or')}.")
    return _listed(open_data.changes(cursor or "", limit, kind or "", open_data.present_model(model)), _change)


def _listed(found: open_data.Slice, shape: Callable) -> dict:
    items = [{key: plain(value) for key, value in shape(item).items()} for item in found.items]
    return {"revision": open_data.revision(), "next": found.next, "items": items}


def _standing(entry: BoardEntry) -> dict:
    return {
        "score": entry.overall,
        "low": entry.low,
        "high": entry.high,
        "text": display.overall_score(entry.overall),
        "grade": entry.grade or None,
        "ranked": entry.ranked,
        "rank": entry.rank,
        "rank_best": entry.best,
        "rank_worst": entry.worst,
        "results": entry.results,
        "categories": entry.scores,
    }


def _leaderboard_line(line) -> dict:
    low, high = open_data.interval_of(line)
    return {
        "model": line.entry.model.slug,
        "name": line.name,
        "lab": line.entry.model.lab,
        "rank": line.place.rank,
        "rank_best": line.place.best,
        "rank_worst": line.place.worst,
        "score": line.score,
        "low": low,
        "high": high,
        "text": line.score_text,
        "margin_text": line.margin_text,
        "grade": line.entry.grade,
        "results": line.results,
        "price_text": line.price_text,
        "categories": line.entry.scores,
    }


def _change(found: tuple) -> dict:
    facts, entry = found
    copied = ("id", "at", "kind", "model", "other", "benchmark", "provider", "old_text", "new_text", "reason")
    return {
        **{name: getattr(facts, name) for name in copied},
        "text": entry.text,
        "detail": entry.detail,
        "source_url": entry.source_url,
        "url": absolute(entry.permalink),
    }


api.add_router("", runs_router)


# ------------------------------------------------------------------ problems


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    told = [f"{item['loc'][-1]}: {item['msg']}" for item in error.errors]
    return problem_json(422, "; ".join(told) + ".")


@api.exception_handler(open_data.BadCursor)
@api.exception_handler(pairs.NotAPair)
def _unreadable(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_json(422, str(error))


@api.exception_handler(UnknownModel)
def _unknown_model(request: HttpRequest, error: UnknownModel) -> HttpResponse:
    near = tuple(link.href for link in near_models(request, error.slug))
    return problem_json(404, str(error), near)


@api.exception_handler(GoneFromHere)
def _gone(request: HttpRequest, error: GoneFromHere) -> HttpResponse:
    near = tuple(link.href for link in instead(request, error.slug, error.successor))
    return problem_json(410, str(error), near)


@api.exception_handler(MovedModel)
def _moved_model(request: HttpRequest, error: MovedModel) -> HttpResponse:
    return moved_for_now(moved_address(request, error.renamed))


@api.exception_handler(UnknownPage)
def _unknown_subject(request: HttpRequest, error: UnknownPage) -> HttpResponse:
    near = tuple(link.href for link in near_subjects(request, error.kind, error.slug))
    return problem_json(404, str(error), near)


@api.exception_handler(Http404)
def _missing(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem_json(404, str(error))


@api.exception_handler(Throttled)
def _throttled(request: HttpRequest, error: Throttled) -> HttpResponse:
    wait = max(1, math.ceil(error.wait or 1))
    response = problem_json(
        429, f"At most {PER_MINUTE} requests a minute. Ask again in {display.counted(wait, 'second')}."
    )
    response["Retry-After"] = str(wait)
    return response


@api.exception_handler(HttpError)
def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_json(error.status_code, str(error))


# ------------------------------------------------------------------ addresses


def openly(view: Callable) -> Callable:
    """Wrap a view of the API: GET and HEAD for every origin, validated by the dataset revision."""

    @functools.wraps(view)
    def opened(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
        elif request.method not in ("GET", "HEAD"):
            response = problem_json(405, "The API is read-only. Use GET.")
            response["Allow"] = "GET, HEAD, OPTIONS"
        else:
            response = _validated(request, view, args, kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
        response["Access-Control-Allow-Headers"] = "If-None-Match"
        response["Access-Control-Expose-Headers"] = "ETag, Retry-After"
        return response

    return opened


def _validated(request: HttpRequest, view: Callable, args: tuple, kwargs: dict) -> HttpResponse:
    etag = page_cache.current_validator()
    known = get_conditional_response(request, etag=etag)
    if known is not None and known.status_code == 304:
        return known
    request.method = "GET"  # the server leaves the body of a HEAD away
    response = view(request, *args, **kwargs)
    if response.status_code == 200:
        response["ETag"] = etag
        response["Cache-Control"] = "public, no-cache"
    return response


def _no_such_operation(request: HttpRequest, rest: str) -> HttpResponse:
    return problem_json(404, "The API has no such address. See /api/ for those it has.", ("/api/",))


def _home(request: HttpRequest) -> HttpResponse:
    return redirect("/api/")


def _addresses() -> tuple[list, str, str]:
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        pattern.callback = openly(_home if pattern.name == "api-root" else pattern.callback)
    return [*patterns, path("<path:rest>", openly(_no_such_operation))], app_name, namespace


urls = _addresses()
