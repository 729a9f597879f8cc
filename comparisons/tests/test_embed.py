"""The embed: a frame for everybody's page, without script, and the only page that may be framed."""

import dataclasses
import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils import timezone

from comparisons import standing_store
from comparisons.pairs import embed, embedding
from comparisons.pairs.comparison import load_comparison_page
from models_catalog.models import LanguageModel
from models_catalog.tests.factories import make_model
from models_catalog.tests.world import build_world

pytestmark = pytest.mark.django_db
PATH = "/embed/compare/atlas-vs-borea/"


@pytest.fixture(autouse=True)
def _world():
    build_world()
    standing_store.recompute()


def test_any_site_may_frame_it_and_no_other_page():
    framed, page = Client().get(PATH), Client().get("/compare/atlas-vs-borea/")
    assert "frame-ancestors *;" in framed["Content-Security-Policy"] + ";"
    assert not framed.has_header("X-Frame-Options")
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


def test_it_has_no_script_no_form_and_nothing_from_elsewhere():
    body = Client().get(PATH).content.decode()
    assert "<script" not in body
    assert "<form" not in body
    assert not re.search(r'(?:src|href)="(?!/static/|http://127\.0\.0\.1:8000/|#)', body)


def test_it_shows_the_call_both_scores_and_the_way_back():
    body = Client().get(PATH).content.decode()
    page = load_comparison_page("atlas-vs-borea", today=timezone.now().date())
    assert page.verdict.headline in body
    for score in page.comparison.overall.scores:
        assert score is None or score.text in body
    assert 'href="http://127.0.0.1:8000/compare/atlas-vs-borea/"' in body


@pytest.mark.parametrize(("asked", "found"), [("dark", "dark"), ("light", "light"), ("", None), ("pink", None)])
def test_the_theme_is_the_authors_or_the_readers_own(asked, found):
    body = Client().get(PATH, {"theme": asked}).content.decode()
    assert ('data-theme="' in body) == (found is not None)
    assert found is None or f'data-theme="{found}"' in body


def test_a_pair_without_scores_says_so_instead_of_a_band():
    make_model(slug="ghost", name="Ghost")
    standing_store.recompute()
    body = Client().get("/embed/compare/fable-vs-ghost/").content.decode()
    assert body.count("no score") == 2
    assert "interval__band" not in body


def test_the_other_order_leads_to_the_embed():
    assert Client().get("/embed/compare/borea-vs-atlas/")["Location"] == PATH


def test_the_code_to_paste_is_one_frame_whatever_the_name():
    LanguageModel.objects.filter(slug="atlas").update(name='"><script>alert(1)</script>')
    page = load_comparison_page("atlas-vs-borea", today=timezone.now().date())
    seen = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag, attributes):
            seen.append((tag, dict(attributes)))

    Tags().feed(embedding.embed_code(page))
    assert [tag for tag, _ in seen] == ["iframe"]
    assert seen[0][1]["title"] == '"><script>alert(1)</script> vs Borea Pro'
    assert seen[0][1]["src"].endswith(PATH)


def test_the_context_is_made_of_the_page_alone():
    page = load_comparison_page("atlas-vs-borea", today=timezone.now().date())
    context = embed.embed_context(page, "light")
    assert context["summary"].names == page.names
    assert dataclasses.is_dataclass(context["summary"])
