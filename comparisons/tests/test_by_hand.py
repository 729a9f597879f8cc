"""The worked example of `/methodology/`, finished with a pencil: from the printed page alone, to 0.1."""

from __future__ import annotations

import html
import math
import re
from collections import defaultdict

import pytest
from django.test import Client

from comparisons import standing_store
from comparisons.tests.board_world import fill
from models_catalog.models import Benchmark

MODELS = 16
WORKED_OUT = 10


@pytest.fixture
def pages(db):
    """The printed example of ten models, with families that span several benchmarks."""
    fill(MODELS, density=0.35)
    Benchmark.objects.filter(slug__in=("bench-00", "bench-01", "bench-08")).update(family="one-test")
    standing_store.recompute()
    client = Client()
    return [client.get(f"/methodology/?model=model-{number:04}").content.decode() for number in range(WORKED_OUT)]


def table(page: str, name: str) -> list[list[str]]:
    """The body of a table as rows of texts."""
    body = page.split(f'id="{name}"')[1].split("</table>")[0].split("<tbody>")[1]
    rows = re.findall(r"<tr>(.*?)</tr>", body, re.S)
    return [[text(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S)] for row in rows]


def text(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup)).strip()


def number(printed: str) -> float:
    return float(printed.replace(",", "").replace("−", "-").removesuffix(" %"))


def by_pencil(page: str) -> tuple[float, float]:
    """Overall score and margin as the steps of the page tell to find them."""
    rows, categories = table(page, "hand-rows"), table(page, "hand-categories")
    steps = [text(step) for step in re.findall(r"<li>(.*?)</li>", page.split('id="hand-steps"')[1].split("</ol>")[0])]
    leads = [((number(row[3]) - number(row[4])) / number(row[5]), number(row[7]), row) for row in rows]
    overall_lead = sum(lead * vote for lead, vote, _ in leads) / sum(vote for _, vote, _ in leads)
    kappa = number(re.search(r"vote × lead \+ ([\d.]+) × overall lead", steps[1])[1])
    gained, votes, covered = defaultdict(float), defaultdict(float), defaultdict(float)
    for lead, vote, row in leads:
        gained[row[1]] += lead * vote
        votes[row[1]] += vote
        covered[row[1]] += number(row[8]) / 100
    score = sum(
        number(weight) / 100 * (number(par) + (gained[name] + kappa * overall_lead) / (votes[name] + kappa))
        for name, weight, par, *_ in categories
    )
    families = defaultdict(float)
    for _, _, row in leads:
        families[row[2]] += number(row[8]) / 100 * number(row[9])
    omega = number(re.search(r"multiply by ([\d.]+) squared", steps[3])[1])
    maker = number(re.search(r"Makers: ([\d.]+) × the shares", steps[3])[1])
    variance = (
        sum(value**2 for value in families.values())
        + omega**2 * sum((covered[name] - number(weight) / 100) ** 2 for name, weight, *_ in categories)
        + (maker * sum(number(row[8]) / 100 for _, _, row in leads if row[11] == "yes")) ** 2
        + sum((number(row[8]) / 100 * number(row[9])) ** 2 / number(row[10]) for _, _, row in leads)
    )
    z = number(re.search(r"and ([\d.]+) standard errors are the margin", steps[4])[1])
    return score, z * math.sqrt(variance)


def test_ten_scores_can_be_finished_with_a_pencil(pages):
    for page in pages:
        printed = re.search(r"figures below suffice to find (.*?)’s ([\d.]+) ± ([\d.]+) to 0\.1", text(page))
        score, margin = by_pencil(page)
        assert score == pytest.approx(float(printed[2]), abs=0.1), printed[1]
        assert margin == pytest.approx(float(printed[3]), abs=0.1), printed[1]
    titles = {re.search(r"Every counting result of ([^\"<]*)", page)[1] for page in pages}
    assert len(titles) == WORKED_OUT
    errors_are_turned_into_probabilities(pages[0])


def errors_are_turned_into_probabilities(page: str) -> None:
    """The last table turns standard errors into the probability that an order holds."""
    (_, *errors), (_, *chances) = table(page, "hand-sure")
    found = dict(zip(map(number, errors), map(number, chances), strict=True))
    for z, p in found.items():
        assert p == pytest.approx(50 * (1 + math.erf(z / math.sqrt(2))), abs=0.5)
    assert {0.84: 80, 1.645: 95}.items() <= found.items()
