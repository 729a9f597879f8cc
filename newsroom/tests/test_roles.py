"""What editors, publishers and newsletter managers may do in the newsroom."""

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.urls import reverse

from models_catalog.models import LanguageModel, Report, Result
from models_catalog.roles import EDITOR, NEWSLETTER_MANAGER, PUBLISHER
from newsroom import publishing
from newsroom.tests.newsroom_world import World, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


def at_work(client_class, user):
    client = client_class()
    client.force_login(user)
    return client


@pytest.fixture
def edith(world, client):
    return at_work(type(client), world.edith)


@pytest.fixture
def paul(world, client):
    return at_work(type(client), world.paul)


def change(result):
    return reverse("admin:models_catalog_result_change", args=[result.pk])


def draft(world, score="61", author=None):
    result = Result(model=world.acme_2, benchmark=world.gpqa, score=Decimal(score), state="draft")
    result._history_user = author
    result.save()
    return result


def test_a_migration_makes_the_three_roles(db):
    Group.objects.all().delete()
    (operation,) = import_module("models_catalog.migrations.0004_roles").Migration.operations
    operation.code(apps, None)
    operation.code(apps, None)
    assert {EDITOR, PUBLISHER, NEWSLETTER_MANAGER} <= set(Group.objects.values_list("name", flat=True))


def test_only_publishers_may_publish(world):
    manager = make_staff("nora", NEWSLETTER_MANAGER)
    assert [publishing.may_publish(user) for user in (world.edith, world.paul, manager)] == [False, True, False]


def test_editor_edits_drafts_but_only_views_public_results(world, edith):
    public = world.result(world.acme_1, world.gpqa)
    assert "adminform" in edith.get(change(draft(world))).context
    page = edith.get(change(public))
    assert page.status_code == 200
    assert b'name="score"' not in page.content
    assert edith.post(change(public), {"score": "99"}).status_code == 403
    public.refresh_from_db()
    assert public.score == 60


def test_editor_finds_no_way_to_publish_or_withdraw(world, edith):
    waiting = draft(world)
    page = edith.get(change(waiting)).content.decode()
    assert "Save and publish" not in page
    listing = reverse("admin:models_catalog_result_changelist")
    edith.post(listing, {"action": "publish_selected", "_selected_action": [waiting.pk]})
    public = world.result(world.acme_1, world.gpqa)
    edith.post(f"{reverse('admin:models_catalog_result_withdraw')}?ids={public.pk}", {"reason": "mine"})
    waiting.refresh_from_db()
    public.refresh_from_db()
    assert (waiting.state, public.state) == ("draft", "published")


def test_editor_cannot_weigh_benchmarks_or_categories_nor_publish_models(world, edith):
    benchmark = reverse("admin:models_catalog_benchmark_change", args=[world.gpqa.pk])
    fields = edith.get(benchmark).context["adminform"].form.fields
    assert "description" in fields
    assert not {"weight", "floor", "best", "anchor", "kind", "category"} & set(fields)
    category = reverse("admin:models_catalog_category_change", args=[world.gpqa.category_id])
    assert b'name="weight"' not in edith.get(category).content
    model = reverse("admin:models_catalog_languagemodel_change", args=[world.zeta.pk])
    assert "published" not in edith.get(model).context["adminform"].form.fields


def test_new_model_of_an_editor_waits_for_a_publisher(world, edith):
    where = reverse("admin:models_catalog_languagemodel_add")
    form = edith.get(where).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    data |= {"name": "Acme 3", "slug": "acme-3", "lab": world.acme_1.lab_id}
    data |= {f"{prefix}-{key}": 0 for prefix in ("aliases", "offerings") for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    assert edith.post(where, data).status_code == 302
    assert not LanguageModel.objects.get(slug="acme-3").published


def test_publisher_publishes_drafts_from_the_list(world, paul):
    waiting = draft(world, author=world.edith)
    listing = reverse("admin:models_catalog_result_changelist")
    page = paul.post(listing, {"action": "publish_selected", "_selected_action": [waiting.pk]}, follow=True)
    assert "Published 1 result." in page.content.decode()
    waiting.refresh_from_db()
    assert waiting.state == "published"


def test_second_pair_of_eyes_holds_for_single_results_too(world, paul, settings):
    settings.REQUIRE_SECOND_PAIR_OF_EYES = True
    own = draft(world, author=world.paul)
    listing = reverse("admin:models_catalog_result_changelist")
    page = paul.post(listing, {"action": "publish_selected", "_selected_action": [own.pk]}, follow=True)
    assert "second pair of eyes" in page.content.decode()
    own.refresh_from_db()
    assert own.state == "draft"
    assert publishing.why_not_publish(own, world.petra) is None


def test_generated_results_are_never_published(world):
    made_up = draft(world, author=world.edith)
    made_up.source_kind = "generated"
    made_up.save()
    assert "take part in nothing public" in publishing.why_not_publish(made_up, world.paul)


def test_publishers_who_publish_twice_are_told(world):
    waiting = draft(world, author=world.edith)
    publishing.publish([waiting], world.paul, "checked")
    waiting.refresh_from_db()
    done, refused = publishing.publish([waiting], world.paul, "checked")
    assert not done
    assert "is published already" in refused[0]


def test_newsletter_manager_cannot_enter_scores(world, client):
    nora = at_work(type(client), make_staff("nora", NEWSLETTER_MANAGER))
    assert nora.get(reverse("admin:models_catalog_result_add")).status_code == 403
    assert nora.get(reverse("admin:models_catalog_scoresheet_add")).status_code == 403
    assert nora.get(reverse("admin:audit")).status_code == 403


def test_editor_answers_reports_but_cannot_correct_through_them(world, edith):
    report = Report.objects.create(result=world.result(world.zeta, world.gpqa), text="Wrong.")
    page = edith.get(reverse("admin:models_catalog_report_change", args=[report.pk]))
    assert "answer" in page.context["adminform"].form.fields
    form = page.context["adminform"].form
    assert "corrected_score" not in form.fields
    data = {"state": "open", "answer": "", "seen": form["seen"].value(), "corrected_score": "1"}
    edith.post(reverse("admin:models_catalog_report_change", args=[report.pk]), data)
    assert world.result(world.zeta, world.gpqa).score == 55
