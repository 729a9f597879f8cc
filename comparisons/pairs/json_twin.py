"""`/compare/A-vs-B.json`: the pair page as data, with stable keys (docs/addresses.md)."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Any

from comparisons.core.paired import Paired
from comparisons.core.records import Claim, Comparison, Evidence, ResultCell, ScoreText, Side
from comparisons.pages.as_of import AsOf
from comparisons.pages.base import absolute
from comparisons.pairs.comparison import ComparisonPage
from models_catalog.core.specs import ResultRow

_AS_IT_IS = frozenset({str, int, float, bool, type(None)})
SCHEMA = "evenbench.comparison/1"


def comparison_document(page: ComparisonPage) -> dict:
    """The whole twin as plain data."""
    comparison, verdict = page.comparison, page.verdict
    slugs = tuple(side.model.slug for side in comparison.sides)

    def slug(side: int | None) -> str | None:
        return None if side is None else slugs[side]

    def by_slug(values) -> dict:
        return dict(zip(slugs, values, strict=True))

    overall, shared, tally = comparison.overall, comparison.shared, comparison.tally
    ledger = ClaimFacts()
    return {
        "schema": SCHEMA,
        "methodology": comparison.methodology,
        "revision": page.context.revision,
        "as_of": plain(page.today),
        "since": since_facts(page.as_of),
        "lane": comparison.lane,
        "weights": page.weights_text or None,
        "models": [model_facts(side) for side in comparison.sides],
        "overall": {
            **by_slug([overall_side(comparison, number) for number in (0, 1)]),
            "gap": overall.gap,
            "gap_text": overall.gap_text,
            "margin": overall.margin,
            "margin_text": overall.margin_text,
            "p_leader": overall.p_leader,
            "leader": slug(overall.leader),
            "ahead": slug(overall.ahead),
            "basis": overall.basis,
            "outcome": overall.outcome,
            "capped": overall.capped,
        },
        "shared": {
            "benchmarks": len(shared.benchmarks),
            "of": shared.of,
            "categories": shared.categories,
            "sources": shared.families,
            "delta": shared.delta,
            "margin": shared.margin,
            "slugs": list(shared.benchmarks),
        },
        "categories": [
            {
                "slug": line.slug,
                "name": line.name,
                "weight": line.weight,
                "scores": by_slug([score_facts(score) for score in line.scores]),
                "gap": line.gap,
                "gap_text": line.gap_text,
                "margin": line.margin,
                "p_leader": line.p_leader,
                "leader": slug(line.leader),
                "strength": line.strength,
                "shared": len(line.shared),
                "separator": line.separator
                and {"benchmark": line.separator.benchmark.slug, "favours": slug(line.separator.favours)},
            }
            for line in comparison.categories
        ],
        "tally": {**by_slug(tally.leads), "even": tally.even, "not_comparable": tally.not_comparable},
        "benchmarks": [
            {
                "slug": line.benchmark.slug,
                "name": line.benchmark.name,
                "category": line.benchmark.category,
                "unit": line.benchmark.unit,
                "better": line.benchmark.direction,
                "state": "weighted" if line.benchmark.weighted else "display-only",
                "results": by_slug([result_facts(cell) for cell in line.cells]),
                "other_results": by_slug([[result_facts(cell) for cell in others] for others in line.others]),
                "shared": line.shared,
                "setups": line.setups or "unknown",
                "setup_words": by_slug(list(line.setup_words)) if line.setup_words[0] else None,
                "counting_favours": slug(line.counting_favours),
                "difference": plain(line.difference),
                "difference_text": line.difference_text,
                "favours": slug(line.favours),
                "comparable": line.comparable,
                "reason": line.reason or None,
                "call": {
                    "word": line.call.word,
                    "favours": slug(line.call.favours),
                    "p": line.call.p,
                    "margin": line.call.margin,
                    "items": line.call.items,
                },
                "paired": line.paired and paired_facts(line.paired),
            }
            for line in comparison.benchmarks
        ],
        "operational": [
            {
                "attribute": line.attribute,
                "label": line.label,
                "unit": line.unit,
                "better": line.better,
                "values": by_slug(
                    [
                        value
                        and {
                            "value": plain(value.value),
                            "text": value.text,
                            "source_url": value.source_url or None,
                            "as_of": plain(value.as_of),
                        }
                        for value in line.values
                    ]
                ),
                "favours": slug(line.favours),
                "ratio": line.ratio,
            }
            for line in comparison.operational
        ],
        "claims": [ledger.of(claim) for claim in verdict.claims],
        "verdict": {
            "headline": verdict.headline,
            "why": verdict.why,
            "paragraphs": list(verdict.paragraphs),
            "sentences": [sentence.text for sentence in verdict.sentences],
            "choose_if": by_slug([[claim.id for claim in reasons] for reasons in verdict.choose_if]),
            "flips": [claim.id for claim in verdict.flips],
        },
        "faq": [fields_of(answer) for answer in verdict.faq],
        "related": [fields_of(entry) for entry in page.related],
        "links": {
            "html": absolute(page.path),
            "json": absolute(f"/compare/{page.pair_slug}.json"),
            "md": absolute(f"/compare/{page.pair_slug}.md"),
            "card": absolute(f"{page.path}card.png"),
            "embed": absolute(f"/embed{page.path}"),
        },
    }


def since_facts(as_of: AsOf | None) -> dict | None:
    """What changed since the earlier day a page is about; null on a page of today."""
    if as_of is None:
        return None
    return {
        "day": plain(as_of.day),
        "today": plain(as_of.today),
        "notes": list(as_of.notes),
        "changes": [{"of": change.what, "then": change.then, "now": change.now} for change in as_of.changes],
        "changes_left_out": as_of.left_out or None,
        "results_since": as_of.came,
        "weightiest": [{"result": arrival.result, "text": arrival.text} for arrival in as_of.arrivals],
    }


def plain(value):
    """A value as JSON holds it: numbers, texts, ISO dates, lists, objects."""
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def model_facts(side: Side) -> dict:
    """A model's own facts."""
    return fields_of(side.model)


