"""The eight categories a new site starts with: short name, colour, weight; editors may change them."""

from __future__ import annotations

from django.apps import apps as global_apps

DEFAULT_CATEGORIES = (
    (
        "agentic",
        "Agentic",
        "",
        "#b4541a",
        22,
        "Long tasks with tools: browsing, calling functions, working in a terminal.",
    ),
    ("coding", "Coding", "", "#1f7a8c", 20, "Writing, repairing and understanding programs."),
    ("reasoning", "Reasoning", "Reason", "#6a5acd", 17, "Puzzles, long texts and problems that need many steps."),
    ("multimodal", "Multimodal", "Multim", "#b03f7c", 12, "Images, charts, documents and video as input."),
    ("knowledge", "Knowledge", "Knowl", "#4f7d2f", 12, "Facts and expert questions across subjects."),
    ("multilingual", "Multilingual", "Multil", "#94701d", 7, "The same abilities in languages other than English."),
    (
        "instruction-following",
        "Instruction following",
        "Instr",
        "#607285",
        5,
        "Keeping to what was asked, to the letter.",
    ),
    ("math", "Math", "", "#2a6fbb", 5, "From school problems to competitions and research."),
)


def add_default_categories(Category) -> None:
    """Fill an empty category table. `Category` is the model class, today's or a migration's."""
    if Category.objects.exists():
        return
    known = {field.name for field in Category._meta.get_fields()}
    made = []
    for position, (slug, name, short, colour, weight, description) in enumerate(DEFAULT_CATEGORIES, start=1):
        values = {"short_name": short, "colour": colour}
        made.append(
            Category(
                slug=slug,
                name=name,
                position=position,
                weight=weight,
                description=description,
                **{field: value for field, value in values.items() if field in known},
            )
        )
    # All at once and without signals: nobody edited anything, so no version is kept and no standing computed.
    Category.objects.bulk_create(made)


def add_short_names_and_colours(Category) -> None:
    """Give the default categories of an older site their short name and colour where they have none."""
    for slug, _, short, colour, *_ in DEFAULT_CATEGORIES:
        Category.objects.filter(slug=slug, short_name="").update(short_name=short)
        Category.objects.filter(slug=slug, colour="").update(colour=colour)


def after_migrate(apps=global_apps, **_kwargs) -> None:
    """Receiver of post_migrate: an emptied database (flush) gets its categories back.

    `migrate` passes the apps as of the last migration run, in which the table may not exist yet.
    """
    try:
        add_default_categories(apps.get_model("models_catalog", "Category"))
    except LookupError:
        return
