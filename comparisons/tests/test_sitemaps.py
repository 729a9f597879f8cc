"""Sitemaps: exactly the pairs that have something to say, in files nobody has to hold."""

import itertools
from xml.etree import ElementTree

import numpy as np
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from comparisons import standing_store
from comparisons.core import pairs
from comparisons.pages import sitemap
from comparisons.pages.sitemap import LaneEvidence, PairIndex
from comparisons.pairs.comparison import load_comparison_page
from models_catalog.models import LanguageModel
from models_catalog.tests.world import build_world

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def addresses(path):
    response = Client().get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/xml"
    root = ElementTree.fromstring(b"".join(response.streaming_content))
    return [node.text for node in root.iter(f"{NAMESPACE}loc")]


def paths(path):
    return ["/" + address.split("/", 3)[3] for address in addresses(path)]


@st.composite
def indexes(draw):
    models, benchmarks = draw(st.integers(0, 9)), draw(st.integers(0, 6))
    lanes = []
    for _ in range(draw(st.integers(1, 2))):
        cells = draw(st.lists(st.booleans(), min_size=models * benchmarks, max_size=models * benchmarks))
        flags = draw(st.lists(st.booleans(), min_size=models, max_size=models))
        has = np.array(cells, dtype=np.float32).reshape(models, benchmarks)
        lanes.append(LaneEvidence(has, np.array(flags, dtype=bool)))
    return PairIndex(tuple(f"m{n}" for n in range(models)), tuple(lanes))


def one_by_one(index):
    """The same list, decided pair by pair."""
    for i, j in itertools.combinations(range(len(index.slugs)), 2):
        shared = [int(lane.has[i] @ lane.has[j]) for lane in index.lanes]
        main = index.lanes[0]
        stays = shared[0] > 0 and main.estimable[i] and main.estimable[j]
        if shared[0] >= 3 or (not stays and any(count >= 3 for count in shared[1:])):
            yield pairs.join(index.slugs[i], index.slugs[j])


@given(indexes(), st.integers(1, 5))
def test_files_together_hold_each_listed_pair_once_and_none_too_many(index, size):
    expected = list(one_by_one(index))
    parts = [list(index.part(number, size)) for number in range(1, -(-len(expected) // size) + 1)]
    assert len(index) == len(expected)
    assert [pair for part in parts for pair in part] == expected
    assert all(len(part) <= size for part in parts)
    assert list(index.part(len(parts) + 1, size)) == []


@pytest.mark.django_db
class TestTheSite:
    @pytest.fixture(autouse=True)
    def _world(self):
        build_world()
        standing_store.recompute()

    def test_a_pair_is_listed_exactly_when_its_page_has_enough_shared_benchmarks(self):
        listed = set(paths("/sitemap-pairs-1.xml"))
        slugs = sorted(LanguageModel.objects.published().values_list("slug", flat=True))
        for one, other in itertools.combinations(slugs, 2):
            page = load_comparison_page(pairs.join(one, other), today=timezone.now().date())
            enough = pairs.worth_listing(len(page.comparison.shared.benchmarks))
            assert (page.path in listed) == enough, page.path
        assert listed

    def test_the_index_names_every_file_and_each_answers(self):
        files = paths("/sitemap.xml")
        assert files[-1] == "/sitemap-pairs-1.xml"
        assert all(addresses(file) for file in files)

    def test_models_that_are_not_public_stay_out(self):
        LanguageModel.objects.filter(slug="atlas").update(published=False)
        standing_store.recompute()
        everything = paths("/sitemap-models.xml") + paths("/sitemap-pairs-1.xml")
        assert everything
        assert not any("atlas" in path for path in everything)

    def test_a_file_beyond_the_last_is_not_found(self):
        assert Client().get("/sitemap-pairs-2.xml").status_code == 404
        assert Client().get("/sitemap-pairs-0.xml").status_code == 404

    def test_a_known_state_is_answered_without_the_list(self):
        etag = Client().get("/sitemap-pairs-1.xml")["ETag"]
        assert Client().get("/sitemap-pairs-1.xml", headers={"If-None-Match": etag}).status_code == 304

    def test_pairs_need_two_queries_the_first_time_and_one_after_that(self):
        sitemap.pair_index.cache_clear()
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(connection) as queries:
                addresses("/sitemap-pairs-1.xml")
            counts.append(len(queries))
        assert counts == [2, 1]  # the current snapshots; the cells of all models

    def test_every_entry_is_dated_by_the_snapshot(self):
        body = b"".join(Client().get("/sitemap-models.xml").streaming_content).decode()
        assert body.count(f"<lastmod>{timezone.now().date().isoformat()}</lastmod>") == body.count("<url>")

    def test_robots_point_to_the_index_and_keep_crawlers_out_of_the_newsroom(self):
        text = Client().get("/robots.txt").content.decode()
        assert "Sitemap: http" in text
        assert text.rstrip().endswith("/sitemap.xml")
        assert "Disallow: /admin/" in text

    def test_llms_txt_names_the_twins_and_an_existing_pair(self):
        text = Client().get("/llms.txt").content.decode()
        assert text.startswith("# Evenbench\n")
        assert "&#" not in text
        assert f"{addresses('/sitemap-pairs-1.xml')[0]})" in text


@pytest.mark.django_db
def test_an_empty_site_has_an_index_without_pairs():
    assert [path for path in paths("/sitemap.xml") if "pairs" in path] == []
    assert Client().get("/sitemap-pairs-1.xml").status_code == 404
    assert Client().get("/llms.txt").status_code == 200
