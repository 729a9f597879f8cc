"""import_data models-dev: the TOML tree of models.dev."""

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from importers import formats
from importers.records import UnreadableSource
from importers.source_names import is_language_model
from importers.tests.source_trees import ENDLESS, change, copy_of, refusals, take_tree, zipped
from models_catalog.models import LanguageModel, ModelAlias, Offering, Organization, Price, Result, UnknownName
from models_catalog.tests.factories import make_benchmark, make_model, make_organization

pytestmark = pytest.mark.django_db
ATLAS = "models/north/atlas-2.toml"
CIRRO = "models/south-lab/Cirro_1.0.toml"
OFFER = "providers/north/models/atlas-2.toml"


@pytest.fixture
def tree(tmp_path):
    """The tree, and a catalogue that knows its benchmark only."""
    make_benchmark(slug="facts-verified")
    return copy_of("models_dev", tmp_path)


def test_tree_declares_models_organisations_and_offers(tree):
    report = take_tree("models-dev", tree)
    assert refusals(report) == []
    atlas = LanguageModel.objects.get(slug="atlas-2")
    assert (atlas.name, atlas.lab.name, atlas.family) == ("Atlas 2", "North Lab", "atlas")
    assert (atlas.release_date, atlas.release_date_precision) == (dt.date(2026, 2, 1), "month")
    assert (atlas.context_window, atlas.max_output_tokens) == (400_000, 128_000)
    assert (atlas.reasoning, atlas.open_weights, atlas.input_modalities) == ("optional", False, "text image")
    assert atlas.source_url == "https://north.example.net/atlas-2"
    cirro = LanguageModel.objects.get(slug="cirro-1-0")
    assert (cirro.reasoning, cirro.licence, cirro.total_parameters) == ("no", "MIT", 12_000_000_000)
    assert (cirro.lab.slug, cirro.lab.is_lab) == ("south-lab", True)
    assert ModelAlias.objects.get(dataset="models.dev", source_id="south-lab/Cirro_1.0").model == cirro
    assert Organization.objects.get(slug="hostly").is_provider


def test_prices_are_usd_for_a_million_tokens_by_provider(tree):
    take_tree("models-dev", tree)
    own, host = Price.objects.order_by("input")
    assert (own.input, own.output, own.cache_read) == (Decimal("1.25"), 10, Decimal("0.125"))
    assert own.offering.first_party
    assert (host.input, host.offering.provider.slug, host.offering.first_party) == (Decimal("1.5"), "hostly", False)


@time_machine.travel("2026-11-25")
def test_prices_were_seen_on_the_newest_day_of_the_tree(tree):
    change(tree / CIRRO, "reasoning = false", 'reasoning = false\nlast_updated = "2031-01-01"')
    take_tree("models-dev", tree)
    assert {price.observed_on for price in Price.objects.all()} == {dt.date(2026, 2, 20)}


@time_machine.travel("2026-11-25")
def test_changed_price_of_a_newer_tree_begins_a_period(tree):
    take_tree("models-dev", tree)
    change(tree / OFFER, "input = 1.25", "input = 1.75")
    change(tree / ATLAS, 'last_updated = "2026-02-20"', 'last_updated = "2026-04-02"')
    report = take_tree("models-dev", tree)
    assert refusals(report) == []
    before, after = Price.objects.filter(offering__provider__slug="north").order_by("input")
    assert (before.valid_to, after.valid_from) == (dt.date(2026, 4, 2), dt.date(2026, 4, 2))
    assert not take_tree("models-dev", tree).changed


def test_offer_at_zero_is_no_price(tree):
    report = take_tree("models-dev", tree)
    assert Offering.objects.filter(model__slug="cirro-1-0", provider__slug="hostly").exists()
    assert not Price.objects.filter(offering__model__slug="cirro-1-0").exists()
    assert any("Offers at 0" in note for note in report.notes)


def test_results_carry_who_measured_them(tree):
    report = take_tree("models-dev", tree)
    own = Result.objects.get(row_id="models.dev:north/atlas-2#Facts Verified")
    assert (own.score, own.source_kind, own.source_tier) == (Decimal("72.5"), "provider-reported", 3)
    board = Result.objects.get(row_id="models.dev:north/atlas-2#Facts Verified~2")
    assert (board.score, board.source_kind, board.variant) == (Decimal("70.25"), "independent", "Terminus-2")
    assert board.measured_on == dt.date(2026, 3, 1)
    assert Result.objects.count() == 2
    assert any("artificialanalysis.ai were passed over: 1" in note for note in report.notes)


