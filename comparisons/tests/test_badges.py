"""Badges: one figure of a model, the same as on its page, and a clear word where there is none."""

from xml.etree import ElementTree

import pytest
from django.test import Client

from comparisons import standing_store
from comparisons.core.method import METHOD
from comparisons.pages.badge import UnknownMetric, load_badge
from comparisons.pages.base import UnknownModel
from comparisons.renderers.badge import badge_svg
from models_catalog.core import display
from models_catalog.models import LanguageModel, ModelSlugRedirect
from models_catalog.tests.world import build_world

pytestmark = pytest.mark.django_db
LANE = "provisional"


@pytest.fixture(autouse=True)
def _world():
    build_world()
    standing_store.recompute()


def standing(slug):
    return standing_store.placed_models(LANE, (slug,))[slug].standing


def test_the_overall_badge_is_the_score_with_its_margin():
    found = standing("atlas")
    badge = load_badge("atlas", lane=LANE)
    assert badge.label == "Evenbench overall"
    if found.overall is None:
        assert (badge.value, badge.known) == ("no score", False)
    else:
        assert badge.value == f"{display.overall_score(found.overall)} ± {display.margin(METHOD.z_clear * found.se)}"


def test_a_model_without_results_has_words_instead_of_figures():
    assert load_badge("fable").value == "no score"
    assert load_badge("fable", "rank").value == "not ranked"
    assert load_badge("fable", "coding").value == "not measured"
    assert not load_badge("fable").known


def test_a_category_without_own_results_is_not_measured():
    assert load_badge("atlas", "multimodal", LANE).value == "not measured"


def test_unknown_metrics_and_models_are_told_apart():
    with pytest.raises(UnknownMetric, match="overall, rank, agentic"):
        load_badge("atlas", "beauty")
    with pytest.raises(UnknownModel):
        load_badge("nobody")


@pytest.mark.parametrize(
    ("path", "status", "word"),
    [
        ("/badge/atlas.svg", 200, "Evenbench overall"),
        ("/badge/atlas.svg?metric=rank", 200, "Evenbench rank"),
        ("/badge/atlas.svg?metric=beauty", 400, "There is no metric “beauty”"),
        ("/badge/atlas.svg?metric=%00%07", 400, "There is no metric “”"),
        ("/badge/nobody.svg", 404, "There is no model “nobody”"),
    ],
)
def test_every_answer_is_a_picture_that_says_what_it_is(path, status, word):
    response = Client().get(path)
    assert response.status_code == status
    assert response["Content-Type"] == "image/svg+xml"
    root = ElementTree.fromstring(response.content)
    assert word in [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]


def test_a_badge_may_be_kept_for_an_hour_and_asked_for_again():
    response = Client().get("/badge/atlas.svg")
    assert response["Cache-Control"] == "public, max-age=3600"
    assert response["Access-Control-Allow-Origin"] == "*"
    assert Client().get("/badge/atlas.svg", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_an_old_slug_leads_to_the_new_badge():
    ModelSlugRedirect.objects.create(old_slug="atlas-old", model=LanguageModel.objects.get(slug="atlas"))
    response = Client().get("/badge/atlas-old.svg?metric=rank")
    assert (response.status_code, response["Location"]) == (302, "/badge/atlas.svg?metric=rank")


def test_a_hostile_name_stays_text():
    LanguageModel.objects.filter(slug="atlas").update(name='"/><script>x</script>')
    root = ElementTree.fromstring(badge_svg(load_badge("atlas")))
    assert root.get("aria-label").startswith('"/><script>x</script>, overall')
    assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
