"""`/changes/`: filters, days, pages; every number comes from the entry."""

import datetime as dt

import pytest

from comparisons.changes.page import PAGE_SIZE, latest
from comparisons.core import changes
from comparisons.tests.log_entries import CIRRO, MONDAY, make_entry, make_price_fall
from models_catalog.models import LanguageModel, ModelSlugRedirect
from models_catalog.tests import world as worlds

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = "comparisons.tests.changes_urlconf"


@pytest.fixture
def log(db):
    """Two results, a correction, a price and a verdict in a known world."""
    worlds.build_world()
    return {
        "result": make_entry(),
        "south": make_entry(**CIRRO),
        "corrected": make_entry(
            changes.RESULT_CORRECTED,
            MONDAY + dt.timedelta(days=1),
            old_text="72 %",
            new_text="71.4 %",
            reason="The card was revised",
        ),
        "price": make_price_fall(MONDAY + dt.timedelta(days=2)),
        "verdict": make_entry(
            changes.VERDICT_FLIPPED,
            MONDAY + dt.timedelta(days=3),
            **CIRRO,
            other="atlas",
            other_name="Atlas 1",
            old_text="Cirro likely ahead",
            new_text="too close to call",
            values={"other_lab": "north"},
        ),
    }


def shown(client, query: str = "") -> set[str]:
    """Names of the fixture's entries on a page."""
    text = client.get(f"/changes/{query}").content.decode()
    return {name for name, change in client.log.items() if f'id="change-{change.pk}"' in text}


@pytest.fixture
def reader(client, log):
    client.log = log
    return client


def test_newest_day_first_with_old_new_and_reason(reader):
    text = reader.get("/changes/").content.decode()
    assert shown(reader) == set(reader.log)
    assert text.index("2 July 2026") < text.index("1 July 2026") < text.index("29 June 2026")
    assert "Atlas 1 on Code Repair: 72 % → 71.4 %" in text
    assert "The card was revised" in text
    assert 'href="https://boards.example/code-repair"' in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?kind=price_changed", {"price"}),
        ("?lab=south", {"south", "verdict"}),
        ("?lab=north", {"result", "corrected", "price", "verdict"}),
        ("?category=coding", {"result", "south", "corrected"}),
        ("?model=atlas", {"result", "corrected", "price", "verdict"}),
        ("?model=Atlas+1&kind=result_added", {"result"}),
        ("?from=2026-06-30&to=2026-07-01", {"corrected", "price"}),
    ],
)
def test_each_filter_leaves_what_fits(reader, query, names):
    assert shown(reader, query) == names


def test_one_entry_has_an_address_of_its_own(reader):
    change = reader.log["price"]
    assert shown(reader, f"?id={change.pk}") == {"price"}
    assert change.get_absolute_url() == f"/changes/?id={change.pk}"


def test_filters_that_mean_nothing_are_left_out_and_said(reader):
    text = reader.get("/changes/?kind=nonsense&model=nobody-at-all&from=yesterday&id=<b>&page=x").content.decode()
    assert "no such kind of change" in text
    assert "No model is called “nobody-at-all”" in text
    assert "“yesterday” is no day" in text
    assert "&lt;b&gt;" not in text
    assert shown(reader, "?kind=nonsense") == set(reader.log)


def test_no_match_and_an_empty_log_say_so(reader, client):
    assert "No change fits these filters" in reader.get("/changes/?kind=model_retired").content.decode()
    for change in reader.log.values():
        change.delete()
    assert "Nothing has changed yet" in reader.get("/changes/").content.decode()


def test_only_the_bare_page_is_for_search_engines(reader):
    assert "noindex" not in reader.get("/changes/").content.decode()
    assert '<meta name="robots" content="noindex">' in reader.get("/changes/?lab=north").content.decode()


def test_a_hidden_model_appears_nowhere(reader):
    LanguageModel.objects.filter(slug="atlas").update(published=False)
    assert shown(reader) == {"south"}


def test_entries_under_an_old_slug_belong_to_the_model_and_hide_with_it(reader):
    model = LanguageModel.objects.get(slug="atlas")
    ModelSlugRedirect.objects.create(old_slug="atlas", model=model)
    LanguageModel.objects.filter(pk=model.pk).update(slug="atlas-one")
    assert shown(reader, "?model=atlas-one") == {"result", "corrected", "price", "verdict"}
    LanguageModel.objects.filter(pk=model.pk).update(published=False)
    assert shown(reader) == {"south"}


def test_pages_follow_each_other_and_a_number_too_large_means_the_last(reader):
    for _ in range(PAGE_SIZE):
        make_entry()
    first = reader.get("/changes/").content.decode()
    assert "51 to 55" in first
    assert "page=2" in first
    last = reader.get("/changes/?page=999").content.decode()
    assert last.count('class="timeline__item"') == 5


def test_the_page_costs_the_same_queries_however_long_the_log_is(reader, django_assert_num_queries):
    # labs, categories, count, entries
    with django_assert_num_queries(4):
        reader.get("/changes/?kind=result_added")
    for _ in range(30):
        make_entry()
    with django_assert_num_queries(4):
        reader.get("/changes/?kind=result_added")


def test_the_page_changes_nothing_and_takes_only_get(reader):
    assert reader.post("/changes/").status_code == 405
    assert reader.head("/changes/").status_code == 200


def test_the_newest_changes_fit_the_timeline_of_other_pages(reader, django_assert_num_queries):
    with django_assert_num_queries(1):
        newest = latest(2)
    assert [entry["text"] for entry in newest] == [str(reader.log["verdict"]), str(reader.log["price"])]
    assert newest[1]["href"] == "/models/atlas/"
    assert [entry["iso"] for entry in latest(9, MONDAY + dt.timedelta(days=3))] == ["2026-07-02"]
