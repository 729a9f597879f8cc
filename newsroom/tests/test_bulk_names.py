"""Many unknown names answered on one page: mapped, made, ignored; all or none."""

import pytest
from django.urls import reverse

from models_catalog.models import Benchmark, BenchmarkAlias, LanguageModel, ModelAlias, UnknownName
from models_catalog.tests.factories import make_benchmark, make_model, make_organization
from newsroom.bulk_names import MOST

pytestmark = pytest.mark.django_db
PAGE = "admin:models_catalog_unknownname_answer"
OPEN, MAPPED, IGNORED = UnknownName.State.OPEN, UnknownName.State.MAPPED, UnknownName.State.IGNORED


@pytest.fixture
def staff(admin_user, client):
    client.force_login(admin_user)
    return client


def unknown(name, kind="model", dataset="models.dev"):
    return UnknownName.objects.create(kind=kind, dataset=dataset, name=name, seen_in="a file, line 3")


def send(client, entries, **answers):
    return client.post(reverse(PAGE), {"ids": ",".join(str(entry.pk) for entry in entries), **answers}, follow=True)


def states(*entries):
    return [UnknownName.objects.get(pk=entry.pk).state for entry in entries]


def test_the_action_leads_to_the_page_with_suggestions(staff):
    make_model(slug="atlas-2-pro", name="Atlas 2 Pro")
    entry = unknown("north/atlas-2-prо-preview")
    other = unknown("Quiz (hard)", "benchmark")
    make_benchmark(slug="quiz", name="Quiz")
    address = reverse("admin:models_catalog_unknownname_changelist")
    page = staff.post(address, {"action": "answer", "_selected_action": [entry.pk, other.pk]}, follow=True)
    assert page.status_code == 200
    asked = {each.entry.name: [row.slug for row in each.suggestions] for each in page.context["questions"]}
    assert asked["Quiz (hard)"] == ["quiz"]
    assert set(asked) == {"north/atlas-2-prо-preview", "Quiz (hard)"}


def test_map_make_ignore_and_later_in_one_save(staff, admin_user):
    make_organization(slug="north", name="North")
    atlas, quiz = make_model(slug="atlas", name="Atlas"), make_benchmark(slug="quiz", name="Quiz")
    mapped, typed = unknown("atlas-x"), unknown("q-test", "benchmark")
    new_model, new_test = unknown("north/boreas-1"), unknown("Riddles 2026", "benchmark")
    gone, later = unknown("old-bot"), unknown("who-knows")
    entries = [mapped, typed, new_model, new_test, gone, later]
    send(
        staff,
        entries,
        **{
            f"choice-{mapped.pk}": atlas.pk,
            f"other-{typed.pk}": "Quiz",
            f"choice-{new_model.pk}": "new",
            f"lab-{new_model.pk}": "north",
            f"choice-{new_test.pk}": "new",
            f"choice-{gone.pk}": "ignore",
        },
    )
    assert states(*entries) == [MAPPED, MAPPED, MAPPED, MAPPED, IGNORED, OPEN]
    assert ModelAlias.objects.get(dataset="models.dev", source_id="atlas-x").model == atlas
    assert BenchmarkAlias.objects.get(source_id="q-test").benchmark == quiz
    boreas = LanguageModel.objects.get(slug="boreas-1")
    assert (boreas.published, boreas.lab.slug, boreas.history.get().history_user) == (False, "north", admin_user)
    assert ModelAlias.objects.get(source_id="north/boreas-1").model == boreas
    riddles = Benchmark.objects.get(slug="riddles-2026")
    assert (riddles.weight, riddles.kind, riddles.display_reason) == (0, "other", "unclassified")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"choice": "new"}, "A new model needs its laboratory"),
        ({"choice": "new", "lab": "nobody"}, "A new model needs its laboratory"),
        ({"choice": "999999"}, "is gone. Choose again"),
        ({"choice": "٣"}, "is gone. Choose again"),
        ({"other": "No Such Model"}, "No model is called"),
    ],
)
def test_one_answer_that_cannot_be_carried_out_saves_none(staff, answer, says):
    good, bad = unknown("old-bot"), unknown("boreas-1")
    said = {f"{part}-{bad.pk}": value for part, value in answer.items()}
    page = send(staff, [good, bad], **said, **{f"choice-{good.pk}": "ignore"})
    assert any(says in str(message) for message in page.context["messages"])
    assert states(good, bad) == [OPEN, OPEN]
    assert not ModelAlias.objects.exists()


def test_a_slug_that_is_taken_is_not_taken_twice(staff):
    make_model(slug="boreas-1", name="Another")
    entry = unknown("North / Boreas 1")
    page = send(staff, [entry], **{f"choice-{entry.pk}": "new", f"lab-{entry.pk}": "x"})
    assert any("taken already" in str(message) for message in page.context["messages"])


def test_a_name_of_another_row_is_not_stolen(staff):
    make_model(slug="atlas", name="Atlas")
    cirro = make_model(slug="cirro", name="Cirro")
    entry = unknown("Atlas")
    send(staff, [entry], **{f"choice-{entry.pk}": cirro.pk})
    assert states(entry) == [OPEN]


def test_organisations_can_only_be_ignored(staff):
    entry = unknown("Hostly", "organization")
    send(staff, [entry], **{f"choice-{entry.pk}": "new"})
    assert states(entry) == [OPEN]
    send(staff, [entry], **{f"choice-{entry.pk}": "ignore"})
    assert states(entry) == [IGNORED]


def test_an_answered_name_is_not_answered_again(staff):
    entry = unknown("old-bot")
    UnknownName.objects.update(state=IGNORED)
    send(staff, [entry], **{f"choice-{entry.pk}": "new", f"lab-{entry.pk}": "x"})
    assert states(entry) == [IGNORED]


def test_the_page_costs_the_same_for_few_and_many(staff, django_assert_max_num_queries):
    entries = [unknown(f"name {number}") for number in range(3)]
    address = reverse(PAGE) + "?ids="
    with django_assert_max_num_queries(20) as few:
        staff.get(address + ",".join(str(each.pk) for each in entries))
    entries += [unknown(f"further {number}") for number in range(MOST + 20)]
    with django_assert_max_num_queries(20) as many:
        page = staff.get(address + ",".join(str(each.pk) for each in entries))
    assert len(page.context["questions"]) == MOST
    assert page.context["left"] == 23
    assert len(many) == len(few)


def test_strangers_and_viewers_are_kept_out(client, django_user_model):
    assert client.get(reverse(PAGE)).status_code in (302, 404)
    client.force_login(django_user_model.objects.create_user("vera", is_staff=True))
    assert client.get(reverse(PAGE)).status_code == 403
