"""Two models made one and divided again: nothing is lost, nothing counts twice, every address leads somewhere."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from comparisons.changes import log as changelog
from comparisons.models import Change
from comparisons.standing_store import recompute
from models_catalog.actions import rename_model
from models_catalog.models import (
    EvaluationRun,
    GoneModel,
    LanguageModel,
    ModelAlias,
    ModelMerge,
    ModelSlugRedirect,
    Offering,
    Organization,
    Price,
    Result,
    RunFigure,
    ScoreSheet,
    SpeedMeasurement,
    periods_overlap,
)
from newsroom import merging
from newsroom.core.merging import LEAVE, MARK, MOVE, PriceFacts, ResultFacts, of_prices, of_results
from newsroom.names import MODEL, find_named
from newsroom.tests.newsroom_world import MAY, World

CARD = "https://acme.example/card"
DAYS = [dt.date(2026, month, 1) for month in range(1, 7)]


# --- the decisions ------------------------------------------------------------------------


def facts(pk, score, *, url=CARD, benchmark=1, day=MAY, state="published", row_id=False, runs=False):
    return ResultFacts(pk, (benchmark, "", "", 12), Decimal(score), url, day, state, row_id, runs)


@pytest.mark.parametrize(
    ("other", "fate"),
    [
        (facts(2, "80"), LEAVE),
        (facts(2, "80", row_id=True), LEAVE),
        (facts(2, "80", runs=True), MARK),  # runs of one's own hang on it
        (facts(2, "81"), MARK),  # two figures of one page: editors decide
        (facts(2, "81", row_id=True), MOVE),
        (facts(2, "80", url="https://board.example"), MOVE),
        (facts(2, "80", benchmark=2), MOVE),
        (facts(2, "80", state="draft"), MARK),
        (facts(2, "80", day=None), LEAVE),  # the same figure of the same page, without its day
    ],
)
def test_a_result_moves_unless_it_says_the_same(other, fate):
    [decision] = of_results([facts(1, "80")], [other])
    assert decision.fate == fate


def test_figures_without_a_source_are_never_taken_for_the_same():
    [decision] = of_results([facts(1, "80", url="")], [facts(2, "80", url="")])
    assert decision.fate == MARK


periods = st.lists(st.tuples(st.sampled_from([None, *DAYS[:3]]), st.sampled_from([None, *DAYS[3:]])), max_size=4)


def standing(spans, first):
    """Prices without overlaps among themselves, as one offer has them."""
    found: list[PriceFacts] = []
    for number, (start, end) in enumerate(spans):
        if not any(periods_overlap(start, end, each.start, each.end) for each in found):
            found.append(PriceFacts(first + number, start, end, (number % 2,)))
    return found


@given(periods, periods)
def test_prices_never_overlap_after_a_merge_and_each_is_accounted_for(mine, its):
    kept, other = standing(mine, 1), standing(its, 100)
    decided = of_prices(kept, other, periods_overlap)
    assert [each.pk for each in decided] == [each.pk for each in other]
    moved = {each.pk for each in decided if each.fate == MOVE}
    after = [*kept, *(each for each in other if each.pk in moved)]
    for place, one in enumerate(after):
        for two in after[place + 1 :]:
            assert not periods_overlap(one.start, one.end, two.start, two.end)
    assert all(each.reason for each in decided if each.fate == LEAVE)


# --- in the catalogue -----------------------------------------------------------------------


@pytest.fixture
def world(db):
    """Acme 1 came in twice: a second time as “ACME-1 (preview name)”."""
    world = World()
    world.host = Organization.objects.create(slug="host", name="Host", is_provider=True)
    world.twin = LanguageModel.objects.create(
        slug="acme-one", name="Acme One", lab=world.acme_1.lab, context_window=128000
    )
    world.same = world.publish(world.twin, world.mmlu, "80.1")
    world.rival = world.publish(world.twin, world.gpqa, "61")
    world.fresh = world.publish(world.twin, world.gpqa, "62", source_url=CARD)
    ours = Offering.objects.create(model=world.acme_1, provider=world.host)
    theirs = Offering.objects.create(model=world.twin, provider=world.host)
    Price.objects.create(offering=ours, input=3, output=15, valid_from=DAYS[2])
    Price.objects.create(offering=theirs, input=4, output=15, valid_from=DAYS[0], valid_to=DAYS[1])
    Price.objects.create(offering=theirs, input=5, output=15, valid_from=DAYS[3])
    SpeedMeasurement.objects.create(offering=theirs, output_tokens_per_second=90, measured_on=MAY)
    whole = Offering.objects.create(model=world.twin, provider=world.acme_1.lab)
    Price.objects.create(offering=whole, input=1, output=2)
    ModelAlias.objects.create(source_id="ACME_ONE_X", model=world.twin)
    ModelSlugRedirect.objects.create(old_slug="acme-uno", model=world.twin)
    GoneModel.objects.create(old_slug="acme-zero", successor=world.twin)
    ScoreSheet.objects.create(author=world.paul, title="Acme One", model=world.twin, source={}, state="waiting")
    run = EvaluationRun.objects.create(
        tool="lm-eval", run_key="1", task="gpqa", model_name="acme-one", model=world.twin, file_name="r.json"
    )
    RunFigure.objects.create(run=run, metric="acc", score=0.62, unit="share", settings_key="k", result=world.fresh)
    recompute("test")
    return world


def everything() -> str:
    """All rows that a merge may touch, but for when they were touched and how derived rows stand."""
    tables = (
        *(LanguageModel, Result, Offering, Price, SpeedMeasurement, ModelAlias, ModelSlugRedirect, GoneModel),
        *(EvaluationRun, RunFigure, ScoreSheet),
    )
    rows = []
    for table in tables:
        for row in json.loads(serializers.serialize("json", table._default_manager.order_by("pk"))):
            row["fields"].pop("updated_at", None)
            rows.append(row)
    return json.dumps(rows, sort_keys=True)


def merged(world, reason="one model, two names"):
    plan = merging.plan_of(world.acme_1, world.twin)
    return merging.merge(world.acme_1, world.twin, world.paul, reason, plan.digest)


def test_every_relation_of_a_model_is_decided():
    """A new table that hangs on a model has to say how its rows follow."""
    relations = {
        f"{each.related_model._meta.label}.{each.field.name}"
        for each in LanguageModel._meta.get_fields(include_hidden=True)
        if each.auto_created and not each.concrete and "Historical" not in each.related_model.__name__
    }
    assert relations == set(merging.FOLLOW)


def test_a_plan_says_what_moves_what_stays_and_where_facts_differ(world):
    plan = merging.plan_of(world.acme_1, world.twin)
    assert plan.sentences == [
        *("2 results", "1 offer", "2 prices", "1 speed", "1 alias", "1 old address", "1 run of your own"),
    ]
    assert [(left.text, left.reason) for left in plan.left] == [
        ("MMLU-Pro: 80.1", "the same figure stands there already"),
        ("price at Host: 5 / 15", "its period overlaps a price that stands there"),
    ]
    assert plan.facts == [("context window", "not known", "128,000")]


def test_all_moves_to_the_one_that_stays(world):
    merged(world)
    assert not LanguageModel.objects.filter(slug="acme-one").exists()
    scores = Result.objects.filter(model=world.acme_1, benchmark=world.gpqa).order_by("pk")
    assert [row.score for row in scores] == [60, 61, 62]
    assert Result.objects.filter(model=world.acme_1, benchmark=world.mmlu).count() == 1
    prices = Price.objects.filter(offering__model=world.acme_1, offering__provider=world.host).order_by("valid_from")
    assert [price.input for price in prices] == [4, 3]
    assert SpeedMeasurement.objects.get().offering.model == world.acme_1
    assert {row.model for row in EvaluationRun.objects.all()} == {world.acme_1}
    assert ScoreSheet.objects.get().model == world.acme_1
    assert GoneModel.objects.get().successor == world.acme_1
    for name in ("Acme One", "acme-one", "ACME_ONE_X", "acme-uno"):
        assert find_named(MODEL, name).row.pk == world.acme_1.pk
    world.acme_1.refresh_from_db()
    assert world.acme_1.context_window is None  # its page names another source than the twin's
    assert world.fresh.history.first().history_change_reason == "Merged into Acme 1: one model, two names"


def test_old_addresses_lead_to_the_one_that_stays(world, client, django_capture_on_commit_callbacks):
    changelog.record()
    with django_capture_on_commit_callbacks(execute=True):
        merged(world)
    for address, there in (
        ("/models/acme-one/", "/models/acme-1/"),
        ("/models/acme-uno/", "/models/acme-1/"),
        ("/compare/acme-one-vs-zeta/", "/compare/acme-1-vs-zeta/"),
    ):
        answer = client.get(address)
        assert answer.status_code in (302, 307)
        assert answer.headers["Location"] == there
    itself = client.get("/compare/acme-1-vs-acme-one/", follow=True)
    assert itself.redirect_chain == [("/models/acme-1/", 302)]
    assert "acme-one" not in client.get("/models/acme-1/").text.replace("acme-one-", "")
    changelog.record()
    gone = Change.objects.get(kind="model_removed")
    assert gone.reason == "Merged into Acme 1: one model, two names"
    assert "ModelMerge" not in client.get("/changes/").text


def test_taking_a_merge_back_restores_every_row(world):
    before = everything()
    entry = merged(world)
    assert everything() != before
    assert merging.undo(entry, world.petra, "they are two after all") == []
    assert everything() == before
    entry.refresh_from_db()
    assert entry.undone_by == world.petra
    with pytest.raises(merging.MergeRefused, match="taken back already"):
        merging.undo(entry, world.petra, "again")


def test_what_changed_since_stays_as_it_is_now(world):
    entry = merged(world)
    world.fresh.refresh_from_db()
    world.fresh.score = Decimal("63")
    world.fresh.save()
    world.rival.delete()
    assert merging.undo(entry, world.petra, "two after all") == ["1 row moved on or removed since; left alone."]
    world.fresh.refresh_from_db()
    assert (world.fresh.model.slug, world.fresh.score) == ("acme-one", 63)


def test_a_new_owner_of_the_address_stands_in_the_way_of_going_back(world):
    entry = merged(world)
    ModelSlugRedirect.objects.filter(old_slug="acme-one").delete()
    rename_model(world.zeta, "acme-one", reason="renamed")
    with pytest.raises(merging.MergeRefused, match="Another model has the address"):
        merging.undo(entry, world.petra, "two after all")


@pytest.mark.parametrize(
    ("kept", "other", "said"),
    [
        ("acme-1", "acme-1", "the same model"),
        ("acme-1", "rival-1", "Correct the laboratory first"),
        ("hidden", "acme-1", "Let the public one stay"),
    ],
)
def test_what_cannot_be_one_is_refused_with_a_sentence(world, kept, other, said):
    lab = Organization.objects.create(slug="rival", name="Rival", is_lab=True)
    LanguageModel.objects.create(slug="rival-1", name="Rival 1", lab=lab)
    LanguageModel.objects.create(slug="hidden", name="Hidden", lab=world.acme_1.lab, published=False)
    rows = {row.slug: row for row in LanguageModel.objects.all()}
    with pytest.raises(merging.MergeRefused, match=said):
        merging.plan_of(rows[kept], rows[other])


def test_a_plan_that_is_no_longer_true_is_not_carried_out(world):
    plan = merging.plan_of(world.acme_1, world.twin)
    world.publish(world.twin, world.cost, "9")
    before = everything()
    with pytest.raises(merging.MergeRefused, match="look again"):
        merging.merge(world.acme_1, world.twin, world.paul, "why", plan.digest)
    with pytest.raises(merging.MergeRefused, match="Say why"):
        merging.merge(world.acme_1, world.twin, world.paul, " ", plan.digest)
    assert everything() == before


def test_a_fault_in_the_middle_leaves_all_as_it_was(world, monkeypatch):
    before, plan = everything(), merging.plan_of(world.acme_1, world.twin)

    def fail(self):
        raise ValidationError("broken")

    monkeypatch.setattr(merging._Merging, "_keep_name", fail)
    with pytest.raises(ValidationError):
        merging.merge(world.acme_1, world.twin, world.paul, "why", plan.digest)
    assert everything() == before
    assert not ModelMerge.objects.exists()


# --- on its pages -----------------------------------------------------------------------------

ADD = "admin:models_catalog_modelmerge_add"


@pytest.fixture
def paul(world, client):
    client.force_login(world.paul)
    return client


def test_two_clicks_and_a_reason_from_the_queue_to_the_merge_and_back(world, paul):
    world.twin.name = "ACME 1"
    world.twin.save()
    front = paul.get(reverse("admin:index")).text
    assert f"{reverse(ADD)}?kept=acme-1&amp;other=acme-one" in front
    page = paul.get(reverse(ADD), {"kept": "acme-1", "other": "acme-one"})
    assert "2 results, 1 offer, 2 prices, 1 speed, 1 alias, 1 old address and 1 run of your own" in page.text
    assert "MMLU-Pro: 80.1: the same figure stands there already" in page.text
    assert "What publishing would change for readers" in page.text
    digest = page.context["plan"].digest
    form = {"kept": "acme-1", "other": "acme-one", "digest": digest, "_confirm": "Merge them"}
    page = paul.post(reverse(ADD), {**form, "reason": " "}, follow=True)
    assert "Say why they are one" in page.text
    assert not ModelMerge.objects.exists()
    page = paul.post(reverse(ADD), {**form, "reason": "one release"}, follow=True)
    assert "is part of Acme 1 now" in page.text
    entry = ModelMerge.objects.get()
    there = reverse("admin:models_catalog_modelmerge_change", args=[entry.pk])
    page = paul.post(there, {"reason": "two after all"}, follow=True)
    assert "stands by itself again" in page.text
    assert "Taken back on" in page.text
    assert LanguageModel.objects.filter(slug="acme-one").exists()


def test_a_name_that_nobody_knows_and_a_first_visit_are_answered_in_words(world, paul):
    page = paul.get(reverse(ADD))
    assert page.status_code == 200
    assert "errorlist" not in page.text
    page = paul.get(reverse(ADD), {"kept": "acme-1"})
    assert 'value="acme-1"' in page.text
    assert "errorlist" not in page.text
    page = paul.get(reverse(ADD), {"kept": "acme-1", "other": "nobody"})
    assert "errorlist" in page.text


def test_an_editor_looks_and_a_publisher_decides(world, client):
    client.force_login(world.edith)
    page = client.get(reverse(ADD), {"kept": "acme-1", "other": "acme-one"})
    assert "A publisher can merge them from this page." in page.text
    form = {
        "kept": "acme-1",
        "other": "acme-one",
        "digest": page.context["plan"].digest,
        "reason": "x",
        "_confirm": "1",
    }
    assert client.post(reverse(ADD), form).status_code == 403
    assert LanguageModel.objects.filter(slug="acme-one").exists()
    entry = merged(world)
    there = reverse("admin:models_catalog_modelmerge_change", args=[entry.pk])
    assert client.get(there).status_code == 200
    assert client.post(there, {"reason": "x"}).status_code == 403
    assert not LanguageModel.objects.filter(slug="acme-one").exists()
