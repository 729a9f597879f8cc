"""A score sheet from the grid to the readers and back."""

import json

import pytest
from django.urls import reverse

from models_catalog.models import BenchmarkAlias, Result, ScoreSheet, UnknownName
from newsroom import sheets
from newsroom.impact import Impact, RankMove, VerdictChange
from newsroom.plans import build_plan
from newsroom.tests.newsroom_world import World

pytestmark = pytest.mark.django_db

CARD = {
    "source_url": "https://acme.example/card",
    "source_kind": "provider-reported",
    "source_tier": "3",
    "measured_on": "2026-06-01",
    "variant": "",
    "method": "",
    "standard": "on",
    "effort": "12",
    "note": "",
    "reason": "model card of June",
    "pasted": "",
}
BOARD = {**CARD, "source_url": "https://board.example", "measured_on": "2026-05-01", "source_kind": "independent"}


@pytest.fixture
def world():
    return World()


class Editor:
    """A member of staff at a browser."""

    def __init__(self, client_class, user):
        self.client = client_class()
        self.user = user
        self.client.force_login(user)

    def open(self, subject):
        """The grid about `subject`: its address and what it holds."""
        kind = type(subject)._meta.model_name.replace("languagemodel", "model")
        self.address = f"{reverse('admin:models_catalog_scoresheet_new_grid')}?{kind}={subject.slug}"
        page = self.client.get(self.address)
        self.seen = page.context["seen"]
        return page

    def preview(self, typed=None, **fields):
        """Send the grid; the preview's page, or the grid again where it was refused."""
        data = {**CARD, "seen": self.seen, **{f"score-{row.pk}": text for row, text in (typed or {}).items()}, **fields}
        return self.client.post(self.address, data, follow=True)

    def press(self, sheet, button, **fields):
        """Press a button of the sheet's page as it stands; the page afterwards."""
        where = reverse("admin:models_catalog_scoresheet_change", args=[sheet.pk])
        plan = self.client.get(where).context.get("plan")
        data = {f"_{button}": "1", "reason": "model card of June", "digest": plan.digest if plan else "", **fields}
        return self.client.post(where, data, follow=True)


@pytest.fixture
def edith(world, client):
    return Editor(type(client), world.edith)


@pytest.fixture
def paul(world, client):
    return Editor(type(client), world.paul)


@pytest.fixture
def petra(world, client):
    return Editor(type(client), world.petra)


def said(page):
    return " ".join(str(message) for message in page.context["messages"])


def actions(page):
    return {(line.name, line.decision.action) for line in page.context["plan"].lines}


# --- entering ------------------------------------------------------------------------


def test_grid_shows_unit_range_and_what_is_recorded(world, edith):
    html = edith.open(world.acme_1).content.decode()
    assert "percent, 0 to 100" in html
    assert "80.1 % · 1 May 2026" in html
    assert "USD, 0 or more" in html


def test_grid_about_a_benchmark_lists_models(world, edith):
    rows = edith.open(world.gpqa).context["grid"].rows
    assert [row.name for row in rows] == ["Acme 1", "Zeta"]


def test_nothing_is_saved_before_the_preview_is_confirmed(world, edith):
    before = Result.history.count()
    edith.open(world.acme_1)
    page = edith.preview({world.mmlu: "81", world.gpqa: "62"})
    assert actions(page) == {("MMLU-Pro", "create"), ("GPQA", "create")}
    assert Result.history.count() == before
    assert ScoreSheet.objects.get().state == "preview"


def test_pasted_table_fills_by_name_and_queues_unknown_names(world, edith):
    BenchmarkAlias.objects.create(source_id="GPQA Diamond", benchmark=world.gpqa)
    edith.open(world.acme_1)
    table = "| Benchmark | Acme 1 | Rival |\n|--|--|--|\n| MMLU Pro | 81 | 70 |\n| GPQA Diamond | 62 | 1 |\n| Odd-Test | 5 | 6 |"
    page = edith.preview(pasted=table)
    assert actions(page) == {
        ("MMLU Pro", "create"),
        ("MMLU Pro", "left out"),
        ("GPQA Diamond", "create"),
        ("GPQA Diamond", "left out"),
        ("Odd-Test", "unknown"),
        ("Odd-Test", "left out"),
    }
    name = UnknownName.objects.get()
    assert (name.kind, name.name, name.state) == ("benchmark", "Odd-Test", "open")


