"""“Tell me when this verdict turns”: a topic of its own, by the same consent, told only when the named verdict changed."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from comparisons import standing_store
from comparisons.changes import log as changelog
from comparisons.core import changes
from comparisons.models import ChangeLogState
from comparisons.tests.log_entries import make_entry
from models_catalog.models import LanguageModel, ModelSlugRedirect
from models_catalog.tests.world import build_world
from newsletter.core import digest
from newsletter.core.preferences import topics_of_page
from newsletter.delivery.outbox import Group
from newsletter.digest.rendering import render_group
from newsletter.digest.topics import followed_pairs, pair_choices, with_other_slugs
from newsletter.models import ConsentEvent, PendingSignup, Subscriber
from newsletter.tests.people import make_subscriber
from newsletter.tests.test_digest import fact, frozen
from newsletter.tests.web import ADDRESS, FROM_HERE, ask_for_link, confirm, dump, mails, path_in, sign_up
from newsletter.tests.weeks import build as built
from newsletter.tests.weeks import site  # noqa: F401  (fixture)

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 7, 8, 9, 0, tzinfo=dt.UTC)
PAIR, TOPIC = "atlas-vs-borea", "pair:atlas-vs-borea"
FOLLOW = f"/newsletter/follow/{PAIR}/"
TURNED = {"other": "borea", "other_name": "Borea Pro"}


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def world(clock):
    return build_world()


def turn(number: int, old: str, new: str, **values):
    columns = {"benchmark": "", "benchmark_name": "", "category": "", "old_text": old, "new_text": new, **TURNED}
    return fact(number, changes.VERDICT_FLIPPED, **columns, values=values)


# --- What is told -----------------------------------------------------------------------------------


def told(snapshot, *topics) -> list[str]:
    found = digest.build(snapshot, topics)
    return [line.text for block in found.blocks for line in block.lines] if found else []


def test_followers_hear_of_their_verdict_and_of_nothing_else():
    snapshot = frozen(
        turn(1, "too close to call", "Borea likely ahead"),
        fact(2, changes.RESULT_ADDED),
        fact(3, changes.PRICE_CHANGED, values={"old": {"input": "3"}, "new": {"input": "2"}}),
    )
    assert len(told(snapshot, TOPIC)) == 1
    assert "Borea likely ahead" in told(snapshot, TOPIC)[0]
    assert told(snapshot, "pair:atlas-vs-cirro") == []
    assert len(told(snapshot)) == 3
    assert set(told(snapshot, TOPIC, "everything")) == set(told(snapshot))


def test_a_week_in_which_the_verdict_came_back_says_nothing():
    snapshot = frozen(
        turn(1, "Atlas clearly ahead", "Atlas likely ahead", followed=True),
        turn(2, "Atlas likely ahead", "Atlas clearly ahead", followed=True),
    )
    assert told(snapshot, TOPIC) == []


def test_another_word_is_for_followers_only():
    snapshot = frozen(
        turn(1, "Atlas clearly ahead", "Atlas likely ahead", followed=True), fact(2, changes.RESULT_ADDED)
    )
    assert len(told(snapshot, TOPIC)) == 1
    assert len(told(snapshot, TOPIC, "everything")) == 2
    assert len(told(snapshot)) == len(told(snapshot, "lab:north")) == 1


def test_a_renamed_pair_goes_on_being_followed(world):
    LanguageModel.objects.filter(slug="borea").update(slug="zephyr")
    ModelSlugRedirect.objects.create(old_slug="borea", model=LanguageModel.objects.get(slug="zephyr"))
    make_subscriber(topics=[TOPIC])
    assert followed_pairs() == {"atlas-vs-zephyr"}
    assert set(with_other_slugs((TOPIC,))) == {TOPIC, "pair:atlas-vs-zephyr"}
    assert set(with_other_slugs(("pair:atlas-vs-zephyr",))) == {TOPIC, "pair:atlas-vs-zephyr"}


def test_an_issue_that_concerns_followers_alone_is_whole_and_reaches_them_only(site):  # noqa: F811
    build_world()
    at = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
    texts = {"old_text": "Atlas 1 clearly ahead", "new_text": "Atlas 1 likely ahead"}
    make_entry(changes.VERDICT_FLIPPED, at, **TURNED, **texts, values={"followed": True})
    issue = built()
    assert "Atlas 1 likely ahead" in issue.text
    assert render_group(issue, Group("en:all", "en", ())) is None
    assert "Atlas 1 likely ahead" in render_group(issue, Group("en:x", "en", (TOPIC,))).text


# --- How it is asked for ----------------------------------------------------------------------------


def test_the_page_of_a_pair_leads_to_the_sign_up_for_it(client, world):
    standing_store.recompute("test world")
    assert f'href="{FOLLOW}"' in client.get(f"/compare/{PAIR}/").content.decode()
    page = client.get(FOLLOW)
    assert "Atlas 1 vs Borea Pro" in page.content.decode()
    assert f'name="page" value="{FOLLOW}"' in page.content.decode()
    assert not page.cookies


def test_a_sign_up_there_follows_that_pair_by_the_same_consent(client, world):
    standing_store.recompute("test world")
    changelog.record()
    sign_up(client, page=FOLLOW)
    assert PendingSignup.objects.get().topics == [TOPIC]
    path = path_in(mails("confirm")[-1])
    assert "Atlas 1 vs Borea Pro, when its verdict turns" in client.get(path).content.decode()
    confirm(client, path)
    reader = Subscriber.objects.get()
    assert reader.topics == [TOPIC]
    usual = ConsentEvent.objects.filter(kind="confirmed").values_list("wording_id", flat=True)
    assert PAIR in ChangeLogState.objects.get().verdicts
    sign_up(client, "second@example.org")
    confirm(client, path_in(mails("confirm")[-1]))
    assert Subscriber.objects.get(address="second@example.org").topics == []
    assert len(set(usual)) == 1


def test_another_link_for_a_lost_one_keeps_the_topic(client, world):
    sign_up(client, page=FOLLOW)
    client.post(path_in(mails("confirm")[-1]) + "again/", **FROM_HERE)
    assert [row.topics for row in PendingSignup.objects.all()] == [[TOPIC]] * PendingSignup.objects.count()


def test_a_present_reader_finds_it_ticked_and_nothing_saved(client, world):
    reader = make_subscriber(ADDRESS)
    client.post("/newsletter/preferences/", {**_token(client), "email": ADDRESS, "page": FOLLOW}, **FROM_HERE)
    path = path_in(mails("manage")[-1])
    assert path.endswith(f"?topic={TOPIC}")
    before = dump()
    page = client.get(path).content.decode()
    assert f'value="{TOPIC}" checked' in page
    assert 'value="everything" checked' in page
    assert dump() == before
    plain = path.partition("?")[0]
    client.post(plain, {"frequency": "weekly", "pause": "", "country": "", "topics": [TOPIC, "everything"]})
    reader.refresh_from_db()
    assert reader.topics == ["everything", TOPIC]
    client.post(plain, {"frequency": "weekly", "pause": "", "country": "", "topics": ["everything"]})
    reader.refresh_from_db()
    assert reader.topics == []


def test_a_reader_who_signs_up_again_there_is_led_to_the_ticked_preferences(client, world):
    make_subscriber(ADDRESS)
    sign_up(client, page=FOLLOW)
    assert path_in(mails("notice")[-1]).endswith(f"?topic={TOPIC}")
    assert Subscriber.objects.get().topics == []


def test_a_held_pair_stays_a_choice_after_its_model_was_hidden(client, world):
    reader = make_subscriber(ADDRESS, topics=[TOPIC])
    LanguageModel.objects.filter(slug="borea").update(published=False)
    ask_for_link(client)
    path = path_in(mails("manage")[-1])
    answer = client.post(path, {"frequency": "monthly", "pause": "", "country": "", "topics": [TOPIC]})
    assert answer.status_code == 200
    reader.refresh_from_db()
    assert reader.topics == [TOPIC]


@pytest.mark.parametrize("bad", ["pair:atlas-vs-nobody", "pair:atlas", "pair:atlas-vs-atlas", "pair:<b>", "lab:nobody"])
def test_what_names_no_two_models_is_no_topic(client, world, bad):
    reader = make_subscriber(ADDRESS)
    ask_for_link(client)
    path = path_in(mails("manage")[-1])
    assert client.get(f"{path}?topic={bad}").status_code == 200
    answer = client.post(path, {"frequency": "weekly", "pause": "", "country": "", "topics": [bad]})
    assert answer.status_code == 422
    reader.refresh_from_db()
    assert reader.topics == []


def test_the_page_of_no_pair_is_not_found_and_of_a_renamed_one_moves(client, world):
    assert client.get("/newsletter/follow/atlas-vs-nobody/").status_code == 404
    assert client.get("/newsletter/follow/nothing/").status_code == 404
    assert client.get("/newsletter/follow/borea-vs-atlas/")["Location"] == FOLLOW


def test_only_the_page_of_one_comparison_makes_a_topic():
    assert topics_of_page(FOLLOW) == [TOPIC]
    for path in ("", "/", f"/compare/{PAIR}/", "/newsletter/", "/newsletter/follow/", f"{FOLLOW}more/"):
        assert topics_of_page(path) == []


def test_choices_are_named_and_in_order(world):
    assert pair_choices(["borea-vs-atlas", PAIR, "x"]) == ((TOPIC, "Atlas 1 vs Borea Pro, when its verdict turns"),)


def _token(client) -> dict:
    from newsletter.signup.form_tokens import day_token

    return {"token": day_token(NOW)}
