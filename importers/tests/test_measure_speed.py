"""`measure_speed` against an endpoint on this machine that streams, and fails in every usual way.

The clock is a counter: each reading is a quarter of a second after the one before.
"""

from __future__ import annotations

import itertools
import json
import socket
import threading
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from importers.management.commands.measure_speed import Command
from importers.speed.prompts import prompt
from importers.speed.stream import Endpoint, EndpointError, require_safe
from importers.speed.timing import Heard, NotTimed, spread, summed_up
from models_catalog.models import Offering, Result, SpeedMeasurement
from models_catalog.snapshots import operations
from models_catalog.tests.factories import make_model, make_organization

KEY = "sk-very-secret-7f3a"
TICK = 0.25  # seconds between two readings of the clock


def event(text: str = "", *, thought: str = "", finish: str | None = None) -> bytes:
    delta = {**({"content": text} if text else {}), **({"reasoning_content": thought} if thought else {})}
    return data({"choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})


def data(value) -> bytes:
    return f"data: {value if isinstance(value, str) else json.dumps(value)}\n\n".encode()


def usage(prompt_tokens: int = 480, completion_tokens: int = 9, **details) -> bytes:
    found = {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens}
    return data({"choices": [], "usage": {**found, **({"completion_tokens_details": details} if details else {})}})


DONE = data("[DONE]")
ANSWER = b": a comment\n\n" + b"".join([event("One "), event("two "), event("three."), event(finish="stop")])
WHOLE = ANSWER + usage() + DONE


class Stub:
    """`answers` are given in turn, the last for ever: (status, headers, body, bytes announced or None)."""

    def __init__(self):
        self.answers = [(200, {"Content-Type": "text/event-stream; charset=utf-8"}, WHOLE, None)]
        self.asked: list[tuple[str, dict, dict]] = []
        self.address = ""

    def answer(self, body: bytes, status: int = 200, announced: int | None = None, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers = [(status, {"Content-Type": "text/event-stream", **named}, body, announced)]


@contextmanager
def running():
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            sent = self.rfile.read(int(self.headers["Content-Length"]))
            stub.asked.append((self.path, dict(self.headers), json.loads(sent)))
            status, headers, body, announced = stub.answers.pop(0) if len(stub.answers) > 1 else stub.answers[0]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if announced is not None:
                self.send_header("Content-Length", str(announced))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            """Say nothing."""

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    stub.address = f"http://127.0.0.1:{http.server_port}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


@pytest.fixture
def stub(db, monkeypatch):
    lab = make_organization(slug="north", name="North")
    make_model(slug="atlas", lab=lab)
    readings = itertools.count()
    monkeypatch.setattr(Command, "clock", staticmethod(lambda: next(readings) * TICK))
    monkeypatch.setenv("MEASURE_SPEED_KEY", KEY)
    with running() as server:
        yield server


def run(stub: Stub, *options: str) -> str:
    out = StringIO()
    call_command("measure_speed", "north", "atlas", "--endpoint", stub.address, *options, stdout=out, stderr=out)
    return out.getvalue()


def refused(stub: Stub, *options: str) -> str:
    """The sentence; nothing may have been stored, and the key not be in it."""
    with pytest.raises(CommandError) as error:
        run(stub, *options)
    assert not SpeedMeasurement.objects.exists()
    assert not Offering.objects.exists()
    assert KEY not in str(error.value)
    return str(error.value)


def test_medians_of_the_runs_are_stored_with_their_settings(stub):
    printed = run(stub, "--runs", "3", "--region", " Oslo,  NO ", "--as", "Atlas-1")
    speed = SpeedMeasurement.objects.select_related("offering__model", "offering__provider").get()
    # first token one tick after the request, the third two ticks later: 9 tokens, 8 of them in half a second
    assert (speed.time_to_first_token, speed.output_tokens_per_second) == (Decimal("0.25"), Decimal(16))
    assert (speed.speed_low, speed.speed_high, speed.first_token_low, speed.first_token_high) == (16, 16, 0.25, 0.25)
    assert (speed.runs, speed.warm_ups, speed.prompt_tokens, speed.output_tokens) == (3, 1, 480, 9)
    assert (speed.token_basis, speed.region, speed.source_kind) == ("usage", "Oslo, NO", Result.SourceKind.INDEPENDENT)
    assert speed.measured_on is not None
    assert "127.0.0.1" in speed.method
    assert "“Atlas-1”" in speed.method
    assert (speed.offering.model.slug, speed.offering.provider.slug) == ("atlas", "north")
    assert printed.endswith("created=1 updated=0 unchanged=0 rejected=0\n")
    assert len(stub.asked) == 4


def test_the_request_is_streamed_and_asks_for_usage(stub):
    run(stub, "--max-tokens", "77", "--limit-field", "max_completion_tokens")
    path, headers, body = stub.asked[0]
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body["stream"] is True
    assert body["stream_options"] == {"include_usage": True}
    assert body["max_completion_tokens"] == 77
    assert "max_tokens" not in body
    assert body["model"] == "atlas"


def test_no_run_is_asked_what_another_was(stub):
    run(stub, "--runs", "4", "--warm-ups", "2")
    assert len({body["messages"][0]["content"] for _, _, body in stub.asked}) == 6


def test_warm_ups_do_not_count(stub):
    slow = (200, {"Content-Type": "text/event-stream"}, ANSWER + usage(completion_tokens=3) + DONE, None)
    stub.answers = [slow, *stub.answers]
    assert "warm-up: first token" in run(stub, "--runs", "2")
    assert SpeedMeasurement.objects.get().speed_low == 16


def test_spread_is_of_single_runs(stub):
    kind = {"Content-Type": "text/event-stream"}
    stub.answers = [(200, kind, ANSWER + usage(completion_tokens=n) + DONE, None) for n in (3, 9, 5, 17)]
    run(stub, "--runs", "4", "--warm-ups", "0")
    speed = SpeedMeasurement.objects.get()
    assert (speed.speed_low, speed.output_tokens_per_second, speed.speed_high) == (4, 12, 32)


def test_pieces_are_counted_where_the_endpoint_counts_nothing(stub):
    stub.answer(ANSWER + DONE)
    assert "pieces of the stream, counted here" in run(stub)
    speed = SpeedMeasurement.objects.get()
    assert (speed.token_basis, speed.output_tokens, speed.prompt_tokens) == ("chunks", 3, None)
    assert speed.output_tokens_per_second == 4
    assert "not counted by the endpoint" in speed.method


def test_thinking_that_is_not_shown_is_no_output_speed(stub):
    stub.answer(ANSWER + usage(completion_tokens=1009, reasoning_tokens=1000) + DONE)
    run(stub)
    speed = SpeedMeasurement.objects.get()
    assert speed.output_tokens_per_second == 16
    assert "not streamed is left out" in speed.method


def test_thinking_that_is_shown_counts(stub):
    body = event(thought="Hm ") + event(thought="so ") + event("Yes.") + event(finish="stop")
    stub.answer(body + usage(completion_tokens=9, reasoning_tokens=6) + DONE)
    run(stub)
    assert SpeedMeasurement.objects.get().output_tokens_per_second == 16


def test_a_stream_may_end_without_done_once_it_said_why_it_finished(stub):
    stub.answer(ANSWER + usage())
    run(stub)
    assert SpeedMeasurement.objects.get().output_tokens == 9


def test_dry_run_stores_nothing(stub):
    assert "Dry run: nothing was stored." in run(stub, "--dry-run")
    assert not SpeedMeasurement.objects.exists()
    assert not Offering.objects.exists()


def test_measured_twice_a_day_from_one_place_is_one_row_and_from_two_places_two(stub):
    run(stub, "--region", "Oslo")
    run(stub, "--region", "Oslo")
    run(stub, "--region", "Lima")
    assert sorted(SpeedMeasurement.objects.values_list("region", flat=True)) == ["Lima", "Oslo"]


def test_the_key_is_nowhere(stub, caplog, capfd):
    with caplog.at_level("DEBUG"):
        printed = run(stub)
    speed = SpeedMeasurement.objects.get()
    stored = [str(getattr(speed, field.attname)) for field in speed._meta.concrete_fields]
    heard = capfd.readouterr()
    assert KEY not in "".join([printed, caplog.text, heard.out, heard.err, *stored])
    assert KEY not in repr(Endpoint("https://a.example", "m", KEY))
    assert KEY not in str(list(SpeedMeasurement.history.values()))


HTML = {"Content_Type": "text/html; charset=utf-8"}
JSON = {"Content_Type": "application/json"}


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"body": b"", "status": 401}, "answered 401: it does not accept the key"),
        ({"body": b"", "status": 403}, "answered 403: it does not accept the key"),
        ({"body": b"", "status": 429, "Retry_After": "17"}, "Try again in 17 seconds."),
        (
            {"body": b"", "status": 429, "Retry_After": "Tue, 01 Dec 2026 10:00:00 GMT"},
            "Try again after Tue, 01 Dec 2026",
        ),
        ({"body": b"", "status": 429}, "Try again later."),
        ({"body": b"", "status": 503}, "in trouble itself"),
        ({"body": b"", "status": 307, "Location": "http://127.0.0.1:1/v1"}, "leads elsewhere (307)"),
        (dict(body=b'{"error": {"message": "No such model."}}', status=404, **JSON), "(“No such model”)"),
        (dict(body=f'{{"error": {{"message": "bad {KEY}\\nx"}}}}'.encode(), status=400, **JSON), "(“bad … x”)"),
        (dict(body=b"[" * 9000, status=400, **JSON), "answered 400."),
        (dict(body=b"<html>Log in</html>", **HTML), "answered with a web page, not a stream"),
        (dict(body=b'{"choices": []}', **JSON), "application/json in one piece, not a stream"),
        ({"body": ANSWER[:-90]}, "broke off before its end"),
        ({"body": ANSWER[:60], "announced": 5000}, "broke off before its end"),
        (
            {"body": event("One ") + data({"error": {"message": "overloaded"}})},
            "broke off with an error (“overloaded”)",
        ),
        ({"body": data("{not json") + DONE}, "no JSON object"),
        ({"body": data([1]) + DONE}, "no JSON object"),
        ({"body": event(finish="stop") + usage() + DONE}, "without a single token"),
        ({"body": DONE}, "without a single token"),
        ({"body": b""}, "broke off before its end"),
        ({"body": event("All of it.") + event(finish="stop") + usage() + DONE}, "came in one piece"),
    ],
)
def test_what_goes_wrong_is_a_sentence_and_stores_nothing(stub, answer, says):
    stub.answer(**answer)
    assert says in refused(stub)


