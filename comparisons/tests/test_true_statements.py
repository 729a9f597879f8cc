"""Statements on pages that were once untrue, each with its whole kind."""

from __future__ import annotations

import datetime as dt
import html
import re
from decimal import Decimal

import pytest
from django.test import Client
from hypothesis import example, given
from hypothesis import strategies as st

from comparisons import standing_store
from comparisons.boards.lacking import lacking
from comparisons.core import rank_reasons
from comparisons.core.method import METHOD
from comparisons.core.pairing import probability_text
from comparisons.core.standing import LITTLE_WEIGHT, ONE_FAMILY, WIDE_MARGIN, Reason
from comparisons.pages.data import load_data
from comparisons.pairs.comparison import load_comparison_page
from comparisons.pairs.score_card import odds_against
from comparisons.pairs.summary import pair_summary
from models_catalog.core import display
from models_catalog.directory import rows_read
from models_catalog.models import LanguageModel, Result
from models_catalog.tests.world import build_world


@pytest.fixture
def catalogue(db):
    build_world()
    standing_store.recompute()


def words(path: str) -> str:
    text = Client().get(path).content.decode()
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", text)))


# ------------------------------------------------------------------ figures beside a limit


def number(text: str) -> Decimal:
    return Decimal(text.removesuffix(" %"))


@given(st.sampled_from((WIDE_MARGIN, ONE_FAMILY)), st.floats(1e-6, 0.5))
@example(WIDE_MARGIN, 0.0006)
def test_what_exceeds_a_limit_reads_larger_than_it(code, by):
    limit = METHOD.grade_moderate if code == WIDE_MARGIN else METHOD.rank_family_share
    found, allowed = map(number, rank_reasons.figures(Reason(code, limit + by, limit)))
    assert found > allowed
    assert allowed == (Decimal("4.25") if code == WIDE_MARGIN else 50)


@given(st.floats(1e-6, 0.5))
def test_weight_that_falls_short_reads_smaller_than_what_a_rank_needs(by):
    limit = METHOD.rank_coverage
    found, needed = map(number, rank_reasons.figures(Reason(LITTLE_WEIGHT, limit - by, limit)))
    assert found < needed == 50


def test_boards_print_the_limit_with_all_its_digits():
    assert lacking([Reason(WIDE_MARGIN, 4.2513, 4.25)]) == ("standard error 4.251 points, at most 4.25 allowed",)
    assert lacking([Reason(ONE_FAMILY, 0.5004, 0.5)]) == (
        "one test family carries 50.04 % of the score, at most 50 % allowed",
    )


@given(st.floats(0.5, 1))
@example(0.9497)
@example(0.7996)
@example(0.876)
@example(0.99999)
def test_a_probability_is_rounded_and_stays_on_its_side_of_a_limit(p):
    printed = number(probability_text(p))
    assert printed <= 99
    assert abs(printed - 100 * Decimal(repr(p))) <= Decimal("0.5") or printed == 99
    for limit in (METHOD.likely, METHOD.clear):
        assert (printed >= Decimal(repr(limit)) * 100) == (p >= limit)


@pytest.mark.parametrize(("p", "times"), [(0.93, 14), (0.8, 5), (0.9, 10), (0.95, 20)])
def test_odds_against_an_order_follow_from_its_probability(p, times):
    assert odds_against(p) == times


# ------------------------------------------------------------------ notes


def test_a_note_on_a_result_is_told_wherever_the_result_is(catalogue):
    Result.objects.filter(model__slug="atlas", state="published").update(note="Read from a chart.")
    standing_store.recompute()
    document = Client().get("/compare/atlas-vs-borea.json").json()
    told = [claim["text"] for claim in document["claims"] if claim["rule"] == "noted"]
    assert len(told) == 1
    assert "“Read from a chart”" in told[0]
    assert told[0] in " ".join(entry["answer"] for entry in document["faq"])
    assert "carry a note" in words("/compare/atlas-vs-borea/")
    assert "carry a note" in words("/embed/compare/atlas-vs-borea/")
    assert "carry a note" in pair_summary(load_comparison_page("atlas-vs-borea", today=dt.date(2026, 11, 29))).basis
    assert "Read from a chart" in words("/compare/?m=atlas&m=borea&m=cirro")
    board = {line["slug"]: line["noted_results"] for line in Client().get("/leaderboard.json").json()["models"]}
    assert board["atlas"] > 0 == board["borea"]
    assert f"{board['atlas']} notes" in words("/leaderboard/?show=tracked") + words("/leaderboard/")


# ------------------------------------------------------------------ choices


def test_a_retired_model_has_no_current_price_and_is_no_cheaper_choice(catalogue):
    LanguageModel.objects.filter(slug="atlas").update(status="retired", open_weights=False)
    page = load_comparison_page("atlas-vs-borea", today=dt.date(2026, 11, 29))
    line = page.comparison.by_attribute["price_blended"]
    assert (line.values[0], line.favours, line.missing_text) == (None, None, "no longer offered")
    assert not any(claim.reasons[0].startswith("ops_") for claim in page.verdict.choose_if[0] if claim.reasons)
    assert (
        "atlas" not in Client().get("/prices/").content.decode().split("What changed")[0].lower().split("/models/")[1:]
    )


def test_a_model_is_no_choice_before_its_release(catalogue):
    LanguageModel.objects.filter(slug="atlas").update(release_date=dt.date(2026, 6, 1), release_date_precision="day")
    page = load_comparison_page("atlas-vs-borea", today=dt.date(2026, 11, 29), on="2026-05-01")
    assert [claim.rule for claim in page.verdict.choose_if[0]] == ["choose_if_absent"]
    assert "was not released yet" in page.verdict.picks[0]
    assert all(line.values[0] is None for line in page.comparison.operational if line.attribute != "release_date")


