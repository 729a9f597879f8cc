"""Runs on the site: their page, their place on the benchmark's page, and the scores of single questions."""

import csv
import datetime as dt
import io
import json

import pytest

from comparisons.standing_store import recompute
from importers import formats
from importers.apply import apply_batch
from importers.tests.run_files import SAMPLES, write
from models_catalog.models import BenchmarkAlias, EvaluationRun, ModelAlias, Result
from models_catalog.tests.factories import make_benchmark, make_model

TODAY = dt.date(2026, 11, 29)
pytestmark = pytest.mark.django_db


@pytest.fixture
def quiz():
    """Three models that answered twelve questions of one benchmark, in groups of three."""
    benchmark = make_benchmark(slug="quiz", name="Quiz")
    for slug in ("one", "two", "three"):
        make_model(slug=slug, name=slug.capitalize())
    return benchmark


def take(folder, model, scores, groups=3):
    rows = [f"{model},quiz,q{n:02},{score},g{n // groups}" for n, score in enumerate(scores)]
    path = write(folder, f"{model}.csv", "model,benchmark,item,score,group\n" + "\n".join(rows) + "\n")
    report = apply_batch(formats.read("items-csv", path), reason="Test")
    assert report.written, report.problems
    return EvaluationRun.objects.get(model__slug=model)


@pytest.fixture
def runs(quiz, tmp_path):
    found = {
        "one": take(tmp_path, "one", [1] * 10 + [0] * 2),
        "two": take(tmp_path, "two", [1] * 6 + [0] * 5 + [1]),
        "three": take(tmp_path, "three", [1] * 6 + [0] * 5 + [1]),
    }
    recompute("test")
    return found


def test_a_runs_page_tells_figures_settings_groups_questions_and_rivals(client, runs):
    page = client.get(f"/runs/{runs['one'].pk}/").content.decode()
    assert "One on Quiz" in page
    assert "83.33 %" in page
    assert "SHA-256 of the file" in page
    assert "On the 12 questions both answered, One beat Two on 4 and lost on 1 (7 ties)" in page
    assert '<a href="/compare/one-vs-two/">' in page
    assert "By group" in page
    assert "everybody solved 6 and nobody 1" in page
    assert "Solved here, by few others" in page
    assert "Missed here, solved by most" in page
    assert f'href="/api/v1/runs/{runs["one"].pk}/items.csv"' in page


def test_a_benchmarks_page_lists_its_runs(client, runs):
    page = client.get("/benchmarks/quiz/").content.decode()
    assert all(f'href="/runs/{run.pk}/"' in page for run in runs.values())


def test_an_unknown_run_is_a_404_with_a_sentence(client, runs):
    response = client.get("/runs/987654/")
    assert response.status_code == 404
    assert "There is no run “987654”" in response.content.decode()


def test_drafts_and_hidden_models_have_no_run_page(client, runs):
    Result.objects.filter(model__slug="one").update(state="draft")
    assert client.get(f"/runs/{runs['one'].pk}/").status_code == 404
    two = runs["two"].model
    two.published = False
    two.save()
    assert client.get(f"/runs/{runs['two'].pk}/").status_code == 404
    assert client.get(f"/api/v1/runs/{runs['two'].pk}/items.csv").status_code == 404
    three = client.get(f"/runs/{runs['three'].pk}/").content.decode()
    assert "/compare/" not in three.partition("<main")[2].partition("</main>")[0]


