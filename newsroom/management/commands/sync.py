"""`sync [SOURCE …]`: asks the live sources what is new (docs/data.md)."""

from __future__ import annotations

import sys

from django.core.management.base import CommandError
from django.utils import timezone

from importers.management.data_command import DataCommand
from importers.sync.sources import BY_KEY, SOURCES
from models_catalog.models import Import
from newsroom import arrivals


class Command(DataCommand):
    help = (
        "Ask the live sources what is new. Without names: the enabled ones that are due. What arrives waits in the "
        "newsroom. Exit code 1: a source failed, the others went on."
    )

    def add_arguments(self, parser):
        parser.add_argument("sources", metavar="SOURCE", nargs="*", help="ask these now, due or not, enabled or not")
        parser.add_argument("--dry-run", action="store_true", help="tell what is new and write nothing")
        parser.add_argument("--list", action="store_true", help="list the sources and how their last runs went")

    def handle(self, *, sources: list[str], dry_run: bool, **options):
        unknown = [name for name in sources if name not in BY_KEY]
        if unknown:
            raise CommandError(f"“{unknown[0]}” is no source. Choose among: {', '.join(BY_KEY)}.")
        if options["list"]:
            return self._list()
        chosen = [BY_KEY[name] for name in dict.fromkeys(sources)] or arrivals.due(timezone.now())
        if not chosen:
            self.stdout.write("No source is due. Name one to ask it now, or see --list.")
        failed = [source for source in chosen if self._run(source, dry_run, afresh=bool(sources)).failed]
        if dry_run and chosen:
            self.stdout.write("Dry run: nothing was written.")
        if failed:
            self.stdout.flush()
            sys.exit(1)
        return None

    def _run(self, source, dry_run: bool, *, afresh: bool) -> arrivals.Outcome:
        def tell(words: str) -> None:
            if self.stdout.isatty():
                self.stdout.write(f"{source.key}: {words} …")

        outcome = arrivals.run(source, dry_run=dry_run, afresh=afresh, tell=tell)
        line = f"{source.key}: {outcome.words}"
        if outcome.arrived is not None:
            line += f" Import {outcome.arrived.pk} waits in the newsroom."
        (self.stderr if outcome.failed else self.stdout).write(line)
        return outcome

    def _list(self) -> None:
        known = arrivals.states()
        waiting = set(
            Import.objects.filter(state=Import.State.READY).exclude(source="").values_list("source", flat=True)
        )
        for source in SOURCES:
            state = known[source.key]
            switches = ["on" if state.enabled else "off"] + ["trusted with prices"] * state.trusted_prices
            self.stdout.write(f"{source.key}: {source.name}, {source.gives}. {source.licence}. {', '.join(switches)}.")
            good = f"{state.last_good_at:%Y-%m-%d %H:%M}" if state.last_good_at else "never"
            next_run = f"{state.next_due_at:%Y-%m-%d %H:%M}" if state.next_due_at else "now"
            waits = " An arrival waits." if source.key in waiting else ""
            self.stdout.write(f"    {source.where}")
            self.stdout.write(f"    Last good run: {good}. Next due: {next_run}. {state.last_answer}{waits}".rstrip())
