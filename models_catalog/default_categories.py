"""The eight categories a new site starts with, and their weights; editors may change them."""

from __future__ import annotations

from django.apps import apps as global_apps

DEFAULT_CATEGORIES = (
    ("agentic", "Agentic", 22, "Long tasks with tools: browsing, calling functions, working in a terminal."),
    ("coding", "Coding", 20, "Writing, repairing and understanding programs."),
    ("reasoning", "Reasoning", 17, "Puzzles, long texts and problems that need many steps."),
    ("multimodal", "Multimodal", 12, "Images, charts, documents and video as input."),
    ("knowledge", "Knowledge", 12, "Facts and expert questions across subjects."),
    ("multilingual", "Multilingual", 7, "The same abilities in languages other than English."),
    ("instruction-following", "Instruction following", 5, "Keeping to what was asked, to the letter."),
    ("math", "Math", 5, "From school problems to competitions and research."),
)


def add_default_categories(Category) -> None:
    """Fill an empty category table. `Category` is the model class, today's or a migration's."""
    if Category.objects.exists():
        return
    Category.objects.bulk_create(
        Category(slug=slug, name=name, position=position, weight=weight, description=description)
        for position, (slug, name, weight, description) in enumerate(DEFAULT_CATEGORIES, start=1)
    )


def after_migrate(apps=global_apps, **_kwargs) -> None:
    """Receiver of post_migrate: an emptied database (flush) gets its categories back.

    `migrate` passes the apps as of the last migration run, in which the table may not exist yet.
    """
    try:
        add_default_categories(apps.get_model("models_catalog", "Category"))
    except LookupError:
        return
