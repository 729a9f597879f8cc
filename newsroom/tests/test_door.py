"""Every address of the newsroom as five people: who may read it, and that no forged form changes anything it should not.

Anonymous, staff without a group, an Editor, a Publisher, a Newsletter manager. `MAY` says which
tables each may see; every address of the admin is asked, so that a new one has to be placed.
"""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse
from django.urls.resolvers import URLResolver, get_resolver

from models_catalog.models import (
    BenchmarkAlias,
    Import,
    LanguageModel,
    ModelAlias,
    ModelSlugRedirect,
    Offering,
    Price,
    Report,
    Result,
    ScoreSheet,
    SpeedMeasurement,
    UnknownName,
    User,
)
from models_catalog.roles import EDITOR, NEWSLETTER_MANAGER, PUBLISHER
from newsroom.tests.newsroom_world import World, make_staff

pytestmark = pytest.mark.django_db

CATALOGUE = {
    "organization",
    "category",
    "languagemodel",
    "modelalias",
    "benchmarkalias",
    "modelslugredirect",
    "gonemodel",
    "unknownname",
    "benchmark",
    "result",
    "offering",
    "price",
    "speedmeasurement",
    "report",
    "scoresheet",
    "import",
    "livesource",
    "modelmerge",
    "priceconflict",
}
ROLES = ("anonymous", "staff", "editor", "publisher", "newsletter")
ANYBODY_OF_STAFF = {"index", "logout", "password_change", "password_change_done", "jsi18n", "view_on_site"}
PUBLIC = {"login"}


@pytest.fixture
def world(client):
    world = World()
    offering = Offering.objects.create(model=world.acme_1, provider=world.acme_1.lab)
    Price.objects.create(offering=offering, input=1, output=2)
    SpeedMeasurement.objects.create(offering=offering, output_tokens_per_second=90)
    ModelAlias.objects.create(source_id="ACME ONE", model=world.acme_1)
    BenchmarkAlias.objects.create(source_id="QUIZ", benchmark=world.gpqa)
    ModelSlugRedirect.objects.create(old_slug="old-acme", model=world.acme_1)
    Report.objects.create(result=world.result(world.acme_1, world.gpqa), text="This looks wrong.")
    UnknownName.objects.create(kind="model", name="Nobody")
    ScoreSheet.objects.create(author=world.paul, title="Acme 1", model=world.acme_1, source={}, state="preview")
    Import.objects.create(author=world.paul, format="table", file_name="a.csv", size=1, sha256="0", state="discarded")
    # a result that was a draft once: its draft version must not be a way round the newsroom
    world.draft = Result(model=world.acme_2, benchmark=world.gpqa, score=Decimal("61"), state="draft")
    world.draft.save()
    world.draft.state = "published"
    world.draft.save()
    world.people = {
        "anonymous": None,
        "staff": User.objects.create(username="sam", is_staff=True),
        "editor": make_staff("ed", EDITOR),
        "publisher": make_staff("pub", PUBLISHER),
        "newsletter": make_staff("nora", NEWSLETTER_MANAGER),
    }
    return world


@pytest.fixture
def at_work(world, client):
    def enter(role):
        person = type(client)()
        if world.people[role]:
            person.force_login(world.people[role])
        return person

    return enter


def addresses() -> list[tuple[str, str]]:
    """(name, path) of every address below the admin, with keys of rows that exist."""
    found = []
    for name, pattern in _patterns(get_resolver().url_patterns, "", inside=False):
        found.append((name, pattern))
    return found


def _patterns(patterns, prefix, *, inside):
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _patterns(entry.url_patterns, route, inside=inside or entry.app_name == "admin")
        elif inside:
            yield entry.name or "", route


