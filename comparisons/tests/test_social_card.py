"""The social card: right for every outcome, inside its frame for every name, drawn once."""

import dataclasses
import re
import struct
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from comparisons import standing_store
from comparisons.core.records import CLEAR, LIKELY, OUTCOMES
from comparisons.pairs import social_card
from comparisons.pairs.comparison import load_comparison_page
from comparisons.pairs.summary import OUTCOME_WORDS, pair_summary
from comparisons.renderers import font_metrics
from models_catalog.tests.factories import make_model
from models_catalog.tests.world import build_world

pytestmark = pytest.mark.django_db
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def summary():
    build_world()
    standing_store.recompute()
    return summary_of("atlas-vs-borea")


def summary_of(pair):
    return pair_summary(load_comparison_page(pair, today=timezone.now().date()))


def renamed(summary, *names):
    sides = tuple(dataclasses.replace(side, name=name) for side, name in zip(summary.sides, names, strict=True))
    return dataclasses.replace(summary, sides=sides, headline=f"{names[0]} is clearly ahead", leader="a", outcome=CLEAR)


def texts(summary):
    return [node.text for node in ElementTree.fromstring(social_card.card_svg(summary)).iter(f"{SVG}text")]


def test_there_is_a_word_for_every_outcome():
    assert set(OUTCOME_WORDS) == set(OUTCOMES)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_outcome_gives_a_picture_of_the_right_size(summary, outcome):
    leader = "b" if outcome in (CLEAR, LIKELY) else None
    card = dataclasses.replace(summary, outcome=outcome, outcome_word=OUTCOME_WORDS[outcome], leader=leader)
    picture, _ = social_card.card_png(card)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)
    assert OUTCOME_WORDS[outcome] in texts(card)


def test_it_says_who_how_much_and_on_how_much_evidence(summary):
    said = texts(summary)
    assert {"Atlas 1", "Borea Pro"} <= set(said)
    for side in summary.sides:
        assert side.score_text is None or {side.score_text, side.interval_text} <= set(said)
    assert any("benchmarks shared" in text for text in said)
    assert summary.headline in " ".join(said)
    assert "Evenbench" in said


def test_a_pair_without_scores_has_no_bands_and_says_so(summary):
    make_model(slug="ghost", name="Ghost")
    standing_store.recompute()
    card = summary_of("fable-vs-ghost")
    assert texts(card).count("no score") == 2
    assert "nothing shared" in texts(card)
    assert social_card.card_png(card)[0].startswith(b"\x89PNG")


def test_without_a_leader_no_model_colour_is_used_beside_the_two_models(summary):
    card = dataclasses.replace(summary, leader=None, outcome="too_close", outcome_word="too close")
    source = social_card.card_svg(card)
    coloured = re.findall(rf'<(\w+)[^>]*"{social_card.STRONG["a"]}"[^>]*>', source)
    assert sorted(coloured) == ["circle", "circle", "rect", "text"]  # mark, dot, band and name of the model itself


@pytest.mark.parametrize(
    "name",
    [
        "A model whose name has exactly eighty characters, which is as many as fit a row.",
        "Onewordwithoutanyspacethatgoesonandonandonuntilnobodywantstoreaditanymore1234567",
        "<script>alert('x')</script> & \"quotes\"",
        "Control\x00\x07 characters",
    ],
)
def test_every_line_of_a_hostile_name_stays_in_its_room(summary, name):
    card = renamed(summary, name, "Borea Pro")
    root = ElementTree.fromstring(social_card.card_svg(card))
    for node in root.iter(f"{SVG}text"):
        font = font_metrics.font(font_metrics.BOLD if node.get("font-weight") else font_metrics.REGULAR)
        width, x = font.width(node.text, float(node.get("font-size"))), float(node.get("x"))
        left = {"start": x, "end": x - width, "middle": x - width / 2}[node.get("text-anchor")]
        assert left >= 60
        assert left + width <= 1140
    assert not list(root.iter(f"{SVG}script"))
    assert social_card.card_png(card)[0]


def test_a_name_our_fonts_cannot_write_gives_way_to_the_slug(summary):
    said = texts(renamed(summary, "שלום 7B", "Borea Pro"))
    assert "atlas" in said
    assert not any("שלום" in text for text in said)


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "Zs"]), max_size=120), st.integers(1, 3))
def test_fitted_lines_are_never_wider_than_asked(text, lines):
    size, rows = font_metrics.fitted(text, font_metrics.BOLD, width=300, sizes=(50, 40, 30), lines=lines)
    measure = font_metrics.font(font_metrics.BOLD)
    assert len(rows) <= lines
    assert all(measure.width(row, size) <= 300 for row in rows)


def test_the_same_card_is_drawn_once(summary, monkeypatch):
    cache.clear()
    first = social_card.card_png(summary)
    monkeypatch.setattr(social_card.resvg_py, "svg_to_bytes", lambda **given: pytest.fail("drawn twice"))
    assert social_card.card_png(summary) == first


def test_the_address_answers_with_a_validator(summary):
    response = Client().get("/compare/atlas-vs-borea/card.png")
    assert response["Content-Type"] == "image/png"
    again = Client().get("/compare/atlas-vs-borea/card.png", headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304
    assert Client().get("/compare/borea-vs-atlas/card.png")["Location"] == "/compare/atlas-vs-borea/card.png"
