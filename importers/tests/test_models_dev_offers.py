"""What models.dev says of prices: tiers, audio, modes, several files of one offer, float dust."""

from decimal import Decimal

import pytest

from importers.models_dev_offers import without_dust
from importers.tests.source_trees import copy_of, refusals, take_tree
from models_catalog.models import ModelAlias, Price
from models_catalog.tests.factories import make_benchmark

pytestmark = pytest.mark.django_db
HOST = "providers/hostly/models"
BASE = 'base_model = "north/atlas-2"\n'


@pytest.fixture
def tree(tmp_path):
    make_benchmark(slug="facts-verified")
    return copy_of("models_dev", tmp_path)


def price_at_host(tree, **files):
    """The one price of Atlas 2 at the host, with these files beside its plain one; and the notes."""
    for name, text in files.items():
        (tree / HOST / f"{name.replace('_', '-')}.toml").write_text(BASE + text)
    report = take_tree("models-dev", tree)
    assert refusals(report) == []
    return Price.objects.get(offering__provider__slug="hostly", offering__model__slug="atlas-2"), report.notes


def plain(tree, text):
    (tree / HOST / "north/atlas-2.toml").write_text(text)


def test_tiers_keep_their_own_threshold_and_only_what_differs(tree):
    plain(
        tree,
        "[cost]\ninput = 1\noutput = 2\ncache_read = 0.1\n"
        "[[cost.tiers]]\ntier = { size = 272_000 }\ninput = 2\noutput = 2\n"
        "[[cost.tiers]]\ntier = { type = 'context', size = 512_000 }\ninput = 4\n"
        "[cost.context_over_200k]\ninput = 9\n",
    )
    price, _ = price_at_host(tree)
    assert price.terms == "input above 272000 = 2\ninput above 512000 = 4"


def test_the_older_layout_means_two_hundred_thousand(tree):
    plain(tree, "[cost]\ninput = 1\noutput = 2\n[cost.context_over_200k]\ninput = 2\noutput = 3\n")
    assert price_at_host(tree)[0].terms == "input above 200000 = 2\noutput above 200000 = 3"


def test_audio_reasoning_and_fast_mode_are_kept(tree):
    plain(
        tree,
        "[cost]\ninput = 1\noutput = 2\ninput_audio = 3\noutput_audio = 4\nreasoning = 5\n"
        "[experimental.modes.fast]\ncost = { input = 6, output = 12 }\n",
    )
    assert price_at_host(tree)[0].terms.splitlines() == [
        "reasoning = 5",
        "audio input = 3",
        "audio output = 4",
        "input fast = 6",
        "output fast = 12",
    ]


def test_a_model_offered_twice_has_its_plain_price_and_the_other_under_its_mode(tree):
    plain(tree, "[cost]\ninput = 5\noutput = 25\n")
    price, notes = price_at_host(
        tree,
        atlas_2_fast="[cost]\ninput = 1\noutput = 3\n",
        a_curious_one="[cost]\ninput = 0.5\noutput = 0.6\n",
        atlas_2_flex="[cost]\ninput = 2.5\n",
    )
    assert (price.input, price.output) == (5, 25)
    assert price.terms.splitlines() == ["input flex = 2.5", "input fast = 1", "output fast = 3"]
    assert any("a-curious-one.toml" in note and "left out" in note for note in notes)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("14.993999999999998", "14.994"),
        ("0.049999999999999996", "0.05"),
        ("0.30000000000000004", "0.3"),
        ("0.0000001", "0.0000001"),
        ("1.25", "1.25"),
    ],
)
def test_dust_of_binary_fractions_is_wiped_off_and_nothing_else(given, kept):
    assert without_dust(Decimal(given)) == Decimal(kept)


def test_prices_with_dust_come_in(tree):
    plain(tree, "[cost]\ninput = 0.049999999999999996\noutput = 14.993999999999998\n")
    price, _ = price_at_host(tree)
    assert (price.input, price.output) == (Decimal("0.05"), Decimal("14.994"))


def test_offers_are_told_by_letters_and_the_models_own_name_speaks_for_its_price(tree):
    plain(tree, "[cost]\ninput = 5\noutput = 25\n")
    (tree / HOST / "Atlas_2.toml").write_text("[cost]\ninput = 5\noutput = 25\n")
    (tree / HOST / "a-atlas.toml").write_text("[cost]\ninput = 1\noutput = 2\n")
    (tree / HOST / "atlas-2-nano.toml").write_text("[cost]\ninput = 1\noutput = 2\n")
    take_tree("models-dev", tree, keep_going=True)
    ModelAlias.objects.create(
        dataset="models.dev", source_id="hostly/a-atlas", model=Price.objects.first().offering.model
    )
    Price.objects.all().delete()
    report = take_tree("models-dev", tree, keep_going=True)
    assert any("“hostly/Atlas_2” is atlas-2" in note for note in report.notes)
    told = refusals(report)
    assert len(told) == 2
    assert ["another price" in each for each in told] == [True, False]  # a-atlas; atlas-2-nano is unknown
    assert "No model is called “hostly/atlas-2-nano”" in told[1]
    assert Price.objects.get(offering__provider__slug="hostly", offering__model__slug="atlas-2").input == 5
