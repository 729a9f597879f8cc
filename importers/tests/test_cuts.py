"""Cuts of whole sources against their answer keys: hardly a row lost, none stored wrong, no loss without a line."""

import csv
from pathlib import Path

import pytest

from importers import formats
from importers.apply import apply_batch
from models_catalog.core import price_terms
from models_catalog.models import BenchmarkAlias, ModelAlias, Price, Result
from models_catalog.tests.factories import make_model

CUTS = Path(__file__).parent / "cuts"
RECALL, PRECISION = 0.97, 0.99
DATASETS = {
    "models_dev": ("models-dev", "models.dev"),
    "llm_stats": ("llm-stats", "llm-stats"),
    "epoch": ("epoch", "epoch"),
}
PLAIN = ("input", "output", "cache_read", "cache_write")


def key_of(cut: str) -> list[tuple[str, ...]]:
    """(what, subject, of, detail, figure) of every row a careful reader takes."""
    with (CUTS / f"{cut}.key.csv").open(encoding="utf-8", newline="") as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


def figure(value) -> str:
    return f"{value.normalize():f}"


def stored(dataset: str, with_variant: bool) -> list[tuple[str, ...]]:
    """The same of what the catalogue holds, in the source's names."""
    subjects = {alias.model_id: alias.source_id for alias in ModelAlias.objects.filter(dataset=dataset)}
    tests = {alias.benchmark_id: alias.source_id for alias in BenchmarkAlias.objects.filter(dataset=dataset)}
    rows = []
    for row in Result.objects.select_related("benchmark"):
        part = row.variant if with_variant else "public set" if "public set" in row.variant else ""
        test = tests.get(row.benchmark_id, row.benchmark.slug)
        rows.append(("result", subjects[row.model_id], test, part, figure(row.score)))
    for price in Price.objects.select_related("offering__provider"):
        subject, at = subjects[price.offering.model_id], price.offering.provider.slug
        named = [(name, getattr(price, name)) for name in PLAIN]
        named += [
            (f"{term.item} above {term.above}", term.amount)
            for term in price_terms.parse(price.terms)
            if term.above and not term.mode and term.item != "cache write"
        ]
        rows += [("price", subject, at, name, figure(amount)) for name, amount in named if amount is not None]
    return rows


def measured(found: list, key: list) -> tuple[float, float, list, list]:
    """(recall, precision, lost, wrong): equal rows count as often as both lists have them."""
    left, wrong = list(key), []
    for row in found:
        if row in left:
            left.remove(row)
        else:
            wrong.append(row)
    right = len(found) - len(wrong)
    return right / len(key), right / len(found), left, wrong


def taken(cut: str):
    format_name, dataset = DATASETS[cut]
    batch = formats.read(format_name, CUTS / cut)
    batch.new_benchmarks = True
    if cut == "epoch":  # it declares no models
        for name in sorted({row[1] for row in key_of(cut)}):
            ModelAlias.objects.create(dataset=dataset, source_id=name, model=make_model())
    return apply_batch(batch, reason="Test", keep_going=True), dataset


@pytest.mark.django_db
@pytest.mark.parametrize("cut", sorted(DATASETS))
def test_recall_and_precision(cut):
    _, dataset = taken(cut)
    found = stored(dataset, with_variant=cut == "models_dev")
    recall, precision, lost, wrong = measured(found, key_of(cut))
    assert recall >= RECALL, lost
    assert precision >= PRECISION, wrong


@pytest.mark.django_db
@pytest.mark.parametrize("cut", sorted(DATASETS))
def test_nothing_is_lost_without_a_line(cut):
    report, dataset = taken(cut)
    found = stored(dataset, with_variant=cut == "models_dev")
    lost = measured(found, key_of(cut))[2]
    assert len(lost) <= len(report.problems) + len(report.skipped)
    for each in (*report.problems, *report.skipped):
        assert each.file
        assert each.reason.endswith(".")


@pytest.mark.django_db
@pytest.mark.parametrize("cut", sorted(DATASETS))
def test_a_second_run_changes_nothing(cut):
    taken(cut)
    format_name, _ = DATASETS[cut]
    batch = formats.read(format_name, CUTS / cut)
    batch.new_benchmarks = True
    assert not apply_batch(batch, reason="Again", keep_going=True).changed


def test_the_measure_notices_a_wrong_and_a_lost_row():
    key = [("result", "a", "b", "", "1"), ("result", "a", "b", "", "1"), ("result", "a", "c", "", "2")]
    assert measured(key, key)[:2] == (1, 1)
    assert measured(key[:2], key)[:2] == (2 / 3, 1)
    assert measured([*key[:2], ("result", "a", "c", "", "3")], key)[:2] == (2 / 3, 2 / 3)
