"""Benchmarks, categories, labs, providers, prices, method and data: read the address, load the page, render."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comparisons.boards import categories, organizations
from comparisons.boards.categories import CategoryPage
from comparisons.boards.json_twin import board_document
from comparisons.boards.leaderboard import LeaderboardPage
from comparisons.boards.markdown_twin import board_markdown
from comparisons.boards.organizations import LabPage
from comparisons.core.method import METHODOLOGY
from comparisons.forms import ReportForm, board_filters, page_number
from comparisons.pages import benchmarks
from comparisons.pages import data as data_pages
from comparisons.pages import prices as price_pages
from comparisons.pages.benchmarks import BenchmarkPage
from comparisons.pages.methodology import earlier_method, load_methodology_page
from comparisons.pages.report import ReportPage, load_report
from comparisons.renderers.benchmark_twins import benchmark_document, benchmark_json_ld, benchmark_markdown
from comparisons.renderers.data_files import data_set, downloads
from comparisons.renderers.markdown import CONTENT_TYPE as MARKDOWN_TYPE
from comparisons.renderers.structured_data import script_text
from comparisons.standing_store import NoStandings, recompute
from comparisons.web.answering import answering, reader_view
from comparisons.web.form_guard import TRAP, form_token, is_from_this_site, token_problem
from comparisons.web.page_cache import revision_cached
from comparisons.web.reading import asked_lane, refuse, send_fields_to_address, today
from comparisons.web.twins import json_twin, text_twin, with_trail
from models_catalog.reports import ReportsFull, take_report

LONGEST_REPORT = 4000  # characters of a refused report that are given back to its writer


# ------------------------------------------------------------------ benchmarks


@reader_view
def benchmark_list(request: HttpRequest) -> HttpResponse:
    """`/benchmarks/`."""
    return render(request, "comparisons/benchmark_list.html", {"page": benchmarks.load_benchmarks()})


@reader_view
def benchmark_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/benchmarks/SLUG/`."""
    page = _benchmark(request, slug)
    meta = replace(page.meta, json_ld=benchmark_json_ld(page))
    return render(request, "comparisons/benchmark_detail.html", {"page": page, "meta": meta})


@reader_view
def benchmark_json(request: HttpRequest, slug: str) -> HttpResponse:
    """`/benchmarks/SLUG.json`."""
    page = _benchmark(request, slug)
    return json_twin(benchmark_document(page), page.path)


@reader_view
def benchmark_md(request: HttpRequest, slug: str) -> HttpResponse:
    """`/benchmarks/SLUG.md`."""
    page = _benchmark(request, slug)
    return text_twin(benchmark_markdown(page), MARKDOWN_TYPE, page.path)


def _benchmark(request: HttpRequest, slug: str) -> BenchmarkPage:
    number = page_number(request.GET.get("page", ""))
    return benchmarks.load_benchmark(slug, today=today(), lane=asked_lane(request), page=number)


# ------------------------------------------------------------------ boards of a category or lab


def _category(request: HttpRequest, slug: str) -> CategoryPage:
    """The board of a category uncut, for programs. Raises BadQuestion for filters that cannot be used."""
    page = categories.load_category(slug, board_filters(request.GET), today=today(), whole=True)
    refuse(*page.problems)
    return page


@reader_view
def category_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/categories/SLUG/`."""
    send_fields_to_address(request)
    page = categories.load_category(slug, board_filters(request.GET), today=today())
    return _board(request, page, "comparisons/category_detail.html")


@reader_view
def category_json(request: HttpRequest, slug: str) -> HttpResponse:
    """`/categories/SLUG.json`."""
    page = _category(request, slug)
    return json_twin(board_document(page), page.path)


@reader_view
def category_md(request: HttpRequest, slug: str) -> HttpResponse:
    """`/categories/SLUG.md`."""
    page = _category(request, slug)
    return text_twin(board_markdown(page), MARKDOWN_TYPE, page.path)


def _lab(request: HttpRequest, slug: str) -> LabPage:
    """The board of a lab uncut, for programs. Raises BadQuestion for filters that cannot be used."""
    page = organizations.load_lab(slug, board_filters(request.GET), today=today(), whole=True)
    refuse(*page.problems)
    return page


@reader_view
def lab_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/labs/SLUG/`."""
    send_fields_to_address(request)
    page = organizations.load_lab(slug, board_filters(request.GET), today=today())
    return _board(request, page, "comparisons/lab_detail.html")


@reader_view
def lab_json(request: HttpRequest, slug: str) -> HttpResponse:
    """`/labs/SLUG.json`."""
    page = _lab(request, slug)
    return json_twin(board_document(page), page.path)


@reader_view
def lab_md(request: HttpRequest, slug: str) -> HttpResponse:
    """`/labs/SLUG.md`."""
    page = _lab(request, slug)
    return text_twin(board_markdown(page), MARKDOWN_TYPE, page.path)


def _board(request: HttpRequest, page: LeaderboardPage, template: str) -> HttpResponse:
    meta = with_trail(page.meta, page.crumbs, page.title, page.path)
    return render(request, template, {"page": page, "meta": meta})


@reader_view
def provider_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """`/providers/SLUG/`."""
    page = organizations.load_provider(slug, today=today())
    meta = with_trail(page.meta, page.crumbs, page.title, page.path)
    return render(request, "comparisons/provider_detail.html", {"page": page, "meta": meta})


# ------------------------------------------------------------------ prices, method, data


@reader_view
def prices(request: HttpRequest) -> HttpResponse:
    """`/prices/`."""
    question = price_pages.read_question(request.GET, asked_lane(request), page_number(request.GET.get("page", "")))
    return render(request, "comparisons/prices.html", {"page": price_pages.load_prices(question, today=today())})


@revision_cached
@reader_view
def methodology(request: HttpRequest) -> HttpResponse:
    """`/methodology/`; `?model=SLUG` works the example out for that model."""
    lane, model = asked_lane(request), request.GET.get("model", "")
    try:
        page = load_methodology_page(lane, model)
    except NoStandings:
        recompute("first computation")
        page = load_methodology_page(lane, model)
    return render(request, "comparisons/methodology.html", {"page": page})


@reader_view
def earlier_methodology(request: HttpRequest, number: str) -> HttpResponse:
    """`/methodology/NUMBER/`: an earlier version of the method; today's has `/methodology/` alone."""
    page = earlier_method(number)
    if page is None:
        if number == METHODOLOGY:
            return redirect("comparisons:methodology", permanent=False)
        raise Http404(f"There never was a version {number} of the method.")
    return render(request, "comparisons/methodology_earlier.html", {"page": page})


@reader_view
def data(request: HttpRequest) -> HttpResponse:
    """`/data/`."""
    page = data_pages.load_data(downloads(), lambda text: (script_text(data_set(text)),))
    return render(request, "comparisons/data.html", {"page": page})


@reader_view
def about(request: HttpRequest) -> HttpResponse:
    """`/about/`."""
    return render(request, "comparisons/about.html", {"page": data_pages.about_page()})


# ------------------------------------------------------------------ reports of readers


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@answering
def report(request: HttpRequest, result: int) -> HttpResponse:
    """`/report/RESULT/`: no cookie, so no CSRF token; origin, a trap and a signed time stand in for it."""
    page = load_report(result, sent=request.GET.get("sent") == "1")
    if request.method == "POST":
        return _take_report(request, page)
    return _report_form(request, page, {"text": "", "email": "", "errors": {"text": (), "email": ()}})


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
