"""The import page: a file is checked and previewed, and written as one with a reason."""

import datetime as dt
import io
import json
import re
import threading
import zipfile
from decimal import Decimal

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from importers import archives, formats
from importers.records import UnreadableSource
from importers.tests.run_files import SAMPLES
from models_catalog.models import (
    Benchmark,
    BenchmarkAlias,
    Import,
    LanguageModel,
    ModelAlias,
    Organization,
    Result,
    RunFigure,
    SpeedMeasurement,
    UnknownName,
)
from models_catalog.roles import NEWSLETTER_MANAGER
from models_catalog.signals import public_data_changed
from newsroom import import_files, import_sheets, imports
from newsroom.tests.newsroom_world import World, make_staff

pytestmark = pytest.mark.django_db

CARD = "https://acme.example/card"
HEAD = "model,benchmark,score,source_url,date\n"
GOOD = f"{HEAD}acme-2,gpqa,61.5,{CARD},2026-06-01\n"
ADD = "admin:models_catalog_import_add"


@pytest.fixture(autouse=True)
def _no_threads(monkeypatch):
    """Steps run while the sender waits: a test's transaction is not seen by threads."""
    monkeypatch.setattr(imports, "_launch", lambda step, entry: step(entry.pk))


@pytest.fixture
def world():
    cache.clear()
    return World()


@pytest.fixture
def desk(world, client):
    """A function that logs somebody in and gives the client."""

    def at(user):
        client.force_login(user)
        return client

    return at


@pytest.fixture
def edith(desk, world):
    return desk(world.edith)


@pytest.fixture
def paul(desk, world):
    return desk(world.paul)


def upload(client, name, content, *, format="table", table="results", publish="no"):
    """Send a file; gives the page that follows."""
    data = content if isinstance(content, bytes) else content.encode()
    form = {"file": SimpleUploadedFile(name, data), "format": format, "table": table, "publish": publish}
    return client.post(reverse(ADD), form, follow=True)


def confirm(client, reason="scores of the card", **more):
    """Confirm the newest import; gives the page that follows."""
    entry = Import.objects.latest("pk")
    form = {"reason": reason, "digest": entry.digest, "_confirm": "Write", **more}
    return client.post(reverse("admin:models_catalog_import_change", args=[entry.pk]), form, follow=True)