def test_name_mapped_after_the_preview_is_found_when_it_is_read_again(world, edith):
    edith.open(world.acme_1)
    edith.preview(pasted="Run price\t3.1")
    sheet = ScoreSheet.objects.get()
    assert not build_plan(sheet).can_save
    BenchmarkAlias.objects.create(source_id="Run price", benchmark=world.cost)
    assert [line.benchmark for line in build_plan(sheet).writes] == [world.cost]


def test_names_are_settled_inside_the_preview_and_kept(world, edith):
    edith.open(world.acme_1)
    page = edith.preview(pasted="Odd-Test\t50\nOther\t40\nMMLU-Pro\t81")
    sheet = ScoreSheet.objects.get()
    assert [question.name for question in page.context["questions"]] == ["Odd-Test", "Other"]
    fields = {
        "name-0-kind": "benchmark",
        "name-0-text": "Odd-Test",
        "name-0-choice": str(world.gpqa.pk),
        "name-0-keep": "on",
    }
    fields |= {"name-1-kind": "benchmark", "name-1-text": "Other", "name-1-choice": "leave"}
    page = edith.press(sheet, "answer", **fields)
    assert actions(page) == {("Odd-Test", "create"), ("Other", "left out"), ("MMLU-Pro", "create")}
    assert BenchmarkAlias.objects.get().benchmark == world.gpqa
    assert set(UnknownName.objects.values_list("name", "state")) == {("Odd-Test", "mapped"), ("Other", "open")}


def test_name_of_one_benchmark_cannot_be_mapped_to_another(world, edith):
    edith.open(world.acme_1)
    edith.preview(pasted="Odd-Test\t50")
    sheet = ScoreSheet.objects.get()
    fields = {
        "name-0-kind": "benchmark",
        "name-0-text": "mmlu pro",
        "name-0-choice": str(world.gpqa.pk),
        "name-0-keep": "on",
    }
    page = edith.press(sheet, "answer", **fields)
    assert "is the name of MMLU-Pro (mmlu-pro) itself" in said(page)
    assert not BenchmarkAlias.objects.exists()


def test_cell_that_cannot_be_read_is_left_out_only_when_said(world, edith):
    edith.open(world.acme_1)
    page = edith.preview(pasted="Benchmark\tAcme 1\nMMLU-Pro\t~81\nGPQA\t62 (5-shot)")
    html = page.content.decode()
    assert '<code class="pasted">~81</code>' in html
    assert "is about a score, not one" in html
    assert "5-shot" in html
    sheet = ScoreSheet.objects.get()
    assert "Nothing was saved" in said(edith.press(sheet, "save"))
    edith.press(sheet, "save", leave_errors="on")
    [result] = Result.objects.filter(source_url=CARD["source_url"])
    assert (result.benchmark, result.variant, result.score) == (world.gpqa, "5-shot", 62)


def test_ambiguous_name_is_never_guessed(world, edith):
    BenchmarkAlias.objects.create(source_id="Quiz", dataset="a", benchmark=world.gpqa)
    BenchmarkAlias.objects.create(source_id="Quiz", dataset="b", benchmark=world.mmlu)
    edith.open(world.acme_1)
    html = edith.preview(pasted="Quiz\t3").content.decode()
    assert "“Quiz” could mean GPQA (gpqa) or MMLU-Pro (mmlu-pro)." in html


@pytest.mark.parametrize(
    ("typed", "says"),
    [("123", "123 is outside the range of MMLU-Pro"), ("=cmd()", "is a formula"), ("NaN", "is no number")],
)
def test_bad_score_is_named_in_the_preview_and_blocks_saving(world, edith, typed, says):
    edith.open(world.acme_1)
    page = edith.preview({world.mmlu: typed, world.gpqa: "62"})
    assert says in page.content.decode()
    sheet = ScoreSheet.objects.get()
    assert "Nothing was saved" in said(edith.press(sheet, "save"))
    assert not Result.objects.filter(source_url=CARD["source_url"]).exists()


