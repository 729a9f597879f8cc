"""`/choose/`: the cheapest model that will do. Laws of the choice, and the page with its twin."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from comparisons import standing_store
from comparisons.core import choosing, pairing
from comparisons.core.choosing import Candidate, choose, judge
from comparisons.core.method import METHOD
from comparisons.core.weights import USE_CASES, WeightError, parse_weights
from comparisons.tests import board_world
from comparisons.tests.catalogues import category, grown_world
from models_catalog.models import Category, LanguageModel, Price

WORLD = grown_world()
FIT = WORLD.board.fit
THIN = ("model-c", "model-h")  # as if too little were known of them for a rank
STANDINGS = {
    slug: replace(standing, ranked=False, rank=None) if slug in THIN else standing
    for slug, standing in WORLD.board.by_model.items()
}
RANKED = sorted((s for s in STANDINGS.values() if s.ranked), key=lambda s: -s.overall)


def candidates(costs: list[Decimal | None], misses: list[tuple[str, ...]]) -> list[Candidate]:
    """One candidate a standing."""
    rows = zip(sorted(STANDINGS), costs, misses, strict=False)
    return [Candidate(slug, STANDINGS[slug], cost, lost) for slug, cost, lost in rows]


some_costs = st.lists(st.none() | st.decimals(0, 100, places=2), min_size=len(STANDINGS), max_size=len(STANDINGS))
some_misses = st.lists(
    st.lists(st.sampled_from(("is retired", "has no open weights")), max_size=2, unique=True).map(tuple),
    min_size=len(STANDINGS),
    max_size=len(STANDINGS),
)


def test_the_world_has_models_with_and_without_a_rank():
    assert 3 < len(RANKED) < len(STANDINGS)


@given(some_costs, some_misses, st.sampled_from(RANKED))
def test_every_model_is_named_once_and_the_answer_is_the_cheapest_that_keeps_every_limit(costs, misses, yardstick):
    given_candidates = candidates(costs, misses)
    found = choose(FIT, given_candidates, yardstick)
    groups = (found.does, found.worse, found.nearest, found.unknown)
    assert sorted(each.candidate.slug for group in groups for each in group) == sorted(c.slug for c in given_candidates)
    for each in found.does:
        assert each.candidate.cost is not None
        assert each.candidate.misses == ()
        assert each.candidate.standing.ranked
        pair = pairing.pair(FIT, each.candidate.standing, yardstick)
        assert pair.leader != yardstick.model or pair.p_leader < METHOD.clear or each.candidate.slug == yardstick.model
    paid = [each.candidate.cost for each in found.does]
    assert paid == sorted(paid)


@given(some_costs, some_misses, st.sampled_from(RANKED), st.integers(0, len(STANDINGS) - 1))
def test_a_lower_cost_or_a_limit_kept_never_loses_a_model_its_place(costs, misses, yardstick, place):
    slug = sorted(STANDINGS)[place]
    before = choose(FIT, candidates(costs, misses), yardstick)
    costs, misses = list(costs), list(misses)
    costs[place] = Decimal(0) if costs[place] is None else costs[place] / 2
    misses[place] = misses[place][1:]
    after = choose(FIT, candidates(costs, misses), yardstick)
    places = [[each.candidate.slug for each in found.does] for found in (before, after)]
    if slug in places[0]:
        assert slug in places[1]
        assert places[1].index(slug) <= places[0].index(slug)


def test_ignorance_never_qualifies():
    best = RANKED[0]
    free = Candidate("thin", replace(best, model="thin", ranked=False, rank=None), Decimal(0))
    assert judge(FIT, free, best).verdict == choosing.UNKNOWN
    elsewhere = {slug: line._replace(carried=True) for slug, line in best.categories.items()}
    carried = Candidate("carried", replace(best, model="carried", categories=elsewhere), Decimal(0))
    assert judge(FIT, carried, best).verdict == choosing.UNKNOWN
    assert judge(FIT, Candidate("none", None, Decimal(0)), best).verdict == choosing.UNKNOWN
    assert judge(FIT, Candidate(best.model, best, None), best).verdict == choosing.UNKNOWN


def test_the_yardstick_does_and_is_named_so():
    best = RANKED[0]
    said = judge(FIT, Candidate(best.model, best, Decimal(1)), best)
    assert (said.verdict, said.against, said.p) == (choosing.DOES, choosing.IS_IT, None)


def test_a_model_clearly_behind_is_worse_even_where_it_keeps_every_limit():
    best, last = RANKED[0], RANKED[-1]
    pair = pairing.pair(FIT, best, last)
    assert pair.p_leader >= METHOD.clear
    assert judge(FIT, Candidate(last.model, last, Decimal(0)), best).verdict == choosing.WORSE


@pytest.mark.parametrize("case", USE_CASES, ids=lambda case: case.slug)
def test_a_use_case_is_a_preset_whose_shares_sum_to_one(case):
    assert sum(case.shares.values()) == pytest.approx(1)
    known = [category(slug, weight=1) for slug in (*case.shares, "another")]
    weights = parse_weights(case.slug, known)
    assert weights["another"] == 0
    assert {slug: pytest.approx(share) for slug, share in case.shares.items()}.items() <= weights.items()
    with pytest.raises(WeightError, match="needs the category"):
        parse_weights(case.slug, known[1:])


# --- the page -----------------------------------------------------------------------------

client = Client(SERVER_NAME="127.0.0.1")


@pytest.fixture
def board(db):
    board_world.fill(24, density=0.9)


def ask(query: str = "") -> dict:
    return client.get(f"/choose.json{query}").json()


def test_page_and_twin_give_the_same_answer(board):
    page, twin = client.get("/choose/?for=maths&in=12M&out=800k").content.decode(), ask("?for=maths&in=12M&out=800k")
    assert twin["answer"].split(" at ")[0] in page
    assert twin["models"]
    for offer in twin["models"]:
        assert offer["cost_text"] in page
        assert offer["against_text"] in page
    costs = [Decimal(offer["cost"]) for offer in twin["models"]]
    assert costs == sorted(costs)


def test_without_a_question_the_best_model_is_the_yardstick(board):
    found = ask()
    leader = client.get("/leaderboard.json").json()["models"][0]
    assert found["question"]["not_clearly_worse_than"] == leader["slug"]
    assert found["models"][0]["cost"] is not None


def test_none_qualifies_says_so_and_names_the_nearest_with_what_they_miss(board):
    found = ask("?price=0.000001")
    assert found["answer"].startswith("None qualifies") or all(Decimal(m["cost"]) == 0 for m in found["models"])
    found = ask("?context=900M")
    assert found["answer"].startswith("None qualifies")
    assert found["nearest"]
    assert all(any("context" in said for said in offer["misses"]) for offer in found["nearest"])


def test_limits_are_kept(board):
    for offer in ask("?weights=open")["models"]:
        assert LanguageModel.objects.get(slug=offer["slug"]).open_weights
    capped = ask("?in=1M&out=1M&budget=1")
    assert all(Decimal(offer["cost"]) <= 1 for offer in capped["models"])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("price=abc", "no sum of money"),
        ("context=many", "no number of tokens"),
        ("budget=5", "needs a workload"),
        ("for=poetry", "no use case"),
        ("modality=smell", "left out"),
        ("floor=nobody", "no model “nobody”"),
        ("w=poetry:3", "no category"),
    ],
)
def test_what_cannot_be_used_is_said_on_the_page_and_refused_to_programs(board, query, words):
    page = client.get(f"/choose/?{query}")
    assert page.status_code == 200
    assert words in page.content.decode()
    twin = client.get(f"/choose.json?{query}")
    assert twin.status_code == 422
    assert words in twin.json()["detail"]


def test_the_pair_link_carries_the_weights(board):
    found = ask("?for=agentic-coding")
    links = [offer["comparison"] for offer in found["models"] if offer["comparison"]]
    assert links
    assert all(link.endswith("?w=agentic-coding") for link in links)
    assert client.get("/" + links[0].split("/", 3)[3]).status_code == 200


def test_weights_typed_in_fields_lead_to_an_address_that_says_them(board):
    answer = client.get("/choose/?w-coding=40&w-math=10&floor=")
    assert answer.status_code == 302
    assert answer["Location"] == "/choose/?w=coding:40,math:10"


def test_an_empty_site_says_that_there_is_nothing_to_choose(db):
    page = client.get("/choose/")
    assert page.status_code == 200
    assert "no ranked models to choose from yet" in page.content.decode()


def test_a_site_without_some_category_offers_only_the_use_cases_it_can_weigh(board):
    assert "Maths" in client.get("/choose/").content.decode()
    Category.objects.filter(slug="math").update(slug="arithmetic")
    standing_store.recompute("Test")
    page = client.get("/choose/").content.decode()
    assert "Maths" not in page
    assert "Chat" in page


def test_queries_do_not_grow(board, django_assert_max_num_queries):
    client.get("/choose/")
    with django_assert_max_num_queries(4):
        client.get("/choose/?for=chat")


def test_a_retired_model_is_no_answer(board):
    first = ask()["models"][0]["slug"]
    LanguageModel.objects.filter(slug=first).update(status="retired", retired_on=dt.date(2026, 1, 1))
    assert first not in [offer["slug"] for offer in ask()["models"]]


def test_a_long_request_costs_the_tier_and_page_and_twin_say_so(board):
    first = ask("?in=1M&out=1M")["models"][0]
    price = Price.objects.get(offering__model__slug=first["slug"])
    dearer = price.input + Decimal("0.001")
    Price.objects.filter(pk=price.pk).update(terms=f"input above 200000 = {dearer}")
    short = ask("?in=1M&out=1M&request=200k")["models"][0]
    assert (short["cost"], short["tier"]) == (first["cost"], None)
    long = ask("?in=1M&out=1M&request=200001")["models"][0]
    assert long["slug"] == first["slug"]
    assert long["cost"] == pytest.approx(first["cost"] + 0.001)
    assert long["tier"] == "at its prices for requests above 200,000 tokens"
    assert (
        f"{price.offering.provider.name}, tier above 200,000"
        in client.get("/choose/?in=1M&out=1M&request=200001").content.decode()
    )


def test_a_request_that_is_no_number_is_said(board):
    assert "no number of tokens" in client.get("/choose.json?in=1M&request=long").json()["detail"]
