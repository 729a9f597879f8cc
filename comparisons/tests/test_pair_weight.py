"""The pair page is as light as its verdict: bytes, elements, queries, and each result exactly once."""

from __future__ import annotations

import re
from collections import Counter

import brotli
import pytest
from django.test import Client

from comparisons.tests.board_world import fill
from models_catalog.models import Result

pytestmark = pytest.mark.django_db

PAIR = "/compare/model-0000-vs-model-0001/"
# What a page may weigh before it shows a benchmark, and for each benchmark both have.
BARE, BARE_EACH = 62_000, 1_100
ELEMENTS, ELEMENTS_EACH = 1_150, 26


@pytest.fixture
def html():
    """The page of two models with everything the world has."""
    fill(12, density=1.0)
    return Client().get(PAIR).content.decode()


def test_each_result_stands_exactly_once(html):
    shown = Counter(int(number) for number in re.findall(r'id="n(\d+)"', html))
    reported = Counter(int(number) for number in re.findall(r'href="/report/(\d+)/"', html))
    kept = set(Result.objects.filter(model__slug__in=("model-0000", "model-0001")).values_list("pk", flat=True))
    assert shown == reported == Counter(kept)


def test_every_link_of_a_sentence_leads_to_one_row(html):
    ids = Counter(re.findall(r'\bid="([^"]+)"', html))
    assert {name: count for name, count in ids.items() if count > 1} == {}
    targets = set(re.findall(r'href="#([^"]+)"', html))
    assert any(target.startswith("r-") for target in targets)
    assert targets <= ids.keys()


def test_bytes_and_elements_follow_the_benchmarks_alone(html):
    benchmarks = len(re.findall(r'<tr id="r-', html))
    assert benchmarks >= 30
    assert len(html.encode()) <= BARE + BARE_EACH * benchmarks
    assert len(re.findall(r"<[a-z]", html)) <= ELEMENTS + ELEMENTS_EACH * benchmarks
    assert len(brotli.compress(html.encode(), quality=5)) <= 20_000


def test_the_sentence_under_the_call_is_printed_once(html):
    main = re.sub(r"<head>.*?</head>", "", html, flags=re.S)
    lead = re.search(r'<details class="claim claim--main"[^>]*><summary>(.*?) <span', main)[1]
    top = main[: main.index('id="questions"')]
    assert top.count(lead) == 1


def test_it_reads_right_without_style_sheets(html):
    """Texts of neighbours never run together where only a style sheet would hold them apart."""
    inline = r"[^>]</(?:a|b|small|span|strong|abbr|i|s|time)><(?:a|b|small|span|strong|abbr|i|s|time)\b"
    body = html[html.index("<main") : html.index("</main>")]
    assert [body[found.start() - 40 : found.end() + 30] for found in re.finditer(inline, body)] == []