def test_a_run_that_fails_ends_the_measurement(stub):
    good = stub.answers[0]
    stub.answers = [good, good, (200, {"Content-Type": "text/event-stream"}, ANSWER[:60], None)]
    assert "broke off" in refused(stub, "--runs", "5")
    assert len(stub.asked) == 3


def test_nobody_listens(stub):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, never listening
        stub.address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        assert "refuses connections" in refused(stub)


def test_silence(stub):
    with mock.patch("importers.speed.stream.urllib.request.OpenerDirector.open", side_effect=TimeoutError):
        assert "was silent" in refused(stub)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--runs", "0"), "--runs must lie between 1 and 100."),
        (("--warm-ups", "-1"), "--warm-ups must lie between"),
        (("--max-tokens", "1"), "--max-tokens must lie between"),
        (("--region", "x" * 121), "--region is one line"),
        (("--source-url", "javascript:alert(1)"), "--source-url must be a web address."),
    ],
)
def test_options_are_refused_before_anything_is_asked(stub, options, says):
    assert says in refused(stub, *options)
    assert not stub.asked


@pytest.mark.parametrize(("names", "says"), [(("nobody", "atlas"), "“nobody”"), (("north", "nothing"), "“nothing”")])
def test_unknown_names_are_refused_before_anything_is_asked(stub, names, says):
    with pytest.raises(CommandError, match=says):
        call_command("measure_speed", *names, "--endpoint", stub.address)
    assert not stub.asked


