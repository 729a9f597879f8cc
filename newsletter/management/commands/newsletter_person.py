"""manage.py newsletter_person ADDRESS: for somebody who writes to the contact."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from newsletter.consent import persons
from newsletter.signup.forms import NOT_AN_ADDRESS


class Command(BaseCommand):
    help = (
        "Show what is held on an address and what happened under it, or act for its owner. Copies and the word that "
        "all is erased go to the address itself."
    )

    def add_arguments(self, parser):
        parser.add_argument("address")
        what = parser.add_mutually_exclusive_group()
        for name, action in persons.ACTIONS.items():
            what.add_argument(f"--{name}", dest="action", action="store_const", const=name, help=action.label)

    def handle(self, *args, address, action, **options):
        try:
            lines = persons.act(action, address, timezone.now()).lines if action else persons.story_of(address)
        except ValueError as error:
            raise CommandError(NOT_AN_ADDRESS) from error
        for line in lines:
            self.stdout.write(line)
