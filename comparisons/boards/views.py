"""Home, picker, boards and model pages: read the address, ask `pages`, render."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comparisons.boards.csv_twin import CONTENT_TYPE as CSV_TYPE
from comparisons.boards.csv_twin import board_csv
from comparisons.boards.filters import BoardFilters
from comparisons.boards.home import load_home
from comparisons.boards.json_twin import board_document
from comparisons.boards.leaderboard import load_leaderboard
from comparisons.boards.markdown_twin import board_markdown
from comparisons.boards.models import load_models
from comparisons.changes.page import latest
from comparisons.core.weights import FIELD, from_fields
from comparisons.forms import board_filters
from comparisons.pages import lookup
from comparisons.pages.base import MovedModel, PageMeta, UnknownModel, absolute
from comparisons.pages.model import ModelPage, load_model
from comparisons.pairs import picker
from comparisons.pairs.side_by_side import load_side_by_side
from comparisons.renderers.markdown import CONTENT_TYPE as MARKDOWN_TYPE
from comparisons.renderers.model_json import model_document
from comparisons.renderers.model_markdown import model_markdown
from comparisons.renderers.structured_data import breadcrumbs, script_text
from models_catalog.core.specs import LANES


def today():
    """The day a page is about."""
    return timezone.now().date()


def asked_lane(request: HttpRequest) -> str | None:
    """The lane the address names, None for none or an unknown one."""
    lane = request.GET.get("lane")
    return lane if lane in LANES else None


def with_query(request: HttpRequest, path: str) -> str:
    """`path` with the query of the request."""
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path


def not_found(request: HttpRequest, wanted: str, text: str, near: list[dict]) -> HttpResponse:
    """A 404 that names what was asked for and the closest names; twins answer as problem+json."""
    if request.path.endswith((".json", ".md", ".csv")):
        body = {
            "type": "about:blank",
            "title": "Not found",
            "status": 404,
            "detail": text,
            "near": [entry["href"] for entry in near],
        }
        return JsonResponse(body, status=404, content_type="application/problem+json")
    return render(request, "404.html", {"wanted": wanted, "near": near, "explanation": text}, status=404)


def own_weights_redirect(request: HttpRequest) -> HttpResponse | None:
    """Send a form with one field a category (w-coding=40) to the address that says it (w=coding:40)."""
    if not any(name.startswith(FIELD) for name in request.GET):
        return None
    query = request.GET.copy()
    for name in [name for name in query if name.startswith(FIELD) or name in ("w", "page")]:
        del query[name]
    query["w"] = from_fields(request.GET) or "0"
    return redirect(f"{request.path}?{query.urlencode(safe=':,')}")


def with_trail(meta: PageMeta, crumbs: list[dict], title: str, path: str) -> PageMeta:
    """The head of a page with its breadcrumbs for search engines."""
    trail = [(crumb["text"], crumb["href"]) for crumb in crumbs]
    return replace(meta, json_ld=(*meta.json_ld, script_text(breadcrumbs([*trail, (title, path)]))))


def json_twin(document: dict, canonical: str) -> HttpResponse:
    """A JSON twin: readable by any page, and it names the page it stands for."""
    return _twin(JsonResponse(document, json_dumps_params={"ensure_ascii": False}), canonical)


def text_twin(text: str, content_type: str, canonical: str) -> HttpResponse:
    """A Markdown or CSV twin."""
    return _twin(HttpResponse(text, content_type=content_type), canonical)


def _twin(response: HttpResponse, canonical: str) -> HttpResponse:
    response["Link"] = f'<{absolute(canonical)}>; rel="canonical"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_safe
def leaderboard(request: HttpRequest) -> HttpResponse:
    """`/leaderboard/`."""
    moved = own_weights_redirect(request)
    if moved is not None:
        return moved
    page = load_leaderboard(_dated_filters(request), today=today())
    return render(request, "comparisons/leaderboard.html", {"page": page})


def _dated_filters(request: HttpRequest) -> BoardFilters:
    """The filters of the address with the day it asks for; other boards than the leaderboard have no days."""
    return replace(board_filters(request.GET), on=request.GET.get("on", ""))


def _whole_leaderboard(request: HttpRequest):
    return load_leaderboard(_dated_filters(request), today=today(), whole=True)


@require_safe
def leaderboard_json(request: HttpRequest) -> HttpResponse:
    """`/leaderboard.json`."""
    return json_twin(board_document(_whole_leaderboard(request)), "/leaderboard/")


@require_safe
def leaderboard_csv(request: HttpRequest) -> HttpResponse:
    """`/leaderboard.csv`."""
    return text_twin(board_csv(_whole_leaderboard(request)), CSV_TYPE, "/leaderboard/")


@require_safe
def leaderboard_md(request: HttpRequest) -> HttpResponse:
    """`/leaderboard.md`."""
    return text_twin(board_markdown(_whole_leaderboard(request)), MARKDOWN_TYPE, "/leaderboard/")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """`/`."""
    return render(request, "comparisons/home.html", {"page": load_home(today=today(), changes=latest(6))})


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """`/compare/`: two models go to their pair page, more stand side by side, fewer get the picker."""
    fields = picker.MOST if request.GET.get("fields") else 2
    found = picker.load_picker(request.GET.getlist("m"), fields=fields)
    if isinstance(found, picker.PickerPage):
        return render(request, "comparisons/picker.html", {"page": found})
    if found.pair_path:
        return redirect(found.pair_path)
    page = load_side_by_side(found.slugs, today=today(), lane=asked_lane(request))
    return render(request, "comparisons/side_by_side.html", {"page": page})


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """`/compare/suggest/?q=`: models for what is being typed."""
    return JsonResponse({"suggestions": picker.suggested(request.GET.get("q", ""))})


@require_safe
def model_list(request: HttpRequest) -> HttpResponse:
    """`/models/`."""
    return render(
        request, "comparisons/model_list.html", {"page": load_models(board_filters(request.GET), today=today())}
    )


@require_safe
def model_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/models/SLUG/`."""
    found = _model(request, slug, "/models/{}/")
    if isinstance(found, HttpResponse):
        return found
    meta = with_trail(found.meta, found.crumbs, found.name, found.path)
    return render(request, "comparisons/model_detail.html", {"page": found, "meta": meta})


@require_safe
def model_json(request: HttpRequest, slug: str) -> HttpResponse:
    """`/models/SLUG.json`."""
    found = _model(request, slug, "/models/{}.json")
    return found if isinstance(found, HttpResponse) else json_twin(model_document(found), found.path)


@require_safe
def model_md(request: HttpRequest, slug: str) -> HttpResponse:
    """`/models/SLUG.md`."""
    found = _model(request, slug, "/models/{}.md")
    return found if isinstance(found, HttpResponse) else text_twin(model_markdown(found), MARKDOWN_TYPE, found.path)


def _model(request: HttpRequest, slug: str, path: str) -> ModelPage | HttpResponse:
    """The page of a model, or the answer to give instead: a redirect, or a 404 with near matches."""
    try:
        return load_model(slug, today=today(), lane=asked_lane(request), on=request.GET.get("on", ""))
    except MovedModel as moved:
        return redirect(with_query(request, path.format(moved.renamed[slug])), permanent=True)
    except UnknownModel as unknown:
        near = [{"href": s.href, "text": s.name, "note": s.lab} for s in lookup.suggestions(slug)]
        return not_found(request, unknown.slug, str(unknown), near)