def test_score_given_twice_is_refused(world, edith):
    edith.open(world.acme_1)
    page = edith.preview({world.mmlu: "81"}, pasted="MMLU-Pro\t82")
    assert "The sheet gives this score twice: the grid says 81." in page.content.decode()


def test_empty_sheet_and_unreadable_table_come_back_to_the_grid(world, edith):
    edith.open(world.acme_1)
    assert "Type or paste at least one score." in edith.preview().content.decode()
    assert "holds numbers" in edith.preview(pasted="a b\nc d").content.decode()
    assert not ScoreSheet.objects.exists()


def test_going_back_to_the_grid_keeps_what_was_entered(world, edith):
    edith.open(world.acme_1)
    edith.preview({world.mmlu: "81"}, pasted="Odd\t5")
    page = edith.client.get(reverse("admin:models_catalog_scoresheet_grid", args=[ScoreSheet.objects.get().pk]))
    assert 'value="81"' in page.content.decode()
    assert page.context["form"]["pasted"].value() == "Odd\t5"
    assert page.context["form"]["source_url"].value() == CARD["source_url"]


def test_damaged_versions_count_as_nothing_seen(world, edith):
    edith.open(world.acme_1)
    page = edith.preview({world.mmlu: "81"}, seen="{broken")
    assert actions(page) == {("MMLU-Pro", "conflict")}


# --- preview ---------------------------------------------------------------------------


def test_preview_shows_old_and_new_warnings_and_impact(world, paul, monkeypatch):
    impact = Impact(
        "verified",
        ranks=(RankMove("Acme 1", 3, 2), RankMove("Zeta", None, 9)),
        verdicts=(VerdictChange("Acme 1 or Zeta", "Too close to call", "Acme 1 leads clearly"),),
        categories=("Acme 1 gains results in Coding.",),
        pairs_checked=12,
    )
    monkeypatch.setattr("newsroom.admin.sheets.impact_of", lambda proposal: impact)
    paul.open(world.acme_1)
    html = paul.preview({world.mmlu: "0.81", world.gpqa: "60"}, **{**BOARD, "seen": paul.seen}).content.decode()
    assert "<del>80.1 %</del>" in html
    assert "If 81 % is meant, type it so." in html
    assert "recorded already" in html
    assert "<strong>2 ranks</strong> move," in html
    assert "Zeta: not ranked → rank 9" in html
    assert "Acme 1 leads clearly" in html


def test_preview_costs_the_same_for_few_and_many_cells(world, edith, django_assert_max_num_queries):
    edith.open(world.acme_1)
    edith.preview({world.mmlu: "81"})
    sheet = ScoreSheet.objects.get()
    with django_assert_max_num_queries(20) as few:
        build_plan(sheet)
    sheet.cells = sheet.cells * 300
    with django_assert_max_num_queries(20) as many:
        build_plan(sheet)
    # models, benchmarks, results, medians; the snapshot and the standings that predict scores
    assert len(many) == len(few) <= 6


# --- saving and roles ---------------------------------------------------------------------


def test_editor_saves_drafts_that_readers_do_not_see(world, edith):
    edith.open(world.acme_1)
    edith.preview({world.mmlu: "81"})
    page = edith.press(ScoreSheet.objects.get(), "save")
    assert "Saved 1 score" in said(page)
    draft = Result.objects.get(source_url=CARD["source_url"])
    assert (draft.state, draft.score, draft.source_tier) == ("draft", 81, 3)
    record = draft.history.get()
    assert record.history_user == world.edith
    assert record.history_change_reason == f"Sheet {ScoreSheet.objects.get().pk}: model card of June"


def test_editor_cannot_publish_by_any_button(world, edith):
    edith.open(world.acme_1)
    edith.preview({world.mmlu: "81"})
    sheet = ScoreSheet.objects.get()
    assert "Only a publisher can publish" in said(edith.press(sheet, "save_and_publish"))
    edith.press(sheet, "save")
    assert "Only a publisher can publish" in said(edith.press(sheet, "publish"))
    assert Result.objects.get(source_url=CARD["source_url"]).state == "draft"


