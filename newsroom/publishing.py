"""Who may decide what readers see, and the decisions for several results at once."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from models_catalog.actions import publish_result, withdraw_result
from models_catalog.models import Result
from models_catalog.signals import collecting_changes

PUBLISH = "models_catalog.publish_result"


def may_publish(user) -> bool:
    """Whether `user` may publish, withdraw and correct results and re-weigh benchmarks."""
    return user.has_perm(PUBLISH)


def needs_second_pair() -> bool:
    """Whether the operator wants another person than the author to publish."""
    return bool(getattr(settings, "REQUIRE_SECOND_PAIR_OF_EYES", False))


def may_correct(user) -> bool:
    """Whether `user` may change a public result alone; a second pair of eyes needs a sheet that waits for another."""
    return may_publish(user) and not needs_second_pair()


def last_author(result: Result) -> int | None:
    """Id of the user who last wrote `result`, or None for an import. Queries once."""
    newest = result.history.order_by("-history_date", "-history_id")
    return newest.values_list("history_user_id", flat=True).first()


def why_not_publish(result: Result, user) -> str | None:
    """A sentence that says why `user` may not publish `result` now, or None. Queries once."""
    if not may_publish(user):
        return "Only a publisher can publish a result. Save it as a draft; it waits in the queue of drafts."
    if result.state == Result.State.PUBLISHED:
        return f"“{result}” is published already."
    if result.source_kind == Result.SourceKind.GENERATED:
        return f"“{result}” is generated; generated figures take part in nothing public."
    if needs_second_pair() and last_author(result) == user.pk:
        return (
            f"“{result}” is your own draft; this site asks for a second pair of eyes. Another publisher can publish it."
        )
    return None


def publish(results: Iterable[Result], user, reason: str) -> tuple[list[Result], list[str]]:
    """Publish what may be published, in one transaction.

    Gives the published results and a sentence for each refused one.
    """
    done, refused = [], []
    with transaction.atomic(), collecting_changes(reason):
        for result in results:
            problem = why_not_publish(result, user)
            if problem is None:
                try:
                    done.append(publish_result(result, reason=reason, user=user))
                except ValidationError as error:
                    problem = f"“{result}”: {' '.join(error.messages)}"
            if problem:
                refused.append(problem)
    return done, refused


def withdraw(results: Iterable[Result], user, reason: str) -> list[Result]:
    """Withdraw the published ones of `results` with a public reason, in one transaction."""
    with transaction.atomic(), collecting_changes(reason):
        return [
            withdraw_result(result, reason, user=user) for result in results if result.state == Result.State.PUBLISHED
        ]
