"""Benchmarks, categories, labs, providers, prices and data: read the address, ask `pages`, render."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from comparisons.boards import categories, organizations
from comparisons.boards.json_twin import board_document
from comparisons.boards.markdown_twin import board_markdown
from comparisons.boards.views import (
    asked_lane,
    json_twin,
    not_found,
    own_weights_redirect,
    text_twin,
    today,
    with_trail,
)
from comparisons.forms import ReportForm, board_filters, page_number
from comparisons.pages import benchmarks
from comparisons.pages import data as data_pages
from comparisons.pages import prices as price_pages
from comparisons.pages.base import UnknownPage
from comparisons.pages.report import ReportPage, load_report
from comparisons.renderers.benchmark_twins import benchmark_document, benchmark_json_ld, benchmark_markdown
from comparisons.renderers.data_files import data_set, downloads
from comparisons.renderers.markdown import CONTENT_TYPE as MARKDOWN_TYPE
from comparisons.renderers.structured_data import script_text
from comparisons.web.form_guard import TRAP, form_token, is_from_this_site, token_problem
from models_catalog.reports import ReportsFull, take_report

LONGEST_REPORT = 4000  # characters of a refused report that are given back to its writer


def _or_not_found(request: HttpRequest, load: Callable, near: Callable[[str], list[dict]]):
    """The page `load` gives, or a 404 with the closest names."""
    try:
        return load()
    except UnknownPage as unknown:
        return not_found(request, unknown.slug, str(unknown), near(unknown.slug))


@require_safe
def benchmark_list(request: HttpRequest) -> HttpResponse:
    """`/benchmarks/`."""
    return render(request, "comparisons/benchmark_list.html", {"page": benchmarks.load_benchmarks()})


def _benchmark(request: HttpRequest, slug: str):
    return _or_not_found(
        request,
        lambda: benchmarks.load_benchmark(
            slug, today=today(), lane=asked_lane(request), page=page_number(request.GET.get("page", ""))
        ),
        benchmarks.near_benchmarks,
    )


@require_safe
def benchmark_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/benchmarks/SLUG/`."""
    found = _benchmark(request, slug)
    if isinstance(found, HttpResponse):
        return found
    meta = replace(found.meta, json_ld=benchmark_json_ld(found))
    return render(request, "comparisons/benchmark_detail.html", {"page": found, "meta": meta})


@require_safe
def benchmark_json(request: HttpRequest, slug: str) -> HttpResponse:
    """`/benchmarks/SLUG.json`."""
    found = _benchmark(request, slug)
    return found if isinstance(found, HttpResponse) else json_twin(benchmark_document(found), found.path)


@require_safe
def benchmark_md(request: HttpRequest, slug: str) -> HttpResponse:
    """`/benchmarks/SLUG.md`."""
    found = _benchmark(request, slug)
    if isinstance(found, HttpResponse):
        return found
    return text_twin(benchmark_markdown(found), MARKDOWN_TYPE, found.path)


def _category(request: HttpRequest, slug: str, *, whole: bool = False):
    return _or_not_found(
        request,
        lambda: categories.load_category(slug, board_filters(request.GET), today=today(), whole=whole),
        lambda _: categories.near_categories(),
    )


