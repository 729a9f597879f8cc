"""`sync` from end to end: local sources that answer as recorded, change, vanish and fail."""

import datetime as dt
import io
from decimal import Decimal

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from comparisons.changes import log as changelog
from comparisons.models import Change
from importers.sync import download as download_module
from importers.sync.sources import BY_KEY
from importers.tests.source_server import Answer, running
from models_catalog.models import (
    Benchmark,
    BenchmarkAlias,
    Import,
    LiveSource,
    ModelAlias,
    Organization,
    Price,
    Result,
    UnknownName,
)
from newsroom import arrivals, imports
from newsroom.findings import stale_prices
from newsroom.tests import live_sources as layouts
from newsroom.tests.newsroom_world import World

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 11, 2, 6, 0, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=8)


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Steps run while the sender waits, and nobody waits between two tries."""
    monkeypatch.setattr(imports, "_launch", lambda step, entry: step(entry.pk))
    monkeypatch.setattr(download_module, "FIRST_WAIT_SECONDS", 0)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def world(clock):
    world = World()
    Organization.objects.filter(slug="acme").update(is_provider=True)
    Organization.objects.create(slug="openrouter", name="OpenRouter", is_provider=True)
    scale = {"floor": 0, "best": 100, "maximum": 100, "category": world.mmlu.category}
    Benchmark.objects.create(slug="aider-polyglot", name="Aider polyglot", **scale)
    return world


@pytest.fixture
def server():
    with running() as server:
        yield server


class Site:
    """The local sources, and `sync` asking them."""

    def __init__(self, server, settings):
        self.server, self.settings = server, settings
        settings.SYNC_ADDRESSES = {}
        self.serve("models-dev", layouts.models_dev())
        self.serve("litellm", layouts.litellm())
        self.serve("openrouter", layouts.openrouter())
        self.serve("aider", layouts.aider())

    def serve(self, key, body, **options):
        answer = body if isinstance(body, Answer) else Answer(body, **options)
        self.settings.SYNC_ADDRESSES[key] = self.server.serve(f"/{key}", answer)

    def sync(self, *names, fails=False, **options):
        out, err = io.StringIO(), io.StringIO()
        code = 0
        try:
            call_command("sync", *(names or tuple(self.settings.SYNC_ADDRESSES)), stdout=out, stderr=err, **options)
        except SystemExit as stop:
            code = stop.code
        assert code == int(fails), err.getvalue() or out.getvalue()
        lines = (out.getvalue() + err.getvalue()).splitlines()
        return {line.partition(": ")[0]: line.partition(": ")[2] for line in lines}


@pytest.fixture
def site(server, settings, world):
    return Site(server, settings)


def waiting(key):
    return Import.objects.filter(source=key, state=Import.State.READY).first()


def accept(key, user, **options):
    """Take an arrival on and write it, as a publisher does on its page."""
    entry = waiting(key)
    imports.take(entry, user, publish=True)
    entry = waiting(key)
    imports.confirm(entry, "weekly round", entry.digest, keep_going=True)
    entry.refresh_from_db()
    assert entry.state == Import.State.WRITTEN, entry.message
    return entry


# --- three runs -----------------------------------------------------------------------------


def test_a_first_run_lets_everything_wait_and_publishes_nothing(site, world):
    said = site.sync()
    assert said["models-dev"].startswith("2 new")
    assert said["litellm"].startswith("2 new")
    assert said["openrouter"].startswith("1 new")
    assert said["aider"].startswith("1 new")
    assert Import.objects.filter(state=Import.State.READY).count() == 4
    assert not Price.objects.exists()
    assert not Result.objects.filter(dataset="aider").exists()
    assert not UnknownName.objects.exists()


def test_a_second_run_changes_nothing_and_says_so_in_one_line(site, world):
    site.sync()
    before = list(Import.objects.order_by("pk").values("pk", "state", "digest"))
    said = site.sync()
    assert list(Import.objects.order_by("pk").values("pk", "state", "digest")) == before
    for key in ("models-dev", "aider"):
        accept(key, world.paul)
    said = site.sync()
    assert said["models-dev"] == "Nothing new among 3 rows."
    assert said["aider"] == "Nothing new among 1 rows."


def test_what_is_known_already_is_not_even_read_when_it_is_due_again(site, world, clock):
    site.sync()
    clock.shift(WEEK)
    out = io.StringIO()
    LiveSource.objects.exclude(key__in=site.settings.SYNC_ADDRESSES).delete()
    for key in ("epoch", "arena", "tau2-bench", "benchpress"):
        LiveSource.objects.create(key=key, enabled=False)
    call_command("sync", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == 4
    assert all("Nothing new: unchanged since the last run. The last arrival still waits" in line for line in lines)
    assert site.server.asked[-1][1]["User-Agent"].startswith("Evenbench sync (")


def test_a_price_change_and_a_vanished_row_and_nothing_else_are_shown(site, world, clock):
    site.sync()
    accept("models-dev", world.paul)
    clock.shift(WEEK)

    def edit(data):
        data["acme"]["models"]["acme-1"]["cost"]["input"] = 2
        del data["acme"]["models"]["acme-2"]

    site.serve("models-dev", layouts.models_dev(edit))
    said = site.sync("models-dev")
    assert said["models-dev"].startswith("1 changed, 1 vanished.")
    entry = waiting("models-dev")
    assert entry.preview["vanished"] == ["price of acme/acme-2 at acme"]
    [line] = entry.preview["lines"]
    assert line["action"] == "change"
    assert ["input", "3", "2"] in line["fields"]
    accept("models-dev", world.paul)
    prices = Price.objects.filter(offering__model=world.acme_1).order_by("pk")
    assert [price.input for price in prices] == [3, 2]
    assert Price.objects.get(offering__model=world.acme_2).valid_to is None  # forgotten by the source, not by us
    assert site.sync("models-dev")["models-dev"] == "Nothing new among 2 rows."


def test_a_newer_arrival_replaces_the_one_that_waits(site, world):
    site.sync("aider")
    first = waiting("aider")
    site.serve("aider", layouts.aider("61.5"))
    site.sync("aider")
    first.refresh_from_db()
    assert (first.state, first.message) == (Import.State.DISCARDED, "Replaced by a newer arrival.")
    assert waiting("aider").pk != first.pk
    accept("aider", world.paul)
    assert Result.objects.get(dataset="aider").score == Decimal("61.5")
    site.serve("aider", layouts.aider("62"))
    assert site.sync("aider")["aider"].startswith("1 changed.")


def test_sources_that_disagree_by_more_than_one_percent_are_in_conflict(site, world, clock):
    site.sync("models-dev")
    accept("models-dev", world.paul)
    clock.shift(WEEK)

    def dearer(data):
        data["acme-1"]["input_cost_per_token"] = 3.5e-06

    site.serve("litellm", layouts.litellm(dearer))
    said = site.sync("litellm")
    assert "1 in conflict" in said["litellm"]
    [conflict] = waiting("litellm").preview["conflicts"]
    assert conflict["text"] == "input: 3.5 here, 3 from models.dev, USD per 1M tokens."


def test_a_figure_recorded_from_the_same_page_already_does_not_come_twice(site, world):
    card = "https://acme.example/card"
    world.publish(world.acme_2, world.gpqa, "71.5", dataset="starter", source_url=card)
    site.serve("benchpress", layouts.benchpress())
    assert site.sync("benchpress")["benchpress"].startswith("1 new, 1 recorded already.")
    accept("benchpress", world.paul)
    assert [result.model for result in Result.objects.filter(dataset="benchpress")] == [world.acme_1]


# --- nine sources, three runs -----------------------------------------------------------------


@pytest.fixture
def all_of_them(site, settings, world):
    """The site with nine local sources, and names for what they speak of."""
    scale = {"floor": 0, "best": 100, "maximum": 100, "category": world.mmlu.category}
    elo = {"kind": "elo", "unit": "elo", "anchor": 1300, "category": world.mmlu.category}
    for table in ("overall", "coding", "hard_prompts", "instruction_following", "chinese", "spanish"):
        arena = Benchmark.objects.create(slug=f"arena-{table.replace('_', '-')}", name=f"Arena {table}", **elo)
        BenchmarkAlias.objects.create(dataset="arena", source_id=table, benchmark=arena)
    for table in ("vision", "document", "webdev"):
        Benchmark.objects.create(slug=table, name=table, **elo)
    Benchmark.objects.create(slug="tau2-retail", name="τ² retail", **scale)
    for dataset, name in (("tau2-bench", "retail"), ("eval-results", "quiz-bench hard")):
        BenchmarkAlias.objects.create(
            dataset=dataset, source_id=name, benchmark=Benchmark.objects.get(slug="tau2-retail")
        )
    ModelAlias.objects.create(dataset="eval-results", source_id="acme/acme-1", model=world.acme_1)
    site.serve("arena", layouts.arena())
    site.serve("benchpress", layouts.benchpress())
    site.serve("epoch", layouts.epoch())
    site.serve("tau2-bench/manifest.json", layouts.manifest("acme-1_sierra_2026-05-05"))
    site.serve("tau2-bench/acme-1_sierra_2026-05-05/submission.json", layouts.submission("acme-1", 70.5))
    settings.SYNC_HUGGING_FACE = ["acme/acme-1"]
    hub = {
        "acme/acme-1/raw/main/README.md": b"---\nlicense: mit\n---\n# Acme 1\n",
        "api/models/acme/acme-1/tree/main/.eval_results": layouts.hub_listing(),
        "acme/acme-1/raw/main/.eval_results/quiz.yaml": layouts.hub_results(),
    }
    for path, body in hub.items():
        site.serve(f"hugging-face/{path}", body)
    for key in [key for key in settings.SYNC_ADDRESSES if "/" in key]:
        del settings.SYNC_ADDRESSES[key]
    settings.SYNC_ADDRESSES["tau2-bench"] = f"{site.server.address}/tau2-bench/"
    settings.SYNC_ADDRESSES["hugging-face"] = f"{site.server.address}/hugging-face"
    return site


def test_nine_sources_run_twice_and_then_show_exactly_what_changed(all_of_them, world, clock):
    site = all_of_them
    first = site.sync()
    waits = {
        "models-dev": 2,
        "litellm": 2,
        "openrouter": 1,
        "aider": 1,
        "arena": 18,
        "benchpress": 2,
        "epoch": 1,
        "tau2-bench": 1,
        "hugging-face": 1,
    }
    assert {key: int(words.partition(" new")[0]) for key, words in first.items()} == waits
    for key in waits:
        if waiting(key):
            accept(key, world.paul)
    second = site.sync()
    assert all(words.startswith("Nothing new among") for key, words in second.items() if key != "litellm"), second
    assert not Import.objects.filter(state=Import.State.READY).exists()
    clock.shift(WEEK)

    site.serve("aider", layouts.aider("61.5"))  # a correction
    site.serve("arena", layouts.arena(models=("acme-1",)))  # rows that vanish
    site.serve("benchpress", layouts.benchpress(lambda data: data["observed"][1].__setitem__(0, 72.5)))
    site.serve("openrouter", layouts.openrouter(lambda data: data["data"][0]["pricing"].update(prompt="0.0000025")))
    before = {row["row_id"]: row["score"] for row in Result.objects.values("row_id", "score")}
    third = site.sync()
    assert third["aider"].startswith("1 changed.")
    assert third["arena"].startswith("9 vanished. 9 of the 18 rows it gave before are missing")
    assert third["benchpress"].startswith("1 changed.")
    assert third["openrouter"].startswith("1 changed.")
    quiet = {key for key in waits if key not in ("aider", "arena", "benchpress", "openrouter", "litellm")}
    assert third["models-dev"].startswith("2 prices seen again. ")
    assert all("Nothing new among" in third[key] for key in quiet), third
    assert {row["row_id"]: row["score"] for row in Result.objects.values("row_id", "score")} == before
    [line] = waiting("openrouter").preview["lines"]
    assert line["fields"][0] == ["input", "3.1", "2.5"]
    assert len(waiting("arena").preview["vanished"]) == 9


def test_names_of_a_list_never_lead_elsewhere(all_of_them):
    site = all_of_them
    site.server.serve("/tau2-bench/manifest.json", Answer(layouts.manifest("../../secret")))
    assert "names that are none" in site.sync("tau2-bench", fails=True)["tau2-bench"]
    assert not [path for path, _ in site.server.asked if "secret" in path]
    site.sync("hugging-face")
    assert not [path for path, _ in site.server.asked if "evil" in path]


def test_a_repository_without_results_is_no_failure(all_of_them):
    site = all_of_them
    del site.server.answers["/hugging-face/api/models/acme/acme-1/tree/main/.eval_results"]
    said = site.sync("hugging-face", fails=True)["hugging-face"]
    assert "holds no file" in said


# --- what an editor does ----------------------------------------------------------------------


def test_an_editor_takes_an_arrival_leaves_a_row_out_and_writes_the_rest(site, world, client):
    site.sync("models-dev")
    client.force_login(world.paul)
    where = reverse("admin:models_catalog_import_change", args=[waiting("models-dev").pk])
    page = client.get(where).content.decode()
    assert "Take it on" in page
    assert "Preview: models.dev (api.json)" in page
    client.post(where, {"_take": "yes"})
    keys = [line["key"] for line in waiting("models-dev").preview["lines"]]
    kept = [key for key in keys if "acme-1" in key]
    client.post(where, {"_leave_out": "yes", "shown": keys, "row": kept})
    entry = waiting("models-dev")
    assert [line["key"] for line in entry.preview["lines"]] == kept
    client.post(where, {"_confirm": "yes", "reason": "round", "digest": entry.digest, "keep_going": "on"})
    assert [price.offering.model for price in Price.objects.all()] == [world.acme_1]


def test_an_editors_results_become_drafts(site, world):
    site.sync("aider")
    imports.take(waiting("aider"), world.edith, publish=True)
    entry = waiting("aider")
    imports.confirm(entry, "round", entry.digest, keep_going=True)
    assert Result.objects.get(dataset="aider").state == Result.State.DRAFT


def test_only_one_person_takes_an_arrival(site, world):
    site.sync("aider")
    entry = waiting("aider")
    imports.take(entry, world.paul, publish=True)
    with pytest.raises(imports.ImportRefused, match="Somebody else"):
        imports.take(entry, world.petra, publish=True)


def test_an_arrival_is_kept_until_somebody_decides(site, world, clock):
    site.sync("aider")
    clock.shift(WEEK)
    imports.forget_old()
    assert waiting("aider").content is not None


def test_a_discarded_arrival_comes_back_only_with_something_new(site, world, clock):
    site.sync("aider")
    imports.discard(waiting("aider"))
    clock.shift(WEEK)
    outcome = arrivals.run(arrivals.SOURCES[6])
    assert outcome.source.key == "aider"
    assert outcome.words == "Nothing new: unchanged since the last run."


# --- prices seen again -----------------------------------------------------------------------


def test_prices_that_still_stand_are_marked_as_seen_once_a_week_and_stay_known_from_the_first_day(site, world, clock):
    site.sync("models-dev")
    accept("models-dev", world.paul)
    first, asked = START.date(), len(site.server.asked)
    assert site.sync("models-dev")["models-dev"] == "Nothing new among 3 rows."
    clock.shift(dt.timedelta(days=3))
    assert site.sync("models-dev")["models-dev"] == "Nothing new among 3 rows."
    assert set(Price.objects.values_list("observed_on", flat=True)) == {first}
    clock.shift(WEEK)
    assert site.sync("models-dev")["models-dev"] == "2 prices seen again. Nothing new among 3 rows."
    assert len(site.server.asked) == asked + 3
    for price in Price.objects.all():
        assert price.observed_on == first + dt.timedelta(days=11)
        assert (price.valid_from, price.valid_from_basis, price.valid_to) == (first, "first observed", None)
        assert price.history.first().history_change_reason == "Seen again at models.dev (api.json), by sync"
    assert waiting("models-dev") is None
    assert not stale_prices(first + dt.timedelta(days=100)).exists()


def test_a_list_that_did_not_change_is_asked_for_once_a_week_all_the_same(site, world, clock):
    """Its server answers “not modified” to whoever asks; the prices still have to be seen."""
    site.serve("models-dev", layouts.models_dev(), headers={"ETag": '"one"'})
    site.sync("models-dev")
    accept("models-dev", world.paul)
    call_command("sync", "models-dev", stdout=io.StringIO())
    clock.shift(WEEK)
    words = arrivals.run(BY_KEY["models-dev"]).words
    assert words == "2 prices seen again. Nothing new: unchanged since the last run."
    assert arrivals.run(BY_KEY["models-dev"]).words == "Nothing new: unchanged since the last run."
    assert "If-None-Match" in site.server.asked[-1][1]
    assert "If-None-Match" not in site.server.asked[-2][1]


def test_a_price_of_another_source_keeps_the_day_it_was_seen_there(site, world, clock):
    site.sync("models-dev")
    accept("models-dev", world.paul)
    site.serve("litellm", layouts.litellm(lambda data: data.pop("zeta") and None))
    site.sync("litellm")
    clock.shift(WEEK)
    site.sync("litellm")
    assert Price.objects.get(offering__model=world.acme_1).observed_on == START.date()


def test_a_discarded_price_does_not_come_back_because_prices_are_seen_again(site, world, clock):
    site.sync("models-dev")
    imports.discard(waiting("models-dev"))
    clock.shift(WEEK)
    assert arrivals.run(BY_KEY["models-dev"]).words == "Nothing new: unchanged since the last run."
    assert waiting("models-dev") is None
    assert not Price.objects.exists()


# --- trusted prices ---------------------------------------------------------------------------


def test_a_trusted_source_publishes_prices_by_itself_and_the_history_names_it(site, world, clock):
    site.sync("models-dev")
    accept("models-dev", world.paul)
    LiveSource.objects.filter(key="models-dev").update(trusted_prices=True)
    changelog.record()
    clock.shift(WEEK)
    site.serve("models-dev", layouts.models_dev(lambda data: data["acme"]["models"]["acme-1"]["cost"].update(input=2)))
    said = site.sync("models-dev")
    assert said["models-dev"] == "1 price seen again. 1 price published. Nothing new among 3 rows."
    assert waiting("models-dev") is None
    price = Price.objects.get(offering__model=world.acme_1, valid_to=None)
    assert price.input == 2
    assert price.history.first().history_change_reason == "Prices of models.dev (api.json), by sync"
    changelog.record()
    [change] = Change.objects.filter(reason__contains="models.dev (api.json)")
    assert change.old_text.startswith("$3")
    assert change.new_text.startswith("$2")


def test_trust_does_not_reach_prices_in_conflict_or_results(site, world, clock):
    site.sync("models-dev")
    accept("models-dev", world.paul)
    LiveSource.objects.update(trusted_prices=True)
    site.sync("aider")
    assert not Result.objects.filter(dataset="aider").exists()
    LiveSource.objects.create(key="litellm", trusted_prices=True)
    clock.shift(WEEK)
    site.serve("litellm", layouts.litellm(lambda data: data["acme-1"].update(input_cost_per_token=9e-06)))
    said = site.sync("litellm")
    assert said["litellm"].startswith("1 price published. 1 changed, 1 in conflict.")
    assert Price.objects.get(offering__model=world.acme_1).input == 3
    assert Price.objects.get(offering__model=world.zeta).input == Decimal("0.5")


# --- failures -----------------------------------------------------------------------------------

PAGE = b"<!DOCTYPE html><html><body>Log in</body></html>"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(status=403), "answered 403"),
        (Answer(status=429, headers={"Retry-After": "7200"}), "answered 429"),
        (Answer(status=500), "answered 500"),
        (Answer(status=404), "has moved"),
        (Answer(layouts.models_dev(), cut=40), "broke off"),
        (Answer(PAGE), "a web page where data were expected"),
        (Answer(b"[1, 2]"), "layout may have changed"),
        (Answer(b'{"acme": {"offers": {}}}'), "layout may have changed"),
        (Answer(b"{"), "layout may have changed"),
    ],
)
def test_a_failure_is_told_nothing_is_deleted_and_the_others_go_on(site, world, clock, answer, said):
    site.sync("models-dev")
    accept("models-dev", world.paul)
    prices = list(Price.objects.values())
    rows = LiveSource.objects.get(key="models-dev").rows
    clock.shift(WEEK)
    site.serve("models-dev", answer)
    told = site.sync(fails=True)
    assert said in told["models-dev"]
    assert told["aider"].startswith("1 new")
    assert list(Price.objects.values()) == prices
    state = LiveSource.objects.get(key="models-dev")
    assert (state.last_answer, state.failures, state.rows) == (told["models-dev"], 1, rows)
    assert state.last_good_at == START
    assert state.next_due_at > START + WEEK


def test_a_server_that_is_too_slow_is_given_up_and_the_others_go_on(site, world, monkeypatch):
    real = download_module.requests.Session.get

    def silent(session, address, **options):
        if address.endswith("/litellm"):
            raise download_module.requests.exceptions.ReadTimeout
        return real(session, address, **options)

    monkeypatch.setattr(download_module.requests.Session, "get", silent)
    said = site.sync(fails=True)
    assert said["litellm"] == "127.0.0.1 did not answer in time."
    assert waiting("models-dev")
    assert not waiting("litellm")


def test_a_server_that_asks_for_patience_is_left_alone_as_long_as_it_says(site, world):
    site.serve("aider", Answer(status=429, headers={"Retry-After": "172800"}))
    site.sync("aider", fails=True)
    assert LiveSource.objects.get(key="aider").next_due_at == START + dt.timedelta(days=2)


def test_each_further_failure_waits_longer(site, world):
    site.serve("aider", Answer(status=403))
    waits = []
    for _ in range(7):
        site.sync("aider", fails=True)
        waits.append((LiveSource.objects.get(key="aider").next_due_at - START) / dt.timedelta(hours=1))
    assert waits == [1, 2, 4, 8, 16, 24, 24]


def test_half_the_rows_gone_is_told_and_even_trust_publishes_nothing(site, world, clock):
    site.sync("models-dev")
    accept("models-dev", world.paul)
    LiveSource.objects.update(trusted_prices=True)
    clock.shift(WEEK)

    def halve(data):
        del data["acme"]["models"]["acme-2"], data["stranger"]
        data["acme"]["models"]["acme-1"]["cost"]["input"] = 1

    site.serve("models-dev", layouts.models_dev(halve))
    said = site.sync("models-dev")["models-dev"]
    assert "2 of the 3 rows it gave before are missing" in said
    assert Price.objects.filter(valid_to=None).count() == 2
    assert Price.objects.get(offering__model=world.acme_1).input == 3
    assert "may be a fault of the source" in waiting("models-dev").message


# --- the command ----------------------------------------------------------------------------------


def test_a_dry_run_writes_nothing(site, world):
    said = site.sync(dry_run=True)
    assert said["models-dev"] == "2 new."
    assert not LiveSource.objects.exists()
    assert not Import.objects.exists()


def test_without_names_only_enabled_sources_that_are_due_are_asked(site, world, clock):
    for state in arrivals.states().values():
        state.enabled = state.key == "aider"
        state.save()
    call_command("sync", stdout=io.StringIO())
    assert [path for path, _ in site.server.asked] == ["/aider"]
    out = io.StringIO()
    call_command("sync", stdout=out)
    assert out.getvalue() == "No source is due. Name one to ask it now, or see --list.\n"
    clock.shift(dt.timedelta(days=7))
    call_command("sync", stdout=io.StringIO())
    assert [path for path, _ in site.server.asked] == ["/aider", "/aider"]


def test_the_list_tells_switches_and_the_last_answer(site, world):
    site.sync("aider")
    out = io.StringIO()
    call_command("sync", list=True, stdout=out)
    told = out.getvalue()
    assert "aider: Aider, results of Aider's polyglot exercises. Apache-2.0. on." in told
    assert "Last good run: 2026-11-02 06:00. Next due: 2026-11-09 06:00. 1 new. An arrival waits." in told
    assert len(told.splitlines()) == 3 * len(arrivals.SOURCES)


def test_a_source_that_nobody_knows_is_refused():
    with pytest.raises(CommandError, match="is no source"):
        call_command("sync", "nowhere")


# --- the newsroom's page ----------------------------------------------------------------------------


def test_a_publisher_switches_sources_and_an_editor_only_looks(site, world, client):
    site.sync("aider")
    where = reverse("admin:models_catalog_livesource_changelist")
    client.force_login(world.edith)
    page = client.get(where).content.decode()
    assert "look at it" in page
    state = LiveSource.objects.get(key="aider")
    one = reverse("admin:models_catalog_livesource_change", args=[state.pk])
    assert client.post(one, {"trusted_prices": "on"}).status_code == 403
    client.force_login(world.paul)
    assert client.post(one, {"trusted_prices": "on"}).status_code == 302
    state.refresh_from_db()
    assert (state.enabled, state.trusted_prices, state.sha256) == (False, True, "")
