"""Files made to harm, or damaged on the way: one clear sentence each, little memory, nothing followed outside."""

import copy
import json
import struct
import subprocess
import sys
import zipfile
import zlib

import pytest
import zstandard
from django.conf import settings as django_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from importers import runs
from importers.runs.sources import files_below
from importers.tests import test_run_tools as tools
from importers.tests.run_files import harness, inspect_log, write

# --- values of the wrong kind -------------------------------------------------------------

WRONG = (
    None,
    True,
    -1,
    0.5,
    10**30,
    float("nan"),
    "x",
    "",
    [],
    {},
    [None],
    [[1]],
    {"a": 1},
    ["x", 2],
    {"a": {"b": []}},
)


def documents():
    """(file name, format, document) of each JSON layout, full of optional parts."""
    log = inspect_log(
        {
            "total_samples": 4,
            "completed_samples": 4,
            "scores": [
                {
                    "name": "match",
                    "scorer": "match",
                    "reducer": "mean",
                    "scored_samples": 4,
                    "unscored_samples": 0,
                    "metrics": {
                        "accuracy": {"name": "inspect_ai/accuracy", "value": 0.5, "params": {}},
                        "stderr": {"name": "stderr", "value": 0.5, "params": {"cluster": "kind"}},
                        **tools_grouped(),
                    },
                }
            ],
            "headline": {"scorer": "match", "score": "match", "metric": "accuracy", "reducer": "mean"},
        },
        plan={"config": {"temperature": 0.5}},
        reductions=[{"scorer": "match", "reducer": "mean", "samples": [{"sample_id": 1, "value": 0.5}]}],
        samples=[{"id": 1, "metadata": {"kind": "a"}, "output": {"model": "m"}}],
    )
    log["eval"]["model_args"] = {"load_in_4bit": False}
    log["eval"]["model_generate_config"] = {"reasoning_effort": "high", "seed": 1, "system_message": "s"}
    results = harness(
        groups={"top": {"acc,none": 0.5}},
        group_subtasks={"top": ["quiz"]},
        configs={"quiz": {"repeats": 2, "filter_list": [{"name": "none", "filter": [{"function": "x"}]}],
                          "generation_kwargs": {"temperature": 0}}},
    )  # fmt: skip
    scope = {
        "dataset_name": "quiz",
        "model_name": "m",
        "primary_metric_identity": {"name": "acc", "dimensions": {"k": 1}},
        "metrics": [{"identity": {"name": "acc", "dimensions": {"k": 1}}, "num": 8, "score": 0.5,
                     "semantics": {"value_range": {"min": 0, "max": 1}, "direction": "higher_is_better"}}],
        "execution_summary": {"requested": 2, "errored": 1},
    }  # fmt: skip
    record = {
        "schema_version": "0.3.0", "evaluation_id": "e", "evaluation_timestamp": "1795963828.5",
        "source_metadata": {"evaluator_relationship": "third_party"}, "eval_library": {"name": "x", "version": "1"},
        "model_info": {"id": "m", "name": "m", "additional_details": {"model_args": "{'a': 1}"}},
        "evaluation_results": [tools.result(stderr=0.1, items=4, samples_number=4)],
        "detailed_evaluation_results": {"file_path": "x.jsonl"},
    }  # fmt: skip
    light = {
        "config_general": {"model_name": "m", "max_samples": 2, "model_config": {"generation_parameters": {"seed": 1}}},
        "results": {"quiz|0": {"em": 0.5, "em_stderr": 0.1}},
        "config_tasks": {"quiz|0": {"metrics": [{"metric_name": "em", "higher_is_better": True}], "version": 1}},
    }
    plus = {
        "date": "2026-11-29",
        "hash": "h",
        "eval": {"HumanEval/0": [{"base_status": "pass", "plus_status": "fail"}]},
    }
    report = {"total_instances": 2, "resolved_ids": ["a"], "submitted_ids": ["a", "b"], "unresolved_ids": ["b"],
              "error_instances": 1}  # fmt: skip
    tau = {"model_name": "m", "model_organization": "a", "submitting_organization": "b", "results": {"x": {"pass_1": 5}},
           "methodology": {"verification": {"omitted_questions": False}, "evaluation_date": "2026-01-01"},
           "trajectory_files": {"x": "x_2trials.json"}}  # fmt: skip
    foo = {"evalId": "e", "config": {"tests": [{}], "description": "d"}, "metadata": {"promptfooVersion": "1"},
           "runtimeOptions": {"repeat": 1},
           "results": {"timestamp": "2026-01-01T00:00:00Z", "results": [{"promptIdx": 0, "vars": {}, "success": True,
                       "namedScores": {"a": 1}}], "prompts": [{"provider": "p", "label": "l", "metrics": {
                       "testPassCount": 1, "namedScores": {"a": 1}, "namedScoreWeights": {"a": 1}}}]}}  # fmt: skip
    helm = [tools.stat("exact_match", **tools.WORST), tools.stat("exact_match"), tools.stat("num_instances", mean=4)]
    return [
        ("results.json", "lm-eval", results),
        ("log.json", "inspect", log),
        ("record.json", "every-eval-ever", record),
        ("light.json", "lighteval", light),
        ("plus_eval_results.json", "evalplus", plus),
        ("a.b.json", "swebench", report),
        ("scope.json", "evalscope", scope),
        ("submission.json", "tau2-bench", tau),
        ("foo.json", "promptfoo", foo),
        ("stats.json", "helm", helm),
    ]


