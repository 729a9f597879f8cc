"""The open API: complete, paged, validated by revision, and honest about what goes wrong."""

import contextlib
import json

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import checks

from comparisons import standing_store
from comparisons.pages import open_data
from comparisons.web import api as api_module
from comparisons.web import page_cache
from comparisons.web.throttling import ClientThrottle
from models_catalog.models import Benchmark, LanguageModel, ModelSlugRedirect, Price, Result
from models_catalog.tests.world import build_world

ROOT = "/api/v1"
LISTS = ("models", "benchmarks", "results", "prices", "changes", "leaderboard?lane=provisional")


@pytest.fixture(autouse=True)
def _unhurried():
    api_module.throttle.forget()
    page_cache.revision.forget()
    yield
    api_module.throttle.forget()
    page_cache.revision.forget()


@pytest.fixture
def world(db):
    found = build_world()
    standing_store.recompute()
    return found


def get(path, **headers):
    return Client().get(f"{ROOT}/{path}", headers=headers)


def everything(path, limit):
    """All items of a list, page by page."""
    joined, cursor, items = "&" if "?" in path else "?", "", []
    while cursor is not None:
        answer = get(f"{path}{joined}limit={limit}{f'&cursor={cursor}' if cursor else ''}").json()
        assert len(answer["items"]) <= limit
        items += answer["items"]
        cursor = answer["next"]
    return items


# ------------------------------------------------------------------ lists


@pytest.mark.parametrize("path", LISTS)
def test_pages_together_hold_the_whole_list_once(world, path):
    whole = everything(path, 200)
    assert everything(path, 2) == whole
    keys = [json.dumps(item, sort_keys=True) for item in whole]
    assert len(keys) == len(set(keys))


def test_lists_hold_what_readers_may_see(world):
    assert [item["slug"] for item in everything("models", 200)] == sorted(world.models)
    assert len(everything("benchmarks", 200)) == Benchmark.objects.count()
    assert len(everything("prices", 200)) == Price.objects.count()
    ids = {item["id"] for item in everything("results", 200)}
    assert ids == set(Result.objects.exclude(pk=world.generated.pk).values_list("pk", flat=True))


def test_a_hidden_model_is_in_no_list(world):
    LanguageModel.objects.filter(slug="atlas").update(published=False)
    standing_store.recompute()
    for path in ("models", "results", "prices", "leaderboard?lane=provisional"):
        assert "atlas" not in json.dumps(everything(path, 200))
    assert get("models/atlas").status_code == 404


def test_a_withdrawn_result_says_why(world):
    (withdrawn,) = [item for item in everything("results", 200) if item["state"] == "withdrawn"]
    assert withdrawn["withdrawn_reason"] == "Measured with tools"


def test_filters_narrow(world):
    assert {item["model"] for item in everything("results?model=atlas", 200)} == {"atlas"}
    assert {item["benchmark"] for item in everything("results?benchmark=exam-facts", 200)} == {"exam-facts"}
    assert {item["lab"] for item in everything("models?lab=south", 200)} == {"south"}
    assert [item["slug"] for item in everything("benchmarks?category=math", 200)] == ["contest-sums"]
    assert {item["provider"] for item in everything("prices?provider=sky", 200)} == {"sky"}
    current = everything("prices?model=borea&current=true", 200)
    assert [(item["input"], item["valid_to"]) for item in current] == [(2.0, None)]


def test_free_is_zero_and_unknown_is_null(world):
    (free,) = everything("prices?model=delta", 200)
    assert (free["input"], free["output"], free["cache_read"]) == (0, 0, None)


@given(st.text(max_size=40))
def test_a_cursor_is_read_or_refused_and_never_breaks(text):
    with contextlib.suppress(open_data.BadCursor):
        assert isinstance(open_data.number_of(text), int)


@given(st.integers(0, open_data.LARGEST_NUMBER))
def test_a_cursor_brings_back_its_number(number):
    assert open_data.number_of(open_data.cursor_of(number)) == number


# ------------------------------------------------------------------ single things