def test_running_twice_changes_nothing(tree):
    take_tree("models-dev", tree)
    report = take_tree("models-dev", tree)
    assert (report.changed, report.rejected) == (False, 0)


def test_pointer_to_the_latest_model_is_passed_over(tree):
    report = take_tree("models-dev", tree)
    assert not LanguageModel.objects.filter(slug__contains="latest").exists()
    assert any("-latest" in note and "passed over: 1" in note for note in report.notes)


def test_what_is_known_of_a_model_stays_and_gaps_are_filled(tree):
    lab = make_organization(slug="north", name="North of Here")
    make_model(slug="atlas-2", name="Atlas Two", lab=lab, context_window=1000, reasoning="always")
    take_tree("models-dev", tree)
    atlas = LanguageModel.objects.get(slug="atlas-2")
    assert (atlas.name, atlas.lab.name, atlas.context_window) == ("Atlas Two", "North of Here", 1000)
    assert (atlas.reasoning, atlas.max_output_tokens) == ("always", 128_000)


def test_alias_decides_before_the_slug(tree):
    mapped = make_model(slug="atlas-second")
    ModelAlias.objects.create(dataset="models.dev", source_id="north/atlas-2", model=mapped)
    take_tree("models-dev", tree)
    assert not LanguageModel.objects.filter(slug="atlas-2").exists()
    assert mapped.results.count() == 2


def test_ignored_name_makes_no_model(tree):
    UnknownName.objects.create(kind="model", dataset="models.dev", name="north/atlas-2", state="ignored")
    report = take_tree("models-dev", tree)
    assert refusals(report) == []
    assert not LanguageModel.objects.filter(slug="atlas-2").exists()
    assert any("ignore the name" in note for note in report.notes)


def test_two_laboratories_with_one_new_address_are_left_to_an_editor(tree):
    (tree / "models/south-lab/Atlas.2.toml").write_bytes((tree / ATLAS).read_bytes())
    report = take_tree("models-dev", tree)
    assert not report.written
    assert any("share the address “atlas-2”" in line for line in refusals(report))
    assert {row.name for row in UnknownName.objects.all()} == {"north/atlas-2", "south-lab/Atlas.2"}


def test_two_spellings_of_one_laboratory_are_one_model(tree):
    (tree / "models/north/atlas_2.toml").write_bytes((tree / CIRRO).read_bytes())
    report = take_tree("models-dev", tree)
    assert LanguageModel.objects.filter(slug="atlas-2").count() == 1
    assert any("same model as “north/atlas-2”" in note for note in report.notes)


def test_offer_of_an_undeclared_model_is_queued_and_makes_no_model(tree):
    (tree / "providers/hostly/models/riddle.toml").write_text("[cost]\ninput = 1\noutput = 2\n")
    report = take_tree("models-dev", tree, keep_going=True)
    assert [row.name for row in UnknownName.objects.all()] == ["hostly/riddle"]
    assert not LanguageModel.objects.filter(slug__contains="riddle").exists()
    assert report.rejected == 1


def test_links_are_followed_inside_the_tree_only(tree, tmp_path):
    secret = tmp_path / "secret.toml"
    secret.write_text("[cost]\ninput = 7\noutput = 7\n")
    (tree / "providers/hostly/models/atlas-again.toml").symlink_to("../../north/models/atlas-2.toml")
    (tree / "models/south-lab/atlas-linked.toml").symlink_to("../north/atlas-2.toml")
    change(tree / "providers/hostly/models/cirro.toml", "south-lab/Cirro_1.0", "south-lab/atlas-linked")
    (tree / "providers/hostly/models/leak.toml").symlink_to(secret)
    (tree / "providers/hostly/models/loop.toml").symlink_to("loop.toml")
    batch = formats.read("models-dev", tree)
    told = {problem.file.rpartition("/")[2]: problem.reason for problem in batch.problems}
    assert "leads out of the folder" in told["leak.toml"]
    assert "leads nowhere" in told["loop.toml"]
    assert 7 not in {price.input for price in batch.prices}
    assert {model.source_id for model in batch.models} == {"north/atlas-2", "south-lab/Cirro_1.0"}
    assert {offer.model for offer in (*batch.offerings, *batch.prices)} >= {"north/atlas-2"}
    assert "hostly/atlas-again" in {price.model for price in batch.prices}


def test_zip_says_the_same_as_the_folder(tree, tmp_path):
    take_tree("models-dev", tree)
    assert not take_tree("models-dev", zipped(tree, tmp_path / "m.zip", "models.dev-dev/")).changed


