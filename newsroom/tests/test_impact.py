"""What the newsroom is told about a proposal: ranks, verdicts, outliers, and the queues of the standings."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from django.urls import reverse

from comparisons import standing_store
from models_catalog import snapshots
from models_catalog.core.specs import ResultRow
from models_catalog.models import Benchmark, Category, LanguageModel, Organization, Result
from newsroom import standing_impact as impact
from newsroom import standing_queues as queues
from newsroom.impact import Proposal

pytestmark = pytest.mark.django_db

CATEGORIES = ("agentic", "coding", "reasoning", "knowledge")
MODELS, TESTS = 16, 3  # tests in each category
TODAY = dt.date(2026, 9, 1)


@pytest.fixture
def world():
    """Sixteen models in steps of four points on twelve tests; model-0 leads, everything independent."""
    lab = Organization.objects.create(slug="lab", name="Lab", is_lab=True)
    models = [
        LanguageModel.objects.create(slug=f"model-{number}", name=f"Model {number}", lab=lab)
        for number in range(MODELS)
    ]
    for position, slug in enumerate(CATEGORIES):
        category = Category.objects.get(slug=slug)
        for number in range(TESTS):
            benchmark = Benchmark.objects.create(
                slug=f"{slug}-{number}", name=f"{slug} {number}", category=category, floor=0, best=100, maximum=100
            )
            for place, model in enumerate(models):
                wobble = (place * 7 + number * 5 + position * 3) % 5 - 2
                Result.objects.create(
                    model=model,
                    benchmark=benchmark,
                    score=Decimal(75 - 4 * place + wobble),
                    source_kind="independent",
                    source_tier=1,
                    source_url="https://board.example",
                    measured_on=dt.date(2026, 5, 1),
                )
    standing_store.recompute("test")


def row(model, benchmark, score, **fields):
    given = {"source_kind": "independent", "source_tier": 0, "source_url": "https://new.example"}
    return ResultRow(0, f"~new-{model}-{benchmark}", model, benchmark, Decimal(score), **{**given, **fields})


def everywhere(model, score):
    return tuple(row(model, f"{slug}-{number}", score) for slug in CATEGORIES for number in range(TESTS))


def test_proposal_without_effect_is_empty(world):
    found = impact.impact(Proposal((row("model-3", "coding-0", "50", source_tier=5),)))
    assert found.is_empty
    assert found.lane == "verified"


def test_rank_moves_and_verdicts_are_told_and_nothing_is_stored(world):
    before = standing_store.current_revision()
    found = impact.impact(Proposal(everywhere("model-7", "95")))
    assert found.ranks[0].model == "Model 7"
    assert (found.ranks[0].before, found.ranks[0].after) == (8, 1)
    assert {move.model for move in found.ranks} == {f"Model {number}" for number in range(8)}
    changed = {change.pair: (change.before, change.after) for change in found.verdicts}
    assert changed["Model 6 or Model 7"][1] == "Model 7 clearly ahead"
    assert standing_store.current_revision() == before
    assert not Result.objects.filter(source_url="https://new.example").exists()


def test_preview_agrees_with_what_publishing_then_does(world):
    found = impact.impact(Proposal(everywhere("model-4", "74")))
    for proposed in everywhere("model-4", "74"):
        Result.objects.create(
            model=LanguageModel.objects.get(slug=proposed.model),
            benchmark=Benchmark.objects.get(slug=proposed.benchmark),
            score=proposed.score,
            source_kind=proposed.source_kind,
            source_tier=proposed.source_tier,
            source_url=proposed.source_url,
        )
    old = {slug: entry.standing.rank for slug, entry in standing_store.placed_models("verified").items()}
    standing_store.recompute("published", estimate_offset=False)
    new = {slug: entry.standing.rank for slug, entry in standing_store.placed_models("verified").items()}
    names = dict(LanguageModel.objects.values_list("slug", "name"))
    told = {(move.model, move.before, move.after) for move in found.ranks}
    assert told == {(names[slug], old[slug], new[slug]) for slug in old if old[slug] != new[slug]}
    assert told


def test_gained_category_is_named(world):
    lab = Organization.objects.get(slug="lab")
    LanguageModel.objects.create(slug="novice", name="Novice", lab=lab)
    found = impact.impact(Proposal((row("novice", "coding-0", "50"), row("novice", "agentic-0", "50"))))
    assert found.categories == ("Novice gains results that count in Agentic and Coding.",)


def test_unpublished_models_have_no_impact(world):
    LanguageModel.objects.filter(slug="model-7").update(published=False)
    assert impact.impact(Proposal(everywhere("model-7", "95"))).is_empty


def test_a_correction_replaces_its_row_and_new_rows_get_ids_of_their_own(world):
    results = snapshots.published_results()
    corrected = replace(results[0], score=Decimal(1))
    combined = impact.with_proposal(
        results, (corrected, row("model-1", "coding-0", "2"), row("model-2", "coding-0", "3"))
    )
    assert len(combined) == len(results) + 2
    assert corrected in combined
    assert results[0] not in combined
    assert len({item.id for item in combined}) == len(combined)


def test_impact_takes_a_fixed_number_of_queries(world, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        impact.impact(Proposal(everywhere("model-7", "95")))


# --- outliers --------------------------------------------------------------------------------


def test_expected_score_is_near_the_models_other_results(world):
    (found,) = impact.expectations([row("model-3", "coding-0", "63")]).values()
    assert abs(found.predicted - 63) < 4
    assert abs(found.distance) < found.scatter


def test_far_score_lies_many_scatters_away(world):
    (found,) = impact.expectations([row("model-3", "coding-0", "2")]).values()
    assert found.distance < -4 * found.scatter


def test_own_result_on_the_same_test_does_not_predict_itself(world):
    first = impact.expectations([row("model-3", "coding-0", "63")])
    Result.objects.filter(model__slug="model-3", benchmark__slug="coding-0").update(score=1)
    standing_store.recompute("worse", estimate_offset=False)
    second = impact.expectations([row("model-3", "coding-0", "63")])
    # Pars move a little with every result; the model's own lead does not follow the changed one.
    assert abs(first["model-3", "coding-0"].predicted - second["model-3", "coding-0"].predicted) < 12


def test_nothing_is_expected_of_unknown_models_and_unscored_tests(world):
    Benchmark.objects.create(slug="odd", name="Odd", kind="other", weight=0)
    assert impact.expectations([row("nobody", "coding-0", "63"), row("model-3", "odd", "63")]) == {}


def test_nothing_is_expected_before_the_first_standings(db):
    assert impact.expectations([row("model-3", "coding-0", "63")]) == {}


# --- queues -------------------------------------------------------------------------------------


def by_slug():
    return {queue.slug: queue for queue in queues.standing_queues(TODAY)}


def test_standings_give_their_queues(world):
    assert set(by_slug()) == {"outliers", "saturated", "disagreeing", "thin", "nearly-ranked"}


def test_no_queues_before_the_first_standings(db):
    assert queues.standing_queues(TODAY) == []


def test_outlier_is_listed_with_its_distance_and_its_page(world):
    odd = Result.objects.get(model__slug="model-0", benchmark__slug="coding-0")
    odd.score = 1
    odd.save()
    standing_store.recompute("odd", estimate_offset=False)
    queue = by_slug()["outliers"]
    assert queue.count == 1
    (item,) = queue.items
    assert item.text == "Model 0 on coding 0"
    assert item.url == reverse("admin:models_catalog_result_change", args=[odd.pk])
    assert "below its other results" in item.detail


def test_thin_benchmark_and_nearly_ranked_model_say_what_they_lack(world):
    lab = Organization.objects.get(slug="lab")
    category = Category.objects.get(slug="coding")
    thin = Benchmark.objects.create(slug="thin", name="Thin", category=category, floor=0, best=100)
    novice = LanguageModel.objects.create(slug="novice", name="Novice", lab=lab)
    for slug in ["thin", *(f"{category}-{number}" for category in CATEGORIES for number in range(TESTS))]:
        Result.objects.create(
            model=novice,
            benchmark=Benchmark.objects.get(slug=slug),
            score=50,
            source_kind="provider-reported",
            source_tier=3,
            source_url="https://novice.example",
        )
    standing_store.recompute("novice")
    found = by_slug()
    assert found["thin"].count == 1
    assert thin.slug in found["thin"].url
    (item,) = found["nearly-ranked"].items
    assert (item.text, item.detail) == ("Novice", "0 of 2 test families measured by others than its maker")