def test_a_model_has_a_standing_in_every_lane(world):
    answer = get("models/atlas").json()
    assert set(answer["standings"]) == {"verified", "provisional", "independent"}
    stored = standing_store.placed_models("provisional", ("atlas",))["atlas"].standing
    assert answer["standings"]["provisional"]["score"] == stored.overall
    assert answer["standings"]["provisional"]["results"] == stored.results


def test_a_benchmark_brings_its_results(world):
    answer = get("benchmarks/contest-sums").json()
    assert {row["model"] for row in answer["results"]} == {"atlas", "borea", "cirro"}


def test_the_comparison_is_the_twin_of_the_page(world):
    assert get("compare/borea-vs-atlas").json() == Client().get("/compare/atlas-vs-borea.json").json()


def test_a_change_reads_as_on_its_page(world):
    for item in everything("changes", 200):
        assert item["text"]
        assert item["url"].startswith("http://127.0.0.1:8000/changes/")


# ------------------------------------------------------------------ manners


def test_any_origin_may_read_and_none_may_write(world):
    assert get("models")["Access-Control-Allow-Origin"] == "*"
    asked = Client().options(f"{ROOT}/models")
    assert (asked.status_code, asked["Access-Control-Allow-Methods"]) == (204, "GET, HEAD, OPTIONS")
    refused = Client().post(f"{ROOT}/models")
    assert (refused.status_code, refused["Content-Type"]) == (405, "application/problem+json")
    assert Client().head(f"{ROOT}/models").status_code == 200


def test_the_revision_is_the_validator(world):
    etag = get("models")["ETag"]
    assert etag.startswith(f'"{standing_store.current_revision()}.')
    assert get("models", **{"If-None-Match": etag}).status_code == 304
    standing_store.recompute()
    page_cache.revision.forget()  # a process believes a revision for a second
    assert get("models", **{"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("models/nobody", 404),
        ("benchmarks/nothing", 404),
        ("leaderboard?category=nothing", 404),
        ("compare/atlas-vs-nobody", 404),
        ("compare/atlas-vs-atlas", 422),
        ("compare/atlas", 422),
        ("models/UPPER", 422),
        ("models?limit=0", 422),
        ("models?limit=many", 422),
        ("results?cursor=%C3%A4", 422),
        ("models?cursor=AA", 422),
        ("leaderboard?lane=fast", 422),
        ("changes?kind=rumour", 422),
        ("nothing/here", 404),
    ],
)
def test_every_error_is_a_problem_with_a_sentence(world, path, status):
    response = get(path)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["detail"].endswith(".")
    assert not response.has_header("ETag")


def test_a_near_miss_is_told_where_to_look(world):
    assert "/api/v1/models/atlas" in get("models/atlass").json()["near"]


def test_an_old_slug_leads_to_the_new_address(world):
    ModelSlugRedirect.objects.create(old_slug="zephyr", model=LanguageModel.objects.get(slug="atlas"))
    assert get("models/zephyr")["Location"] == "/api/v1/models/atlas"
    assert get("compare/borea-vs-zephyr")["Location"] == "/api/v1/compare/atlas-vs-borea"
    assert get("compare/atlas-vs-zephyr")["Location"] == "/api/v1/models/atlas"


def test_before_the_first_computation_there_is_no_board(db):
    assert get("leaderboard").status_code == 404
    assert get("models").json() == {"revision": 0, "next": None, "items": []}


# ------------------------------------------------------------------ throttling


class Asking:
    """A request as far as throttling sees it."""

    def __init__(self, address, **meta):
        self.META = {"REMOTE_ADDR": address, **meta}


def test_a_client_in_a_hurry_waits_and_others_do_not():
    throttle = ClientThrottle(3)
    assert [throttle.allow_request(Asking("192.0.2.1")) for _ in range(5)] == [True] * 3 + [False] * 2
    assert throttle.allow_request(Asking("192.0.2.2"))
    assert throttle.wait() == 20