@require_safe
def category_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/categories/SLUG/`."""
    found = own_weights_redirect(request) or _category(request, slug)
    if isinstance(found, HttpResponse):
        return found
    meta = with_trail(found.meta, found.crumbs, found.title, found.path)
    return render(request, "comparisons/category_detail.html", {"page": found, "meta": meta})


@require_safe
def category_json(request: HttpRequest, slug: str) -> HttpResponse:
    """`/categories/SLUG.json`."""
    found = _category(request, slug, whole=True)
    return found if isinstance(found, HttpResponse) else json_twin(board_document(found), found.path)


@require_safe
def category_md(request: HttpRequest, slug: str) -> HttpResponse:
    """`/categories/SLUG.md`."""
    found = _category(request, slug, whole=True)
    return found if isinstance(found, HttpResponse) else text_twin(board_markdown(found), MARKDOWN_TYPE, found.path)


def _lab(request: HttpRequest, slug: str, *, whole: bool = False):
    return _or_not_found(
        request,
        lambda: organizations.load_lab(slug, board_filters(request.GET), today=today(), whole=whole),
        organizations.near_organizations,
    )


@require_safe
def lab_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/labs/SLUG/`."""
    found = own_weights_redirect(request) or _lab(request, slug)
    if isinstance(found, HttpResponse):
        return found
    meta = with_trail(found.meta, found.crumbs, found.title, found.path)
    return render(request, "comparisons/lab_detail.html", {"page": found, "meta": meta})


@require_safe
def lab_json(request: HttpRequest, slug: str) -> HttpResponse:
    """`/labs/SLUG.json`."""
    found = _lab(request, slug, whole=True)
    return found if isinstance(found, HttpResponse) else json_twin(board_document(found), found.path)


@require_safe
def lab_md(request: HttpRequest, slug: str) -> HttpResponse:
    """`/labs/SLUG.md`."""
    found = _lab(request, slug, whole=True)
    return found if isinstance(found, HttpResponse) else text_twin(board_markdown(found), MARKDOWN_TYPE, found.path)


@require_safe
def provider_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/providers/SLUG/`."""
    found = _or_not_found(
        request,
        lambda: organizations.load_provider(slug, today=today()),
        lambda wanted: organizations.near_organizations(wanted, provider=True),
    )
    if isinstance(found, HttpResponse):
        return found
    meta = with_trail(found.meta, found.crumbs, found.title, found.path)
    return render(request, "comparisons/provider_detail.html", {"page": found, "meta": meta})


@require_safe
def prices(request: HttpRequest) -> HttpResponse:
    """`/prices/`."""
    question = price_pages.read_question(request.GET, asked_lane(request), page_number(request.GET.get("page", "")))
    return render(request, "comparisons/prices.html", {"page": price_pages.load_prices(question, today=today())})


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """`/data/`."""
    page = data_pages.load_data(downloads(), lambda text: (script_text(data_set(text)),))
    return render(request, "comparisons/data.html", {"page": page})


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """`/about/`."""
    return render(request, "comparisons/about.html", {"page": data_pages.about_page()})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, result: int) -> HttpResponse:
    """`/report/RESULT/`: no cookie, so no CSRF token; origin, a trap and a signed time stand in for it."""
    sent = request.GET.get("sent") == "1"
    found = _or_not_found(request, lambda: load_report(result, sent=sent), lambda _: [])
    if isinstance(found, HttpResponse):
        return found
    if request.method == "POST":
        return _take_report(request, found)
    return _report_form(request, found, {"text": "", "email": "", "errors": {"text": (), "email": ()}})


def _take_report(request: HttpRequest, page: ReportPage) -> HttpResponse:
    form = ReportForm(request.POST)
    typed = {
        "text": request.POST.get("text", "")[:LONGEST_REPORT],
        "email": request.POST.get("email", "")[:LONGEST_REPORT],
        "errors": {name: tuple(form.errors.get(name, ())) for name in ("text", "email")},
    }
    if not is_from_this_site(request):
        return _report_form(
            request, page, typed, "This form was not sent by one of our pages. Please send it from here.", 403
        )
    if request.POST.get(TRAP):
        return redirect(f"{page.path}?sent=1")  # a machine learns nothing from the answer
    if not form.is_valid():
        return _report_form(request, page, typed, "Please correct what is marked below.", 422)
    problem = token_problem(request.POST.get("token", ""), f"report-{page.result}")
    if problem:
        return _report_form(request, page, typed, problem, 422)
    try:
        take_report(page.result, form.cleaned_data["text"].strip(), form.cleaned_data["email"])
    except ReportsFull as full:
        return _report_form(request, page, typed, str(full), 429)
    return redirect(f"{page.path}?sent=1")


def _report_form(
    request: HttpRequest, page: ReportPage, typed: dict, problem: str = "", status: int = 200
) -> HttpResponse:
    context = {"page": page, "form": typed, "problem": problem, "trap": TRAP}
    context["token"] = form_token(f"report-{page.result}")
    response = render(request, "comparisons/report.html", context, status=status)
    response["Cache-Control"] = "no-store"  # the signed time is this reader's own
    return response
