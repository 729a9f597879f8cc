"""Score against price: the front, the reader's mix and workload, free models, price history."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from comparisons import standing_store
from comparisons.core import plots
from comparisons.pages.prices import load_prices, parse_mix, read_question
from comparisons.tests.board_world import empty, fill
from models_catalog.models import Price
from models_catalog.tests.factories import make_model, make_offering, make_price

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)


def load(**query):
    """The price page of an address."""
    return load_prices(read_question(query, None), today=TODAY)


def test_nothing_cheaper_and_paid_on_the_board_has_a_higher_score_than_the_front():
    fill(40)
    page = load()
    priced = [line for line in load(sort="price").lines if line.line.entry.ranked and line.mixed]
    assert len(priced) > len(page.front) > 1
    for front in page.front:
        for other in priced:
            dominated = other.mixed < front.mixed and other.line.entry.overall >= front.line.entry.overall
            assert not dominated, (front.line.name, other.line.name)


def test_mix_changes_the_blended_price():
    fill(10)
    even = {line.line.name: line for line in load(mix="1:1").lines}
    usual = {line.line.name: line for line in load().lines}
    for name, line in even.items():
        assert line.mixed == (line.price.input + line.price.output) / 2
        assert usual[name].mixed == (line.price.input * 3 + line.price.output) / 4


@pytest.mark.parametrize("text", ["x", "3", "0:0", "3:1:1", "-1:2", "99999:1", "٣:١"])
def test_mix_that_is_none_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match="such as 3:1"):
        parse_mix(text)


def test_workload_is_priced_at_the_quote_and_sorts_by_cost():
    fill(10)
    page = load(**{"in": "2M", "out": "500k", "sort": "cost"})
    costs = [line.cost for line in page.lines]
    assert costs == sorted(costs)
    for line in page.lines:
        assert line.cost == line.price.input * 2 + line.price.output / 2
    assert page.lines[0].cost_text == "free"


def test_bad_workload_is_said_beside_its_field_and_nothing_is_priced(client):
    fill(6)
    text = client.get("/prices/?in=lots&out=1M").content.decode()
    assert "“lots” is no number of tokens." in text
    assert 'value="lots"' in text
    assert load(**{"in": "lots", "out": "1M"}).question.tokens is None


def test_model_without_one_half_of_a_price_has_no_blended_one():
    model = make_model(name="Half")
    make_price(offering=make_offering(model=model), input=Decimal(1), output=None)
    standing_store.recompute("half")
    line = load().lines[0]
    assert line.mixed is None
    assert line.mixed_text == "–"
    assert load(**{"in": "1M", "out": "1M"}).lines[0].cost_text == "–"
    assert load(**{"in": "1M"}).lines[0].cost_text == "$1.00"


def test_free_models_are_off_the_front():
    fill(40)
    assert all(line.mixed > 0 for line in load().front)
    assert any(line.mixed == 0 for line in load(sort="price").lines)


@pytest.mark.parametrize("scale", ["log", "linear"])
def test_free_models_stand_left_of_all_others_and_are_called_free(scale):
    fill(20)
    Price.objects.filter(offering__model__slug="model-0004").update(input=0, output=0)
    chart = load(scale=scale).chart
    free = [point for point in chart["points"] if point["title"].endswith("at free")]
    paid = [point for point in chart["points"] if not point["title"].endswith("at free")]
    assert free
    assert max(point["x"] for point in free) < min(point["x"] for point in paid)
    assert all(0 <= point["x"] <= 100 for point in chart["points"])


def test_every_point_is_a_link_and_stands_in_the_table():
    fill(20)
    page = load()
    names = {line.line.name for line in page.lines}
    for point in page.chart["points"]:
        assert point["href"].startswith("/models/")
        assert point["title"].partition(":")[0] in names


def test_price_changes_show_old_and_new_newest_first(client):
    offering = make_offering(model=make_model(name="Moved"))
    make_price(offering=offering, input=10, output=30, valid_from=dt.date(2025, 1, 1), valid_to=dt.date(2026, 1, 1))
    make_price(offering=offering, input=5, output=30, valid_from=dt.date(2026, 1, 1), valid_to=dt.date(2026, 6, 1))
    make_price(offering=offering, input=0, output=0, valid_from=dt.date(2026, 6, 1))
    standing_store.recompute("moved")
    details = [entry["detail"] for entry in load().changes]
    assert details == [
        "input $5.00 → free, output $30.00 → free",
        "input $10.00 → $5.00, output $30.00 → $30.00",
    ]


def test_page_without_a_price_says_so(client):
    make_model(name="Unpriced")
    standing_store.recompute("none")
    assert "No current price is recorded yet." in client.get("/prices/").content.decode()


def test_typed_views_are_not_indexed(client):
    fill(6)
    assert 'content="noindex"' in client.get("/prices/?mix=1:1").content.decode()
    assert 'content="noindex"' not in client.get("/prices/").content.decode()


def test_queries_do_not_grow_with_the_catalogue(client, django_assert_max_num_queries, django_assert_num_queries):
    # current snapshots; once a process models with standings, and all prices with speeds
    for models in (2, 60):
        empty()
        fill(models)
        with django_assert_max_num_queries(3):
            page = load()
        with django_assert_num_queries(1):
            load()
        with django_assert_num_queries(0):
            render_to_string("comparisons/prices.html", {"page": page})


@given(st.lists(st.floats(1e-4, 1e4), min_size=1, max_size=20))
def test_logarithmic_axis_holds_all_values_in_order(values):
    scale = plots.log_scale(values)
    assert scale.low <= min(values) * (1 + 1e-9)
    assert scale.high >= max(values) * (1 - 1e-9)
    places = [scale.place(value) for value in sorted(values)]
    assert places == sorted(places)
    assert all(0 <= place <= 100 for place in places)
    assert all(abs(scale.place(float(tick.text)) - tick.x) < 0.02 for tick in scale.ticks)


@given(st.lists(st.floats(0, 100), max_size=60), st.floats(0.5, 5))
def test_stacked_dots_of_one_height_keep_their_distance(places, apart):
    heights = plots.stacked(places, apart=apart, base=100, step=1, top=-1000)
    by_height: dict[float, list[float]] = {}
    for place, height in zip(places, heights, strict=True):
        by_height.setdefault(height, []).append(place)
    for row in by_height.values():
        row.sort()
        assert all(right - left >= apart for left, right in pairwise(row))


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=30), st.floats(0, 1))
def test_quantile_lies_within_the_values(values, share):
    assert min(values) <= plots.quantile(values, share) <= max(values)


def test_axis_pixels_run_downwards():
    assert plots.down(0, 100, 10) == 90
    assert plots.down(100, 100, 10) == 10


def test_a_long_request_is_priced_in_its_tier_and_says_which():
    fill(5)
    slug = "model-0000"
    Price.objects.filter(offering__model__slug=slug).update(terms="input above 200000 = 20\noutput above 200000 = 40")

    def line(**more):
        asked = {"in": "1M", "out": "1M", **more}
        return next(row for row in load(**asked).lines if row.line.entry.model.slug == slug)

    plain = line()
    assert line(request="200k").cost == plain.cost
    assert line(request="200k").tier_text == ""
    assert line(request="200001").cost == 60
    assert line(request="200001").tier_text == "tier above 200,000"


def test_the_request_stays_in_the_address_and_counts_only_with_a_workload():
    assert read_question({"request": "300k"}, None).request is None
    question = read_question({"in": "1M", "request": "300k"}, None)
    assert question.request == 300_000
    assert "request=300k" in question.href()
    wrong = read_question({"in": "1M", "request": "much"}, None)
    assert wrong.tokens is None
    assert "request" in wrong.errors