def filled(route: str, name: str) -> str | None:
    """The route with real keys in place of its parameters."""
    table = table_of(name)
    model = apps.get_model("models_catalog", table) if table in CATALOGUE else None
    row = model._base_manager.order_by("pk").last() if model else None
    pk = str(row.pk if row else 1)
    history = getattr(row, "history", None)
    version = str(history.order_by("history_id").first().history_id) if history and history.exists() else "1"
    route = re.sub(r"<(?:path:|str:|int:)?(?:object_id|pk|id|content_type_id)>", pk, route)
    route = re.sub(
        r"<(?:path:|int:|str:)?(?:version_id|history_id)>|\(\?P<version_id>[^)]*\)|\(\[\^/\]\+\)", version, route
    )
    route = re.sub(r"<[a-z_:]*(?:app_label)>", "models_catalog", route)
    plain = re.sub(r"\(\?P<\w+>[^)]*\)|<[^>]*>", "1", route).replace("^", "").replace("$", "").replace("\\Z", "")
    return f"/{plain}".replace("//", "/")


def table_of(name: str) -> str:
    """The table an address belongs to, by its name; empty for those of the whole site."""
    match = re.match(r"models_catalog_([a-z]+?)_", f"{name}_")
    return match.group(1) if match else ""


def may_see(role: str, table: str, world) -> bool:
    """Whether a role may see a table, by its permissions."""
    user = world.people[role]
    return user is not None and (
        user.has_perm(f"models_catalog.view_{table}") or user.has_perm(f"models_catalog.change_{table}")
    )


def footprint() -> dict[str, list]:
    """Every stored row of the catalogue, to see that nothing has changed."""
    return {
        model.__name__: sorted(map(str, model._base_manager.values_list()))
        for model in apps.get_app_config("models_catalog").get_models()
        if "Historical" not in model.__name__
    } | {
        "groups": sorted(Group.objects.values_list("name", "user"), key=str),
        "users": list(User.objects.values_list("is_staff", "is_superuser")),
    }


def test_every_table_is_placed():
    found = addresses()  # the site's addresses bring its admin with them
    tables = {model._meta.model_name for model in admin.site._registry if model._meta.app_label == "models_catalog"}
    assert tables - {"user"} == CATALOGUE
    assert len([name for name, _ in found if table_of(name) in CATALOGUE]) >= 90


@pytest.mark.parametrize("role", ROLES)
def test_every_address_opens_for_those_who_may_see_its_table_and_no_one_else(world, at_work, role):
    person = at_work(role)
    for name, route in addresses():
        table = table_of(name)
        path = filled(route, name)
        if "<" in path or name in ("logout", "view_on_site"):
            continue
        response = person.get(path)
        opened = response.status_code == 200
        if table in CATALOGUE:
            assert not opened or may_see(role, table, world), f"{role} reads {path}"
        elif name not in ANYBODY_OF_STAFF | PUBLIC:
            assert not opened or role in ("publisher", "newsletter") or name in ("", "autocomplete", "app_list"), (
                role,
                path,
            )
        if role == "anonymous":
            assert not opened or name in PUBLIC | {"", "jsi18n"}, path
        assert response.status_code < 500, path


FORGED = {
    "name": "Forged",
    "title": "Forged",
    "slug": "forged",
    "score": "1",
    "state": "draft",
    "published": "",
    "direction": "lower",
    "unit": "elo",
    "maximum": "1",
    "floor": "50",
    "best": "51",
    "weight": "9",
    "input": "999",
    "output": "999",
    "text": "forged",
    "answer": "forged",
    "source_id": "forged",
    "old_slug": "forged",
    "reason": "forged",
    "change_reason": "forged",
    "post": "yes",
    "action": "delete_selected",
    "_save": "Save",
    "_publish": "1",
    "_undo": "1",
    "_confirm": "1",
    "_save_and_publish": "1",
    "is_superuser": "on",
}


