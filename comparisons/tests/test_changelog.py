"""The change log follows the catalogue: each change enters once, with old and new value, reason and source."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from comparisons import standing_store
from comparisons.changes import followed as followed_by
from comparisons.changes import from_history as history_changes
from comparisons.changes import from_standings as standing_changes
from comparisons.changes import log as changelog
from comparisons.changes.history_reader import Position
from comparisons.core import changes
from comparisons.core.changes import RankRange, headline
from comparisons.models import Change, ChangeLogState, CuratedPair, Standing, StandingSnapshot
from models_catalog.actions import correct_result, publish_result, withdraw_result
from models_catalog.models import Category, Report, Result
from models_catalog.tests import world as worlds
from models_catalog.tests.factories import make_model, make_price, make_result

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    """The shared world with everything in it already in the log."""
    built = worlds.build_world()
    standing_store.recompute("first")
    changelog.record()
    Change.objects.all().delete()
    return built


def new_changes() -> list[Change]:
    """What one more reading stores, oldest first."""
    before = set(Change.objects.values_list("pk", flat=True))
    changelog.record()
    return list(Change.objects.exclude(pk__in=before).order_by("at", "pk"))


def test_a_correction_enters_once_with_old_new_and_reason(world):
    correct_result(world.results["atlas", "code-repair"], Decimal("71.4"), "The card was revised")
    (change,) = new_changes()
    assert change.kind == changes.RESULT_CORRECTED
    assert headline(change.facts) == "Atlas 1 on Code Repair: 72 % → 71.4 %"
    assert change.values == {"old": "72", "new": "71.4", "unit": "percent"}
    assert change.reason == "The card was revised"
    assert change.source_url == "https://boards.example/code-repair"
    assert (change.lab, change.category) == ("north", "coding")
    assert new_changes() == []


def test_a_correction_after_an_accepted_report_is_called_ours(world):
    result = world.results["atlas", "code-repair"]
    Report.objects.create(result=result, text="It is 71.", state=Report.State.ACCEPTED)
    correct_result(result, Decimal(71), "A reader was right")
    assert [change.kind for change in new_changes()] == [changes.OUR_CORRECTION]


def test_withdrawn_and_published_again_are_two_entries(world):
    result = world.results["borea", "proof-steps"]
    withdraw_result(result, "Measured with tools")
    publish_result(result, reason="It was without tools after all")
    withdrawn, again = new_changes()
    assert headline(withdrawn.facts) == "Borea Pro on Proof Steps: 70 % withdrawn"
    assert withdrawn.reason == "Measured with tools"
    assert (again.kind, again.reason) == (changes.RESULT_ADDED, "It was without tools after all")


def test_drafts_generated_rows_and_hidden_models_say_nothing(world):
    atlas, benchmark = world.models["atlas"], world.benchmarks["contest-sums"]
    make_result(model=atlas, benchmark=benchmark, state=Result.State.DRAFT)
    make_result(model=atlas, benchmark=benchmark, source_kind=Result.SourceKind.GENERATED)
    hidden = make_model(published=False)
    make_result(model=hidden, benchmark=benchmark)
    assert new_changes() == []


def test_a_draft_that_is_published_is_a_new_result(world):
    draft = make_result(
        model=world.models["atlas"], benchmark=world.benchmarks["contest-sums"], score=Decimal(77), state="draft"
    )
    changelog.record()
    publish_result(draft)
    (change,) = new_changes()
    assert headline(change.facts) == "Atlas 1 on Contest Sums: 77 %"


def test_a_hidden_model_brings_its_results_along_when_it_is_published(world):
    hidden = make_model(name="Gale", published=False, lab=world.labs["north"])
    make_result(model=hidden, benchmark=world.benchmarks["contest-sums"], score=Decimal(12))
    make_result(model=hidden, benchmark=world.benchmarks["contest-sums"], state="draft")
    assert new_changes() == []
    make_result(model=hidden, benchmark=world.benchmarks["exam-facts"], score=Decimal(34))
    hidden.published = True
    hidden.save()
    told = sorted(headline(change.facts) for change in new_changes())
    assert told == ["Gale by North Lab added", "Gale on Contest Sums: 12 %", "Gale on Exam Facts: 34 %"]
    assert new_changes() == []


def test_a_deleted_result_is_withdrawn_with_its_last_score(world):
    result = world.results["cirro", "exam-facts"]
    result._change_reason = "Entered twice"
    result.delete()
    (change,) = new_changes()
    assert headline(change.facts) == "Cirro on Exam Facts: 71 % withdrawn"


def test_a_new_price_period_tells_both_prices_percent_and_since(world):
    price = world.models["cirro"].offerings.get().prices.get()
    price.valid_to = dt.date(2026, 8, 1)
    price.save()
    make_price(offering=price.offering, input=Decimal("0.5"), output=Decimal(4), valid_from=dt.date(2026, 8, 1))
    (change,) = new_changes()
    assert headline(change.facts) == "Cirro at South Lab: $1.00 in, $4.00 out → $0.50 in, $4.00 out"
    assert changes.detail(change.facts) == "input 50 % less, USD per 1M tokens, since 1 August 2026"


def test_a_price_period_of_the_past_is_no_news(world):
    offering = world.models["borea"].offerings.get()
    make_price(offering=offering, valid_from=dt.date(2026, 4, 1), valid_to=dt.date(2026, 4, 14))
    assert new_changes() == []


def test_a_first_price_is_told_unless_the_model_is_new_too(world):
    make_price(model=world.models["ember"], provider=world.labs["sky"], input=Decimal("0.1"), output=Decimal("0.2"))
    assert [change.kind for change in new_changes()] == [changes.PRICE_ADDED]
    make_price(model=make_model(lab=world.labs["north"]))
    assert [change.kind for change in new_changes()] == [changes.MODEL_ADDED]


def test_status_context_and_removal_of_a_model(world):
    cirro = world.models["cirro"]
    cirro.status, cirro.context_window = "deprecated", 500_000
    cirro._change_reason = "Announced by the lab"
    cirro.save()
    told = {change.kind: change for change in new_changes()}
    assert set(told) == {changes.MODEL_DEPRECATED, changes.CONTEXT_CHANGED}
    assert headline(told[changes.CONTEXT_CHANGED].facts) == "Cirro: context window 1M → 500K tokens"
    assert told[changes.MODEL_DEPRECATED].reason == "Announced by the lab"


def test_how_a_benchmark_or_category_counts_is_part_of_the_log(world):
    benchmark = world.benchmarks["exam-facts"]
    benchmark.weight, benchmark.display_reason = 0, "saturated"
    benchmark.save()
    category = Category.objects.get(slug="coding")
    category.weight = Decimal(30)
    category.save()
    told = [headline(change.facts) for change in new_changes()]
    assert "Exam Facts: weight 1 → weight 0" in told
    assert "Category Coding: weight 20 → weight 30" in told


def test_a_large_load_is_one_entry_and_later_single_changes_are_not(world, monkeypatch):
    made = history_changes.gathered(
        [
            *(
                history_changes.make_change(
                    f"r{n}", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), changes.RESULT_ADDED, reason="Load"
                )
                for n in range(150)
            ),
            *(
                history_changes.make_change(
                    f"m{n}", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), changes.MODEL_ADDED, reason="Load"
                )
                for n in range(60)
            ),
            history_changes.make_change(
                "x", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), changes.RESULT_ADDED, reason="Other"
            ),
        ]
    )
    assert [change.bulk for change in made] == [True, False]
    assert headline(made[0].facts) == "Catalogue loaded: 60 models, 150 results"


# --- Ranks and verdicts -----------------------------------------------------------------------------


def moved_state(world, slug: str, place: list[int] | None) -> ChangeLogState:
    """The state as if `slug` had stood at `place` before, with every other model where it is."""
    state = ChangeLogState.objects.get()
    if place is None:
        state.ranks.pop(slug, None)
    else:
        state.ranks[slug] = place
    state.revision = 0
    state.save()
    return state


@pytest.fixture
def ranked_world(world):
    """The world with two ranked models, 3 (2 to 4) and 5 (4 to 6): their ranges overlap."""
    snapshot = StandingSnapshot.objects.get(current=True, lane="verified")
    for slug, (rank, best, worst) in {"atlas": (3, 2, 4), "borea": (5, 4, 6)}.items():
        Standing.objects.filter(snapshot=snapshot, model__slug=slug).update(
            ranked=True, rank=rank, rank_best=best, rank_worst=worst
        )
    state = ChangeLogState.objects.get()
    state.ranks = {"atlas": [3, 2, 4], "borea": [5, 4, 6]}
    state.save()
    return world


def test_a_move_within_the_tie_band_is_no_news(ranked_world):
    moved_state(ranked_world, "atlas", [4, 3, 5])
    assert new_changes() == []


def test_a_move_beyond_the_tie_band_tells_both_ranges(ranked_world):
    moved_state(ranked_world, "atlas", [7, 5, 9])
    (change,) = new_changes()
    assert headline(change.facts) == "Atlas 1: rank 7 (5 to 9) → rank 3 (2 to 4)"
    assert change.reason == "first"


def test_gaining_and_losing_a_rank_is_news(ranked_world):
    moved_state(ranked_world, "atlas", None)
    (change,) = new_changes()
    assert headline(change.facts) == "Atlas 1: not ranked → rank 3 (2 to 4)"
    moved_state(ranked_world, "cirro", [2, 1, 3])
    assert [headline(change.facts) for change in new_changes()] == ["Cirro: rank 2 (1 to 3) → not ranked"]


def test_a_verdict_that_changed_its_leader_is_told_with_both_outcomes(ranked_world):
    moved_state(ranked_world, "atlas", [3, 2, 4])
    changelog.record()  # watches the pair of neighbours from now on
    state = ChangeLogState.objects.get()
    outcome, leader = state.verdicts["atlas-vs-borea"]
    other = "borea" if leader != "borea" else "atlas"
    state.verdicts["atlas-vs-borea"] = ["clear", other]
    state.revision = 0
    state.save()
    (change,) = new_changes()
    names = {"atlas": "Atlas 1", "borea": "Borea Pro", "": ""}
    before, after = f"{names[other]} clearly ahead", changes.outcome_text(outcome, names[leader])
    assert headline(change.facts) == f"Atlas 1 vs Borea Pro: {before} → {after}"
    assert change.facts.path == "/compare/atlas-vs-borea/"


def test_a_pair_that_a_change_moved_apart_is_asked_once_more(ranked_world):
    state = moved_state(ranked_world, "atlas", [3, 2, 4])
    state.verdicts = {"atlas-vs-cirro": ["clear", "cirro"]}
    state.save()
    (change,) = new_changes()
    assert headline(change.facts).startswith("Atlas 1 vs Cirro: Cirro clearly ahead → ")
    assert "atlas-vs-cirro" not in ChangeLogState.objects.get().verdicts


def test_the_stored_outcome_is_the_one_of_the_pair_page(ranked_world):
    from comparisons.pairs.comparison import load_comparison_page

    CuratedPair.objects.create(pair="atlas-vs-cirro")
    moved_state(ranked_world, "atlas", [3, 2, 4])
    changelog.record()
    page = load_comparison_page("atlas-vs-cirro", today=dt.date(2026, 7, 1), lane="verified")
    assert ChangeLogState.objects.get().verdicts["atlas-vs-cirro"][0] == page.comparison.overall.outcome


@pytest.fixture
def followed(monkeypatch):
    """Somebody follows Atlas 1 against Cirro, which are neighbours on no board."""
    monkeypatch.setattr(followed_by, "_sources", [lambda: ["atlas-vs-cirro", "atlas-vs-nobody"]])


def test_of_a_followed_pair_another_word_is_told_too_but_to_its_followers_only(ranked_world, followed):
    state = moved_state(ranked_world, "atlas", [3, 2, 4])
    changelog.record()
    state = ChangeLogState.objects.get()
    outcome, leader, mark = state.verdicts["atlas-vs-cirro"]
    assert mark == "followed"
    state.verdicts["atlas-vs-cirro"] = ["clear" if outcome != "clear" else "likely", leader, mark]
    state.revision = 0
    state.save()
    (change,) = new_changes()
    assert change.values["followed"] is True
    assert change.facts.topics == {"pair:atlas-vs-cirro"}


def test_a_followed_pair_that_says_the_same_is_no_news(ranked_world, followed):
    moved_state(ranked_world, "atlas", [3, 2, 4])
    changelog.record()
    ChangeLogState.objects.update(revision=0)
    assert new_changes() == []


def test_a_pair_is_watched_from_the_moment_it_is_followed(ranked_world):
    moved_state(ranked_world, "atlas", [3, 2, 4])
    changelog.record()
    changelog.watch(["atlas-vs-cirro", "atlas-vs-nobody"])
    verdicts = ChangeLogState.objects.get().verdicts
    assert verdicts["atlas-vs-cirro"][2] == "followed"
    assert "atlas-vs-nobody" not in verdicts
    neighbours = [pair for pair, said in verdicts.items() if len(said) == 2]
    changelog.watch(neighbours)
    assert ChangeLogState.objects.get().verdicts == verdicts


def test_a_first_computation_and_another_default_lane_are_only_remembered(ranked_world, settings):
    settings.DEFAULT_LANE = "provisional"
    moved_state(ranked_world, "atlas", [9, 9, 9])
    assert new_changes() == []
    assert ChangeLogState.objects.get().lane == "provisional"


def test_a_curated_pair_must_name_two_published_models(world):
    good = CuratedPair(pair="borea-vs-atlas")
    good.full_clean()
    assert good.pair == "atlas-vs-borea"
    with pytest.raises(ValidationError, match="No published model"):
        CuratedPair(pair="atlas-vs-nobody").full_clean()
    with pytest.raises(ValidationError, match="names two models"):
        CuratedPair(pair="atlas").full_clean()


# --- Nothing lost, nothing twice --------------------------------------------------------------------


def test_a_crash_while_the_log_is_written_loses_nothing(world, monkeypatch):
    correct_result(world.results["atlas", "code-repair"], Decimal(71), "Typing error")

    def crash(*args, **kwargs):
        raise RuntimeError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(standing_changes, "entries", crash)
        moved_state(world, "atlas", [9, 9, 9])
        with pytest.raises(RuntimeError):
            changelog.record()
    assert not Change.objects.exists()
    assert changes.RESULT_CORRECTED in [change.kind for change in new_changes()]


def test_a_failing_log_never_spoils_the_save_that_caused_it(world, monkeypatch, caplog):
    monkeypatch.setattr(changelog, "record", lambda: 1 / 0)
    changelog.record_after_recompute()
    assert "the next recomputation catches up" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_save_in_the_newsroom_enters_the_log_by_itself():
    world = worlds.build_world()
    ChangeLogState.objects.all().delete()
    Change.objects.all().delete()
    changelog.record()
    correct_result(world.results["atlas", "code-repair"], Decimal("70.5"), "The board was corrected")
    change = Change.objects.first()
    assert (change.kind, change.reason) == (changes.RESULT_CORRECTED, "The board was corrected")
    assert change.revision is not None


def test_a_row_committed_late_with_a_smaller_number_is_still_read(world):
    result = world.results["atlas", "code-repair"]
    correct_result(result, Decimal(71), "First")
    late = Result.history.model.objects.order_by("-history_id")[0]
    number = late.history_id
    Result.history.model.objects.filter(history_id=number).delete()
    result.refresh_from_db()
    late.history_id = number + 1
    late.save()
    assert [change.reason for change in new_changes()] == ["First"]
    early = Result.history.model.objects.get(history_id=number + 1)
    early.history_id, early.history_change_reason, early.score = number, "Committed late", Decimal(70)
    early.save(force_insert=True)
    assert [change.reason for change in new_changes()] == ["Committed late"]
    assert new_changes() == []


NOW = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)


@given(st.permutations(range(1, 13)), st.lists(st.integers(1, 4), min_size=1, max_size=12))
def test_whatever_order_rows_appear_in_each_is_read_exactly_once(order, sizes):
    position, visible, read, waiting = Position(), [], [], list(order)
    for size in [*sizes, 12]:
        visible += waiting[:size]
        waiting = waiting[size:]
        spans = position.open
        unread = [n for n in visible if n > position.last or any(first <= n <= last for first, last, _ in spans)]
        read += unread
        position = Position.of(position.advance(unread, NOW).stored())
    assert sorted(read) == list(range(1, 13))


def test_numbers_of_transactions_rolled_back_are_forgotten_after_a_day():
    position = Position(10).advance([15], NOW)
    assert position.open == [(11, 14, NOW.isoformat())]
    assert position.advance([], NOW + dt.timedelta(days=2)).open == []


def test_rank_range_is_what_the_board_prints(ranked_world):
    assert ChangeLogState.objects.get().ranks["atlas"] == [3, 2, 4]
    assert RankRange(*[3, 2, 4]).rank == 3


def test_the_newsroom_reads_the_log_and_edits_only_the_watched_pairs(client, world):
    client.force_login(get_user_model().objects.create_superuser("editor", password="secret"))
    correct_result(world.results["atlas", "code-repair"], Decimal("71.4"), "The card was revised")
    (change,) = new_changes()
    assert "72 % → 71.4 %" in client.get(reverse("admin:comparisons_change_changelist")).content.decode()
    assert client.get(reverse("admin:comparisons_change_change", args=[change.pk])).status_code == 200
    assert client.post(reverse("admin:comparisons_change_change", args=[change.pk]), {}).status_code == 403
    client.post(reverse("admin:comparisons_curatedpair_add"), {"pair": "Cirro-vs-Atlas"})
    assert list(CuratedPair.objects.values_list("pair", flat=True)) == ["atlas-vs-cirro"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time by itself.")
def test_several_processes_at_once_store_each_change_once():
    world = worlds.build_world()
    standing_store.recompute("first")
    changelog.record()
    Change.objects.all().delete()
    result = world.results["atlas", "code-repair"]
    history = Result.history.model.objects.filter(id=result.pk)
    before = history.latest("history_id")
    history.model.objects.create(
        **{
            field.attname: getattr(before, field.attname)
            for field in history.model._meta.concrete_fields
            if field.attname != "history_id"
        }
        | {"score": Decimal("71.4"), "history_type": "~"}
    )
    barrier, stored = threading.Barrier(4), []

    def work():
        barrier.wait()
        stored.append(changelog.record())
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Change.objects.count() == 1
    assert len(stored) == 4
