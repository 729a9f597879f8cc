"""Commands whose last run the newsroom shows."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from newsletter.models import CommandRun


class RecordedCommand(BaseCommand):
    """Runs `run`, prints the line it returns, and writes down when it ran and what it said."""

    def handle(self, *args, **options):
        name = type(self).__module__.rpartition(".")[2]
        try:
            said = self.run(**options)
        except CommandError as error:
            _write(name, str(error), failed=True)
            raise
        _write(name, said, failed=False)
        self.stdout.write(said)

    def run(self, **options) -> str:
        """Do the work and return one line about it. Raises CommandError."""
        raise NotImplementedError


def _write(name: str, said: str, *, failed: bool) -> None:
    CommandRun.objects.update_or_create(
        name=name, defaults={"at": timezone.now(), "said": said[:300], "failed": failed}
    )
