"""The tables' rules: that the database holds them, and that bulk checks give the same answers."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from importers.checks import constraint_problems, field_problem
from models_catalog.default_categories import DEFAULT_CATEGORIES, after_migrate
from models_catalog.models import (
    Benchmark,
    Category,
    LanguageModel,
    Organization,
    Price,
    Result,
    SpeedMeasurement,
    periods_overlap,
    score_problem,
)
from models_catalog.tests.factories import (
    make_benchmark,
    make_model,
    make_offering,
    make_organization,
    make_price,
    make_result,
    make_speed,
)
from models_catalog.tests.world import SCORES, build_world

NUMBERS = st.none() | st.sampled_from([-1, 0, 1, 50, 100])
DAYS = st.none() | st.sampled_from([dt.date(2026, 1, day) for day in (1, 2, 3)])


def decimals(numbers):
    return numbers.map(lambda number: None if number is None else Decimal(number))


# table → what may stand in the fields its check constraints name
ROWS = {
    LanguageModel: st.fixed_dictionaries({"deprecated_on": DAYS, "retired_on": DAYS}),
    Benchmark: st.fixed_dictionaries(
        {
            "kind": st.sampled_from(Benchmark.Kind.values),
            "floor": NUMBERS,
            "best": NUMBERS,
            "anchor": NUMBERS,
            "weight": st.sampled_from([-1, 0, 1]),
            "category": st.none() | st.just(1),
            "items": NUMBERS,
            "attempts": NUMBERS,
        }
    ),
    Result: st.fixed_dictionaries(
        {
            "state": st.sampled_from(Result.State.values),
            "withdrawn_reason": st.sampled_from(["", "Copied"]),
            "attempts": NUMBERS,
            "items_run": NUMBERS,
            "stderr": decimals(NUMBERS),
        }
    ),
    Price: st.fixed_dictionaries(
        {
            **{name: decimals(NUMBERS) for name in ("input", "output", "cache_read", "cache_write")},
            "valid_from": DAYS,
            "valid_to": DAYS,
        }
    ),
    SpeedMeasurement: st.fixed_dictionaries(
        {
            name: decimals(NUMBERS)
            for name in (
                *("output_tokens_per_second", "speed_low", "speed_high"),
                *("time_to_first_token", "first_token_low", "first_token_high"),
            )
        }
    ),
}
TABLES = st.sampled_from(sorted(ROWS, key=lambda table: table.__name__))


class BulkChecks(TestCase):
    """The importer's checks on plain values, against Django's own on a row."""

    @settings(max_examples=150)
    @given(TABLES.flatmap(lambda table: st.tuples(st.just(table), ROWS[table])))
    def test_bulk_checks_say_what_the_constraints_say(self, drawn):
        table, values = drawn
        row = table(**{("category_id" if name == "category" else name): v for name, v in values.items()})
        expected = []
        named = set(values)
        for constraint in table._meta.constraints:
            if hasattr(constraint, "condition") and not hasattr(constraint, "fields"):
                if constraint.name.endswith("_is_an_address"):
                    continue
                try:
                    constraint.validate(table, row)
                except ValidationError as error:
                    expected.extend(error.messages)
        found = list(constraint_problems(table, values))
        assert [sentence for _, sentence in found] == expected
        assert {field for field, _ in found} <= named


@pytest.mark.parametrize(
    ("table", "field", "value", "fits"),
    [
        (Organization, "slug", "a-vs-b", False),
        (Organization, "slug", "vs-a", False),
        (Organization, "slug", "gpt-4-1-mini", True),
        (Organization, "slug", "Gpt", False),
        (Organization, "website", "javascript:alert(1)", False),
        (Organization, "website", "https://north.example/x", True),
        (Organization, "country", "NOR", False),
        (Organization, "name", "", False),
        (LanguageModel, "release_date", None, True),
        (LanguageModel, "status", "gone", False),
        (Result, "score", None, False),
        (Result, "score", Decimal("99999999.999999"), True),
        (Result, "score", Decimal("100000000"), False),
        (Result, "score", Decimal("1.0000001"), False),
        (Result, "effort", -1, False),
        (Result, "effort", 10**6, False),
        (Result, "source_tier", 6, False),
    ],
)
def test_field_check_agrees_with_the_model_field(table, field, value, fits):
    assert (field_problem(table, field, value) is None) is fits


BREAKS = {
    "a slug with -vs-": lambda: make_organization(slug="a-vs-b"),
    "a slug in capitals": lambda: make_model(slug="Atlas"),
    "a price that ends before it begins": lambda: make_price(
        valid_from=dt.date(2026, 2, 1), valid_to=dt.date(2026, 1, 1)
    ),
    "a price without figures": lambda: make_price(input=None, output=None),
    "a negative price": lambda: make_price(input=Decimal(-1)),
    "a speed of nothing": lambda: make_speed(output_tokens_per_second=Decimal(0)),
    "a withdrawal without reason": lambda: make_result(state="withdrawn"),
    "a weighted benchmark without category": lambda: make_benchmark(category=None),
    "a percent scale without ends": lambda: make_benchmark(floor=None),
    "an Elo scale without anchor": lambda: make_benchmark(kind="elo"),
    "retirement before deprecation": lambda: make_model(
        deprecated_on=dt.date(2026, 2, 1), retired_on=dt.date(2026, 1, 1)
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", BREAKS)
def test_database_refuses(what):
    with pytest.raises(IntegrityError), transaction.atomic():
        BREAKS[what]()


@pytest.mark.django_db
def test_offering_has_one_price_per_first_day_even_when_that_is_not_known():
    offering = make_offering()
    make_price(offering=offering)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_price(offering=offering)


@pytest.mark.django_db
def test_form_refuses_price_periods_that_overlap():
    offering = make_offering()
    make_price(offering=offering, valid_from=dt.date(2026, 1, 1))
    late = Price(offering=offering, input=Decimal(1), valid_from=dt.date(2026, 2, 1))
    with pytest.raises(ValidationError, match="overlaps the price from 2026-01-01"):
        late.full_clean()


@pytest.mark.django_db
def test_result_without_row_id_is_unique_by_what_was_measured():
    result = make_result(row_id="")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_result(row_id="", model=result.model, benchmark=result.benchmark)


DATES = st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 12))


@given(DATES, DATES, DATES, DATES)
def test_periods_overlap_exactly_when_they_share_a_day(start_a, end_a, start_b, end_b):
    days = [dt.date(2025, 12, 31) + dt.timedelta(days=step) for step in range(15)]

    def holds(start, end, day):
        return (start is None or start <= day) and (end is None or day < end)

    orderly = all(not (start and end) or start < end for start, end in ((start_a, end_a), (start_b, end_b)))
    if orderly:
        shared = any(holds(start_a, end_a, day) and holds(start_b, end_b, day) for day in days)
        assert periods_overlap(start_a, end_a, start_b, end_b) is shared


@given(st.floats(-50, 250), st.sampled_from([(0.0, 100.0, 100.0), (25.0, 100.0, None), (100.0, 0.0, 150.0)]))
def test_score_is_possible_exactly_within_the_range(score, scale):
    floor, best, maximum = scale
    benchmark = Benchmark(name="X", kind="percent", floor=floor, best=best, maximum=maximum)
    top = maximum if maximum is not None else max(floor, best)
    assert (score_problem(score, benchmark) is None) is (0 <= score <= top)


@pytest.mark.django_db
def test_world_is_what_its_table_says():
    world = build_world()
    assert len(world.models) == 6
    assert len(world.benchmarks) == 8
    assert len(world.results) == sum(len(scores) for scores in SCORES.values())
    assert not world.models["fable"].results.exists()
    assert set(Result.objects.published()) == set(world.results.values())
    assert set(Result.objects.public()) - set(Result.objects.published()) == {world.withdrawn}
    for row in [*world.models.values(), *world.benchmarks.values(), *world.results.values(), world.withdrawn]:
        row.full_clean()


def test_an_emptied_database_gets_its_categories_back_as_a_new_one_has_them(db):
    Category.objects.all().delete()
    kept = Category.history.count()
    after_migrate()
    assert Category.objects.count() == len(DEFAULT_CATEGORIES)
    assert Category.history.count() == kept, "nobody edited anything"
