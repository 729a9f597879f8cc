"""The leaderboard: ranks as ranges, filters in the address, own weights, pages, and its budget of queries."""

from __future__ import annotations

import datetime as dt

import pytest
from django.template.loader import render_to_string

from comparisons import standing_store
from comparisons.boards import store as board_store
from comparisons.boards.filters import BoardFilters
from comparisons.boards.leaderboard import load_leaderboard
from comparisons.core.scoring import rank as rank_all
from comparisons.core.scoring import reweigh, stand_all
from comparisons.core.weights import parse_weights
from comparisons.tests.board_world import empty, fill
from models_catalog.models import Benchmark, LanguageModel, Result
from models_catalog.tests.factories import make_model, make_result

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)


def load(**filters):
    """The leaderboard under some filters."""
    return load_leaderboard(BoardFilters(**filters), today=TODAY)


def test_board_lists_ranked_models_by_rank_with_their_ranges():
    fill(30)
    page = load()
    ranks = [line.place.rank for line in page.board.lines]
    assert ranks == sorted(ranks)
    assert len(ranks) == page.board.places > 20
    for line in page.board.lines:
        assert line.place.best <= line.place.rank <= line.place.worst
        assert line.entry.low <= line.entry.overall <= line.entry.high


def test_light_entries_say_what_the_whole_standings_say():
    fill(20)
    placed = standing_store.placed_models("verified")
    for entry in board_store.board_entries("verified", places=True):
        standing = placed[entry.model.slug].standing
        assert entry.model == placed[entry.model.slug].model
        assert (entry.overall, entry.rank, entry.best, entry.worst) == (
            standing.overall,
            standing.rank,
            standing.best,
            standing.worst,
        )
        assert entry.low == pytest.approx(standing.low)
        assert entry.high == pytest.approx(standing.high)
        own = {slug: line for slug, line in standing.categories.items() if not line.carried}
        assert entry.scores == {slug: line.score for slug, line in own.items()}
        assert {slug: (p.score, p.se, p.votes) for slug, p in entry.places.items()} == {
            slug: (line.score, line.se, line.votes) for slug, line in own.items()
        }


def test_category_board_ranks_by_that_category_alone():
    fill(30)
    page = load(category="coding")
    scores = [line.score for line in page.board.lines]
    assert scores == sorted(scores, reverse=True)
    assert all(line.score == line.entry.scores["coding"] for line in page.board.lines)
    assert all(line.entry.places["coding"].votes >= 2 - 1e-9 for line in page.board.lines)
    assert page.score_head == "Coding"


def test_filters_hide_models_and_keep_their_ranks():
    fill(30)
    everyone = {line.entry.model.slug: line.place for line in load().board.lines}
    shown = load(weights="open").board.lines
    assert shown
    assert all(line.entry.model.open_weights for line in shown)
    assert all(line.place == everyone[line.entry.model.slug] for line in shown)


def test_unknown_price_or_context_never_fits_a_limit():
    fill(30)
    dearest = load(price=100).board.lines
    assert all(line.price is not None for line in dearest)
    wide = load(context=1).board.lines
    assert all(line.entry.model.context_window for line in wide)
    assert len(wide) < len(load().board.lines)


@pytest.mark.parametrize("sort", ["price", "-price", "context", "-context", "released", "-released", "name", "results"])
def test_sorting_puts_unknown_values_last_in_both_directions(sort):
    fill(30)
    page = load(sort=sort)
    column = sort.lstrip("-")
    values = {
        "price": lambda line: None if line.price is None else line.price.input * 3 + line.price.output,
        "context": lambda line: line.entry.model.context_window,
        "released": lambda line: line.entry.model.release_date,
        "name": lambda line: line.name.casefold(),
        "results": lambda line: line.entry.results,
    }[column]
    found = [values(line) for line in page.board.lines]
    known = [value for value in found if value is not None]
    assert found[: len(known)] == known
    assert known == sorted(known, reverse=page.filters.sort_state(column) == "descending")


def test_sort_link_turns_the_order_round_and_keeps_the_filters(client):
    fill(12)
    page = load(sort="price", weights="open")
    assert page.filters.sort_href("/leaderboard/", "price") == "/leaderboard/?weights=open&sort=-price"
    assert page.filters.sort_href("/leaderboard/", "context") == "/leaderboard/?weights=open&sort=context"


def test_own_weights_rank_the_whole_board_as_scoring_does():
    fill(30)
    text = "coding:40,agentic:30"
    page = load(own_weights=text)
    context = standing_store.current_context("verified")
    fit = reweigh(context.fit, parse_weights(text, context.categories))
    cells = {slug: placed.standing.cells for slug, placed in standing_store.placed_models("verified").items()}
    expected = {s.model: s for s in rank_all(stand_all(fit, cells), fit)}
    for line in (*page.board.lines, *page.board.tracked):
        standing = expected[line.entry.model.slug]
        assert (line.entry.overall, line.entry.rank, line.entry.best, line.entry.worst) == (
            standing.overall,
            standing.rank,
            standing.best,
            standing.worst,
        )