def test_without_an_endpoint_it_says_where_to_name_one(stub, monkeypatch):
    monkeypatch.delenv("MEASURE_SPEED_ENDPOINT", raising=False)
    with pytest.raises(CommandError, match="MEASURE_SPEED_ENDPOINT"):
        call_command("measure_speed", "north", "atlas")


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("http://api.example.org/v1", KEY),  # the key in the open
        ("file:///etc/passwd", ""),
        ("ftp://api.example.org/v1", ""),
        ("https://user:pass@api.example.org/v1", ""),
        ("https://api.example.org/v1?key=1", ""),
        ("https://api.example.org:99999/v1", ""),
        ("https:///v1", ""),
        ("https://api.example.org/v1", "two words"),
        ("https://api.example.org/v1", "line\nbreak"),
        ("https://api.example.org/v1", "schlüssel"),
    ],
)
def test_unsafe_endpoints_are_refused(address, key):
    with pytest.raises(EndpointError):
        require_safe(Endpoint(address, "m", key))


@pytest.mark.parametrize(
    ("address", "key"),
    [("https://api.example.org/v1", KEY), ("http://127.0.0.1:8000/v1", KEY), ("http://10.0.0.7:8000/v1", "")],
)
def test_safe_endpoints_are_taken(address, key):
    require_safe(Endpoint(address, "m", key))