def tools_grouped():
    entry = {"name": "all", "value": 0.5, "params": {"metric": {"name": "accuracy", "params": {}}, "group_key": "k"}}
    return {"all": entry}


def places(data, path=()):
    yield path
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield from places(value, (*path, key))


def with_value(data, path, value):
    if not path:
        return value
    data = copy.deepcopy(data)
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return data


@pytest.mark.parametrize(
    ("name", "format_name", "document"), documents(), ids=lambda value: value if isinstance(value, str) else ""
)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_value_of_the_wrong_kind_breaks_a_reader(tmp_path, name, format_name, document, data):
    path = data.draw(st.sampled_from(list(places(document))))
    write(tmp_path, "run_spec.json", {"name": "q:model=m", "adapter_spec": {"model": "m", "num_train_trials": 1}})
    file = write(tmp_path, name, with_value(document, path, data.draw(st.sampled_from(WRONG))))
    try:
        for figure in runs.FORMATS[format_name].read(files_below(file)[0]):
            json.dumps(figure.as_json(), allow_nan=False)
    except runs.BadRun as error:
        assert str(error).endswith((".", ".)"))


@pytest.mark.parametrize(
    ("name", "format_name", "document"), documents(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_layout_is_found_without_being_named(tmp_path, name, format_name, document):
    write(tmp_path, "run_spec.json", {"name": "q:model=m", "adapter_spec": {"model": "m"}})
    assert {figure.tool for figure in runs.read("auto", write(tmp_path, name, document)).figures} == {format_name}
    fitting = [each.name for each in runs.FORMATS.values() if each.matches(files_below(tmp_path / name)[0])]
    assert fitting == [format_name]


# --- .eval files ------------------------------------------------------------------------------


def eval_file(path, entries, *, claim=None, packed=None):
    """A ZIP whose entries are packed with zstandard, as Inspect writes them; `claim` lies about a size."""
    directory, body = b"", b""
    for name, content in entries.items():
        data = packed or zstandard.compress(content)
        sizes = struct.pack("<III", zlib.crc32(content), len(data), claim or len(content))
        head = struct.pack("<HHHHH", 63, 0, 93, 0, 0) + sizes + struct.pack("<HH", len(name), 0)
        directory += b"PK\x01\x02\x3f\x00" + head + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name.encode()
        body += b"PK\x03\x04" + head + name.encode() + data
    end = struct.pack("<HHHHIIH", 0, 0, len(entries), len(entries), len(directory), len(body), 0)
    path.write_bytes(body + directory + b"PK\x05\x06" + end)
    return path


def header(**changes):
    return json.dumps(inspect_log(**changes)).encode()


def refusal(path):
    with pytest.raises(runs.BadRun) as problem:
        runs.read("inspect", path)
    assert "\n" not in str(problem.value)
    return str(problem.value)


def test_an_eval_file_reads_as_its_json_twin(tmp_path):
    packed = runs.read("inspect", eval_file(tmp_path / "a.eval", {"header.json": header()})).figures[0]
    plain = runs.read("inspect", write(tmp_path, "a.json", inspect_log())).figures[0]
    ours, theirs = packed.as_json(), plain.as_json()
    for name in ("file", "file_hash"):  # of the file itself, not of what it says
        assert ours.pop(name) != theirs.pop(name)
    assert ours == theirs


def test_a_bomb_and_a_lie_about_the_size_are_refused(tmp_path):
    bomb = {"header.json": b" " * 39_000_000 + header()}
    assert "more than" in refusal(eval_file(tmp_path / "bomb.eval", bomb))
    huge = eval_file(tmp_path / "huge.eval", {"header.json": header()}, claim=4_000_000_000)
    assert "4000 MB" in refusal(huge)
    small = eval_file(tmp_path / "small.eval", {"header.json": header()}, claim=10)
    assert "not what the list of entries says" in refusal(small)


def test_damaged_and_foreign_archives_are_refused(tmp_path):
    whole = eval_file(tmp_path / "a.eval", {"header.json": header()}).read_bytes()
    for cut in (0, 10, len(whole) // 2, len(whole) - 5):
        (tmp_path / "cut.eval").write_bytes(whole[:cut])
        assert refusal(tmp_path / "cut.eval")
    middle = len(whole) // 3
    (tmp_path / "bent.eval").write_bytes(whole[:middle] + b"\x00\xff\x00\xff" + whole[middle + 4 :])
    assert "damaged" in refusal(tmp_path / "bent.eval") or "not what" in refusal(tmp_path / "bent.eval")
    with zipfile.ZipFile(tmp_path / "other.eval", "w") as other:
        other.writestr("readme.txt", "hello")
    assert "neither header.json" in refusal(tmp_path / "other.eval")


def test_a_window_of_gigabytes_is_never_asked_for(tmp_path):
    wide = zstandard.ZstdCompressionParameters(window_log=27, write_content_size=False)
    packer = zstandard.ZstdCompressor(compression_params=wide).compressobj()
    content = header()
    packed = packer.compress(content) + packer.flush()
    path = eval_file(tmp_path / "a.eval", {"header.json": content}, packed=packed)
    assert "damaged" in refusal(path)


# --- folders, links and ZIPs --------------------------------------------------------------------


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    write(tmp_path, "secret/results.json", harness())
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link.json").symlink_to(tmp_path / "secret/results.json")
    (tmp_path / "in/loop").symlink_to(tmp_path / "in")
    with pytest.raises(runs.BadRun, match="holds no file of the format"):
        runs.read("lm-eval", tmp_path / "in")


def test_one_broken_file_does_not_hide_the_others(tmp_path):
    write(tmp_path, "good.json", harness())
    write(tmp_path, "bad.json", '{"results": {')
    reading = runs.read("lm-eval", tmp_path)
    assert len(reading.figures) == 1
    assert [file for file, _ in reading.problems] == ["bad.json"]


def test_a_zip_of_runs_is_read_and_one_that_climbs_is_not(tmp_path):
    with zipfile.ZipFile(tmp_path / "runs.zip", "w") as packed:
        packed.writestr("a/results.json", json.dumps(harness()))
        packed.writestr("a/log.json", json.dumps(inspect_log()))
    assert {figure.tool for figure in runs.read("auto", tmp_path / "runs.zip").figures} == {"lm-eval", "inspect"}
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as packed:
        packed.writestr("../results.json", json.dumps(harness()))
    with pytest.raises(runs.BadRun, match="leaves the folder"):
        runs.read("auto", tmp_path / "bad.zip")


@pytest.mark.parametrize("path", ["missing", "/dev/null", "."])
def test_a_path_to_nothing_is_a_sentence(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(runs.BadRun):
        runs.read("auto", tmp_path / path)


def test_an_unknown_format_names_the_known_ones(tmp_path):
    with pytest.raises(runs.BadRun, match="Choose one of: auto, lm-eval"):
        runs.read("garak", tmp_path)


@pytest.mark.parametrize(
    ("name", "format_name"),
    [("LM_Eval", "lm-eval"), ("lm-evaluation-harness", "lm-eval"), ("Inspect AI", "inspect"), ("SWE-bench", "swebench"),
     ("eee", "every-eval-ever"), ("τ²-bench", "tau2-bench"), ("tau2", "tau2-bench"), (".eval_results", "eval-results"),
     ("model-index", "model-card"), ("csv", "items-csv"), ("AUTO", "auto")],
)  # fmt: skip
def test_other_spellings_of_a_format(name, format_name):
    assert runs.format_named(name) == format_name


# --- memory ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["values", "text", "keys", "deep", "list", "lines"])
def test_memory_stays_below_300_megabytes(tmp_path, kind):
    path = tmp_path / "results_2026-11-29T13-20-37.217360.json"
    head = json.dumps(harness()).encode()[:-1]
    if kind == "values":
        path.write_bytes(head + b', "configs2": [' + b"[]," * 15_000_000 + b"[]]}")
    elif kind == "text":
        path.write_bytes(head + b', "junk": "' + b"x" * 46_000_000 + b'"}')
    elif kind == "keys":
        pairs = b",".join(b'"%d":0' % number for number in range(590_000))
        path.write_bytes(head.replace(b'"configs": {', b'"configs": {' + pairs + b","))
        path.write_bytes(path.read_bytes() + b"}")
    elif kind == "deep":
        path.write_bytes(head + b', "deep": ' + b"[" * 20_000_000)
    elif kind == "list":
        path.write_bytes(b"[" + b"0," * 20_000_000 + b"0]")
    else:
        path.write_bytes(head + b"}")
        lines = path.with_name("samples_quiz_2026-11-29T13-20-37.217360.jsonl")
        with lines.open("wb") as out:
            for number in range(200_000):
                out.write(b'{"doc_id": %d, "filter": "none", "acc": 1.0, "text": "%s"}\n' % (number, b"y" * 500))
    code = (
        "import re, sys\nfrom pathlib import Path\nfrom importers import runs\n"
        "try:\n    runs.read('auto', Path(sys.argv[1]))\nexcept runs.BadRun as error:\n    print(error)\n"
        "print(int(re.search(r'VmHWM:\\s+([0-9]+)', Path('/proc/self/status').read_text()).group(1)) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, timeout=300,
                          cwd=django_settings.BASE_DIR, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) < 300, done.stdout
