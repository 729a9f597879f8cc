"""Atom feeds: valid, stable ids, one entry a change, nothing hidden."""

import datetime as dt
from xml.etree import ElementTree

import pytest

from comparisons import standing_store
from comparisons.core import changes
from comparisons.models import Change
from comparisons.tests.log_entries import CIRRO, MONDAY, make_entry, make_price_fall
from models_catalog.models import LanguageModel, ModelSlugRedirect
from models_catalog.tests import world as worlds

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.ROOT_URLCONF = "comparisons.tests.changes_urlconf"
    settings.SITE_URL = "https://evenbench.example"


@pytest.fixture
def log(db):
    worlds.build_world()
    return [make_entry(), make_entry(**CIRRO), make_price_fall(MONDAY + dt.timedelta(days=1))]


def feed(client, path: str):
    """The parsed feed."""
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(response.content)


def titles(root) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in root.findall(f"{ATOM}entry")]


def test_entries_are_the_log_newest_first_with_absolute_links(client, log):
    root = feed(client, "/changes/feed.atom")
    assert titles(root) == [str(change) for change in Change.objects.all()]
    entry = root.find(f"{ATOM}entry")
    assert entry.find(f"{ATOM}link").get("href") == f"https://evenbench.example/changes/?id={log[2].pk}"
    assert "since 30 June 2026" in entry.findtext(f"{ATOM}summary")
    assert "Source: https://north.example/prices" in entry.findtext(f"{ATOM}summary")
    assert root.findtext(f"{ATOM}updated").startswith("2026-06-30")


def test_an_entry_has_one_id_in_every_feed_and_for_ever(client, log):
    everywhere = feed(client, "/changes/feed.atom")
    ids = {entry.findtext(f"{ATOM}title"): entry.findtext(f"{ATOM}id") for entry in everywhere.findall(f"{ATOM}entry")}
    assert len(set(ids.values())) == 3
    make_entry()
    for entry in feed(client, "/labs/south/feed.atom").findall(f"{ATOM}entry"):
        assert entry.findtext(f"{ATOM}id") == ids[entry.findtext(f"{ATOM}title")]


def test_each_feed_holds_its_own_subject(client, log):
    assert len(titles(feed(client, "/models/atlas/feed.atom"))) == 2
    assert titles(feed(client, "/labs/south/feed.atom")) == ["Cirro on Code Repair: 72 %"]
    assert len(titles(feed(client, "/categories/coding/feed.atom"))) == 2
    assert titles(feed(client, "/categories/math/feed.atom")) == []


def test_an_empty_feed_has_a_fixed_time(client, log):
    root = feed(client, "/categories/math/feed.atom")
    assert root.findtext(f"{ATOM}updated") == changes.BEGINNING.isoformat()


def test_unknown_subjects_are_not_found_and_old_slugs_redirect(client, log):
    for path in ("/models/nobody/feed.atom", "/labs/nobody/feed.atom", "/categories/nothing/feed.atom"):
        assert client.get(path).status_code == 404
    ModelSlugRedirect.objects.create(old_slug="atlas-old", model=LanguageModel.objects.get(slug="atlas"))
    response = client.get("/models/atlas-old/feed.atom")
    assert (response.status_code, response["Location"]) == (302, "/models/atlas/feed.atom")


def test_a_feed_that_did_not_change_is_answered_without_a_body(client, log):
    tag = client.get("/changes/feed.atom")["ETag"]
    again = client.get("/changes/feed.atom", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    make_entry()
    assert client.get("/changes/feed.atom", headers={"If-None-Match": tag}).status_code == 200


def test_text_that_looks_like_markup_is_escaped(client, log):
    make_entry(model_name="<b>Atlas</b> & co", reason="a < b")
    root = feed(client, "/changes/feed.atom")
    assert "<b>Atlas</b> & co on Code Repair: 72 %" in titles(root)


class TestOfAPair:
    """What happened to either model, and turns of their own verdict; none of a pair with a third model."""

    FEED = "/compare/atlas-vs-cirro/feed.atom"

    @pytest.fixture
    def turns(self, log):
        texts = {"old_text": "too close to call", "new_text": "Atlas 1 likely ahead"}
        cirro = {"other": "cirro", "other_name": "Cirro"}
        borea = {"other": "borea", "other_name": "Borea Pro"}
        own = make_entry(changes.VERDICT_FLIPPED, MONDAY + dt.timedelta(days=2), **texts, **cirro)
        foreign = make_entry(changes.VERDICT_FLIPPED, MONDAY + dt.timedelta(days=2), **texts, **borea)
        return own, foreign

    def test_it_holds_both_models_and_their_verdict(self, client, log, turns):
        own, foreign = turns
        shown = titles(feed(client, self.FEED))
        assert shown[0] == str(own)
        assert set(shown) == {str(change) for change in (*log, own)}
        assert str(foreign) not in shown

    def test_ids_are_those_of_the_whole_log_and_stay_after_a_rename(self, client, log, turns):
        def ids(path):
            return {
                e.findtext(f"{ATOM}title"): e.findtext(f"{ATOM}id") for e in feed(client, path).iter(f"{ATOM}entry")
            }

        before = ids(self.FEED)
        assert before.items() <= ids("/changes/feed.atom").items()
        LanguageModel.objects.filter(slug="cirro").update(slug="stratus")
        ModelSlugRedirect.objects.create(old_slug="cirro", model=LanguageModel.objects.get(slug="stratus"))
        answer = client.get(self.FEED)
        assert (answer.status_code, answer["Location"]) == (302, "/compare/atlas-vs-stratus/feed.atom")
        assert ids("/compare/atlas-vs-stratus/feed.atom") == before

    def test_the_other_order_leads_to_it_and_a_stranger_is_refused_as_a_feed(self, client, log):
        answer = client.get("/compare/cirro-vs-atlas/feed.atom")
        assert (answer.status_code, answer["Location"]) == (301, self.FEED)
        unknown = client.get("/compare/atlas-vs-nobody/feed.atom")
        assert unknown.status_code == 404
        assert "nobody" in ElementTree.fromstring(unknown.content).findtext(f"{ATOM}subtitle")

    def test_the_page_names_its_feed(self, client, log):
        standing_store.recompute("test world")
        page = client.get("/compare/atlas-vs-cirro/").content.decode()
        assert 'rel="alternate" type="application/atom+xml"' in page
        assert f'href="{self.FEED}"' in page
