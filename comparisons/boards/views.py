"""Home, picker, boards and model pages: read the address, load the page, render."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from comparisons.boards.catalogue import load_models
from comparisons.boards.choose import load_choose
from comparisons.boards.choose_twin import choose_document
from comparisons.boards.csv_twin import CONTENT_TYPE as CSV_TYPE
from comparisons.boards.csv_twin import board_csv
from comparisons.boards.filters import BoardFilters
from comparisons.boards.home import load_home
from comparisons.boards.json_twin import board_document
from comparisons.boards.leaderboard import LeaderboardPage, load_leaderboard
from comparisons.boards.markdown_twin import board_markdown
from comparisons.changes.page import latest
from comparisons.forms import board_filters, choose_question
from comparisons.pages.base import BadQuestion
from comparisons.pages.model import ModelPage, load_model
from comparisons.pairs import picker
from comparisons.pairs.side_by_side import SideBySidePage, load_side_by_side
from comparisons.renderers.markdown import CONTENT_TYPE as MARKDOWN_TYPE
from comparisons.renderers.model_json import model_document
from comparisons.renderers.model_markdown import model_markdown
from comparisons.renderers.side_by_side import side_by_side_document, side_by_side_markdown
from comparisons.web.answering import Elsewhere, reader_view
from comparisons.web.reading import asked_lane, refuse, send_fields_to_address, today
from comparisons.web.twins import json_twin, text_twin, with_trail

LONGEST_TYPED = 60  # characters of a number of tokens


@reader_view
def leaderboard(request: HttpRequest) -> HttpResponse:
    """`/leaderboard/`."""
    send_fields_to_address(request)
    page = load_leaderboard(_dated_filters(request), today=today())
    return render(request, "comparisons/leaderboard.html", {"page": page})


def _dated_filters(request: HttpRequest) -> BoardFilters:
    """The filters of the address with the day it asks for; other boards than the leaderboard have no days."""
    return replace(board_filters(request.GET), on=request.GET.get("on", ""))


def _whole_leaderboard(request: HttpRequest) -> LeaderboardPage:
    """The board uncut, for programs. Raises BadQuestion for filters that cannot be used."""
    page = load_leaderboard(_dated_filters(request), today=today(), whole=True)
    refuse(*page.problems)
    return page


@reader_view
def leaderboard_json(request: HttpRequest) -> HttpResponse:
    """`/leaderboard.json`."""
    return json_twin(board_document(_whole_leaderboard(request)), "/leaderboard/")


@reader_view
def leaderboard_csv(request: HttpRequest) -> HttpResponse:
    """`/leaderboard.csv`."""
    return text_twin(board_csv(_whole_leaderboard(request)), CSV_TYPE, "/leaderboard/")


@reader_view
def leaderboard_md(request: HttpRequest) -> HttpResponse:
    """`/leaderboard.md`."""
    return text_twin(board_markdown(_whole_leaderboard(request)), MARKDOWN_TYPE, "/leaderboard/")


@reader_view
def home(request: HttpRequest) -> HttpResponse:
    """`/`."""
    return render(request, "comparisons/home.html", {"page": load_home(today=today(), changes=latest(6))})


@reader_view
def compare(request: HttpRequest) -> HttpResponse:
    """`/compare/`: two models go to their pair page, more stand side by side, fewer get the picker."""
    fields = picker.MOST if request.GET.get("fields") else 2
    found = picker.load_picker(request.GET.getlist("m"), fields=fields)
    if isinstance(found, picker.PickerPage):
        return render(request, "comparisons/picker.html", {"page": found})
    if found.pair_path:
        raise Elsewhere(found.pair_path)
    return render(request, "comparisons/side_by_side.html", {"page": _side_by_side(request, found.slugs)})


def _side_by_side(request: HttpRequest, slugs: tuple[str, ...]) -> SideBySidePage:
    typed = tuple(request.GET.get(name, "")[:LONGEST_TYPED] for name in ("in", "out", "cached", "request"))
    return load_side_by_side(slugs, today=today(), lane=asked_lane(request), typed=typed)


def _side_by_side_for_program(request: HttpRequest) -> SideBySidePage:
    """Three to six models, each named by its own `m=`. Raises BadQuestion for fewer, or names nobody has."""
    found = picker.load_picker(request.GET.getlist("m"))
    if isinstance(found, picker.PickerPage):
        errors = [error for slot in found.slots for error in slot.errors]
        raise BadQuestion(" ".join(filter(None, (*errors, found.message))) or "Name three to six models: m=A&m=B&m=C.")
    if found.pair_path:
        raise BadQuestion(f"Two models have a page of their own, {found.pair_path}; name three to six here.")
    page = _side_by_side(request, found.slugs)
    refuse(page.workload.error)
    return page


@reader_view
def compare_json(request: HttpRequest) -> HttpResponse:
    """`/compare.json`: three to six models."""
    page = _side_by_side_for_program(request)
    return json_twin(side_by_side_document(page), page.path)


@reader_view
def compare_md(request: HttpRequest) -> HttpResponse:
    """`/compare.md`: three to six models."""
    page = _side_by_side_for_program(request)
    return text_twin(side_by_side_markdown(page), MARKDOWN_TYPE, page.path)


@reader_view
def choose(request: HttpRequest) -> HttpResponse:
    """`/choose/`."""
    send_fields_to_address(request)
    page = load_choose(choose_question(request.GET, asked_lane(request)), today=today())
    return render(request, "comparisons/choose.html", {"page": page})


@reader_view
def choose_json(request: HttpRequest) -> HttpResponse:
    """`/choose.json`."""
    page = load_choose(choose_question(request.GET, asked_lane(request)), today=today())
    refuse(*page.problems)
    return json_twin(choose_document(page), page.path)


@reader_view
def suggest(request: HttpRequest) -> HttpResponse:
    """`/compare/suggest/?q=`: models for what is being typed."""
    return JsonResponse({"suggestions": picker.suggested(request.GET.get("q", ""))})


@reader_view
def model_list(request: HttpRequest) -> HttpResponse:
    """`/models/`."""
    return render(
        request, "comparisons/model_list.html", {"page": load_models(board_filters(request.GET), today=today())}
    )


@reader_view
def model_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/models/SLUG/`."""
    page = _model(request, slug)
    meta = with_trail(page.meta, page.crumbs, page.name, page.path)
    return render(request, "comparisons/model_detail.html", {"page": page, "meta": meta})


@reader_view
def model_json(request: HttpRequest, slug: str) -> HttpResponse:
    """`/models/SLUG.json`."""
    page = _model(request, slug)
    refuse(page.on_error)
    return json_twin(model_document(page), page.path)


@reader_view
def model_md(request: HttpRequest, slug: str) -> HttpResponse:
    """`/models/SLUG.md`."""
    page = _model(request, slug)
    refuse(page.on_error)
    return text_twin(model_markdown(page), MARKDOWN_TYPE, page.path)


def _model(request: HttpRequest, slug: str) -> ModelPage:
    return load_model(slug, today=today(), lane=asked_lane(request), on=request.GET.get("on", ""))