def zipped(files, kind=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", kind) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def workbook(**sheets):
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def state():
    return Import.objects.latest("pk").state


# --- from file to rows ------------------------------------------------------------------


def test_nothing_is_written_before_it_is_confirmed_with_a_reason(paul, world):
    before = list(Result.objects.values_list("pk", "updated_at"))
    page = upload(paul, "results.csv", GOOD, publish="yes")
    assert "1 new" in page.text
    assert "Acme 2 on GPQA" in page.text
    assert "What publishing would change for readers" in page.text
    assert list(Result.objects.values_list("pk", "updated_at")) == before
    page = confirm(paul, reason=" ")
    assert "Say why" in page.text
    assert list(Result.objects.values_list("pk", "updated_at")) == before


def test_speeds_are_shown_before_they_are_written_old_beside_new(paul, world):
    head = "model,served_by,speed_tps,ttft_s,measured_on\n"
    Organization.objects.filter(slug="acme").update(is_provider=True)
    page = upload(paul, "speeds.csv", f"{head}acme-2,acme,80,0.5,2026-05-01\n", table="speeds")
    [line] = Import.objects.latest("pk").preview["lines"]
    assert (line["table"], line["action"]) == ("speeds", "create")
    assert line["fields"][:2] == [["output_tokens_per_second", "", "80"], ["time_to_first_token", "", "0.5"]]
    assert "Acme 2 at Acme" in page.text
    confirm(paul)
    assert SpeedMeasurement.objects.get().output_tokens_per_second == 80
    upload(paul, "speeds.csv", f"{head}acme-2,acme,95,0.5,2026-05-01\n", table="speeds")
    [line] = Import.objects.latest("pk").preview["lines"]
    assert (line["action"], line["fields"]) == ("change", [["output_tokens_per_second", "80", "95"]])


def test_a_publisher_may_publish_at_once(paul, world, django_capture_on_commit_callbacks):
    heard = []
    public_data_changed.connect(lambda **told: heard.append(told["reason"]), weak=False, dispatch_uid="heard")
    try:
        upload(paul, "results.csv", GOOD, publish="yes")
        assert heard == []
        with django_capture_on_commit_callbacks(execute=True):
            page = confirm(paul)
    finally:
        public_data_changed.disconnect(dispatch_uid="heard")
    result = world.result(world.acme_2, world.gpqa)
    entry = Import.objects.get()
    assert (result.score, result.state) == (Decimal("61.5"), "published")
    record = result.history.get()
    assert (record.history_user, record.history_change_reason) == (world.paul, f"Import {entry.pk}: scores of the card")
    assert heard == [f"Import {entry.pk}: scores of the card"]
    assert "Undo the whole import" in page.text
    assert (entry.state, entry.content) == ("written", None)


def test_an_editors_new_results_become_drafts_whatever_the_file_says(edith, world):
    upload(
        edith, "results.csv", GOOD.replace("date\n", "date,state\n").replace("01\n", "01,published\n"), publish="yes"
    )
    confirm(edith)
    assert world.result(world.acme_2, world.gpqa).state == "draft"


def test_a_publisher_imports_drafts_where_a_second_pair_of_eyes_is_asked_for(paul, world, settings):
    settings.REQUIRE_SECOND_PAIR_OF_EYES = True
    assert "second pair of eyes" in upload(paul, "results.csv", GOOD, publish="yes").text
    confirm(paul)
    assert world.result(world.acme_2, world.gpqa).state == "draft"


PUBLIC = f"{HEAD}acme-1,gpqa,66,https://board.example,2026-05-01\n"


def test_an_editor_cannot_change_a_public_result_by_import(edith, world):
    page = upload(edith, "results.csv", PUBLIC)
    assert "This would change a public result (60), which takes a publisher" in page.text
    assert world.result(world.acme_1, world.gpqa).score == 60


def test_a_publisher_corrects_a_public_result_by_import(paul, world):
    page = upload(paul, "results.csv", PUBLIC)
    assert re.search(r"<del>60 %</del> → <strong>66 %</strong>", page.text)
    confirm(paul)
    result = world.result(world.acme_1, world.gpqa)
    assert (result.score, result.state) == (66, "published")


def test_an_editor_leaves_weights_and_publication_to_publishers(edith, world):
    upload(edith, "benchmarks.csv", "slug,name,category,weight\ngpqa,GPQA Diamond,knowledge,9\nnew,New,knowledge,5\n")
    confirm(edith)
    assert Benchmark.objects.get(slug="gpqa").name == "GPQA Diamond"
    assert [Benchmark.objects.get(slug=slug).weight for slug in ("gpqa", "new")] == [1, 0]
    upload(edith, "models.csv", "slug,name,provider,published\nacme-3,Acme 3,acme,true\nzeta,Zeta 1,acme,false\n")
    confirm(edith)
    models = {model.slug: (model.name, model.published) for model in LanguageModel.objects.all()}
    assert (models["acme-3"], models["zeta"]) == (("Acme 3", False), ("Zeta 1", True))


def test_a_table_that_the_role_may_not_change_is_refused(edith, world):
    page = upload(edith, "categories.csv", "slug,name,weight\nknowledge,Knowledge,90\n")
    assert "Your role may not change this table" in page.text
    assert confirm(edith, keep_going="on").status_code == 200
    assert world.gpqa.category.weight == 12


def test_running_it_again_has_nothing_to_write(paul, world):
    upload(paul, "results.csv", GOOD, publish="yes")
    confirm(paul)
    page = upload(paul, "results.csv", GOOD, publish="yes")
    assert "everything is recorded already" in page.text
    assert 'name="_confirm"' not in page.text


# --- refusals, names, warnings -------------------------------------------------------------


def test_refused_rows_are_named_and_only_left_out_when_asked(paul, world):
    page = upload(paul, "results.csv", f"{GOOD}acme-2,mmlu-pro,=cmd(),,\nacme-2,mmlu-pro,NaN,,2026-13-01\n")
    text = re.sub(r"<[^>]+>", " ", page.text)
    assert re.search(r"results.csv, line 3\s+score\s+“=cmd\(\)” is not a number", text)
    assert re.search(r"results.csv, line 4\s+date\s+“2026-13-01” is no day", text)
    assert "Rows are refused" in confirm(paul).text
    assert not Result.objects.filter(model=world.acme_2, benchmark=world.gpqa).exists()
    confirm(paul, keep_going="on")
    assert world.result(world.acme_2, world.gpqa).score == Decimal("61.5")


def test_an_unknown_name_is_queued_and_found_once_it_is_mapped(paul, world):
    page = upload(paul, "results.csv", f"{HEAD}acme-2,Mystery Bench,61,{CARD},2026-06-01\n")
    name = UnknownName.objects.get()
    assert reverse("admin:models_catalog_unknownname_change", args=[name.pk]) in page.text
    world.gpqa.aliases.create(source_id="Mystery Bench")
    entry = Import.objects.get()
    address = reverse("admin:models_catalog_import_change", args=[entry.pk])
    assert "1 new" in paul.post(address, {"_check": "Check again"}, follow=True).text


def test_a_fraction_and_a_second_value_of_one_source_are_warned_of(paul, world):
    page = upload(paul, "results.csv", f"{HEAD}acme-1,gpqa,0.62,https://board.example,2026-04-01\n")
    assert "0.62 looks like a fraction" in page.text
    assert "This source already gives 60" in page.text
    assert "Older than the present value" in page.text


def test_what_changed_since_the_preview_is_never_written(paul, world):
    upload(paul, "results.csv", PUBLIC)
    result = world.result(world.acme_1, world.gpqa)
    result.score = 61
    result.save()
    page = confirm(paul)
    assert "has changed since you looked" in page.text
    assert "<del>61 %</del>" in page.text
    assert world.result(world.acme_1, world.gpqa).score == 61
    confirm(paul)
    assert world.result(world.acme_1, world.gpqa).score == 66


def test_an_error_while_writing_writes_nothing_and_says_so(paul, world, monkeypatch, caplog):
    upload(paul, "results.csv", GOOD)
    entry = Import.objects.get()
    apply = imports.apply_batch

    def broken(*arguments, **options):
        apply(*arguments, **options)
        if not options["dry_run"]:
            raise RuntimeError("disk full")

    monkeypatch.setattr(
        imports, "apply_batch", lambda *args, **kwargs: broken(*args, **kwargs) or apply(*args, **kwargs)
    )
    page = confirm(paul)
    assert "The import broke off, and nothing was written" in page.text
    assert "disk full" in caplog.text
    assert not Result.objects.filter(model=world.acme_2, benchmark=world.gpqa).exists()
    assert Import.objects.get(pk=entry.pk).state == "ready"


def test_only_whoever_uploaded_a_file_can_go_on_with_it(desk, world):
    upload(desk(world.edith), "results.csv", GOOD)
    client = desk(world.paul)
    assert "Only whoever uploaded" in confirm(client).text
    assert state() == "ready"


def test_others_than_editors_and_publishers_cannot_import(desk):
    client = desk(make_staff("nora", NEWSLETTER_MANAGER))
    assert client.get(reverse(ADD)).status_code == 403
    assert "Import files" not in client.get(reverse("admin:index")).text


# --- kinds of files ------------------------------------------------------------------------


def test_a_workbook_is_read_as_it_is_shown(paul, world):
    rows = [
        ["model", "benchmark", "score", "date", "source_url"],
        ["acme-2", "gpqa", 0.615, dt.date(2026, 6, 1), CARD],
    ]
    loaded = load_workbook(io.BytesIO(workbook(Sheet1=rows)))
    loaded.active["C2"].number_format = "0.0%"
    shown = io.BytesIO()
    loaded.save(shown)
    upload(paul, "scores.xlsx", shown.getvalue())
    confirm(paul)
    result = world.result(world.acme_2, world.gpqa)
    assert (result.score, result.measured_on) == (Decimal("61.5"), dt.date(2026, 6, 1))


def test_a_formula_in_a_workbook_is_refused_by_line_and_column(paul, world):
    rows = [["model", "benchmark", "score"], ["acme-2", "gpqa", "=40+21"]]
    text = re.sub(r"<[^>]+>", " ", upload(paul, "scores.xlsx", workbook(results=rows)).text)
    assert re.search(r"scores.xlsx, results, line 2\s+score\s+“=40\+21” is not a number. It looks like a formula", text)


def test_a_workbook_with_several_sheets_fills_several_tables(paul, world):
    models = [["slug", "name", "provider"], ["acme-3", "Acme 3", "acme"]]
    results = [["model", "benchmark", "score"], ["acme-3", "gpqa", 59]]
    page = upload(paul, "all.xlsx", workbook(Models=models, results=results), publish="yes")
    assert "2 new" in page.text
    confirm(paul)
    assert Result.objects.get(model__slug="acme-3").score == 59


def test_workbook_numbers_are_what_is_shown_and_hidden_parts_are_said(paul, world):
    book = Workbook()
    sheet = book.active
    sheet.title = "results"
    sheet.append(["model", "benchmark", "score", "source_url", "date"])
    sheet.append(["acme-2", "gpqa", 0.9, CARD, dt.date(2026, 6, 1)])
    sheet.append(["zeta", "gpqa", 0.61284, CARD, dt.date(2026, 6, 1)])
    sheet.append(["acme-1", "gpqa", 99, CARD, dt.date(2026, 6, 1)])
    sheet["C2"].number_format = "0.0\\%"
    sheet["C3"].number_format = "0.0%"
    sheet.row_dimensions[4].hidden = True
    other = book.create_sheet("old")
    other.append(["model"])
    other.sheet_state = "hidden"
    out = io.BytesIO()
    book.save(out)
    tables, notes = import_sheets.tables_of_xlsx(out.getvalue(), "results")
    assert [row[2] for row in tables["results"]] == ["score", "0.9", "61.3"]
    assert any("“old” is hidden" in note for note in notes)
    assert any("hidden rows" in note for note in notes)


@pytest.mark.parametrize("sign", [";", "\t", "|"])
def test_other_signs_between_cells_are_read(sign):
    rows = [HEAD.strip().split(","), ["acme-2", "gpqa", "61.5", CARD, "2026-06-01"]]
    text = "\n".join(sign.join(row) for row in rows)
    content = f"sep={sign}\n{text}" if sign == "|" else text
    assert import_files.comma_separated(content.encode()).decode().splitlines() == [",".join(row) for row in rows]


def test_document_with_a_doubled_key_is_refused():
    with pytest.raises(UnreadableSource, match="has the key “score” twice"):
        import_sheets.tables_of_json(b'[{"model": "a", "score": 1, "score": 2}]', "results")


def test_measurement_in_the_future_is_refused(paul, world):
    page = upload(paul, "results.csv", f"{HEAD}acme-2,gpqa,61.5,{CARD},2199-06-01\n")
    assert "2199-06-01 has not come yet" in page.content.decode()


def test_json_gives_the_same_rows(paul, world):
    entry = {"model": "acme-2", "benchmark": "gpqa", "score": 61.5, "source_url": CARD, "date": "2026-06-01"}
    upload(paul, "scores.json", json.dumps([entry]))
    confirm(paul)
    assert world.result(world.acme_2, world.gpqa).score == Decimal("61.5")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("scores.json", "{oops", "Line 1 is not valid JSON"),
        ("scores.json", '[{"model": ["a"]}]', "“results”, entry 1: “model” holds a list"),
        ("scores.json", '{"scores": []}', "has a table “scores”"),
        ("scores.json", "[" * 5000, "not valid JSON|nested too deeply"),
        ("scores.xlsx", "not a workbook", "is no XLSX workbook"),
        ("scores.xlsx", zipped({"a": "b"}), "The workbook cannot be read"),
        ("scores.csv", zipped({"a": "b"}), "is a ZIP or workbook"),
        ("scores.csv", b"a\x00b", "is no text"),
        ("scores.pdf", "%PDF", "is no table"),
        ("scores.csv", " \n", "is empty"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_with_a_sentence(name, content, sentence, paul):
    page = upload(paul, name, content)
    (error,) = re.findall(r'<p class="errornote">(.*?)</p>', page.text)
    assert re.search(sentence, error), error
    assert (state(), Import.objects.get().content) == ("unreadable", None)


@pytest.mark.parametrize(("digits", "sentence"), [(100_000, "is not a number"), (200_000, "not valid CSV")])
def test_a_number_of_absurd_length_is_refused_with_its_line(digits, sentence, paul):
    page = upload(paul, "results.csv", f"{HEAD}acme-2,gpqa,{'9' * digits},,\n")
    (row,) = re.findall(r'<tr class="plan-error">(.*?)</tr>', page.text, re.DOTALL)
    assert "results.csv, line 2" in row
    assert sentence in row
    assert len(row) < 1000


def test_a_folder_in_a_zip_is_read_whole(paul, world):
    files = {"pack/models.csv": "slug,name,provider\nacme-3,Acme 3,acme\n", "pack/results.csv": GOOD, "__MACOSX/x": ""}
    assert "2 new" in upload(paul, "pack.zip", zipped(files), format="csv").text


def test_other_formats_are_offered_and_read(paul):
    page = paul.get(reverse(ADD)).text
    assert all(f'<option value="{name}"' in page for name in formats.READERS)
    page = upload(paul, "polyglot_leaderboard.yml", "- oops: [", format="aider").text
    assert state() == "unreadable" or "Refused rows" in page
    assert "polyglot_leaderboard.yml" in page


def test_a_single_file_is_no_folder(paul):
    page = upload(paul, "results.csv", GOOD, format="csv")
    assert "results.csv is no ZIP" in page.text


def link():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        member = zipfile.ZipInfo("results.csv")
        member.external_attr = 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (zipped({"../results.csv": GOOD}), "leaves the folder"),
        (zipped({"/results.csv": GOOD}), "absolute path"),
        (zipped({"results.csv": b"0" * 3_000_000}), "times its packed size"),
        (link(), "outside the archive"),
        (zipped({}), "is no ZIP"),
        (zipped({"results.csv": GOOD})[:-30], "damaged or no ZIP"),
        (zipped({"readme.txt": "hello"}), "none of the known files"),
    ],
)
def test_a_hostile_or_broken_zip_is_refused_with_a_sentence(content, sentence, paul):
    page = upload(paul, "pack.zip", content, format="csv")
    (error,) = re.findall(r'<p class="errornote">(.*?)</p>', page.text)
    assert re.search(sentence, error), error
    assert "/tmp" not in error