def test_own_weights_are_not_indexed_and_point_to_the_bare_page(client):
    fill(12)
    text = client.get("/leaderboard/?w=coding:40,agentic:30").content.decode()
    assert '<meta name="robots" content="noindex">' in text
    assert 'rel="canonical" href="http://127.0.0.1:8000/leaderboard/"' in text
    assert 'content="noindex"' not in client.get("/leaderboard/").content.decode()


def test_bad_weights_are_answered_with_a_sentence_and_the_site_s_own_board(client):
    fill(12)
    response = client.get("/leaderboard/?w=coding:40,astrology:3")
    text = response.content.decode()
    assert response.status_code == 200
    assert "There is no category “astrology”." in text
    assert [line.entry for line in load(own_weights="astrology:3").board.lines] == [
        line.entry for line in load().board.lines
    ]


def test_weights_form_leads_to_the_address_that_says_them(client):
    fill(6)
    response = client.get("/leaderboard/?weights=open&w-coding=40&w-agentic=30&w-math=0")
    assert response.status_code == 302
    assert response["Location"] == "/leaderboard/?weights=open&w=coding:40,agentic:30"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("price=cheap", "“cheap” is no sum of money."),
        ("price=1e9", "“1e9” is no sum of money."),
        ("context=large", "“large” is no number of tokens."),
        ("status=lost", "The filter “status” has no such value"),
        ("category=astrology", "There is no category “astrology”."),
    ],
)
def test_a_filter_that_cannot_be_used_is_said_and_left_out(client, query, sentence):
    fill(12)
    response = client.get(f"/leaderboard/?{query}")
    assert response.status_code == 200
    assert sentence in response.content.decode()


def test_pages_hold_fifty_models_and_the_last_one_the_rest(client):
    fill(120)
    ranked = load().board.places
    assert ranked > 100
    seen = []
    for page in (1, 2, 3):
        lines = load(page=page).board.lines
        assert len(lines) == (50 if page < 3 else ranked - 100)
        seen += [line.entry.model.slug for line in lines]
    assert len(set(seen)) == ranked
    assert [line.entry for line in load(page=999).board.lines] == [line.entry for line in load(page=3).board.lines]
    assert load().board.pager[0]["current"]


def test_models_without_a_rank_stand_apart_with_what_they_lack(client):
    fill(20)
    fill_one_result_model()
    page = load()
    lonely = next(line for line in page.board.tracked if line.name == "Lonely")
    assert "1 of 6 test families" in lonely.lacks
    assert lonely.place is None
    assert lonely.interval["open"]
    assert all(line.name != "Lonely" for line in page.board.lines)
    nobody = next(line for line in page.board.tracked if line.name == "Unmeasured")
    assert nobody.lacks == ("no result that counts in this lane",)
    assert nobody.score_text == "–"
    text = client.get("/leaderboard/").content.decode()
    assert "Awaiting evidence" in text
    assert "1 of 6 test families" in text


def fill_one_result_model():
    """Add a model with one result and one without any."""
    make_result(model=make_model(name="Lonely"), benchmark=Benchmark.objects.get(slug="bench-00"))
    make_model(name="Unmeasured")
    standing_store.recompute("two more")


@pytest.mark.parametrize("query", ["", "?category=coding", "?sort=price", "?show=tracked", "?lane=provisional"])
def test_queries_do_not_grow_with_the_catalogue(client, query, django_assert_max_num_queries):
    # models with standings; prices; reasons of unranked models; the fit, once per process and snapshot
    for models in (2, 60):
        empty()
        fill(models)
        with django_assert_max_num_queries(5):
            assert client.get(f"/leaderboard/{query}").status_code == 200


def test_rendering_needs_no_query(django_assert_num_queries):
    fill(20)
    page = load()
    with django_assert_num_queries(0):
        text = render_to_string("comparisons/leaderboard.html", {"page": page})
    assert "Model 0000" in text


def test_first_place_is_described_as_open_while_it_is():
    fill(20)
    page = load()
    open_between = sum(line.place.best == 1 for line in page.board.lines)
    assert open_between > 1
    assert f"the first place is open between {open_between} models" in page.meta.description


def test_models_without_a_rank_stand_below_the_ranked_ones_newest_first_and_are_announced(client):
    fill(12)
    LanguageModel.objects.filter(slug="model-0003").update(release_date=dt.date(2026, 11, 1))
    Result.objects.filter(model__slug__in=("model-0003", "model-0004")).exclude(benchmark__slug="bench-00").delete()
    standing_store.recompute("Test")
    page = client.get("/leaderboard/").content.decode()
    waiting = page[page.index('id="tracked"') :]
    assert "Awaiting evidence" in waiting
    assert waiting.index("Model 0003") < waiting.index("Model 0004")
    assert "await evidence" in page[: page.index('id="tracked"')]
    assert "await evidence, the newest Model 0003" in client.get("/").content.decode()