def test_correction_of_a_public_value_waits_for_a_publisher(world, edith, paul):
    edith.open(world.acme_1)
    edith.preview({world.mmlu: "81"}, **{**BOARD, "seen": edith.seen})
    sheet = ScoreSheet.objects.get()
    edith.press(sheet, "save")
    assert str(world.result(world.acme_1, world.mmlu).score.normalize()) == "80.1"
    page = paul.press(sheet, "publish")
    assert "Published the sheet." in said(page)
    result = world.result(world.acme_1, world.mmlu)
    assert (result.score, result.state) == (81, "published")
    assert result.history.first().history_user == world.paul


def test_publisher_saves_and_publishes_at_once(world, paul):
    paul.open(world.acme_1)
    paul.preview({world.mmlu: "81"})
    paul.press(ScoreSheet.objects.get(), "save_and_publish")
    assert Result.objects.get(source_url=CARD["source_url"]).state == "published"
    assert ScoreSheet.objects.get().publisher == world.paul


def test_second_pair_of_eyes_keeps_publishers_from_publishing_their_own_sheet(world, paul, petra, settings):
    settings.REQUIRE_SECOND_PAIR_OF_EYES = True
    paul.open(world.acme_1)
    paul.preview({world.mmlu: "81"})
    sheet = ScoreSheet.objects.get()
    assert "second pair of eyes" in said(paul.press(sheet, "save_and_publish"))
    paul.press(sheet, "save")
    assert "second pair of eyes" in said(paul.press(sheet, "publish"))
    assert Result.objects.get(source_url=CARD["source_url"]).state == "draft"
    petra.press(sheet, "publish")
    assert Result.objects.get(source_url=CARD["source_url"]).state == "published"


def test_sheet_needs_a_reason(world, edith):
    edith.open(world.acme_1)
    edith.preview({world.mmlu: "81"})
    assert "Say why" in said(edith.press(ScoreSheet.objects.get(), "save", reason="  "))


def test_only_the_author_goes_on_with_a_preview(world, edith, paul):
    edith.open(world.acme_1)
    edith.preview({world.mmlu: "81"})
    sheet = ScoreSheet.objects.get()
    assert "Only its author" in said(paul.press(sheet, "save"))
    assert "Only its author" in said(paul.press(sheet, "discard"))
    assert paul.client.get(reverse("admin:models_catalog_scoresheet_grid", args=[sheet.pk])).status_code == 403
    edith.press(sheet, "discard")
    assert not ScoreSheet.objects.exists()


# --- several editors ------------------------------------------------------------------------


def test_second_editor_of_a_cell_sees_the_conflict_and_nothing_is_overwritten(world, paul, petra):
    paul.open(world.acme_1)
    petra.open(world.acme_1)
    paul.preview({world.mmlu: "81"}, **{**BOARD, "seen": paul.seen})
    paul.press(ScoreSheet.objects.get(author=world.paul), "save_and_publish")
    page = petra.preview({world.mmlu: "82"}, **{**BOARD, "seen": petra.seen})
    assert actions(page) == {("MMLU-Pro", "conflict")}
    assert "Somebody changed this cell after you opened the sheet." in page.content.decode()
    sheet = ScoreSheet.objects.get(author=world.petra)
    assert "Nothing was saved" in said(petra.press(sheet, "save_and_publish"))
    assert world.result(world.acme_1, world.mmlu).score == 81
    page = petra.press(sheet, "look_again")
    assert actions(page) == {("MMLU-Pro", "change")}
    petra.press(sheet, "save_and_publish")
    assert world.result(world.acme_1, world.mmlu).score == 82