def test_a_zip_of_too_much_is_refused(paul, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_TOTAL", 50)
    assert "it unpacks to" in upload(paul, "p.zip", zipped({"results.csv": GOOD}), format="csv").text


def test_a_file_larger_than_the_limit_is_refused_before_it_is_kept(paul, monkeypatch):
    monkeypatch.setattr("newsroom.import_forms.LARGEST_UPLOAD", 10)
    assert "is larger than" in upload(paul, "results.csv", GOOD).text
    assert not Import.objects.exists()
    monkeypatch.undo()
    monkeypatch.setattr(import_files, "LARGEST_UPLOAD", 10)
    with pytest.raises(import_files.UnreadableSource, match="larger than"):
        import_files.read_upload(import_files.UploadedFile("table", "results.csv", GOOD.encode()))


# --- keeping and forgetting, progress ---------------------------------------------------------


def test_a_file_is_forgotten_after_an_hour(paul, world, capsys):
    with time_machine.travel("2026-06-02 09:00Z", tick=False) as clock:
        upload(paul, "results.csv", GOOD)
        clock.shift(dt.timedelta(minutes=59))
        assert imports.forget_old() == 0
        clock.shift(dt.timedelta(minutes=1))
        call_command("forget_imports")
        assert capsys.readouterr().out == "Removed files: 1.\n"
        assert imports.forget_old() == 0
        entry = Import.objects.get()
        assert (entry.content, entry.state) == (None, "discarded")
        assert "another state" in confirm(paul).text
    assert not Result.objects.filter(model=world.acme_2, benchmark=world.gpqa).exists()


def test_a_discarded_file_is_gone_at_once(paul):
    upload(paul, "results.csv", GOOD)
    address = reverse("admin:models_catalog_import_change", args=[Import.objects.get().pk])
    assert "Nothing was written" in paul.post(address, {"_discard": "Discard"}, follow=True).text
    assert Import.objects.get().content is None


@pytest.fixture
def waiting(paul, world):
    """An import whose check runs somewhere else."""
    return Import.objects.create(
        author=world.paul,
        format="table",
        table="results",
        file_name="results.csv",
        size=len(GOOD),
        content=GOOD.encode(),
        step_began_at=timezone.now(),
    )


def test_while_it_is_checked_the_page_tells_how_far_and_refreshes_itself(paul, waiting):
    imports.Teller(waiting.pk).rows("results", 400, 3000)
    address = reverse("admin:models_catalog_import_change", args=[waiting.pk])
    page = paul.get(address)
    assert "Looking at results: 400 of 3000" in page.text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.text
    told = paul.get(reverse("admin:models_catalog_import_progress", args=[waiting.pk])).json()
    assert told == {"finished": False, "text": "Looking at results", "done": 400, "total": 3000}
    imports.check(waiting.pk)
    assert paul.get(reverse("admin:models_catalog_import_progress", args=[waiting.pk])).json()["finished"]
    assert "1 new" in paul.get(address).text


def test_a_check_that_died_can_be_run_again(paul, waiting):
    address = reverse("admin:models_catalog_import_change", args=[waiting.pk])
    assert "still running" in paul.post(address, {"_resume": "Check again"}, follow=True).text
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=3), tick=False):
        paul.force_login(waiting.author)
        page = paul.get(address)
        assert "The check broke off" in page.text
        assert "http-equiv" not in page.text
        assert "1 new" in paul.post(address, {"_resume": "Check again"}, follow=True).text