def score_facts(score: ScoreText | None) -> dict | None:
    """A score with its interval."""
    return score and {"score": score.score, "low": score.low, "high": score.high, "text": score.text}


def overall_side(comparison: Comparison, number: int) -> dict:
    """One model's overall standing; numbers are null where there are none."""
    standing, score = comparison.sides[number].standing, comparison.overall.scores[number]
    facts = score_facts(score) or {"score": None, "low": None, "high": None, "text": None}
    return {
        **facts,
        "grade": standing.grade if standing else None,
        "rank": standing.rank if standing else None,
        "rank_best": standing.best if standing else None,
        "rank_worst": standing.worst if standing else None,
        "ranked": bool(standing and standing.ranked),
        "results": standing.results if standing else 0,
        "reasons": [reason._asdict() for reason in standing.reasons]
        if standing
        else [{"code": "no_counting_result", "found": 0, "limit": 1}],
    }


def result_facts(cell: ResultCell | None) -> dict | None:
    """A reported score with its settings and source."""
    if cell is None:
        return None
    return {**row_facts(cell.row), "text": cell.text, "counts": cell.counts, "why_not": cell.why_not or None}


def row_facts(row: ResultRow) -> dict:
    """What every twin says about a result: settings, source, state."""
    return {
        "id": row.id,
        "score": plain(row.score),
        "variant": row.variant,
        "method": row.method,
        "standard": row.standard,
        "effort": row.effort,
        "evaluator": row.evaluator or None,
        "harness": row.harness or None,
        "attempts": row.attempts,
        "items_run": row.items_run,
        "stderr": plain(row.stderr),
        "source_kind": row.source_kind,
        "source_url": row.source_url or None,
        "read_at": row.read_at or None,
        "measured_on": plain(row.evaluated_on),
        "date": plain(row.measured_on),
        "date_kind": row.date_kind or None,
        "note": row.note or None,
        "state": row.state,
        "withdrawn_reason": row.withdrawn_reason or None,
    }


class ClaimFacts:
    """Claims with their numbers and evidence as plain data; what many claims rest on is written out once."""

    def __init__(self):
        self._evidence: dict[int, dict] = {}

    def of(self, claim: Claim) -> dict:
        """One claim."""
        facts = fields_of(claim)
        facts["numbers"] = [fields_of(number) for number in claim.numbers]
        facts["evidence"] = [self._of_evidence(item) for item in claim.evidence]
        return facts

    def _of_evidence(self, item: Evidence) -> dict:
        if id(item) not in self._evidence:  # the claims of a page live as long as this
            self._evidence[id(item)] = fields_of(item)
        return self._evidence[id(item)]


def fields_of(record: Any) -> dict:
    """A flat record as plain data."""
    return {name: plain(getattr(record, name)) for name in _names_of(type(record))}


@cache
def _names_of(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def paired_facts(paired: Paired) -> dict:
    """Two results question by question, from the first model's side; difference and errors in points."""
    return {
        "items": paired.items,
        "wins": paired.wins,
        "losses": paired.losses,
        "ties": paired.ties,
        "difference": paired.difference,
        "stderr": paired.stderr,
        "margin": paired.margin,
        "clusters": paired.clusters,
        "p": paired.p,
        "p_by": paired.p_by,
    }