def test_the_api_gives_runs_and_the_score_of_every_question(client, runs):
    listed = client.get("/api/v1/runs?limit=2").json()
    assert [run["model"] for run in listed["items"]] == ["one", "two"]
    rest = client.get(f"/api/v1/runs?limit=2&cursor={listed['next']}").json()
    assert [run["model"] for run in rest["items"]] == ["three"]
    assert rest["next"] is None
    number = runs["one"].pk
    one = client.get(f"/api/v1/runs/{number}").json()
    assert one["figures"][0]["score"] == pytest.approx(83.3333, abs=1e-3)
    items = client.get(f"/api/v1/runs/{number}/items").json()["items"]
    assert items[0] == {"item": "q00", "group": "g0", "scores": [1.0]}
    assert len(items) == 12
    response = client.get(f"/api/v1/runs/{number}/items.csv")
    assert response["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    assert [row["score"] for row in rows] == ["1"] * 10 + ["0"] * 2
    assert {row["attempt"] for row in rows} == {"1"}


def test_no_question_or_answer_is_ever_in_what_is_public(client, tmp_path):
    BenchmarkAlias.objects.create(
        source_id="letters:acc,none", benchmark=make_benchmark(slug="letters"), dataset="lm-eval"
    )
    ModelAlias.objects.create(source_id="maker-a/base-7b", model=make_model(slug="base"))
    path = next((SAMPLES / "lm-eval/whole").glob("*/results_*.json"))
    document = json.loads(path.read_text())
    document["results"] = {"letters": {"acc,none": document["results"]["letters"]["acc,none"]}}
    samples = next(path.parent.glob("samples_letters_*.jsonl"))
    write(tmp_path, samples.name, samples.read_text())
    apply_batch(formats.read("lm-eval", write(tmp_path, path.name, document)), reason="Test")
    recompute("test")
    run = EvaluationRun.objects.get()
    told = client.get(f"/runs/{run.pk}/").content + client.get(f"/api/v1/runs/{run.pk}/items").content
    assert b"Which letter comes after" not in told
    assert b'"item":"11"' in told.replace(b" ", b"")


def test_a_page_of_three_runs_asks_no_more_than_one_of_two(client, runs, django_assert_max_num_queries, tmp_path):
    """The run with its figures, the answers with their questions, the rivals' names."""
    from comparisons.runs.page import load_run

    with django_assert_max_num_queries(3):
        page = load_run(runs["one"].pk)
    assert len(page.rivals) == 2


def test_runs_cost_a_pair_page_and_a_benchmark_page_one_query(client, runs, django_assert_max_num_queries):
    from comparisons.pages.benchmarks import load_benchmark
    from comparisons.pairs.comparison import load_comparison_page

    load_comparison_page("one-vs-two", today=TODAY)
    with django_assert_max_num_queries(4):
        load_comparison_page("one-vs-two", today=TODAY)
    load_benchmark("quiz", today=TODAY)
    with django_assert_max_num_queries(5):
        assert len(load_benchmark("quiz", today=TODAY).runs) == 3


def test_tools_with_items_are_those_whose_readers_give_items():
    """A result whose dataset is no such tool is never asked for answers."""
    from importers.runs import FORMATS
    from models_catalog.run_shelf import TOOLS

    without = {"lighteval", "model-card", "eval-results", "tau2-bench", "evalscope", "promptfoo"}
    assert set(FORMATS) - without == TOOLS


def test_the_pair_page_compares_them_question_by_question(client, runs):
    page = client.get("/compare/one-vs-two/").content.decode()
    sentence = "On the 12 questions of Quiz that both answered, One beat Two on 4 and lost on 1 (7 ties)"
    assert sentence in page
    assert 'id="items"' in page
    facts = client.get("/compare/one-vs-two.json").json()
    (line,) = [entry for entry in facts["benchmarks"] if entry["slug"] == "quiz"]
    assert (line["paired"]["items"], line["paired"]["wins"], line["paired"]["losses"]) == (12, 4, 1)
    assert line["paired"]["clusters"] == 4
    assert any(claim["kind"] == "paired" and sentence in claim["text"] for claim in facts["claims"])


def test_several_runs_of_one_result_are_its_attempts_on_the_pair_page(client, runs, tmp_path):
    from models_catalog import run_shelf, snapshots

    results = snapshots.public_results(("one", "two"))
    sheets = run_shelf.answers_behind(results)
    (one,) = sheets["one"].values()
    twice = run_shelf.joined([one, one])
    assert twice.means == one.means
    assert [len(given) for given in twice.attempts] == [2] * 12
