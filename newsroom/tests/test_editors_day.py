"""Small things of an editor's day: prices in one save, units, namesakes, bulk actions, links."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from models_catalog.models import LanguageModel, Offering, Price, Result
from newsroom.core.price_warnings import price_warnings
from newsroom.tests.newsroom_world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def paul(world, client):
    client.force_login(world.paul)
    return client


@pytest.fixture
def price(world):
    offering = Offering.objects.create(model=world.acme_1, provider=world.acme_1.lab)
    return Price.objects.create(offering=offering, input=3, output=15, valid_from=dt.date(2026, 1, 1))


def offering_form(price, old_end, new_begin, **new):
    row = {"id": price.pk, "offering": price.offering_id, "input": "3", "output": "15", "valid_from": "2026-01-01"}
    data = {f"prices-0-{name}": value for name, value in row.items()} | {"prices-0-valid_to": old_end}
    fresh = {"offering": price.offering_id, "input": "2", "output": "10", "valid_from": new_begin, **new}
    data |= {f"prices-1-{name}": value for name, value in fresh.items()}
    data |= {
        "prices-TOTAL_FORMS": 2,
        "prices-INITIAL_FORMS": 1,
        "prices-MIN_NUM_FORMS": 0,
        "prices-MAX_NUM_FORMS": 1000,
    }
    offering = price.offering
    stamp = offering.updated_at.isoformat()
    return {**data, "model": offering.model_id, "provider": offering.provider_id, "seen": stamp, "change_reason": "cut"}


def test_price_changes_in_one_save(paul, price):
    where = reverse("admin:models_catalog_offering_change", args=[price.offering_id])
    response = paul.post(where, offering_form(price, "2026-06-01", "2026-06-01"))
    assert response.status_code == 302, response.context["errors"]
    periods = Price.objects.order_by("valid_from").values_list("input", "valid_from", "valid_to")
    assert [*periods] == [(3, dt.date(2026, 1, 1), dt.date(2026, 6, 1)), (2, dt.date(2026, 6, 1), None)]


def test_overlapping_prices_are_still_refused(paul, price):
    where = reverse("admin:models_catalog_offering_change", args=[price.offering_id])
    page = paul.post(where, offering_form(price, "2026-06-02", "2026-06-01"))
    assert "overlaps the one from" in page.content.decode()
    assert Price.objects.count() == 1


def test_price_of_one_token_is_questioned(paul, price):
    where = reverse("admin:models_catalog_offering_change", args=[price.offering_id])
    page = paul.post(where, offering_form(price, "2026-06-01", "2026-06-01", input="0.000002"), follow=True)
    assert (
        "0.000002 USD per 1M tokens is hardly a price. For one token it would be 2 USD per 1M." in page.content.decode()
    )
    assert price_warnings({"input": Decimal(0), "output": Decimal("0.05")}) == []
    assert "is a jump" in price_warnings({"input": Decimal(300)}, {"input": Decimal(3)})[0]


def test_prices_are_seen_again_together(paul, price):
    ended = Price.objects.create(
        offering=price.offering, input=9, valid_from=dt.date(2025, 1, 1), valid_to=dt.date(2025, 2, 1)
    )
    listing = reverse("admin:models_catalog_price_changelist")
    page = paul.post(listing, {"action": "seen_again_today", "_selected_action": [price.pk, ended.pk]}, follow=True)
    assert "1 price seen today" in page.content.decode()
    assert "1 price passed over" in page.content.decode()
    price.refresh_from_db()
    assert price.observed_on is not None


def test_a_price_seen_again_stays_known_from_the_day_it_was_first_seen(paul, price):
    """Its only date was the day it was seen: on pages of an earlier day it must not vanish."""
    first = dt.date(2026, 2, 3)
    Price.objects.filter(pk=price.pk).update(valid_from=None, valid_from_basis="", observed_on=first)
    listing = reverse("admin:models_catalog_price_changelist")
    paul.post(listing, {"action": "seen_again_today", "_selected_action": [price.pk]})
    price.refresh_from_db()
    assert (price.valid_from, price.valid_from_basis) == (first, "first observed")
    assert price.observed_on > first


def test_source_kind_is_set_for_several_results_within_the_rights(world, client, paul):
    listing = reverse("admin:models_catalog_result_changelist")
    keys = list(Result.objects.values_list("pk", flat=True))
    paul.post(listing, {"action": "reported_by_maker", "_selected_action": keys})
    assert set(Result.objects.values_list("source_kind", flat=True)) == {"provider-reported"}
    client.force_login(world.edith)
    page = client.post(listing, {"action": "measured_independently", "_selected_action": keys}, follow=True)
    assert "is public: a publisher changes" in page.content.decode()
    assert set(Result.objects.values_list("source_kind", flat=True)) == {"provider-reported"}


def test_second_model_of_one_name_is_pointed_out(world, paul):
    add = reverse("admin:models_catalog_languagemodel_add")
    form = paul.get(add).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    data |= {f"{prefix}-{key}": 0 for prefix in ("aliases", "offerings") for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    page = paul.post(add, {**data, "name": "Acme 1", "slug": "acme-1-b", "lab": world.acme_1.lab_id}, follow=True)
    assert "is also the name of acme-1" in page.content.decode()
    assert LanguageModel.objects.filter(name="Acme 1").count() == 2


def test_model_page_leads_to_its_scores(world, paul):
    page = paul.get(reverse("admin:models_catalog_languagemodel_change", args=[world.acme_1.pk]))
    assert "grid/?model=acme-1" in page.content.decode()
