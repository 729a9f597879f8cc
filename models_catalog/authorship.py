"""Who did what stays known: an account that has changed something is deactivated, never deleted."""

from __future__ import annotations

from django.apps import apps
from django.db import models
from django.db.models import ProtectedError
from django.db.models.signals import pre_delete
from django.dispatch import receiver

from models_catalog.models import User

KEPT = (
    "“{name}” has changed the catalogue; the history needs the name. Untick “active” instead of deleting the account."
)


def traces_of(user: User) -> type[models.Model] | None:
    """The first table that holds a trace of `user`: histories, sheets, imports, the admin's log. None without any."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            points_here = field.is_relation and field.related_model is User and field.name in TRACES
            if points_here and model._base_manager.filter(**{field.name: user}).exists():
                return model
    return None


# fields that name who did something; others (second factors, memberships) go with the account
TRACES = frozenset({"history_user", "author", "publisher", "approved_by", "created_by"})


@receiver(pre_delete, sender=User)
def keep_authors(sender, instance: User, **kwargs) -> None:
    """Refuse to delete an account with traces. Raises ProtectedError with a sentence."""
    model = traces_of(instance)
    if model is not None:
        raise ProtectedError(KEPT.format(name=instance.get_username()), {instance})