@pytest.mark.parametrize("role", ["anonymous", "staff", "newsletter"])
def test_forged_posts_of_people_without_rights_change_nothing(world, at_work, role):
    person = at_work(role)
    before = footprint()
    for name, route in addresses():
        if name in ("logout", "login", "password_change") or not table_of(name):
            continue
        path = filled(route, name)
        rows = {"_selected_action": [str(pk) for pk in range(1, 9)]}
        response = person.post(path, {**FORGED, **rows})
        refused = response.status_code in (302, 403, 404, 405) or name.endswith(("_changelist", "_history"))
        assert refused, (path, response.status_code)
    assert footprint() == before


@pytest.mark.parametrize("role", ["editor", "publisher", "staff", "newsletter", "anonymous"])
def test_no_version_is_saved_from_its_own_page_by_anybody(world, at_work, role):
    person = at_work(role)
    before = footprint()
    for name, route in addresses():
        if name.endswith("_simple_history"):
            path = filled(route, name)
            assert person.post(path, FORGED).status_code in (302, 403, 404), path
            assert person.post(path, {**FORGED, "_change_history": "1"}).status_code in (302, 403, 404), path
    assert footprint() == before


def test_editor_finds_no_way_from_a_draft_version_to_a_public_result(world, at_work):
    editor = at_work("editor")
    oldest = world.draft.history.order_by("history_id").first()
    version = reverse("admin:models_catalog_result_simple_history", args=[world.draft.pk, oldest.history_id])
    page = editor.get(version)
    assert page.status_code == 200
    assert b'name="score"' not in page.content
    assert "Take these values" not in page.content.decode()
    assert editor.post(version, {"score": "5", "state": "draft", "_save": "1"}).status_code == 403
    change = reverse("admin:models_catalog_result_change", args=[world.draft.pk])
    assert editor.post(f"{change}?version={oldest.history_id}", {"score": "5"}).status_code == 403
    delete = reverse("admin:models_catalog_result_delete", args=[world.draft.pk])
    editor.post(delete, {"post": "yes"})
    world.draft.refresh_from_db()
    assert (world.draft.state, world.draft.score) == ("published", 61)


def test_version_is_brought_back_through_the_form_of_the_row(world, at_work):
    publisher = at_work("publisher")
    world.zeta.family = "new"
    world.zeta.save()
    oldest = world.zeta.history.order_by("history_id").first()
    change = reverse("admin:models_catalog_languagemodel_change", args=[world.zeta.pk])
    assert publisher.get(change).context["adminform"].form["family"].value() == "new"
    assert publisher.get(f"{change}?version={oldest.history_id}").context["adminform"].form["family"].value() == ""
    world.zeta.refresh_from_db()
    assert world.zeta.family == "new"