@given(st.lists(st.floats(0.001, 10_000), min_size=1, max_size=9))
def test_a_median_lies_between_the_least_and_the_most(figures):
    found = spread(figures)
    assert found.low <= found.median <= found.high
    assert spread(list(reversed(figures))) == found


def test_runs_counted_differently_are_not_summed_up():
    with pytest.raises(NotTimed, match="some runs and not of others"):
        summed_up([Heard(0.1, 1.0, 5, 5), Heard(0.1, 1.0, 5)])


@given(st.integers(1, 3000), st.text(max_size=9))
def test_prompts_have_the_length_asked_for_and_are_the_same_for_one_seed(tokens, seed):
    text = prompt(tokens, seed)
    assert text == prompt(tokens, seed)
    assert max(1, tokens - 24) <= len(text.split()) <= max(1, tokens - 24) + 24


def test_readers_see_how_it_was_measured(stub):
    run(stub, "--runs", "3", "--region", "Oslo")
    (found,) = operations(["atlas"]).speeds["atlas"]
    assert (found.runs, found.prompt_tokens, found.region) == (3, 480, "Oslo")
    assert found.speed_range == (16, 16)
    assert found.first_token_range == (Decimal("0.25"), Decimal("0.25"))


def test_a_measurement_comes_back_from_the_export_as_it_was(stub, tmp_path):
    run(stub, "--runs", "3", "--region", "Oslo")
    call_command("export_data", tmp_path / "first", stdout=StringIO())
    SpeedMeasurement.objects.all().delete()
    call_command("import_data", "csv", tmp_path / "first", stdout=StringIO())
    call_command("export_data", tmp_path / "second", stdout=StringIO())
    speeds = (tmp_path / "first" / "speeds.csv").read_bytes()
    assert b"Oslo" in speeds
    assert speeds == (tmp_path / "second" / "speeds.csv").read_bytes()
