"""`forget_imports`: removes uploaded files that nobody confirmed within an hour; for a timer."""

from django.core.management.base import BaseCommand

from newsroom.imports import forget_old


class Command(BaseCommand):
    help = "Remove uploaded files that are an hour old. The import page does the same at every upload."

    def handle(self, **options):
        self.stdout.write(f"Removed files: {forget_old()}.")
