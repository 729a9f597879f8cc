"""Pages of an earlier day: only what was known, today's pars, what changed since, and honest refusals."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from comparisons import standing_store
from comparisons.boards.filters import BoardFilters
from comparisons.boards.leaderboard import load_leaderboard
from comparisons.core.laws import check
from comparisons.pages.as_of import asked_day
from comparisons.pages.model import load_model
from comparisons.pairs.comparison import load_comparison_page
from comparisons.tests.board_world import fill
from models_catalog.models import LanguageModel, Price, Result
from models_catalog.tests.factories import make_price

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 25)
DAY = dt.date(2026, 6, 30)
ON = DAY.isoformat()
PAIR = "model-0000-vs-model-0001"
ADDRESSES = (f"/compare/{PAIR}/", "/models/model-0000/", "/leaderboard/")
TWINS = (f"/compare/{PAIR}.json", "/models/model-0000.json", "/leaderboard.json")


@pytest.fixture(autouse=True)
def frozen(time_machine):
    time_machine.move_to(dt.datetime(2026, 11, 25, 12, tzinfo=dt.UTC), tick=False)


@pytest.fixture
def world():
    """Twenty models: every third result came in September, every seventh has no date; the last model is new."""
    fill(20, density=0.8)
    results = list(Result.objects.order_by("id"))
    for number, result in enumerate(results):
        late = number % 3 == 0
        result.measured_on = None if number % 7 == 0 else dt.date(2026, 9, 1) if late else dt.date(2026, 3, 1)
    Result.objects.bulk_update(results, ["measured_on"])
    LanguageModel.objects.update(release_date=dt.date(2026, 2, 1))
    LanguageModel.objects.filter(slug="model-0019").update(release_date=dt.date(2026, 8, 7))
    offering = Price.objects.get(offering__model__slug="model-0000").offering
    Price.objects.filter(offering=offering).update(valid_to=dt.date(2026, 10, 1))
    make_price(offering=offering, input=Decimal(7), output=Decimal(9), valid_from=dt.date(2026, 10, 1))
    standing_store.recompute("test world")


def pair(on: str = "", **given):
    return load_comparison_page(PAIR, today=TODAY, on=on, **given)


def board(on: str = "", **given):
    return load_leaderboard(BoardFilters(on=on, **given), today=TODAY)


def test_only_results_known_by_the_day_are_on_the_pages(world):
    for side in pair(ON).comparison.sides:
        assert side.results
        assert all(row.measured_on is None or row.measured_on <= DAY for row in side.results)
    own = load_model("model-0000", today=TODAY, on=ON)
    assert 0 < len(own.results) < len(load_model("model-0000", today=TODAY).results)


def test_pair_model_and_board_agree_on_the_scores_of_a_day(world):
    lines = {line.entry.model.slug: line for line in board(ON).board.lines}
    for side in pair(ON).comparison.sides:
        own = load_model(side.model.slug, today=TODAY, on=ON)
        assert own.entry.overall == pytest.approx(side.standing.overall, abs=1e-12)
        assert lines[side.model.slug].score == pytest.approx(side.standing.overall, abs=1e-12)
        assert (own.entry.rank, own.entry.best) == (
            lines[side.model.slug].place.rank,
            lines[side.model.slug].place.best,
        )


def test_a_day_takes_todays_pars(world):
    assert pair(ON).comparison.fit == pair().comparison.fit
    assert load_model("model-0000", today=TODAY, on=ON).context.fit == load_model("model-0000", today=TODAY).context.fit


def test_today_as_a_day_says_what_the_page_of_today_says(world):
    dated, plain = pair(TODAY.isoformat()), pair()
    assert dated.verdict.headline == plain.verdict.headline
    assert dated.comparison.overall == plain.comparison.overall
    assert [c.then == c.now for c in dated.as_of.changes] == [True] * len(dated.as_of.changes)
    assert dated.as_of.came == 0
    then, now = board(TODAY.isoformat()).board, board().board
    assert [(line.name, line.place, line.score) for line in then.lines] == [
        (line.name, line.place, line.score) for line in now.lines
    ]
    assert then.as_of.changes == ()


@pytest.mark.parametrize("weights", ["", "coding:70,math:30"])
def test_the_verdict_of_a_day_breaks_no_law(world, weights):
    page = pair(ON, weights=weights)
    assert page.weights_text == weights
    assert check(page.comparison, page.verdict) == []


def test_own_weights_reweigh_the_day(world):
    assert pair(ON, weights="coding:1").comparison.overall != pair(ON).comparison.overall
    weighed = {line.name: line.score for line in board(ON, own_weights="coding:1").board.lines}
    side = pair(ON, weights="coding:1").comparison.sides[0]
    assert weighed[side.model.name] == pytest.approx(side.standing.overall)


def test_prices_are_those_of_the_day_and_the_change_is_told(world):
    page = pair(ON)
    prices = {line.attribute: line.values[0].text for line in page.comparison.operational if line.values[0]}
    assert prices["price_input"] == "$0.01"
    change = next(c for c in page.as_of.changes if c.what == "Price of Model 0000")
    assert change.then.startswith("$0.01 in")
    assert change.now.startswith("$7.00 in")
    assert not any("$7.00" in str(offer) for offer in page.comparison.offers[0])
    own = load_model("model-0000", today=TODAY, on=ON)
    assert [offer.input_text for offer in own.offers] == ["0.01"]
    assert any(c.what == "Price of Model 0000" for c in board(ON).board.as_of.changes)


def test_what_came_since_is_counted_and_the_weightiest_named(world):
    page = pair(ON)
    now = pair()
    late = {
        cell.result
        for side in now.comparison.sides
        for cell in side.standing.cells
        if Result.objects.get(pk=cell.result).measured_on == dt.date(2026, 9, 1)
    }
    assert page.as_of.came == len(late) > 3
    assert {arrival.result for arrival in page.as_of.arrivals} <= late
    shares = {c.result: c.share for side in now.comparison.sides for c in side.standing.cells}
    named = [shares[arrival.result] for arrival in page.as_of.arrivals]
    assert named == sorted((shares[result] for result in late), reverse=True)[:3]


def test_scores_then_and_now_are_those_of_the_two_pages(world):
    page, now = pair(ON), pair()
    for side in (0, 1):
        change = page.as_of.changes[side]
        assert change.then.split(" ± ")[0] == page.comparison.overall.scores[side].text
        assert change.now.split(" ± ")[0] == now.comparison.overall.scores[side].text


def test_undated_results_count_as_known_and_the_page_says_how_many(client, world):
    undated = Result.objects.filter(
        model__slug__in=("model-0000", "model-0001"), measured_on=None, state="published"
    ).count()
    assert undated > 1
    said = f"{undated} results carry no date and are taken as known then."
    assert said in pair(ON).as_of.notes
    assert said in client.get(f"/compare/{PAIR}/?on={ON}").content.decode()


def test_a_model_released_later_is_on_no_board_and_its_pages_say_so(client, world):
    slugs = {line.entry.model.slug for line in (*board(ON).board.lines, *board(ON).board.tracked)}
    assert "model-0019" not in slugs
    assert "1 model was released after that day and is not on this board." in board(ON).board.as_of.notes
    for address in ("/models/model-0019/", "/compare/model-0000-vs-model-0019/"):
        text = client.get(f"{address}?on={ON}").content.decode()
        assert "Model 0019 was released on 7 August 2026, after that day: nothing about it is counted here." in text
    page = load_comparison_page("model-0000-vs-model-0019", today=TODAY, on=ON)
    assert page.comparison.overall.leader is None
    assert page.comparison.sides[1].results == page.comparison.sides[1].prices == ()


def test_a_withdrawn_row_stays_withdrawn(world):
    row = Result.objects.filter(model__slug="model-0000", measured_on=dt.date(2026, 3, 1)).first()
    Result.objects.filter(pk=row.pk).update(state="withdrawn", withdrawn_reason="Measured with tools")
    standing_store.recompute("withdrawn")
    assert row.pk not in {cell.result for cell in pair(ON).comparison.sides[0].standing.cells}
    assert row.pk in {result.id for result in pair(ON).comparison.sides[0].results}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_dated_page_is_kept_out_of_indexes_and_leads_back(client, world, address):
    text = client.get(f"{address}?on={ON}").content.decode()
    assert "As it stood on 30 June 2026" in text
    assert "What changed since 30 June 2026" in text
    assert '<meta name="robots" content="noindex">' in text
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{address}">' in text
    assert f'<a href="{address}">Back to today’s page</a>' in text
    assert f".json?on={ON}" in text


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize(
    ("on", "said"),
    [
        ("2026-13-01", "is no date"),
        ("yesterday", "is no date"),
        ("20260101", "is no date"),
        ("٢٠٢٦-٠١-٠١", "is no date"),
        ("2027-01-01", "lies in the future"),
        ("2016-12-31", "is too early"),
        ("<script>", "is no date"),
    ],
)
def test_a_bad_day_gets_a_message_and_the_page_of_today(client, world, address, on, said):
    answer = client.get(address, {"on": on})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert said in text
    assert "<script>”" not in text
    assert "As it stood on" not in text


def test_the_first_and_the_last_day_can_be_asked_for():
    assert asked_day("2017-01-01", TODAY) == (dt.date(2017, 1, 1), "")
    assert asked_day(" 2026-11-25 ", TODAY) == (TODAY, "")
    assert asked_day("", TODAY) == (None, "")


@pytest.mark.parametrize("address", [*ADDRESSES, *TWINS])
def test_a_day_before_any_result_still_answers(client, world, address):
    Result.objects.filter(measured_on=None).update(measured_on=DAY)
    standing_store.recompute("all dated")
    assert client.get(f"{address}?on=2018-01-01").status_code == 200


@pytest.mark.parametrize("address", TWINS)
def test_json_twins_say_the_day_and_what_changed(client, world, address):
    document = client.get(f"{address}?on={ON}").json()
    assert document["as_of"] == ON
    assert document["since"]["day"] == ON
    assert document["since"]["today"] == "2026-11-25"
    assert document["since"]["changes"]
    assert document["since"]["results_since"] > 0
    assert client.get(address).json()["since"] is None


@pytest.mark.parametrize("address", TWINS)
def test_markdown_twins_say_the_same_as_the_json(client, world, address):
    text = client.get(f"{address.replace('.json', '.md')}?on={ON}").content.decode()
    assert "**As it stood on 30 June 2026.**" in text
    for change in client.get(f"{address}?on={ON}").json()["since"]["changes"]:
        assert f"| {change['of']} | {change['then']} | {change['now']} |" in text


def test_frames_and_pictures_never_show_an_earlier_day(client, world):
    frame = client.get(f"/embed/compare/{PAIR}/?on={ON}").content
    assert frame == client.get(f"/embed/compare/{PAIR}/").content
    assert "og:image" not in client.get(f"/compare/{PAIR}/?on={ON}").content.decode()


@pytest.mark.parametrize(("address", "budget"), [*zip(ADDRESSES, (4, 6, 5), strict=True)])
@pytest.mark.parametrize("weights", ["", "&w=coding:1"])
def test_a_day_costs_no_more_queries_than_the_page_may(
    client, world, settings, address, budget, weights, django_assert_max_num_queries
):
    settings.PAGE_CACHE = False
    standing_store.lane_context.cache_clear()
    # A weighed board of a day reads all standings and all results, once a process.
    with django_assert_max_num_queries(6 if weights and address == "/leaderboard/" else budget):
        client.get(f"{address}?on={ON}{weights}")
    with django_assert_max_num_queries(2):
        client.get(f"{address}?on={ON}{weights}")


def test_rendering_a_day_needs_no_query(world, django_assert_num_queries):
    page, own = board(ON), load_model("model-0000", today=TODAY, on=ON)
    render_to_string("comparisons/leaderboard.html", {"page": page})
    with django_assert_num_queries(0):
        render_to_string("comparisons/leaderboard.html", {"page": page})
        render_to_string("comparisons/model_detail.html", {"page": own, "meta": own.meta})


def test_the_score_history_ends_with_the_score_of_the_page(client, world):
    own = load_model("model-0000", today=TODAY)
    newest = own.score_chart["table"]["rows"][0]["cells"][0]
    assert newest.split(" ± ")[0] == f"{own.entry.overall:.1f}"
    assert len(own.score_chart["dots"]) == len(own.score_chart["table"]["rows"]) == 2
    assert "Score history" in client.get("/models/model-0000/").content.decode()
    assert 'id="score-history"' in client.get(f"/compare/{PAIR}/").content.decode()


def test_the_history_on_a_day_stops_there(world):
    dated = load_model("model-0000", today=TODAY, on="2026-09-15")
    assert dated.score_chart["x_ticks"][-1]["text"] == "15 September 2026"
    assert load_model("model-0000", today=TODAY, on=ON).score_chart is None


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_offers_to_choose_a_day_and_keeps_the_lane(client, world, address):
    text = client.get(f"{address}?lane=provisional").content.decode()
    form = text[text.index('<form class="calculator as-of"') :].split("</form>")[0]
    assert f'action="{address}"' in form
    assert 'type="date"' in form
    assert '<input type="hidden" name="lane" value="provisional">' in form


def test_a_board_with_many_changes_says_how_many_it_leaves_out(client, world):
    since = board(ON).board.as_of
    moved = [change for change in since.changes if change.what.startswith("Model")]
    assert len(moved) in (11, 12)
    assert "more places or scores changed as well." in since.left_out
    assert since.left_out in client.get(f"/leaderboard/?on={ON}").content.decode()