def test_weights_on_a_category_without_results_of_both_cannot_tell(catalogue):
    told = 0
    for category in standing_store.current_context("verified").categories:
        page = load_comparison_page(
            "atlas-vs-borea", today=dt.date(2026, 11, 29), weights=f"{category.slug}:100", lane="verified"
        )
        line = page.comparison.by_category[category.slug]
        if 0 in line.results:
            told += 1
            assert page.verdict.headline == "Cannot tell"
            assert f"{line.name} holds 100 % of the weight" in page.verdict.why
            assert page.comparison.overall.leader is None
    assert told


# ------------------------------------------------------------------ dates


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("evaluated", "measured 3 May 2026"),
        ("published", "published 3 May 2026"),
        ("recorded", "recorded 3 May 2026"),
        ("", "dated 3 May 2026"),
    ],
)
def test_only_a_day_of_measuring_is_called_that(catalogue, kind, text):
    row = Result.objects.filter(model__slug="atlas", state="published").first()
    Result.objects.filter(pk=row.pk).update(measured_on=dt.date(2026, 5, 3), measured_on_kind=kind)
    measured = "2026-05-03" if kind == "evaluated" else None
    for path in (f"/compare/atlas-vs-borea/#r-{row.benchmark.slug}", f"/report/{row.pk}/", "/models/atlas/"):
        assert text in words(path)
        assert kind == "evaluated" or "measured 3 May 2026" not in words(path)
    assert text in words("/models/atlas.md")
    facts = Client().get("/models/atlas.json").json()["results"]
    assert [f["measured_on"] for f in facts if f["id"] == row.pk] == [measured]
    assert [(f["date"], f["date_kind"]) for f in facts if f["id"] == row.pk] == [("2026-05-03", kind or None)]
    listed = Client().get("/api/v1/results?model=atlas&limit=100").json()["items"]
    assert [(f["measured_on"], f["date"]) for f in listed if f["id"] == row.pk] == [(measured, "2026-05-03")]


def test_the_report_form_does_not_say_measured_of_every_date(catalogue):
    row = Result.objects.filter(state="published").first()
    Result.objects.filter(pk=row.pk).update(measured_on=dt.date(2026, 5, 3), measured_on_kind="published")
    assert "Measured" not in words(f"/report/{row.pk}/")


# ------------------------------------------------------------------ whose data


def test_rows_of_a_collection_are_credited_to_no_single_source(catalogue):
    Result.objects.update(dataset="starter")
    page = load_data(())
    assert [(c.name, c.rows) for c in page.collected] == [("starter", rows_read()["starter", ""])]
    assert {line.rows for line in page.sources} == {0}
    assert "Which of them a single row was found through is not recorded" in words("/data/")


def test_a_source_is_credited_with_the_rows_that_are_its_own(catalogue):
    Result.objects.update(dataset="starter")
    Result.objects.filter(pk__in=list(Result.objects.published().values_list("pk", flat=True)[:3])).update(
        dataset="epoch"
    )
    assert {line.source.name: line.rows for line in load_data(()).sources if line.rows} == {"Epoch AI": 3}


def test_a_row_is_credited_to_the_place_where_it_was_read_and_says_so_everywhere(catalogue):
    Result.objects.update(dataset="starter")
    row = Result.objects.filter(model__slug="atlas", state="published").first()
    Result.objects.filter(pk=row.pk).update(read_at="github:microsoft/benchpress@108c099/data.json", note="Odd")
    Result.objects.exclude(pk=row.pk).update(read_at="2 public copies of the page")
    credited = {line.source.name: line.rows for line in load_data(()).sources}
    assert credited == {"BenchPress": 1, "Makers’ own pages": Result.objects.published().count() - 1}
    said = "read in BenchPress at 108c099"
    for path in ("/compare/atlas-vs-borea/", "/models/atlas/", f"/benchmarks/{row.benchmark.slug}/"):
        assert said in words(path)
        assert "Odd" in words(path)
        twin = words(f"{path[:-1]}.md")
        assert said in twin
        assert "Odd" in twin
        assert "github:microsoft/benchpress@108c099/data.json" in words(f"{path[:-1]}.json")
    assert "BenchPress at 108c099" in words(f"/report/{row.pk}/")


# ------------------------------------------------------------------ boards and strips


def test_a_model_without_a_rank_is_not_among_the_ranked_ones(catalogue):
    for entry in LanguageModel.objects.all():
        text = words(f"/models/{entry.slug}/")
        if "itself not ranked" in text:
            assert "other ranked model" not in text


def test_the_board_of_a_category_says_what_a_model_lacks_for_a_rank(catalogue):
    overall = {m["slug"]: m["lacks"] for m in Client().get("/leaderboard.json").json()["models"] if not m["rank"]}
    assert overall
    for path in ("/categories/coding.json", "/categories/math.json"):
        for model in Client().get(path).json()["models"]:
            if model["rank"] is None and model["slug"] in overall:
                assert set(overall[model["slug"]]) <= set(model["lacks"])
                assert "no overall rank in this lane" not in model["lacks"]


def test_no_page_claims_what_the_method_does_not_keep(catalogue):
    for path in ("/", "/about/", "/compare/atlas-vs-borea/", "/compare/?m=atlas&m=borea&m=cirro"):
        text = words(path)
        assert "Only shared evidence" not in text
        assert "othing is guessed" not in text


def test_dates_read_the_same_in_every_renderer():
    assert display.dated(None, "evaluated") == "date not known"