def test_change_between_preview_and_confirmation_is_refused(world, paul):
    paul.open(world.acme_1)
    paul.preview({world.mmlu: "81"}, **{**BOARD, "seen": paul.seen})
    sheet = ScoreSheet.objects.get()
    digest = build_plan(sheet).digest
    result = world.result(world.acme_1, world.mmlu)
    result.score = 83
    result.save()
    with pytest.raises(sheets.SheetRefused, match="Somebody changed this cell"):
        sheets.save_sheet(sheet, world.paul, "card", digest, publish=True)
    assert world.result(world.acme_1, world.mmlu).score == 83


def test_confirming_another_plan_than_the_one_shown_is_refused(world, paul):
    paul.open(world.acme_1)
    paul.preview({world.mmlu: "81"}, pasted="Odd\t5")
    sheet = ScoreSheet.objects.get()
    digest = build_plan(sheet).digest
    BenchmarkAlias.objects.create(source_id="Odd", benchmark=world.cost)
    with pytest.raises(sheets.SheetRefused, match="has changed since you looked"):
        sheets.save_sheet(sheet, world.paul, "card", digest, publish=True)


def test_saving_the_same_sheet_twice_is_refused(world, paul):
    paul.open(world.acme_1)
    paul.preview({world.mmlu: "81"})
    sheet = ScoreSheet.objects.get()
    digest = build_plan(sheet).digest
    sheets.save_sheet(sheet, world.paul, "card", digest, publish=True)
    with pytest.raises(sheets.SheetRefused, match="published by now"):
        sheets.save_sheet(sheet, world.paul, "card", digest, publish=True)
    assert Result.objects.filter(source_url=CARD["source_url"]).count() == 1


def test_failure_in_the_middle_of_saving_leaves_nothing(world, paul, monkeypatch):
    paul.open(world.acme_1)
    paul.preview({world.mmlu: "81", world.gpqa: "62"})
    sheet = ScoreSheet.objects.get()
    digest = build_plan(sheet).digest
    written = sheets._create

    def second_fails(line, *args):
        if line.benchmark == world.gpqa:
            raise RuntimeError("the machine stops here")
        return written(line, *args)

    monkeypatch.setattr(sheets, "_create", second_fails)
    with pytest.raises(RuntimeError):
        sheets.save_sheet(sheet, world.paul, "card", digest, publish=True)
    assert not Result.objects.filter(source_url=CARD["source_url"]).exists()
    assert ScoreSheet.objects.get().state == "preview"


# --- undoing --------------------------------------------------------------------------------


def saved_by(editor, world, typed, fields=CARD, button="save_and_publish"):
    editor.open(world.acme_1)
    editor.preview(typed, **{**fields, "seen": editor.seen})
    sheet = ScoreSheet.objects.latest("pk")
    editor.press(sheet, button)
    return sheet


def test_undo_gives_corrected_results_their_old_score_back(world, paul):
    sheet = saved_by(paul, world, {world.mmlu: "81", world.gpqa: "61"}, BOARD)
    paul.press(sheet, "undo", reason="wrong column")
    assert [str(world.result(world.acme_1, b).score.normalize()) for b in (world.mmlu, world.gpqa)] == ["80.1", "6E+1"]
    newest = world.result(world.acme_1, world.mmlu).history.first()
    assert newest.history_change_reason == f"Undo of sheet {sheet.pk}: wrong column"
    assert ScoreSheet.objects.get().state == "undone"


def test_undo_withdraws_what_readers_have_seen_with_the_reason(world, paul):
    sheet = saved_by(paul, world, {world.mmlu: "81"})
    paul.press(sheet, "undo", reason="wrong column")
    gone = Result.objects.get(source_url=CARD["source_url"])
    assert (gone.state, gone.withdrawn_reason) == ("withdrawn", "wrong column")


def test_sheet_entered_again_after_an_undo_publishes_again_and_can_be_undone_again(world, paul):
    paul.press(saved_by(paul, world, {world.mmlu: "81"}), "undo", reason="wrong column")
    again = saved_by(paul, world, {world.mmlu: "81"})
    result = Result.objects.get(source_url=CARD["source_url"])
    assert (result.state, result.withdrawn_reason) == ("published", "")
    paul.press(again, "undo", reason="wrong after all")
    result.refresh_from_db()
    assert (result.state, result.withdrawn_reason) == ("withdrawn", "wrong column")