def test_a_file_that_breaks_a_reader_leaves_no_import_hanging(paul, monkeypatch, caplog):
    def broken(upload):
        raise RuntimeError("reader bug")

    monkeypatch.setattr(imports, "read_upload", broken)
    assert "The file broke our reader" in upload(paul, "results.csv", GOOD).text
    assert "reader bug" in caplog.text


@pytest.mark.slow
def test_three_thousand_rows_are_previewed_whole(paul, world):
    models = [LanguageModel(slug=f"m-{n}", name=f"M {n}", lab=world.acme_1.lab) for n in range(100)]
    LanguageModel.objects.bulk_create(models)
    scale = {"floor": 0, "best": 100, "maximum": 100, "category": world.gpqa.category}
    Benchmark.objects.bulk_create(Benchmark(slug=f"b-{n}", name=f"B {n}", family=f"b-{n}", **scale) for n in range(30))
    rows = "".join(f"m-{m},b-{b},{(m + b) % 100}.5,{CARD},2026-06-01\n" for m in range(100) for b in range(30))
    page = upload(paul, "results.csv", HEAD + rows)
    assert "3,000 new" in page.text


# --- pages ---------------------------------------------------------------------------------


def test_pages_are_plain_under_the_strict_policy_and_cost_a_fixed_number_of_queries(
    paul, waiting, django_assert_max_num_queries
):
    change = reverse("admin:models_catalog_import_change", args=[waiting.pk])
    pages = [reverse(ADD), change, reverse("admin:models_catalog_import_changelist")]
    texts = []
    for address in pages:
        with django_assert_max_num_queries(12):
            texts.append(paul.get(address).text)
    upload(paul, "results.csv", f"{GOOD}acme-2,Mystery,1,,\n")
    entry = Import.objects.latest("pk")
    with django_assert_max_num_queries(12):
        texts.append(paul.get(reverse("admin:models_catalog_import_change", args=[entry.pk])).text)
    confirm(paul, keep_going="on")
    texts.append(paul.get(reverse("admin:models_catalog_import_change", args=[entry.pk])).text)
    for text in texts:
        assert text.count("<h1") <= 2
        assert text.count("<main") == 1
        assert not re.search(r"<[^>]+\s(?:style|on[a-z]+)=", text)
        assert not re.search(r"<script(?![^>]*\bsrc=)", text)


