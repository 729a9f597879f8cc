"""Every table's list and form opens, within a query ceiling that does not grow with the data."""

import re

import pytest
from django.contrib import admin
from django.urls import reverse

from models_catalog.models import (
    Benchmark,
    BenchmarkAlias,
    Category,
    LanguageModel,
    ModelAlias,
    ModelSlugRedirect,
    Offering,
    Organization,
    Price,
    Report,
    Result,
    SpeedMeasurement,
    UnknownName,
    User,
)

pytestmark = pytest.mark.django_db

TABLES = [
    Benchmark,
    BenchmarkAlias,
    Category,
    LanguageModel,
    ModelAlias,
    ModelSlugRedirect,
    Offering,
    Organization,
    Price,
    Report,
    Result,
    SpeedMeasurement,
    UnknownName,
]
LIST_CEILING = 12
# Session, user, object, its choices and inlines; permissions cost a superuser nothing.
FORM_CEILING = 14


def fill(rows: int) -> None:
    """Give every table `rows` rows that all hang together."""
    category = Category.objects.get(slug="coding")
    start = Organization.objects.count()
    for number in range(start, start + rows):
        lab = Organization.objects.create(slug=f"lab-{number}", name=f"Lab {number}", is_lab=True, is_provider=True)
        model = LanguageModel.objects.create(slug=f"model-{number}", name=f"Model {number}", lab=lab)
        benchmark = Benchmark.objects.create(
            slug=f"test-{number}", name=f"Test {number}", category=category, floor=0, best=100, maximum=100
        )
        result = Result.objects.create(model=model, benchmark=benchmark, score=50)
        offering = Offering.objects.create(model=model, provider=lab)
        Price.objects.create(offering=offering, input=1, output=2)
        SpeedMeasurement.objects.create(offering=offering, output_tokens_per_second=90)
        ModelAlias.objects.create(source_id=f"MODEL {number}", model=model)
        BenchmarkAlias.objects.create(source_id=f"TEST {number}", benchmark=benchmark)
        ModelSlugRedirect.objects.create(old_slug=f"old-{number}", model=model)
        Report.objects.create(result=result, text=f"Row {number} looks wrong.")
        UnknownName.objects.create(kind="model", name=f"Nobody {number}")
        Category.objects.create(slug=f"kind-{number}", name=f"Kind {number}")


@pytest.fixture
def staff(admin_user, client):
    client.force_login(admin_user)
    reverse("admin:index")  # loads the addresses, and with them every page of the admin
    return client


def list_address(table):
    return reverse(f"admin:{table._meta.app_label}_{table._meta.model_name}_changelist")


def change_address(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def queries_of(client, address, capture):
    with capture() as queries:
        response = client.get(address)
    assert response.status_code == 200, address
    return len(queries)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_list_and_form_cost_the_same_with_few_and_many_rows(table, staff, django_assert_max_num_queries):
    def capture():
        return django_assert_max_num_queries(200)

    fill(3)
    staff.get(change_address(table.objects.last()))  # content types are read once a process
    small_list = queries_of(staff, list_address(table), capture)
    small_form = queries_of(staff, change_address(table.objects.last()), capture)
    fill(17)
    assert queries_of(staff, list_address(table), capture) == small_list <= LIST_CEILING
    assert queries_of(staff, change_address(table.objects.last()), capture) == small_form <= FORM_CEILING


@pytest.mark.slow
def test_result_list_of_300_rows_stays_within_twelve_queries(staff, django_assert_max_num_queries):
    fill(300)
    with django_assert_max_num_queries(LIST_CEILING):
        assert b"Model 99" in staff.get(list_address(Result), {"o": "-1"}).content


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.__name__)
def test_every_list_can_be_searched_and_every_column_sorts(table, staff):
    fill(2)
    page = admin.site._registry[table]
    assert staff.get(list_address(table), {"q": "1"}).status_code == 200
    for column in range(1, len(page.list_display) + 1):
        assert staff.get(list_address(table), {"o": str(column)}).status_code == 200


@pytest.mark.parametrize("table", [*TABLES, User], ids=lambda table: table.__name__)
def test_pages_carry_no_inline_script_style_or_handler(table, staff):
    fill(2)
    row = table.objects.first()
    pages = [list_address(table), change_address(row), change_address(row).replace("/change/", "/history/")]
    for address in [*pages, reverse("admin:index")]:
        response = staff.get(address, follow=True)
        html = response.content.decode()
        assert not re.search(r"<[^>]+\s(?:style|on[a-z]+)=", html), address
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", html), address
        assert "<style" not in html, address
        assert "unsafe" not in response.headers["Content-Security-Policy"]


def test_every_table_of_the_catalogue_is_in_the_newsroom():
    assert {table for table in TABLES if table in admin.site._registry} == set(TABLES)
    assert User in admin.site._registry


def test_admin_wears_the_newsrooms_styles_and_not_its_own(admin_client):
    for name in ("admin:index", "admin:models_catalog_result_changelist"):
        assert b"newsroom/newsroom.css" in admin_client.get(reverse(name)).content
