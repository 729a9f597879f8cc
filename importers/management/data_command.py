"""What the commands share that read or write data and answer no request."""

from django.core.management.base import BaseCommand


class DataCommand(BaseCommand):
    """A command that checks tables and database only before it runs.

    The checks of addresses load every page: of the import of a price list that was a third of the time and of the memory.
    """

    requires_system_checks = ("models", "database")