@pytest.mark.parametrize(
    ("table", "fields"),
    [
        (
            "benchmark",
            {"direction": "lower", "unit": "elo", "maximum": "50", "floor": "9", "best": "90", "weight": "7"},
        ),
        ("languagemodel", {"slug": "forged", "published": ""}),
        ("category", {"weight": "99"}),
    ],
)
def test_editor_cannot_change_a_publishers_fields_by_any_form(world, at_work, table, fields):
    editor = at_work("editor")
    row = {"benchmark": world.gpqa, "languagemodel": world.zeta, "category": world.gpqa.category}[table]
    change = reverse(f"admin:models_catalog_{table}_change", args=[row.pk])
    form = editor.get(change).context["adminform"].form
    assert not set(fields) & set(form.fields)
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    data |= {f"{prefix}-{key}": 0 for prefix in ("aliases", "offerings") for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    editor.post(change, {**data, **fields, "change_reason": "forged"})
    stored = {name: getattr(row, name) for name in fields}
    row.refresh_from_db()
    assert {name: getattr(row, name) for name in fields} == stored


def test_editor_still_proposes_a_benchmark_with_its_scale(world, at_work):
    editor = at_work("editor")
    add = reverse("admin:models_catalog_benchmark_add")
    assert {"unit", "maximum", "direction"} <= set(editor.get(add).context["adminform"].form.fields)


def test_publisher_alone_corrects_no_public_result_where_two_are_asked(world, at_work, settings):
    publisher = at_work("publisher")
    result = world.result(world.acme_1, world.gpqa)
    change = reverse("admin:models_catalog_result_change", args=[result.pk])
    assert "score" in publisher.get(change).context["adminform"].form.fields
    settings.REQUIRE_SECOND_PAIR_OF_EYES = True
    page = publisher.get(change)
    assert b'name="score"' not in page.content
    assert "through a score sheet" in page.content.decode()
    assert publisher.post(change, {"score": "5"}).status_code == 403
    report = Report.objects.create(result=result, text="Wrong.")
    page = publisher.get(reverse("admin:models_catalog_report_change", args=[report.pk]))
    assert "corrected_score" not in page.context["adminform"].form.fields


def test_deleting_a_person_who_did_something_is_refused(world, client, admin_user):
    result = world.result(world.acme_1, world.gpqa)
    result._history_user = world.paul
    result.save()
    client.force_login(admin_user)
    delete = reverse("admin:models_catalog_user_delete", args=[world.paul.pk])
    page = client.post(delete, {"post": "yes"})
    assert "the history needs the name" in page.content.decode()
    assert result.history.first().history_user == world.paul
    idle = User.objects.create(username="idle")
    client.post(reverse("admin:models_catalog_user_delete", args=[idle.pk]), {"post": "yes"})
    assert not User.objects.filter(username="idle").exists()


def test_report_is_closed_with_an_answer_or_by_saying_that_none_is_sent(world, at_work):
    publisher = at_work("publisher")
    report = Report.objects.get()
    where = reverse("admin:models_catalog_report_change", args=[report.pk])

    def send(**fields):
        form = publisher.get(where).context["adminform"].form
        return publisher.post(where, {"seen": form["seen"].value(), "answer": "", "corrected_score": "", **fields})

    assert "Answer the reader" in send(state="closed").content.decode()
    assert "needs a correction" in send(state="accepted", answer="Thank you.").content.decode()
    assert send(state="closed", no_answer="on").status_code == 302
    report.refresh_from_db()
    assert report.state == "closed"


def test_report_is_accepted_once_its_result_was_corrected(world, at_work):
    publisher = at_work("publisher")
    report = Report.objects.get()
    report.result.score = Decimal("59")
    report.result.save()
    where = reverse("admin:models_catalog_report_change", args=[report.pk])
    seen = publisher.get(where).context["adminform"].form["seen"].value()
    response = publisher.post(where, {"seen": seen, "state": "accepted", "answer": "Corrected.", "corrected_score": ""})
    assert response.status_code == 302


def test_alias_cannot_take_another_rows_exact_name(world, at_work):
    editor = at_work("editor")
    add = reverse("admin:models_catalog_modelalias_add")
    page = editor.post(add, {"source_id": "acme-2", "dataset": "", "model": world.zeta.pk})
    assert "is the name of Acme 2 (acme-2) itself" in page.content.decode()
    page = editor.post(add, {"source_id": "ACME 2", "dataset": "x", "model": world.zeta.pk})
    assert "is the name of Acme 2 (acme-2) itself" in page.content.decode()
    name = UnknownName.objects.create(kind="model", name="Acme 1")
    change = reverse("admin:models_catalog_unknownname_change", args=[name.pk])
    assert "itself" in editor.post(change, {"meaning": "Zeta", "state": "open"}).content.decode()
    assert ModelAlias.objects.count() == 1
    assert LanguageModel.objects.count() == 3


def test_dates_in_the_future_are_refused(world, at_work):
    editor = at_work("editor")
    add = reverse("admin:models_catalog_result_add")
    data = {"model": world.zeta.pk, "benchmark": world.cost.pk, "score": "1", "measured_on": "2199-01-01"}
    assert "has not come yet" in editor.post(add, data).content.decode()
    grid = f"{reverse('admin:models_catalog_scoresheet_new_grid')}?model=zeta"
    assert "has not come yet" in editor.post(grid, {"measured_on": "2199-01-01", "reason": "x"}).content.decode()