def test_the_bucket_fills_up_again(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("comparisons.web.throttling.time.monotonic", lambda: now[0])
    throttle = ClientThrottle(60)
    assert sum(throttle.allow_request(Asking("192.0.2.1")) for _ in range(100)) == 60
    now[0] += 10
    assert sum(throttle.allow_request(Asking("192.0.2.1")) for _ in range(100)) == 10


def test_no_address_is_kept_and_a_client_has_another_key_tomorrow(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("comparisons.web.throttling.time.monotonic", lambda: now[0])
    throttle = ClientThrottle(3)
    throttle.allow_request(Asking("192.0.2.77"))
    assert "192.0.2.77" not in repr(vars(throttle)) + repr(vars(throttle._keys))
    today = throttle._keys.key(Asking("192.0.2.77"))
    now[0] += 25 * 60 * 60
    assert throttle._keys.key(Asking("192.0.2.77")) != today


def test_behind_a_proxy_the_client_it_saw_counts(settings):
    settings.TRUSTED_PROXY_COUNT = 1
    throttle = ClientThrottle(1)
    assert throttle.allow_request(Asking("10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9, 192.0.2.1"))
    assert not throttle.allow_request(Asking("10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.1, 192.0.2.1"))
    assert throttle.allow_request(Asking("10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.1, 192.0.2.2"))


def test_too_many_requests_are_told_when_to_come_back(world, monkeypatch):
    monkeypatch.setattr(api_module.throttle, "limit", 2)
    assert [get("models").status_code for _ in range(3)] == [200, 200, 429]
    response = get("models")
    assert response["Retry-After"] == "30"
    assert response["Content-Type"] == "application/problem+json"


# ------------------------------------------------------------------ description


def test_the_description_declares_every_way_an_answer_can_come(db):
    schema = json.loads(Client().get(f"{ROOT}/openapi.json").content)
    assert schema["openapi"].startswith("3.1")
    assert len(schema["paths"]) == 12
    for path, methods in schema["paths"].items():
        assert set(methods) == {"get"}
        codes = methods["get"]["responses"]
        assert {"200", "422", "429"} <= set(codes)
        named = path.endswith(("leaderboard", "results", "prices", "changes"))  # filters that name a subject
        assert ("404" in codes) == ("{" in path or named)
        for code, response in codes.items():
            assert list(response["content"]) == ["application/json" if code == "200" else "application/problem+json"]


def test_the_documentation_names_every_operation_and_loads_nothing_from_elsewhere(db):
    response = Client().get("/api/")
    body = response.content.decode()
    for path in json.loads(Client().get(f"{ROOT}/openapi.json").content)["paths"]:
        assert f"<code>GET {path}</code>" in body
    assert "//cdn" not in body
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert Client().get(f"{ROOT}/")["Location"] == "/api/"


described = schemathesis.openapi.from_dict(api_module.api.get_openapi_schema(path_prefix="/api/v1/"))
described.app = WSGIHandler()
CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


KNOWN = {"models": {"slug": "atlas"}, "benchmarks": {"slug": "exam-facts"}, "compare": {"pair": "atlas-vs-borea"}}


@pytest.fixture
def _connection_stays_open():
    """The server closes its connection after each request; the one of a test has to stay."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.usefixtures("_connection_stays_open", "world")
@described.parametrize()
@settings(max_examples=8, suppress_health_check=list(HealthCheck), deadline=None)
def test_made_up_requests_get_described_answers(case):
    api_module.throttle.forget()
    case.call_and_validate(checks=CHECKS)
    known = KNOWN.get(case.path.split("/")[3])  # this world has no runs
    if case.path_parameters and known:
        case.path_parameters = known
        case.call_and_validate(checks=CHECKS)


def test_operations_keep_their_names_for_generated_clients(db):
    names = {
        operation["operationId"]
        for operations in json.loads(Client().get(f"{ROOT}/openapi.json").content)["paths"].values()
        for operation in operations.values()
    }
    assert {"comparisons_api_list_models", "comparisons_api_get_model", "comparisons_api_list_results"} <= names
