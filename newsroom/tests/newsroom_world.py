"""A small newsroom for tests.

    model     MMLU-Pro   GPQA     Cost (USD)
    acme-1    80.1       60       2.5
    acme-2    85         —        —
    zeta      70         55       —

Every score is published, from https://board.example, of 1 May 2026. Staff: Edith (Editor),
Paul and Petra (Publishers).
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.contrib.auth.models import Group

from models_catalog.models import Benchmark, Category, LanguageModel, Organization, Result, User
from models_catalog.roles import EDITOR, PUBLISHER, make_roles

BOARD = "https://board.example"
MAY = dt.date(2026, 5, 1)


def make_staff(name: str, role: str) -> User:
    """A member of staff in one role."""
    from django.apps import apps

    make_roles(apps)
    user = User(username=name, is_staff=True)
    user.set_unusable_password()  # tests log in without one; hashing would take most of their time
    user.save()
    user.groups.add(Group.objects.get(name=role))
    return user


class World:
    """The rows of the table above, as attributes."""

    def __init__(self):
        acme = Organization.objects.create(slug="acme", name="Acme", is_lab=True)
        knowledge, _ = Category.objects.get_or_create(slug="knowledge", defaults={"name": "Knowledge", "weight": 12})
        scale = {"floor": 0, "best": 100, "maximum": 100, "category": knowledge}
        self.mmlu = Benchmark.objects.create(slug="mmlu-pro", name="MMLU-Pro", **scale)
        self.gpqa = Benchmark.objects.create(slug="gpqa", name="GPQA", **scale)
        self.cost = Benchmark.objects.create(
            slug="run-cost", name="Cost", unit="usd", direction="lower", kind="other", weight=0
        )
        self.acme_1 = LanguageModel.objects.create(slug="acme-1", name="Acme 1", lab=acme)
        self.acme_2 = LanguageModel.objects.create(slug="acme-2", name="Acme 2", lab=acme)
        self.zeta = LanguageModel.objects.create(slug="zeta", name="Zeta", lab=acme)
        for model, scores in (
            (self.acme_1, {self.mmlu: "80.1", self.gpqa: "60", self.cost: "2.5"}),
            (self.acme_2, {self.mmlu: "85"}),
            (self.zeta, {self.mmlu: "70", self.gpqa: "55"}),
        ):
            for benchmark, score in scores.items():
                self.publish(model, benchmark, score)
        self.edith = make_staff("edith", EDITOR)
        self.paul = make_staff("paul", PUBLISHER)
        self.petra = make_staff("petra", PUBLISHER)

    def publish(self, model, benchmark, score, **fields) -> Result:
        """A published result from the board."""
        given = {"source_url": BOARD, "measured_on": MAY, "source_kind": "independent", "source_tier": 0, **fields}
        return Result.objects.create(model=model, benchmark=benchmark, score=Decimal(score), **given)

    def result(self, model, benchmark, **fields) -> Result:
        """The one result of a cell."""
        return Result.objects.get(model=model, benchmark=benchmark, **fields)
