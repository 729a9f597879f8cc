"""What a reader can ask to hear about: labs with models, categories, prices."""

from __future__ import annotations

from dataclasses import dataclass

from models_catalog.models import Category, Organization

PRICES = "prices"


@dataclass(frozen=True)
class TopicGroup:
    """Topics of one kind: (value, name) of each."""

    title: str
    topics: tuple[tuple[str, str], ...]


def topic_groups() -> tuple[TopicGroup, ...]:
    """Return all topics by kind. Queries twice."""
    labs = Organization.objects.filter(is_lab=True, models__published=True).distinct()
    return (
        TopicGroup("Kinds of ability", tuple((f"category:{row.slug}", row.name) for row in Category.objects.all())),
        TopicGroup("Labs", tuple((f"lab:{row.slug}", row.name) for row in labs)),
        TopicGroup("Money", ((PRICES, "Prices"),)),
    )


def topic_choices() -> list[tuple[str, str]]:
    """Return (value, name) of every topic. Queries twice."""
    return [choice for group in topic_groups() for choice in group.topics]
