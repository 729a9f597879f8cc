"""“Why is this 53.9?”: the sum behind an overall score, row by row.

Printed parts add up to the printed whole: shares are rounded by largest remainder, the
line of each category repeats the formula with its printed figures.
"""

from __future__ import annotations

from collections.abc import Mapping

from comparisons.core.method import METHOD
from comparisons.core.standing import Cell, LaneFit, ModelStanding
from models_catalog.core import display
from models_catalog.core.specs import BenchmarkSpec, CategorySpec, ModelSpec, ResultRow


def breakdown(
    model: ModelSpec,
    standing: ModelStanding,
    fit: LaneFit,
    categories: tuple[CategorySpec, ...],
    benchmarks: Mapping[str, BenchmarkSpec],
    rows: Mapping[int, ResultRow],
) -> dict | None:
    """The pencil breakdown as its macro prints it; None for a model without an overall score.

    `rows` gives the result of each cell by id, for who measured it.
    """
    if standing.overall is None:
        return None
    counted = [cell for cell in standing.cells if cell.share is not None]
    shares = dict(
        zip(
            (cell.benchmark for cell in counted),
            display.shares_adding_up([100 * cell.share for cell in counted]),
            strict=True,
        )
    )
    names = {category.slug: category.name for category in categories}
    live = [category for category in fit.categories if category.par is not None and category.share > 0]
    weights = display.shares_adding_up([100 * category.share for category in live])
    overall_lead = sum(cell.vote * cell.lead for cell in counted) / sum(cell.vote for cell in counted)
    groups = []
    for category, weight in zip(live, weights, strict=True):
        line = standing.categories[category.slug]
        cells = [c for c in counted if benchmarks[c.benchmark].category == category.slug]
        gained = sum(cell.vote * cell.lead for cell in cells)
        score = display.overall_score(line.score)
        groups.append(
            {
                "name": names.get(category.slug, category.slug),
                "line": (
                    f"par {display.overall_score(category.par)}, lead ({display.signed(gained)} + "
                    f"{METHOD.kappa:g} × {display.signed(overall_lead)}) ÷ "
                    f"({display.plain(line.votes)} + {METHOD.kappa:g}) = {display.signed(line.lead)}, "
                    f"score {score} ± {display.margin(METHOD.z_clear * line.se)}, weight {weight} %"
                    + ("; no results of its own, carried over" if line.carried else "")
                ),
                "rows": [_row(cell, benchmarks[cell.benchmark], shares[cell.benchmark], rows) for cell in cells],
            }
        )
    overall = display.overall_score(standing.overall)
    return {
        "id": f"why-{model.slug}",
        "title": f"Why is {model.name} at {overall}?",
        "cue": "the whole sum",
        "note": (
            "Lead = (points − offset − par) ÷ spread. An average tracked model has lead 0. "
            f"Its overall lead over par is {display.signed(overall_lead)}, "
            f"from {display.counted(len(counted), 'result')}." + _held_note(counted) + _link_note(fit)
        ),
        "method_href": "/methodology/#scores",
        "method_text": "How scores are made",
        "sum": {"score": overall, "text": weighted_sum(standing, fit)},
        "hint": "Scroll sideways for all nine columns",
        "label": f"Sum for {model.name}",
        "groups": groups,
        "total": {"label": display.counted(len(counted), "result"), "share": f"{sum(shares.values())} %"},
    }


def _held_note(counted: list[Cell]) -> str:
    """What the mark beside a lead means, where there is one."""
    held = sum(cell.held_from is not None for cell in counted)
    if not held:
        return ""
    leads, count = ("1 lead", "counts") if held == 1 else (f"{held} leads", "count")
    return (
        f" {leads} further than {METHOD.lead_reach:g} points from the model’s median lead {count} as if exactly so far "
        "away: “from” says what the formula gives."
    )


def _link_note(fit: LaneFit) -> str:
    """The scale link, which is part of every category's par."""
    return f" Category pars include the scale link, {display.signed(fit.link.value)}." if fit.link.value else ""


def _row(cell: Cell, benchmark: BenchmarkSpec, share, rows: Mapping[int, ResultRow]) -> dict:
    row = rows.get(cell.result)
    return {
        "benchmark": benchmark.name,
        "href": f"/benchmarks/{benchmark.slug}/",
        "raw": display.benchmark_score(row.score if row else cell.score, benchmark.unit, with_unit=False),
        "unit": display.UNIT_NAME.get(benchmark.unit, benchmark.unit),
        "source_kind": row.source_kind if row else "unknown",
        "points": display.overall_score(cell.points),
        "offset": f"− {display.overall_score(cell.offset)}" if cell.offset else "",
        "par": display.overall_score(cell.par),
        "spread": display.factor(cell.spread),
        "lead": display.signed(cell.lead),
        "held": "" if cell.held_from is None else f"from {display.signed(cell.held_from)}",
        "vote": display.factor(cell.vote),
        "share": f"{share} %",
    }


def weighted_sum(standing: ModelStanding, fit: LaneFit) -> str:
    """An overall score as the sum of its category scores, each with its weight, in one line.

    Raises KeyError for a standing without category scores, such as one without an overall score.
    """
    live = [category for category in fit.categories if category.par is not None and category.share > 0]
    weights = display.shares_adding_up([100 * category.share for category in live])
    terms = [
        f"{weight} % × {display.overall_score(standing.categories[category.slug].score)}"
        for category, weight in zip(live, weights, strict=True)
    ]
    return "= " + " + ".join(terms) + ", worked out in full precision"
