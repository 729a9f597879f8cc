"""The three roles of the newsroom and what each may do; migrations make them."""

from __future__ import annotations

from collections.abc import Mapping

EDITOR, PUBLISHER, NEWSLETTER_MANAGER = "Editor", "Publisher", "Newsletter manager"

ENTER = ("view", "add", "change")
DRAFT = (*ENTER, "delete")

# What an editor may do with each table; a result only while it is a draft, a benchmark's
# and a category's weights never (the admin keeps those fields for publishers).
EDITOR_MAY = {
    "organization": ENTER,
    "category": ("view",),
    "languagemodel": ENTER,
    "modelalias": DRAFT,
    "benchmarkalias": DRAFT,
    "modelslugredirect": ("view",),
    "gonemodel": ("view",),
    "unknownname": ("view", "change"),
    "benchmark": ENTER,
    "result": DRAFT,
    "offering": ENTER,
    "price": ENTER,
    "speedmeasurement": ENTER,
    "report": ("view", "change"),
    "scoresheet": ("view", "add", "change"),
    "import": ("view", "add"),
    "livesource": ("view",),
    "modelmerge": ("view",),
    "priceconflict": ("view", "change"),
}
PUBLISHER_MAY = {
    **dict.fromkeys(EDITOR_MAY, DRAFT),
    "unknownname": ("view", "change", "delete"),
    "modelslugredirect": ("view", "delete"),
    "report": ("view", "change"),
    "scoresheet": ("view", "add", "change"),
    "import": ("view", "add"),
    "livesource": ("view", "change"),
    "modelmerge": ("view", "add"),
    "priceconflict": ("view", "change"),
    "result": (*DRAFT, "publish"),
}


def codenames(may: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Django's names of the permissions in `may`."""
    return [f"{action}_{table}" for table, actions in may.items() for action in actions]


def grant(apps, group: str, app_label: str, may: Mapping[str, tuple[str, ...]]) -> None:
    """Give `group` the permissions `may` in one app; safe to call again. For migrations of any app.

    `apps` is the migration's registry. Permissions that do not exist yet are created, since
    Django makes them only after the last migration of a run.
    """
    Group = apps.get_model("auth", "Group")
    Permission = apps.get_model("auth", "Permission")
    ContentType = apps.get_model("contenttypes", "ContentType")
    role, _ = Group.objects.get_or_create(name=group)
    for table, actions in may.items():
        content_type, _ = ContentType.objects.get_or_create(app_label=app_label, model=table)
        for action in actions:
            permission, _ = Permission.objects.get_or_create(
                content_type=content_type,
                codename=f"{action}_{table}",
                defaults={"name": f"Can {action} {table}"},
            )
            role.permissions.add(permission)


def make_roles(apps) -> None:
    """Create the three roles with their permissions in the catalogue; safe to call again."""
    grant(apps, EDITOR, "models_catalog", EDITOR_MAY)
    grant(apps, PUBLISHER, "models_catalog", PUBLISHER_MAY)
    grant(apps, NEWSLETTER_MANAGER, "models_catalog", {"languagemodel": ("view",), "benchmark": ("view",)})