@pytest.mark.django_db(transaction=True)
def test_a_large_file_is_checked_in_a_thread(monkeypatch, world):
    monkeypatch.undo()  # the real way to launch a step
    padding = "".join(f"# {'x' * 400}\n" for _ in range(100))
    assert len(padding) > imports.AT_ONCE
    files = import_files.UploadedFile(
        "csv", "pack.zip", zipped({"results.csv": GOOD, "n.txt": padding}, zipfile.ZIP_STORED)
    )
    entry = imports.start(world.paul, files, publish=False)
    (thread,) = [each for each in threading.enumerate() if each.name == f"import-{entry.pk}"]
    thread.join(30)
    assert Import.objects.get().preview["summary"] == "1 new, 0 changed, 0 as they are"
    assert imports.progress(entry).text.startswith("Working out")


def test_a_log_of_inspect_is_read_as_it_is_though_it_is_a_zip(paul, world):
    log = next((SAMPLES / "inspect/whole").glob("*.eval"))
    page = upload(paul, log.name, log.read_bytes(), format="inspect").text
    assert "No model is called “mockllm/model”" in page
    BenchmarkAlias.objects.create(source_id="sums", benchmark=world.gpqa, dataset="inspect")
    ModelAlias.objects.create(source_id="mockllm/model", model=world.acme_2)
    upload(paul, log.name, log.read_bytes(), format="inspect")
    confirm(paul)
    assert world.result(world.acme_2, world.gpqa).score == Decimal(75)
    scores = RunFigure.objects.get().item_scores.rows()
    assert {item for item, _, _, given in scores if given == [0]} == {"4", "8", "12"}
