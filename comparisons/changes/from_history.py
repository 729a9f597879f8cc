"""From steps of the history to entries of the change log. Tells only what readers may see."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal

from django.db.models import F

from comparisons.changes.history_reader import HistoryStep
from comparisons.core import changes
from comparisons.models import Change, StandingSnapshot
from models_catalog.core import display
from models_catalog.models import Benchmark, Category, LanguageModel, Offering, Price, Report, Result

RESULT_COLUMNS = (
    "model_id",
    "benchmark_id",
    "score",
    "state",
    "source_kind",
    "withdrawn_reason",
    "source_url",
    "variant",
    "method",
)
SCALE_COLUMNS = ("category_id", "family", "kind", "direction", "floor", "best", "anchor", "weight")
# history table → the columns the entries are made of
READ_COLUMNS = {
    LanguageModel: ("slug", "name", "lab_id", "published", "status", "context_window", "source_url", "release_date"),
    Benchmark: ("slug", "name", *SCALE_COLUMNS),
    Category: ("slug", "name", "weight"),
    Result: RESULT_COLUMNS,
    Price: ("offering_id", "input", "output", "valid_from", "observed_on", "source_url"),
}
LONGEST_TEXT, LONGEST_REASON, LONGEST_SETTINGS = 200, 300, 470


class Names:
    """Slugs and names of what the steps are about, loaded once. Six queries at most."""

    def __init__(self, steps: dict[str, list[HistoryStep]]):
        offerings = {step.row["offering_id"] for step in steps["Price"]}
        self.offerings = {
            row["id"]: row
            for row in Offering.objects.filter(pk__in=offerings).values(
                "id", "model_id", slug=F("provider__slug"), name=F("provider__name")
            )
        }
        about = {step.row["model_id"] for step in steps["Result"]} | {step.object_id for step in steps["LanguageModel"]}
        about |= {step.before["model_id"] for step in steps["Result"] if step.before}
        about |= {row["model_id"] for row in self.offerings.values()}
        self.models = {
            row["id"]: row
            for row in LanguageModel.objects.filter(pk__in=about).values(
                "id", "slug", "name", "published", lab_slug=F("lab__slug"), lab_name=F("lab__name")
            )
        }
        tests = {step.row["benchmark_id"] for step in steps["Result"]} | {step.object_id for step in steps["Benchmark"]}
        tests |= {step.before["benchmark_id"] for step in steps["Result"] if step.before}
        self.shown_models = _shown_again(steps["LanguageModel"])
        read = {step.object_id for step in steps["Result"]}
        self.hidden_results = [
            row
            for row in Result.objects.published()
            .filter(model_id__in=self.shown_models)
            .order_by("id")
            .values("id", *RESULT_COLUMNS)
            if row["id"] not in read
        ]
        tests |= {row["benchmark_id"] for row in self.hidden_results}
        self.benchmarks = {
            row["id"]: row
            for row in Benchmark.objects.filter(pk__in=tests).values(
                "id", "slug", "name", "unit", category_slug=F("category__slug"), category_name=F("category__name")
            )
        }
        self.new_models = {step.object_id for step in steps["LanguageModel"] if step.created}
        self.new_prices = {step.object_id for step in steps["Price"] if step.created}
        changed = {step.object_id for step in steps["Result"] if step.differs("score")}
        reported = Report.objects.filter(result_id__in=changed, state=Report.State.ACCEPTED) if changed else ()
        self.reported = {report.result_id for report in reported}

    def model(self, pk: int | None) -> dict | None:
        """A model readers may see, or None."""
        row = self.models.get(pk)
        return row if row and row["published"] else None


def _shown_again(steps: list[HistoryStep]) -> set[int]:
    """Models that were in the catalogue before, hidden, and are public now."""
    return {s.object_id for s in steps if s.before and not s.before["published"] and s.row["published"]}


def entries(steps: dict[str, list[HistoryStep]]) -> list[Change]:
    """Unsaved entries for the steps of all tables (by table name), large loads gathered."""
    if not any(steps.values()):
        return []
    names = Names(steps)
    makers: dict[str, Callable[[HistoryStep, Names], Iterable[Change]]] = {
        "LanguageModel": _of_model,
        "Benchmark": _of_benchmark,
        "Category": _of_category,
        "Result": _of_result,
    }
    made = [change for table, make in makers.items() for step in steps[table] for change in make(step, names)]
    made += _of_prices(steps["Price"], names)
    return sorted(gathered(made), key=lambda change: (change.at, change.key))


def entry(step: HistoryStep, kind: str, **facts) -> Change:
    """An unsaved entry about one step; texts that would not fit are shortened."""
    facts.setdefault("reason", step.reason)
    return make_change(f"{step.table}:{step.number}:{kind}", step.at, kind, **facts)


def make_change(key: str, at: dt.datetime, kind: str, **facts) -> Change:
    """An unsaved entry of the change log; texts that would not fit are shortened."""
    limits = {
        "reason": LONGEST_REASON,
        "settings": LONGEST_SETTINGS,
        "old_text": LONGEST_TEXT,
        "new_text": LONGEST_TEXT,
    }
    for name, limit in limits.items():
        text = facts.get(name) or ""
        facts[name] = text if len(text) <= limit else text[: limit - 1] + "…"
    return Change(key=key, at=at, day=at.astimezone(dt.UTC).date(), kind=kind, **facts)


def about_model(row: dict) -> dict:
    """Columns of an entry that name a model."""
    return {"model": row["slug"], "model_name": row["name"], "lab": row["lab_slug"], "lab_name": row["lab_name"]}


def about_benchmark(row: dict) -> dict:
    """Columns of an entry that name a benchmark."""
    return {
        "benchmark": row["slug"],
        "benchmark_name": row["name"],
        "category": row["category_slug"] or "",
        "category_name": row["category_name"] or "",
    }


# --- Models ---------------------------------------------------------------------------------------


def _of_model(step: HistoryStep, names: Names) -> Iterator[Change]:
    row, before = step.row, step.before
    known = names.models.get(step.object_id)
    if known is None:  # deleted since: the history still has its name, but no lab to show it under
        known = {"slug": row["slug"], "name": row["name"], "lab_slug": "", "lab_name": "its lab", "published": False}
    about = about_model({**known, "slug": row["slug"], "name": row["name"]})
    was = before is not None and before["published"]
    shown = row["published"] and not step.deleted
    if shown and not was:
        yield entry(
            step,
            changes.MODEL_ADDED,
            **about,
            source_url=row["source_url"],
            values={"released": row["release_date"] and row["release_date"].isoformat()},
        )
        if before is not None:
            yield from _results_shown_with_it(step, names)
    elif (was and not shown) or (step.deleted and row["published"]):
        yield entry(step, changes.MODEL_REMOVED, **about)
    elif shown:
        yield from _facts_of_model(step, about)


def _results_shown_with_it(step: HistoryStep, names: Names) -> Iterator[Change]:
    """Results that were entered while their model was hidden become public with it."""
    for row in names.hidden_results:
        if row["model_id"] == step.object_id:
            yield from _added(
                HistoryStep("Result", {**step.row, **row, "history_id": f"{row['id']}@{step.number}"}, None), names
            )


def _facts_of_model(step: HistoryStep, about: dict) -> Iterator[Change]:
    row, before = step.row, step.before
    status = LanguageModel.Status
    if step.differs("status"):
        kind = {status.DEPRECATED: changes.MODEL_DEPRECATED, status.RETIRED: changes.MODEL_RETIRED}.get(
            row["status"], changes.STATUS_CHANGED
        )
        yield entry(
            step,
            kind,
            **about,
            old_text=str(status(before["status"]).label),
            new_text=str(status(row["status"]).label),
            values={"old": before["status"], "new": row["status"]},
            source_url=row["source_url"],
        )
    if step.differs("context_window"):
        yield entry(
            step,
            changes.CONTEXT_CHANGED,
            **about,
            old_text=display.tokens(before["context_window"]),
            new_text=display.tokens(row["context_window"]),
            values={"old": before["context_window"], "new": row["context_window"]},
            source_url=row["source_url"],
        )


# --- How results count ----------------------------------------------------------------------------


def _of_benchmark(step: HistoryStep, names: Names) -> Iterator[Change]:
    known = names.benchmarks.get(step.object_id)
    differing = step.differs(*SCALE_COLUMNS)
    if known is None or not differing:
        return
    texts = [_settings_text(row, differing) for row in (step.before, step.row)]
    yield entry(
        step,
        changes.SCORING_CHANGED,
        **about_benchmark(known),
        old_text=texts[0],
        new_text=texts[1],
        values={"old": texts[0], "new": texts[1]},
    )


def _settings_text(row: dict, names: list[str]) -> str:
    """“weight 1, category coding”: only what differs."""
    words = []
    for name in names:
        value = row[name]
        if name == "category_id":
            category = Category.objects.filter(pk=value).first()
            words.append(f"category {category.name if category else 'none'}")
        elif isinstance(value, float | int) or value is None:
            words.append(f"{name} {display.constant(value)}")
        else:
            words.append(f"{name} {value or 'none'}")
    return ", ".join(words)


def _of_category(step: HistoryStep, names: Names) -> Iterator[Change]:
    old, new = _weight_before(step), step.row["weight"]
    if old is None or step.created or step.deleted or old == new:
        return
    yield entry(
        step,
        changes.SCORING_CHANGED,
        category=step.row["slug"],
        category_name=step.row["name"],
        old_text=f"weight {display.constant(old)}",
        new_text=f"weight {display.constant(new)}",
        values={"old": _plain(old), "new": _plain(new)},
    )


def _weight_before(step: HistoryStep) -> Decimal | None:
    """The weight a category had. The eight that come with the site have no history before their first edit:
    the last standings computed until then know it."""
    if step.before is not None:
        return step.before["weight"]
    snapshot = StandingSnapshot.objects.filter(computed_at__lt=step.at).order_by("-computed_at").first()
    known = {item["slug"]: item["weight"] for item in snapshot.fit["categories"]} if snapshot else {}
    weight = known.get(step.row["slug"])
    return None if weight is None else display.decimal_of(weight)


# --- Results --------------------------------------------------------------------------------------


def _counts(row: dict | None) -> bool:
    return row is not None and row["state"] == Result.State.PUBLISHED and row["source_kind"] != "generated"


def _of_result(step: HistoryStep, names: Names) -> Iterator[Change]:
    was, shown = _counts(step.before), _counts(step.row) and not step.deleted
    if step.deleted and _counts(step.row):
        yield from _withdrawn(step, step.row, names, step.reason or "Removed")
    elif was and not shown:
        yield from _withdrawn(step, step.before, names, step.row["withdrawn_reason"] or step.reason)
    elif shown and not was:
        yield from _added(step, names)
    elif was and step.differs("model_id", "benchmark_id"):
        yield from _withdrawn(step, step.before, names, step.reason or "Belongs to another model or benchmark")
        yield from _added(step, names)
    elif was and step.differs("score"):
        yield from _corrected(step, names)


def _about_result(step: HistoryStep, row: dict, names: Names) -> dict | None:
    """Columns that name a result, or None where readers may not see its model."""
    model, benchmark = names.model(row["model_id"]), names.benchmarks.get(row["benchmark_id"])
    if model is None or benchmark is None:
        return None
    return {
        **about_model(model),
        **about_benchmark(benchmark),
        "result": step.object_id,
        "source_url": row["source_url"],
        "settings": "; ".join(text for text in (row["variant"], row["method"]) if text),
    }


def _unit(row: dict, names: Names) -> str:
    return names.benchmarks[row["benchmark_id"]]["unit"]


def _added(step: HistoryStep, names: Names) -> Iterator[Change]:
    row = step.row
    about = _about_result(step, row, names)
    if about is None:
        return
    unit = _unit(row, names)
    yield entry(
        step,
        changes.RESULT_ADDED,
        **about,
        new_text=changes.score_text(row["score"], unit),
        values={"new": _plain(row["score"]), "unit": unit},
    )


def _withdrawn(step: HistoryStep, row: dict, names: Names, reason: str) -> Iterator[Change]:
    about = _about_result(step, row, names)
    if about is None:
        return
    unit = _unit(row, names)
    yield entry(
        step,
        changes.RESULT_WITHDRAWN,
        **about,
        old_text=changes.score_text(row["score"], unit),
        values={"old": _plain(row["score"]), "unit": unit},
        reason=reason,
    )


def _corrected(step: HistoryStep, names: Names) -> Iterator[Change]:
    about = _about_result(step, step.row, names)
    if about is None:
        return
    unit = _unit(step.row, names)
    kind = changes.OUR_CORRECTION if step.object_id in names.reported else changes.RESULT_CORRECTED
    yield entry(
        step,
        kind,
        **about,
        old_text=changes.score_text(step.before["score"], unit),
        new_text=changes.score_text(step.row["score"], unit),
        values={"old": _plain(step.before["score"]), "new": _plain(step.row["score"]), "unit": unit},
    )


def _plain(score) -> str:
    return format(score.normalize(), "f")


# --- Prices ---------------------------------------------------------------------------------------


def _of_prices(steps: list[HistoryStep], names: Names) -> list[Change]:
    """Entries about prices: a new latest period beside the one before it, or a period that was corrected."""
    if not steps:
        return []
    periods = defaultdict(list)
    offerings = {step.row["offering_id"] for step in steps}
    for price in Price.objects.filter(offering_id__in=offerings).values("id", *READ_COLUMNS[Price]):
        periods[price["offering_id"]].append(price)
    for rows in periods.values():
        rows.sort(key=lambda row: row["valid_from"] or dt.date.min)
    made = (_of_price(step, periods[step.row["offering_id"]], names) for step in steps)
    return [change for change in made if change is not None]


def _of_price(step: HistoryStep, periods: list[dict], names: Names) -> Change | None:
    offering = names.offerings.get(step.row["offering_id"])
    model = offering and names.model(offering["model_id"])
    if not model or step.deleted:
        return None
    about = {**about_model(model), "provider": offering["slug"], "provider_name": offering["name"]}
    if not step.created:
        if not step.differs("input", "output"):
            return None
        return _price_entry(step, about, step.before)
    place = next((i for i, row in enumerate(periods) if row["id"] == step.object_id), None)
    if place is None or place != len(periods) - 1:
        return None  # an earlier period filled in later is no news
    before = periods[place - 1] if place else None
    if before is None or before["id"] in names.new_prices:
        # Nothing was known before this load: a first price, told unless the model itself is new.
        return None if offering["model_id"] in names.new_models else _price_entry(step, about, None)
    if (before["input"], before["output"]) == (step.row["input"], step.row["output"]):
        return None
    return _price_entry(step, about, before)


def _price_entry(step: HistoryStep, about: dict, before: dict | None) -> Change:
    old, new = before and price_values(before), price_values(step.row)
    since = step.row["valid_from"]
    return entry(
        step,
        changes.PRICE_CHANGED if before else changes.PRICE_ADDED,
        **about,
        old_text=changes.price_text(old),
        new_text=changes.price_text(new),
        values={"old": old, "new": new, "since": since.isoformat() if since else None},
        source_url=step.row["source_url"],
    )


def price_values(row: dict) -> dict[str, str | None]:
    """Input and output price of a row as exact texts."""
    return {part: None if row[part] is None else _plain(row[part]) for part in ("input", "output")}


# --- Large loads ----------------------------------------------------------------------------------

ARRIVALS = {changes.MODEL_ADDED: "models", changes.RESULT_ADDED: "results", changes.PRICE_ADDED: "prices"}
COUNTED_AS = {
    **ARRIVALS,
    changes.MODEL_REMOVED: "models",
    changes.RESULT_CORRECTED: "results",
    changes.OUR_CORRECTION: "results",
    changes.RESULT_WITHDRAWN: "results",
    changes.PRICE_CHANGED: "prices",
    changes.RANK_CHANGED: "ranks",
    changes.VERDICT_FLIPPED: "verdicts",
}


def gathered(made: Iterable[Change], limit: int = changes.BULK) -> list[Change]:
    """The entries, with more than `limit` of one sort and one reason turned into one entry that counts them.

    New models, results and first prices are one sort: a load brings all three.
    """
    groups: dict[tuple[str, str], list[Change]] = defaultdict(list)
    for change in made:
        sort = changes.RESULT_ADDED if change.kind in ARRIVALS else change.kind
        groups[sort, change.reason].append(change)
    kept = []
    for (sort, reason), group in groups.items():
        if len(group) <= limit:
            kept += group
            continue
        newest = max(group, key=lambda change: (change.at, change.key))
        counts = Counter(COUNTED_AS.get(change.kind, "models") for change in group)
        kept.append(
            make_change(
                f"bulk:{newest.key}", newest.at, sort, bulk=True, reason=reason, values=dict(sorted(counts.items()))
            )
        )
    return kept
