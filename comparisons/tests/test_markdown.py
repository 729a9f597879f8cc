"""The Markdown twin: the page's facts, and nothing a name could smuggle in."""

import re

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from comparisons import standing_store
from comparisons.renderers import markdown
from models_catalog.models import LanguageModel
from models_catalog.tests.world import build_world

UNESCAPED = re.compile(r"(?<!\\)(?:\\\\)*[`*_\[\]<>|#~]")


@given(st.text())
def test_no_text_from_the_catalogue_keeps_a_sign_that_markdown_reads(text):
    assert not UNESCAPED.search(markdown.escape(text))
    assert "\n" not in markdown.escape(text)


@given(st.text())
def test_escaping_loses_nothing_but_space(text):
    assert re.sub(r"\\(.)", r"\1", markdown.escape(text)) == re.sub(r"\s+", " ", text).strip()


@given(st.lists(st.lists(st.text(), min_size=3, max_size=3)))
def test_every_row_of_a_table_has_as_many_cells_as_the_head(rows):
    lines = markdown.table(["a", "b", "c"], [[markdown.escape(cell) for cell in row] for row in rows]).split("\n")
    assert len(lines) == len(rows) + 2
    for line in lines:
        assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 4


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "", "https://a.example/) [x](https://evil.example", "https://a.example/\\", "/path"]
)
def test_only_plain_web_addresses_become_links(href):
    assert markdown.link("text", href) == "text"


def test_a_web_address_becomes_a_link():
    assert markdown.link("a|b", "https://a.example/x?y=1") == r"[a\|b](https://a.example/x?y=1)"


@pytest.mark.django_db
class TestTheTwin:
    @pytest.fixture(autouse=True)
    def _world(self):
        build_world()
        standing_store.recompute()

    def test_it_has_the_parts_of_the_page_in_their_order(self):
        text = Client().get("/compare/atlas-vs-borea.md").content.decode()
        parts = ["# Atlas 1 vs Borea Pro", "## Quick verdict", "### Choose Atlas 1 if", "## Overall", "## Categories"]
        parts += ["## Price, speed and limits", "## Every benchmark", "## Questions and answers", "## More"]
        places = [text.index(f"{part}\n") for part in parts]
        assert places == sorted(places)

    def test_a_withdrawn_result_stands_there_with_its_reason(self):
        assert "withdrawn: Measured with tools" in Client().get("/compare/atlas-vs-borea.md").content.decode()

    def test_it_says_that_it_is_markdown_and_which_page_it_twins(self):
        response = Client().get("/compare/atlas-vs-borea.md")
        assert response["Content-Type"] == "text/markdown; charset=utf-8"
        assert response["Link"].endswith('/compare/atlas-vs-borea/>; rel="canonical"')

    def test_the_other_order_redirects_to_the_twin(self):
        response = Client().get("/compare/borea-vs-atlas.md?lane=provisional")
        assert (response.status_code, response["Location"]) == (301, "/compare/atlas-vs-borea.md?lane=provisional")

    def test_an_unknown_model_is_not_found(self):
        assert Client().get("/compare/atlas-vs-nobody.md").status_code == 404

    def test_a_hostile_name_stays_text(self):
        LanguageModel.objects.filter(slug="atlas").update(name="<script>|[x](javascript:1)\n# Big")
        text = Client().get("/compare/atlas-vs-borea.md").content.decode()
        assert "<script>" not in text.replace("\\<script\\>", "")
        assert text.startswith("# \\<script\\>\\|\\[x\\](javascript:1) \\# Big vs Borea Pro\n")
