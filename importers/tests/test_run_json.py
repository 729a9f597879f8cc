"""JSON of strangers: what is well formed reads as the standard library reads it, the rest is refused with a sentence."""

import json
import math
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers.runs import jsonfile
from importers.runs.jsonfile import BadJson, JsonFile

LEAVES = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=8)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
)
OBJECTS = st.dictionaries(st.text(max_size=6), VALUES, max_size=5)


@settings(max_examples=40)
@given(OBJECTS | st.lists(VALUES, max_size=5), st.sampled_from([None, 1]), st.booleans())
def test_reads_what_the_standard_library_reads(data, indent, ascii_only):
    raw = json.dumps(data, indent=indent, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    file = JsonFile(raw)
    assert file.whole() == data
    if isinstance(data, dict):
        assert file.keys() == set(data)
        assert {name: file.get(name) for name in data} == data
        assert dict(file.items()) == data
    else:
        assert [value for _, value in file.items()] == data
    assert [part.whole() for part in file.parts()] == [
        each for each in (data.values() if isinstance(data, dict) else data) if isinstance(each, dict | list)
    ]


@settings(max_examples=40)
@given(OBJECTS, st.data())
def test_a_text_that_ends_in_the_middle_is_refused(data, draw):
    raw = json.dumps(data).encode()
    cut = draw.draw(st.integers(0, len(raw) - 1))
    with pytest.raises(BadJson):
        JsonFile(raw[:cut]).whole()


def test_members_of_a_member_come_one_at_a_time():
    file = JsonFile(b'{"many": [{"a": 1}, 2, "x"], "by_name": {"k": [1]}, "none": null}')
    assert [value for _, value in file.each("many")] == [{"a": 1}, 2, "x"]
    assert list(file.each("by_name")) == [("k", [1])]
    assert list(file.each("none")) == list(file.each("missing")) == []


def test_nan_is_read_because_tools_write_it():
    assert math.isnan(JsonFile(b'{"score": NaN}').get("score"))


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty"),
        (b"12", "does not begin with"),
        (b"\xff\xfe{\x00", "UTF-16"),
        (b'{"a": 1} {"b": 2}', "goes on after its end"),
        (b'{"a": 1, "a": 2}', "“a” twice"),
        (b'{"a": {"b": 1, "b": 2}}', "“b” twice"),
        (b'{"a": "\xff"}', "not UTF-8"),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "levels deep"),
        (b'{"a": ' + b"9" * 5_000_000 + b"}", "digits"),
        (b'{"a": "' + b'\\"' * 200_000, "inside a text"),
        (b'{"a" 1}', "key without a value"),
        (b'{"a": tru}', "not valid JSON"),
        (b'{"a": [1, 2}}', "not valid JSON"),
    ],
)
def test_what_is_no_json_is_refused_with_a_sentence(raw, words):
    with pytest.raises(BadJson, match=words) as problem:
        JsonFile(raw).whole()
    assert len(str(problem.value)) < 200


def test_a_long_number_inside_a_text_is_no_harm():
    assert JsonFile(b'{"hash": "' + b"1" * 900 + b'"}').get("hash") == "1" * 900


def test_a_member_of_too_many_values_is_not_built(monkeypatch):
    monkeypatch.setattr(jsonfile, "MOST_VALUES", 10_000)
    raw = b'{"small": 1, "large": [' + b",".join([b"[]"] * 10_001) + b"]}"
    file = JsonFile(raw)
    assert file.get("small") == 1
    tracemalloc.start()
    with pytest.raises(BadJson, match="too much"):
        file.get("large")
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


def test_lines_are_checked_before_they_are_built():
    with pytest.raises(BadJson, match="levels deep"):
        jsonfile.line_value(b"[" * 1_000 + b"]" * 1_000)
