"""What the newsroom's forms accept, refuse and remember."""

import pytest
from django.urls import reverse

from models_catalog.models import (
    Benchmark,
    BenchmarkAlias,
    Category,
    LanguageModel,
    ModelAlias,
    ModelSlugRedirect,
    Offering,
    Organization,
    Price,
    Report,
    Result,
    UnknownName,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(admin_user, client):
    client.force_login(admin_user)
    return client


@pytest.fixture
def lab():
    return Organization.objects.create(slug="acme", name="Acme", is_lab=True)


@pytest.fixture
def model(lab):
    return LanguageModel.objects.create(slug="acme-1", name="Acme 1", lab=lab)


@pytest.fixture
def benchmark():
    category = Category.objects.get(slug="knowledge")
    return Benchmark.objects.create(slug="quiz", name="Quiz", category=category, floor=25, best=100, maximum=100)


def address(row_or_table, page):
    meta = row_or_table._meta
    args = [] if isinstance(row_or_table, type) else [row_or_table.pk]
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def form_of(client, where, **changes):
    """Field values of the form at `where`, as a browser would send them, with `changes`."""
    response = client.get(where)
    form = response.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    for formset in response.context.get("inline_admin_formsets", []):
        data |= {f"{formset.formset.prefix}-{key}": 0 for key in ("TOTAL_FORMS", "INITIAL_FORMS")}
    data |= changes
    return {name: value for name, value in data.items() if value is not None and value is not False}


def test_score_outside_the_benchmarks_range_is_refused_with_the_range(staff, model, benchmark):
    data = form_of(staff, address(Result, "add"), model=model.pk, benchmark=benchmark.pk, score="123")
    response = staff.post(address(Result, "add"), data)
    assert "123 is outside the range of Quiz: at least 0, at most 100 (percent)." in response.content.decode()
    assert not Result.objects.exists()


def test_new_result_is_a_draft_until_it_is_published(staff, model, benchmark):
    data = form_of(staff, address(Result, "add"), model=model.pk, benchmark=benchmark.pk, score="61.5")
    assert staff.post(address(Result, "add"), data).status_code == 302
    assert Result.objects.get().state == "draft"


def test_save_and_publish_publishes_at_once(staff, model, benchmark):
    data = form_of(staff, address(Result, "add"), model=model.pk, benchmark=benchmark.pk, score="61.5", _publish="1")
    assert staff.post(address(Result, "add"), data).status_code == 302
    assert Result.objects.get().state == "published"


def test_same_result_twice_is_refused_with_a_sentence(staff, model, benchmark):
    Result.objects.create(model=model, benchmark=benchmark, score=60, source_url="https://acme.example/card")
    data = form_of(
        staff,
        address(Result, "add"),
        model=model.pk,
        benchmark=benchmark.pk,
        score="61",
        source_url="https://acme.example/card",
    )
    response = staff.post(address(Result, "add"), data)
    assert "already recorded. Edit that result." in response.content.decode()


def test_correcting_a_published_result_needs_a_reason_which_the_history_keeps(staff, model, benchmark):
    result = Result.objects.create(model=model, benchmark=benchmark, score=60)
    where = address(result, "change")
    response = staff.post(where, form_of(staff, where, score="61"))
    assert response.status_code == 200
    assert "change_reason" in response.context["adminform"].form.errors
    staff.post(where, form_of(staff, where, score="61", change_reason="card corrected"))
    newest, oldest = result.history.all()
    assert (newest.score, oldest.score) == (61, 60)
    assert (newest.history_change_reason, newest.history_user.username) == ("card corrected", "admin")
    page = staff.get(reverse("admin:models_catalog_result_history", args=[result.pk])).content.decode()
    assert "card corrected" in page
    assert "<del>60" in page


def test_second_editor_of_a_page_sees_what_the_first_changed_and_decides(staff, model, benchmark, client):
    result = Result.objects.create(model=model, benchmark=benchmark, score=60, state="draft")
    where = address(result, "change")
    mine, theirs = form_of(staff, where, score="61"), form_of(staff, where, score="62")
    staff.post(where, theirs)
    response = staff.post(where, mine)
    assert "admin changed score after you opened this page. Nothing was saved." in response.content.decode()
    assert Result.objects.get().score == 62
    again = {**mine, "seen": response.context["adminform"].form["seen"].value()}
    assert staff.post(where, again).status_code == 302
    assert Result.objects.get().score == 61


def test_change_without_the_version_it_is_based_on_is_refused(staff, model):
    where = address(model, "change")
    data = form_of(staff, where, name="Acme One")
    del data["seen"]
    assert "Reload it" in staff.post(where, data).content.decode()


def test_withdrawing_asks_for_the_public_reason(staff, model, benchmark):
    result = Result.objects.create(model=model, benchmark=benchmark, score=60)
    where = f"{reverse('admin:models_catalog_result_withdraw')}?ids={result.pk}"
    assert "This field is required" in staff.post(where, {"reason": ""}).content.decode()
    assert Result.objects.get().state == "published"
    staff.post(where, {"reason": "the maker corrected its card"})
    result.refresh_from_db()
    assert (result.state, result.withdrawn_reason) == ("withdrawn", "the maker corrected its card")


def test_renaming_a_model_keeps_its_old_address(staff, model):
    where = address(model, "change")
    assert staff.post(where, form_of(staff, where, slug="acme-one")).status_code == 302
    assert ModelSlugRedirect.objects.get(old_slug="acme-1").model_id == model.pk
    assert staff.post(where, form_of(staff, where, slug="acme-1")).status_code == 302
    assert list(ModelSlugRedirect.objects.values_list("old_slug", flat=True)) == ["acme-one"]


def test_old_address_of_another_model_is_refused_as_a_slug(staff, model, lab):
    ModelSlugRedirect.objects.create(old_slug="acme-zero", model=model)
    data = form_of(staff, address(LanguageModel, "add"), name="Other", slug="acme-zero", lab=lab.pk)
    page = staff.post(address(LanguageModel, "add"), data).content.decode()
    assert "“acme-zero” is an old address of Acme 1" in page


def test_slug_with_versus_is_refused(staff, lab):
    data = form_of(staff, address(LanguageModel, "add"), name="Other", slug="a-vs-b", lab=lab.pk)
    assert "contains “-vs-”" in staff.post(address(LanguageModel, "add"), data).content.decode()


@pytest.mark.parametrize("page", ["delete", "selected"])
def test_deleting_is_refused_for_what_others_rest_on(staff, model, benchmark, page):
    Result.objects.create(model=model, benchmark=benchmark, score=60)
    if page == "delete":
        response = staff.post(address(model, "delete"), {"post": "yes"})
    else:
        data = {"action": "delete_selected", "_selected_action": [model.pk], "post": "yes"}
        response = staff.post(address(LanguageModel, "changelist"), data)
    assert "“Acme 1” cannot be deleted while it has 1 result." in response.content.decode()
    assert LanguageModel.objects.exists()


def test_model_nobody_rests_on_can_be_deleted(staff, model):
    staff.post(address(model, "delete"), {"post": "yes"})
    assert not LanguageModel.objects.exists()


def test_published_result_is_withdrawn_rather_than_deleted(staff, model, benchmark):
    result = Result.objects.create(model=model, benchmark=benchmark, score=60)
    assert "Withdraw it instead" in staff.post(address(result, "delete"), {"post": "yes"}).content.decode()
    assert Result.objects.exists()


def test_overlapping_prices_are_refused_with_both_days(staff, model, lab):
    offering = Offering.objects.create(model=model, provider=lab)
    Price.objects.create(offering=offering, input=1, output=2)
    data = form_of(staff, address(Price, "add"), offering=offering.pk, input="3", output="4", valid_from="2026-01-01")
    page = staff.post(address(Price, "add"), data).content.decode()
    assert "overlaps the price from the beginning to now" in page


@pytest.fixture
def report(model, benchmark):
    result = Result.objects.create(model=model, benchmark=benchmark, score=60)
    return Report.objects.create(result=result, text="The card says 61.", email="reader@example.org")


def test_closing_a_report_sends_the_answer_and_erases_the_address(
    staff, report, mailoutbox, django_capture_on_commit_callbacks
):
    where = address(report, "change")
    with django_capture_on_commit_callbacks(execute=True):
        staff.post(where, form_of(staff, where, state="closed", answer="It is right: see the card."))
    report.refresh_from_db()
    assert (report.state, report.email) == ("closed", "")
    (letter,) = mailoutbox
    assert letter.to == ["reader@example.org"]
    assert "> The card says 61." in letter.body
    assert "It is right: see the card." in letter.body
    assert "reader@example.org" not in str(list(report.history.values()))


def test_report_closed_without_an_answer_sends_nothing_and_erases_the_address(
    staff, report, mailoutbox, django_capture_on_commit_callbacks
):
    where = address(report, "change")
    with django_capture_on_commit_callbacks(execute=True):
        staff.post(where, form_of(staff, where, state="closed", no_answer="on"))
    report.refresh_from_db()
    assert (report.email, mailoutbox) == ("", [])


@pytest.mark.django_db(transaction=True)
def test_answer_that_cannot_be_sent_keeps_the_address_and_says_so(staff, report, monkeypatch):
    def refuse(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("newsroom.answers.send_mail", refuse)
    where = address(report, "change")
    page = staff.post(where, form_of(staff, where, state="closed", answer="It is right."), follow=True)
    report.refresh_from_db()
    assert report.email == "reader@example.org"
    assert "could not be sent" in page.content.decode()


def test_report_that_is_right_is_accepted_by_typing_the_right_score(staff, report):
    where = address(report, "change")
    assert staff.post(where, form_of(staff, where, corrected_score="61", no_answer="on")).status_code == 302
    report.refresh_from_db()
    assert (report.state, report.result.score) == ("accepted", 61)
    assert report.result.history.first().history_change_reason == f"A reader's report ({report.pk}) was right"


@pytest.mark.parametrize(("typed", "says"), [("161", "outside the range of Quiz"), ("60", "recorded already")])
def test_impossible_or_unchanged_correction_is_refused(staff, report, typed, says):
    where = address(report, "change")
    assert says in staff.post(where, form_of(staff, where, corrected_score=typed)).content.decode()
    report.refresh_from_db()
    assert (report.state, report.result.score) == ("open", 60)


def test_unknown_name_is_mapped_to_a_model_by_an_alias(staff, model):
    name = UnknownName.objects.create(kind="model", dataset="epoch", name="ACME One")
    where = address(name, "change")
    assert staff.post(where, form_of(staff, where, meaning="acme 1")).status_code == 302
    name.refresh_from_db()
    assert name.state == "mapped"
    alias = ModelAlias.objects.get()
    assert (alias.dataset, alias.source_id, alias.model) == ("epoch", "ACME One", model)


def test_unknown_benchmark_name_is_mapped_to_a_benchmark(staff, benchmark):
    name = UnknownName.objects.create(kind="benchmark", name="The Quiz")
    where = address(name, "change")
    assert staff.post(where, form_of(staff, where, meaning="Quiz")).status_code == 302
    assert BenchmarkAlias.objects.get().benchmark == benchmark


def test_unknown_name_of_a_model_cannot_stand_for_anything_else(staff, benchmark):
    name = UnknownName.objects.create(kind="model", name="The Quiz")
    where = address(name, "change")
    page = staff.post(where, form_of(staff, where, meaning="Quiz")).content.decode()
    assert "No model is called “Quiz”." in page
    assert not ModelAlias.objects.exists()


def test_unknown_name_marked_as_mapped_needs_its_meaning(staff):
    name = UnknownName.objects.create(kind="model", name="Nobody")
    where = address(name, "change")
    assert "Name what it stands for" in staff.post(where, form_of(staff, where, state="mapped")).content.decode()


def test_an_older_version_can_be_brought_back_and_says_so(staff, model):
    where = address(model, "change")
    staff.post(where, form_of(staff, where, name="Acme One", change_reason="new name"))
    oldest = model.history.last()
    version = reverse("admin:models_catalog_languagemodel_simple_history", args=[model.pk, oldest.pk])
    take_over = staff.get(version).context["take_over"]
    staff.post(where, form_of(staff, take_over, change_reason="the first name was right"))
    model.refresh_from_db()
    assert model.name == "Acme 1"
    assert model.history.first().history_change_reason == "the first name was right"