def test_undo_removes_drafts(world, edith):
    sheet = saved_by(edith, world, {world.mmlu: "81"}, button="save")
    edith.press(sheet, "undo", reason="wrong model")
    assert not Result.objects.filter(source_url=CARD["source_url"]).exists()
    page = edith.client.get(reverse("admin:models_catalog_scoresheet_change", args=[sheet.pk]))
    assert "removed" in page.content.decode()


def test_editor_cannot_undo_a_published_sheet(world, edith, paul):
    sheet = saved_by(paul, world, {world.mmlu: "81"})
    assert "Only its author or a publisher" in said(edith.press(sheet, "undo"))
    assert Result.objects.get(source_url=CARD["source_url"]).state == "published"


def test_undo_never_overwrites_a_later_change(world, paul):
    sheet = saved_by(paul, world, {world.mmlu: "81", world.gpqa: "61"}, BOARD)
    later = world.result(world.acme_1, world.mmlu)
    later.score = 84
    later.save()
    page = paul.press(sheet, "undo", reason="wrong column")
    assert "was changed after the sheet was saved" in said(page)
    assert world.result(world.acme_1, world.gpqa).score == 61
    paul.press(sheet, "undo", reason="wrong column", leave_changed="on")
    assert world.result(world.acme_1, world.mmlu).score == 84
    assert world.result(world.acme_1, world.gpqa).score == 60


def test_waiting_correction_is_not_published_over_a_later_change(world, edith, paul):
    sheet = saved_by(edith, world, {world.mmlu: "81"}, BOARD, button="save")
    later = world.result(world.acme_1, world.mmlu)
    later.score = 84
    later.save()
    assert "was changed after the sheet was saved" in said(paul.press(sheet, "publish"))
    assert world.result(world.acme_1, world.mmlu).score == 84


# --- pages ----------------------------------------------------------------------------------


def test_start_page_finds_a_model_or_benchmark_by_name(world, edith):
    start = reverse("admin:models_catalog_scoresheet_add")
    assert edith.client.get(start, {"model": "ACME-1", "benchmark": ""}).url.endswith("?model=acme-1")
    assert edith.client.get(start, {"model": "", "benchmark": "MMLU Pro"}).url.endswith("?benchmark=mmlu-pro")
    assert "No model is called “x”." in edith.client.get(start, {"model": "x", "benchmark": ""}).content.decode()
    assert "Name one model or one benchmark" in edith.client.get(start, {"model": "", "benchmark": ""}).content.decode()


def test_unknown_addresses_are_not_found(world, edith):
    grid = reverse("admin:models_catalog_scoresheet_new_grid")
    assert edith.client.get(grid, {"model": "nope"}).status_code == 404
    assert edith.client.get(grid).status_code == 404
    assert edith.client.get("/admin/models_catalog/scoresheet/x/change/").status_code == 404
    assert edith.client.get("/admin/models_catalog/scoresheet/99/change/").status_code == 404


def test_readers_and_strangers_are_sent_to_the_log_in(world, client):
    response = client.get(reverse("admin:models_catalog_scoresheet_new_grid"), {"model": "acme-1"})
    assert response.status_code == 302
    assert "/login/" in response.url


def test_pages_of_a_sheet_are_whole_under_the_strict_policy(world, paul):
    paul.open(world.acme_1)
    paul.preview({world.mmlu: "81"})
    sheet = ScoreSheet.objects.get()
    pages = [paul.address, reverse("admin:models_catalog_scoresheet_change", args=[sheet.pk])]
    for address in pages:
        html = paul.client.get(address).content.decode()
        assert " style=" not in html
        assert " onclick=" not in html
        assert "<script>" not in html


def test_entries_say_what_was_done(world, paul):
    sheet = saved_by(paul, world, {world.mmlu: "81"}, BOARD)
    (entry,) = ScoreSheet.objects.get(pk=sheet.pk).entries
    assert entry["before"] == {"score": "80.1", "state": "published", "withdrawn_reason": ""}
    assert json.dumps(entry["after"]) == '{"score": "81"}'
