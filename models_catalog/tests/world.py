"""A small named world that tests of every app share.

Scores in percent unless the column says otherwise; "·" is not measured.

    benchmark        category    Atlas  Borea  Cirro  Delta  Ember  Fable
                                 open   paid   paid   free   small  new
    code-repair      coding      72     64     55     ·      31     ·
    code-puzzles     coding      80     81     60     52     ·      ·
    web-errands      agentic     58     61     40     ·      ·      ·
    proof-steps      reasoning   66     70     ·      45     30     ·
    exam-facts       knowledge   82     78     71     69     50     ·
    contest-sums     math        74     90w    61     ·      ·      ·
    chat-arena       no category 1310   1345   ·      1220   ·      ·     Elo, display only
    word-errors      multiling.  6.1    5.2    9.8    ·      ·      ·     lower is better, display only

    90w: withdrawn ("Measured with tools"). Ember also has a generated score of 99 on
    code-puzzles, which takes part in nothing. Fable has no result. code-repair has a floor
    of 0, exam-facts one of 25 (four choices). Weighted benchmarks shared: Atlas and Borea
    five in four categories, Atlas and Cirro five in four, Borea and Cirro four in three,
    Delta three with Atlas and Borea and two with Cirro.

    model   lab     price in/out            speed        context    weights
    atlas   north   0.5 / 1.5 (host: sky)   90 tok/s     128,000    open
    borea   north   3 / 15, until 2026-06-01; then 2 / 10        ·    200,000    closed
    cirro   south   1 / 4                   100, suspect 1,000,000  closed
    delta   south   0 / 0 (free)            ·            32,000     not known
    ember   south   ·                       ·            ·          open
    fable   north   ·                       ·            ·          not known, announced
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

from models_catalog.models import Benchmark, LanguageModel, Result
from models_catalog.tests.factories import (
    make_benchmark,
    make_model,
    make_offering,
    make_organization,
    make_price,
    make_result,
    make_speed,
)

MEASURED = dt.date(2026, 5, 4)

# benchmark → model → score
SCORES = {
    "code-repair": {"atlas": "72", "borea": "64", "cirro": "55", "ember": "31"},
    "code-puzzles": {"atlas": "80", "borea": "81", "cirro": "60", "delta": "52"},
    "web-errands": {"atlas": "58", "borea": "61", "cirro": "40"},
    "proof-steps": {"atlas": "66", "borea": "70", "delta": "45", "ember": "30"},
    "exam-facts": {"atlas": "82", "borea": "78", "cirro": "71", "delta": "69", "ember": "50"},
    "contest-sums": {"atlas": "74", "cirro": "61"},
    "chat-arena": {"atlas": "1310", "borea": "1345", "delta": "1220"},
    "word-errors": {"atlas": "6.1", "borea": "5.2", "cirro": "9.8"},
}


def build_world() -> SimpleNamespace:
    """Create the world of the module's docstring.

    The answer has `labs`, `models`, `benchmarks` (dicts by slug), `results` (by
    (model, benchmark)), `withdrawn` and `generated`.
    """
    labs = _make_labs()
    models = _make_models(labs)
    benchmarks = _make_benchmarks()
    results = {
        (model, benchmark): _measure(models[model], benchmarks[benchmark], score)
        for benchmark, scores in SCORES.items()
        for model, score in scores.items()
    }
    withdrawn = _measure(
        models["borea"],
        benchmarks["contest-sums"],
        "90",
        state=Result.State.WITHDRAWN,
        withdrawn_reason="Measured with tools",
    )
    generated = _measure(models["ember"], benchmarks["code-puzzles"], "99", source_kind=Result.SourceKind.GENERATED)
    _make_offers(models, labs)
    return SimpleNamespace(
        labs=labs,
        models=models,
        benchmarks=benchmarks,
        results=results,
        withdrawn=withdrawn,
        generated=generated,
    )


def _make_labs() -> dict:
    return {
        "north": make_organization(slug="north", name="North Lab", country="NO", website="https://north.example"),
        "south": make_organization(slug="south", name="South Lab", country="ZA"),
        "sky": make_organization(slug="sky", name="Sky Hosting", is_lab=False),
    }


def _make_models(labs: dict) -> dict[str, LanguageModel]:
    north, south = labs["north"], labs["south"]
    reasoning, status = LanguageModel.Reasoning, LanguageModel.Status
    rows = [
        make_model(
            slug="atlas",
            name="Atlas 1",
            lab=north,
            family="atlas",
            release_date=dt.date(2026, 3, 1),
            release_date_precision="month",
            context_window=128_000,
            max_output_tokens=16_000,
            reasoning=reasoning.OPTIONAL,
            open_weights=True,
            licence="Apache-2.0",
            total_parameters=70_000_000_000,
            input_modalities="text image",
            output_modalities="text",
            weights_url="https://north.example/atlas/weights",
            source_url="https://north.example/atlas",
        ),
        make_model(
            slug="borea",
            name="Borea Pro",
            lab=north,
            release_date=dt.date(2026, 4, 14),
            knowledge_cutoff=dt.date(2025, 12, 1),
            knowledge_cutoff_precision="month",
            context_window=200_000,
            reasoning=reasoning.ALWAYS,
            open_weights=False,
            licence="Proprietary",
        ),
        make_model(
            slug="cirro", name="Cirro", lab=south, context_window=1_000_000, reasoning=reasoning.NO, open_weights=False
        ),
        make_model(slug="delta", name="Delta Free", lab=south, context_window=32_000),
        make_model(slug="ember", name="Ember 3B", lab=south, open_weights=True, total_parameters=3_000_000_000),
        make_model(slug="fable", name="Fable", lab=north, status=status.ANNOUNCED, announced_on=dt.date(2026, 5, 1)),
    ]
    return {row.slug: row for row in rows}


def _make_benchmarks() -> dict[str, Benchmark]:
    reasons = Benchmark.DisplayReason
    rows = [
        make_benchmark(slug="code-repair", name="Code Repair", category="coding"),
        make_benchmark(slug="code-puzzles", name="Code Puzzles", category="coding"),
        make_benchmark(slug="web-errands", name="Web Errands", category="agentic"),
        make_benchmark(slug="proof-steps", name="Proof Steps", category="reasoning"),
        make_benchmark(slug="exam-facts", name="Exam Facts", category="knowledge", floor=25.0),
        make_benchmark(slug="contest-sums", name="Contest Sums", category="math"),
        make_benchmark(
            slug="chat-arena",
            name="Chat Arena",
            category=None,
            unit=Benchmark.Unit.ELO,
            kind=Benchmark.Kind.ELO,
            floor=None,
            best=None,
            maximum=None,
            anchor=1300.0,
            weight=0.0,
            display_reason=reasons.NO_CATEGORY,
        ),
        make_benchmark(
            slug="word-errors",
            name="Word Errors",
            category="multilingual",
            direction=Benchmark.Direction.LOWER,
            floor=100.0,
            best=0.0,
            weight=0.0,
            display_reason=reasons.TOO_THIN,
        ),
    ]
    return {row.slug: row for row in rows}


def _measure(model: LanguageModel, benchmark: Benchmark, score: str, **overrides) -> Result:
    values = {
        "source_url": f"https://boards.example/{benchmark.slug}",
        "measured_on": MEASURED,
        "measured_on_kind": "evaluated",
        "dataset": "world",
        "row_id": f"{model.slug}:{benchmark.slug}",
    }
    return make_result(model=model, benchmark=benchmark, score=Decimal(score), **values | overrides)


def _make_offers(models: dict, labs: dict) -> None:
    atlas = make_offering(model=models["atlas"], provider=labs["sky"])
    make_price(offering=atlas, input=Decimal("0.5"), output=Decimal("1.5"), observed_on=MEASURED, dataset="world")
    make_speed(
        offering=atlas,
        output_tokens_per_second=Decimal(90),
        time_to_first_token=Decimal("0.4"),
        measured_on=MEASURED,
        source_url="https://sky.example/status",
    )
    borea = make_offering(model=models["borea"])
    change = dt.date(2026, 6, 1)
    begin = dt.date(2026, 4, 14)
    make_price(offering=borea, input=Decimal(3), output=Decimal(15), valid_from=begin, valid_to=change)
    make_price(
        offering=borea,
        input=Decimal(2),
        output=Decimal(10),
        cache_read=Decimal("0.2"),
        valid_from=change,
        source_url="https://north.example/prices",
    )
    cirro = make_offering(model=models["cirro"])
    make_price(offering=cirro)
    make_speed(offering=cirro, suspect="round number")
    make_price(model=models["delta"], provider=labs["south"], input=Decimal(0), output=Decimal(0))
