"""Short name and colour of a category stand in its own row, so a new name loses neither."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from comparisons import standing_store
from comparisons.tests.board_world import fill
from models_catalog.core.specs import CategorySpec
from models_catalog.models import Category


@pytest.mark.django_db
def test_a_renamed_category_keeps_its_short_name_and_colour():
    fill(12)
    Category.objects.filter(slug="reasoning").update(name="Thinking things through")
    standing_store.recompute("a category got another name")
    board = Client().get("/leaderboard/").content.decode()
    assert '<span aria-hidden="true">Reason</span><span class="visually-hidden">Thinking things through</span>' in board
    assert 'fill="#6a5acd"' in Client().get("/categories/reasoning/").content.decode()


@pytest.mark.django_db
def test_a_category_without_a_colour_has_no_mark():
    fill(12)
    Category.objects.update(colour="")
    standing_store.recompute("no colours")
    assert 'class="swatch"' not in Client().get("/categories/reasoning/").content.decode()


@pytest.mark.parametrize(
    ("name", "short", "shown"),
    [
        ("Math", "", "Math"),
        ("Reasoning", "Reason", "Reason"),
        ("Law and order", "", "Law"),
        ("Jurisprudence", "", "Jurisp"),
        ("Math", "Maths", "Maths"),
    ],
)
def test_a_narrow_column_has_the_editors_name_or_the_beginning(name, short, shown):
    assert CategorySpec("a", name, 1, 1.0, short=short).short_name == shown


@pytest.mark.django_db
@pytest.mark.parametrize("colour", ["red", "#12345", "#1F7A8C", "#1f7a8c\n", "url(x)", "#1f7a8c;"])
def test_a_colour_is_six_hexadecimal_digits(colour):
    with pytest.raises(ValidationError, match=r"six digits|at most 7"):
        Category(slug="law", name="Law", colour=colour).full_clean()


@pytest.mark.django_db
def test_every_default_category_has_a_colour_of_its_own():
    colours = list(Category.objects.values_list("colour", flat=True))
    assert len(set(colours)) == len(colours) == 8
    assert all(colours)
