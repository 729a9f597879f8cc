"""A model's own page: standing, strengths, every result with its reason, price, rivals, alternatives."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from comparisons import standing_store
from comparisons.boards import store as board_store
from comparisons.core import pairing
from comparisons.core.boards import reach_of_too_close
from comparisons.core.method import METHOD
from comparisons.pages import rivals
from comparisons.pages.base import UnknownModel
from comparisons.pages.model import load_model
from comparisons.pages.price_history import history_chart
from comparisons.tests.board_world import empty, fill
from models_catalog.core.specs import PriceSpec
from models_catalog.models import LanguageModel, ModelSlugRedirect, Price, Result

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)


def test_finding_names_range_score_margin_and_evidence():
    fill(20)
    page = load_model("model-0003", today=TODAY)
    standing = page.standing
    assert page.basis.startswith(f"Rank {standing.best} to {standing.worst} of {page.context.ranked} ")
    assert f"{standing.grade} evidence from {standing.results} results" in page.basis


def test_standing_is_the_one_on_the_leaderboard():
    fill(20)
    page = load_model("model-0003", today=TODAY)
    placed = standing_store.placed_models("verified", ["model-0003"])["model-0003"]
    assert page.standing == placed.standing
    assert page.entry.overall == placed.standing.overall


def test_category_counts_as_strength_only_beyond_its_own_margin():
    fill(30)
    for slug in ("model-0000", "model-0014", "model-0029"):
        for line in load_model(slug, today=TODAY).categories:
            if line.compared is None:
                continue
            gap = line.score - line.median
            beyond = abs(gap) >= METHOD.z_clear * line.se
            assert line.compared == ("about" if not beyond else "above" if gap > 0 else "below")
            assert (line.difference["side"] == "plain") == beyond


def test_category_without_own_results_is_not_measured_and_never_zero():
    fill(20)
    Result.objects.filter(model__slug="model-0003", benchmark__category__slug="math").delete()
    standing_store.recompute("no math")
    line = next(line for line in load_model("model-0003", today=TODAY).categories if line.slug == "math")
    assert line.score is None
    assert line.score_text == "not measured"
    assert line.difference["x"] is None


def test_ledger_has_every_public_row_with_the_reason_where_it_does_not_count():
    fill(12)
    model = LanguageModel.objects.get(slug="model-0003")
    counted = model.results.order_by("pk").first()
    Result.objects.create(
        model=model, benchmark=counted.benchmark, score=Decimal(5), source_tier=5, dataset="t", row_id="a",
        source_url="https://example.org/",
    )  # fmt: skip
    Result.objects.create(
        model=model, benchmark=counted.benchmark, score=Decimal(6), state="withdrawn", withdrawn_reason="typing error",
        dataset="t", row_id="b",
    )  # fmt: skip
    Result.objects.create(
        model=model, benchmark=counted.benchmark, score=Decimal(7), state="draft", dataset="t", row_id="c"
    )
    Result.objects.create(
        model=model, benchmark=counted.benchmark, score=Decimal(8), source_kind="generated", dataset="t", row_id="d"
    )
    standing_store.recompute("four more")
    page = load_model("model-0003", today=TODAY)
    rows = {line.row.uid: line for line in page.results if line.row.benchmark == counted.benchmark.slug}
    assert set(rows) == {f"tests:{counted.row_id}", "t:a", "t:b"}
    assert rows[f"tests:{counted.row_id}"].counts
    assert rows["t:a"].why_not == "another result has a source closer to the benchmark"
    assert rows["t:b"].why_not == "withdrawn: typing error"
    assert rows["t:b"].withdrawn


def test_printed_shares_of_the_counting_rows_add_up_to_the_whole():
    fill(20)
    page = load_model("model-0003", today=TODAY)
    shares = [Decimal(line.share_text.removesuffix(" %")) for line in page.results if line.share_text]
    assert sum(shares) == Decimal("100.0")
    assert page.breakdown["total"]["share"] == "100.0 %"


def test_rivals_carry_the_very_gap_of_the_pair():
    fill(30)
    page = load_model("model-0010", today=TODAY)
    placed = standing_store.placed_models("verified")
    assert page.near
    for rival in page.near:
        pair = pairing.pair(page.context.fit, page.standing, placed[rival.model.slug].standing)
        assert (rival.gap, rival.margin, rival.p_leader) == (-pair.gap, pair.margin, pair.p_leader)


def test_no_model_that_is_too_close_is_missed():
    fill(60)
    page = load_model("model-0020", today=TODAY)
    found = {rival.model.slug for rival in page.near if rival.too_close}
    for slug, placed in standing_store.placed_models("verified").items():
        if slug == page.model.slug or not placed.standing.ranked:
            continue
        pair = pairing.pair(page.context.fit, page.standing, placed.standing)
        assert (pair.p_leader < METHOD.likely) == (slug in found), slug


@given(st.floats(0.1, 9), st.floats(0.1, 9), st.floats(0, 0.999))
def test_reach_is_where_the_order_becomes_likely(one, other, share):
    reach = reach_of_too_close(one, other)
    se = (one**2 + other**2) ** 0.5
    assert pairing.probability(share * reach / se) < METHOD.likely + 1e-9
    assert pairing.probability(reach / se) == pytest.approx(METHOD.likely)


def test_alternatives_are_of_similar_strength_and_keep_their_promise():
    fill(60)
    kept = {"cheaper": 0, "open": 0, "longer": 0}
    for number in range(0, 60, 4):
        page = load_model(f"model-{number:04}", today=TODAY)
        own_price = page.offers[0] if page.offers else None
        for kind in kept:
            for alternative in getattr(page.alternatives, kind):
                kept[kind] += 1
                assert alternative.rival.too_close
                other = alternative.rival.model
                if kind == "open":
                    assert other.open_weights
                    assert page.model.open_weights is False
                elif kind == "longer":
                    assert other.context_window >= page.model.context_window * 1.05
                else:
                    assert own_price is not None
                    assert alternative.why.endswith("less") or alternative.why.startswith("free")
    assert all(kept.values()), kept


def test_free_alternative_has_no_ratio():
    free = PriceSpec("b", "p", "P", True, Decimal(0), Decimal(0))
    paid = PriceSpec("a", "p", "P", True, Decimal(1), Decimal(1))
    fill(4)
    entry = board_store.board_entries("verified")[0]
    rival = rivals.Rival(entry.model, "/x/", 0.0, 1.0, 0.5, 50.0, True)
    found = rivals.alternatives(entry.model, paid, [rival], {entry.model.slug: free})
    assert found.cheaper[0].why == "free against $1.00"


def test_unranked_model_says_what_it_lacks(client):
    fill(12)
    LanguageModel.objects.create(slug="bare", name="Bare", lab=LanguageModel.objects.first().lab)
    standing_store.recompute("bare")
    page = load_model("bare", today=TODAY)
    assert page.lacks == ("no result that counts in this lane",)
    assert "no result that counts in this lane" in client.get("/models/bare/").content.decode()


def test_price_history_steps_from_period_to_period():
    def period(start, end, price):
        return PriceSpec(
            "m",
            "p",
            "P",
            True,
            Decimal(price),
            Decimal(price) * 4,
            valid_from=dt.date(*start),
            valid_to=end and dt.date(*end),
        )

    prices = (period((2025, 1, 1), (2026, 1, 1), 10), period((2026, 1, 1), None, 5))
    chart = history_chart("M", prices, TODAY)
    assert [row["label"] for row in chart["table"]["rows"]] == ["1 January 2026", "1 January 2025"]
    points = [tuple(map(float, point.split(","))) for point in chart["lines"][0]["points"].split()]
    assert points[0][0] == 0
    assert points[-1][0] == 100
    assert points[1][0] == points[2][0]
    assert points[0][1] == points[1][1] < points[2][1] == points[3][1]
    assert history_chart("M", prices[:1], TODAY) is None


def test_renamed_model_moves_and_an_unknown_one_gets_near_matches(client):
    fill(6)
    model = LanguageModel.objects.get(slug="model-0003")
    ModelSlugRedirect.objects.create(old_slug="old-name", model=model)
    response = client.get("/models/old-name/?lane=provisional")
    assert (response.status_code, response["Cache-Control"]) == (302, "no-cache")
    assert response["Location"] == "/models/model-0003/?lane=provisional"
    assert client.get("/models/old-name.json")["Location"] == "/models/model-0003.json"
    missing = client.get("/models/model-00033/")
    assert missing.status_code == 404
    assert "/models/model-0003/" in missing.content.decode()
    with pytest.raises(UnknownModel):
        load_model("nobody", today=TODAY)


def test_queries_do_not_grow_with_the_catalogue(client, django_assert_max_num_queries):
    # models with standings; standings of the near ones; results; prices with speeds; the fit once
    for models in (2, 60):
        empty()
        fill(models)
        with django_assert_max_num_queries(6):
            assert client.get("/models/model-0000/").status_code == 200


def test_rendering_needs_no_query(django_assert_num_queries):
    fill(20)
    page = load_model("model-0003", today=TODAY)
    with django_assert_num_queries(0):
        text = render_to_string("comparisons/model_detail.html", {"page": page})
    assert f"Why is Model 0003 at {page.breakdown['sum']['score']}?" in text


def test_other_lane_is_shown_on_request_and_not_indexed(client):
    fill(12)
    text = client.get("/models/model-0003/?lane=independent").content.decode()
    assert "only results that the model’s maker did not report" in text
    assert '<meta name="robots" content="noindex">' in text


def test_prices_without_a_date_are_seen_not_since(client):
    fill(6)
    Price.objects.filter(offering__model__slug="model-0000").update(valid_from=None, observed_on=dt.date(2026, 5, 1))
    assert "seen on 1 May 2026" in client.get("/models/model-0000/").content.decode()
