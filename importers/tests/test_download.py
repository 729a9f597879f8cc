"""Downloads against a server that fails in every usual way."""

import datetime as dt
from email.utils import format_datetime

import pytest

from importers.sync import download as module
from importers.sync.download import DownloadError, Validators, download
from importers.tests.source_server import Answer, running

BODY = b'{"models": []}'


@pytest.fixture
def source():
    with running() as server:
        yield server


@pytest.fixture
def pauses():
    return []


@pytest.fixture
def get(pauses):
    def fetch(address, **options):
        options = {"most_bytes": 1000, "user_agent": "Evenbench/test", "wait": pauses.append, **options}
        return download(address, **options)

    return fetch


def test_a_body_comes_with_its_validators_and_a_plain_user_agent(source, get):
    got = get(source.serve("/a.json", Answer(BODY, headers={"Last-Modified": "Wed, 25 Nov 2026 10:00:00 GMT"})))
    assert got.content == BODY
    assert got.validators.last_modified == "Wed, 25 Nov 2026 10:00:00 GMT"
    assert source.asked[0][1]["User-Agent"] == "Evenbench/test"


def test_an_unchanged_file_costs_no_body(source, get):
    address = source.serve("/a.json", Answer(BODY))
    first = get(address)
    again = get(address, validators=first.validators)
    assert again.content is None
    assert again.validators == first.validators


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_fault_is_tried_again(source, get, pauses, status):
    address = source.serve("/a.json", Answer(status=status), Answer(BODY))
    assert get(address).content == BODY
    assert pauses == [2]


def test_three_tries_and_no_more_each_after_a_longer_pause(source, get, pauses):
    with pytest.raises(DownloadError, match="answered 503"):
        get(source.serve("/a.json", Answer(status=503)))
    assert len(source.asked) == 3
    assert pauses == [2, 4]


def test_retry_after_is_kept_to_as_seconds_and_as_a_date(source, get, pauses):
    later = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=31)
    asked = [Answer(status=429, headers={"Retry-After": "7"})]
    asked += [Answer(status=429, headers={"Retry-After": format_datetime(later, usegmt=True)}), Answer(BODY)]
    get(source.serve("/a.json", *asked))
    assert pauses[0] == 7
    assert 25 <= pauses[1] <= 31


def test_a_server_that_asks_for_an_hour_is_left_alone(source, get, pauses):
    with pytest.raises(DownloadError) as failed:
        get(source.serve("/a.json", Answer(status=429, headers={"Retry-After": "3600"})))
    assert failed.value.retry_after == 3600
    assert (len(source.asked), pauses) == (1, [])


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "does not let this site in"), (404, "has moved"), (410, "has moved"), (400, "answered 400")],
)
def test_a_lasting_refusal_is_told_at_once(source, get, status, words):
    with pytest.raises(DownloadError, match=words):
        get(source.serve("/a.json", Answer(status=status)))
    assert len(source.asked) == 1


@pytest.mark.parametrize("page", [b"<!DOCTYPE html><p>Log in", b"\n  <html><body>Consent"])
def test_a_web_page_is_no_data(source, get, page):
    with pytest.raises(DownloadError, match="web page where data were expected"):
        get(source.serve("/a.json", Answer(page)))


def test_a_body_that_is_cut_is_never_taken_for_the_whole(source, get):
    with pytest.raises(DownloadError, match="broke off before the end"):
        get(source.serve("/a.json", Answer(BODY, cut=5)))


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_the_limit_is_given_up(source, get, announced):
    answer = Answer(b"x" * 2000) if announced else Answer(b"", headers={})
    if not announced:
        import gzip

        answer = Answer(gzip.compress(b"x" * 200_000), headers={"Content-Encoding": "gzip"})
    with pytest.raises(DownloadError, match="more than 1,000 bytes"):
        get(source.serve("/a.json", answer))


def test_a_source_that_drips_is_given_up(source, get, monkeypatch):
    clock = iter(range(0, 10_000, 400))
    monkeypatch.setattr(module.time, "monotonic", lambda: next(clock))
    with pytest.raises(DownloadError, match="so slowly"):
        get(source.serve("/a.json", Answer(BODY)))


def test_redirects_are_followed_but_not_in_a_circle(source, get):
    source.serve("/new.json", Answer(BODY))
    assert get(source.serve("/old.json", Answer(status=301, headers={"Location": "/new.json"}))).content == BODY
    with pytest.raises(DownloadError, match="in a circle"):
        get(source.serve("/round.json", Answer(status=302, headers={"Location": "/round.json"})))


@pytest.mark.parametrize("address", ["http://example.org/a.json", "ftp://example.org/a", "file:///etc/hostname"])
def test_only_https_is_fetched(get, address):
    with pytest.raises(DownloadError, match="only https"):
        get(address)


def test_a_redirect_to_plain_http_is_not_followed(source, get):
    with pytest.raises(DownloadError, match="only https"):
        get(source.serve("/a.json", Answer(status=302, headers={"Location": "http://example.org/a.json"})))


def test_nobody_there_is_a_sentence(get):
    with pytest.raises(DownloadError, match="could not be made, or broke off"):
        get("http://127.0.0.1:9/a.json")


def test_validators_are_sent(source, get):
    get(source.serve("/a.json", Answer(BODY)), validators=Validators('"x"', "Wed, 25 Nov 2026 10:00:00 GMT"))
    sent = source.asked[0][1]
    assert (sent["If-None-Match"], sent["If-Modified-Since"]) == ('"x"', "Wed, 25 Nov 2026 10:00:00 GMT")