def test_byte_order_mark_is_taken_off(tree):
    (tree / ATLAS).write_bytes(b"\xef\xbb\xbf" + (tree / ATLAS).read_bytes())
    assert take_tree("models-dev", tree).rejected == 0


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "column", "reason"),
    [
        (ATLAS, "score = 72.5", "score = nan", 27, "benchmarks[0].score", "not a number"),
        (ATLAS, "score = 72.5", "score = 0.725", 25, "benchmarks[0].score", "a fraction or less than one percent"),
        (ATLAS, "score = 72.5", 'score = "=cmd()"', 25, "benchmarks[0].score", "formula"),
        (ATLAS, "score = 72.5", 'score = "72.5%"', 25, "benchmarks[0].score", "percent sign"),
        (ATLAS, "score = 70.25", "score = 170.25", 31, "benchmarks[1].score", "outside the range"),
        (ATLAS, "date = 2026-03-01", 'date = "2026-02-30"', 31, "benchmarks[1].date", "no day of the calendar"),
        (ATLAS, "date = 2026-03-01", "date = 2026-02-30", 36, "", "not valid TOML"),
        (ATLAS, '"2026-02"', '"soon"', 1, "release_date", "not a date"),
        (ATLAS, '"Atlas 2"', '"=cmd()"', 1, "name", "formula"),
        (ATLAS, "400_000", "-5", 1, "limit.context", "negative"),
        (ATLAS, "400_000", "true", 1, "limit.context", "A number is expected"),
        (ATLAS, "reasoning = true", 'reasoning = "yes"', 1, "reasoning", "true or false is expected"),
        (ATLAS, 'family = "atlas"', 'name = "Again"', 3, "", "not valid TOML"),
        (OFFER, "input = 1.25", "input = inf", 4, "cost.input", "not a number"),
        (OFFER, "input = 1.25", "input = -1.25", 3, "cost.input", ""),
        (OFFER, "input = 1.25", "input = 1.12345678", 3, "cost.input", "decimal places"),
    ],
)
def test_bad_value_is_refused_with_file_line_and_key(tree, file, old, new, line, column, reason):
    change(tree / file, old, new)
    report = take_tree("models-dev", tree)
    assert not report.written
    first = next(each for each in report.problems if each.file == file)
    assert (first.line, first.column) == (line, column)
    assert reason in first.reason


def test_endless_number_is_refused_with_line_and_key(tree):
    change(tree / ATLAS, "400_000", ENDLESS)
    first = next(each for each in take_tree("models-dev", tree).problems if each.file == ATLAS)
    assert (first.line, first.column) == (13, "context")
    assert "2000000 characters" in first.reason


def test_rows_of_a_refused_model_are_no_news_for_the_queue(tree):
    change(tree / ATLAS, "reasoning = true", "reasoning = 1 = 2")
    report = take_tree("models-dev", tree)
    assert not UnknownName.objects.exists()
    assert any("was refused itself" in line for line in refusals(report))


def test_folder_without_the_layout_says_what_is_wanted(tmp_path):
    with pytest.raises(UnreadableSource, match="models/ and providers/"):
        formats.read("models-dev", tmp_path)


# --- models that write no text --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "gives", "taken"),
    [
        ("openai/gpt-4.1", "text", True),
        ("openai/gpt-4.1", "", True),
        ("google/gemini-2.5-flash-image", "text image", True),
        ("openai/dall-e-3", "", False),
        ("x/painter", "image", False),
        ("openai/text-embedding-3-large", "text", False),
        ("cohere/rerank-v3.5", "", False),
        ("openai/whisper-1", "text", False),
        ("meta/llama-guard-4-12b", "text", False),
        ("alibaba/qwen3-asr-flash", "", False),
        ("north/guardian-7b", "text", True),
        ("north/fluxion-1", "text", True),
    ],
)
def test_models_for_other_things_than_text_are_told_by_output_and_name(name, gives, taken):
    assert is_language_model(name, gives) is taken


def test_models_that_write_no_text_are_left_out_with_their_offers_and_a_note(tree):
    (tree / "models/north/painter.toml").write_text('name = "Painter"\n[modalities]\noutput = ["image"]\n')
    (tree / "providers/hostly/models/painter.toml").write_text('base_model = "north/painter"\n[cost]\ninput = 1\n')
    (tree / "providers/hostly/models/text-embedding-3.toml").write_text("[cost]\ninput = 1\n")
    report = take_tree("models-dev", tree)
    assert refusals(report) == []
    assert not LanguageModel.objects.filter(slug="painter").exists()
    assert not UnknownName.objects.exists()
    assert any("were left out: 1, with 2 offers" in note for note in report.notes)
