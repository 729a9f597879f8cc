"""`measure_speed PROVIDER MODEL`: times an OpenAI-compatible endpoint and stores what it found (docs/data.md)."""

from __future__ import annotations

import os
import secrets
import time

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import URLValidator
from django.utils import timezone

from importers.apply import apply_batch
from importers.speed.measuring import Plan, as_batch, measure
from importers.speed.stream import LIMIT_FIELDS, Endpoint, EndpointError, require_safe
from importers.speed.timing import Heard, NotTimed, Summary
from models_catalog.core import display
from models_catalog.models import LanguageModel, Organization, SpeedMeasurement

ENDPOINT_VARIABLE, KEY_VARIABLE = "MEASURE_SPEED_ENDPOINT", "MEASURE_SPEED_KEY"


class Command(BaseCommand):
    help = (
        "Measure time to the first token and output tokens per second of a model at an endpoint you name, and store "
        f"the medians. The key is read from the environment ({KEY_VARIABLE}) and never printed or stored."
    )
    clock = staticmethod(time.perf_counter)

    def add_arguments(self, parser):
        parser.add_argument("provider", metavar="PROVIDER", help="slug of the organisation that serves the model")
        parser.add_argument("model", metavar="MODEL", help="slug of the model")
        parser.add_argument("--endpoint", metavar="URL", help=f"such as https://host/v1; default: {ENDPOINT_VARIABLE}")
        parser.add_argument("--as", dest="name", metavar="NAME", help="what the endpoint calls it; default: the slug")
        parser.add_argument("--runs", type=int, default=5, metavar="N", help="runs that count (1 to 100; default 5)")
        parser.add_argument("--warm-ups", type=int, default=1, metavar="N", help="runs before that do not (default 1)")
        parser.add_argument("--prompt-tokens", type=int, default=500, metavar="N", help="about so long a prompt")
        parser.add_argument("--max-tokens", type=int, default=256, metavar="N", help="the longest answer asked for")
        parser.add_argument(
            "--limit-field", choices=LIMIT_FIELDS, default=LIMIT_FIELDS[0], help="what the endpoint calls that limit"
        )
        parser.add_argument("--region", default="", metavar="TEXT", help="from where you measure: “Frankfurt, DE”")
        parser.add_argument("--source-url", default="", metavar="URL", help="a page of yours about the measurement")
        parser.add_argument("--key-variable", default=KEY_VARIABLE, metavar="NAME", help="where the key stands instead")
        parser.add_argument("--dry-run", action="store_true", help="measure and print, store nothing")

    def handle(self, *, provider: str, model: str, **options):
        self._require_known(provider, model)
        plan = _plan(options)
        endpoint = Endpoint(
            address=options["endpoint"] or os.environ.get(ENDPOINT_VARIABLE, ""),
            model=options["name"] or model,
            key=os.environ.get(options["key_variable"], "").strip(),
            most_tokens=options["max_tokens"],
            limit_field=options["limit_field"],
        )
        if not endpoint.address:
            raise CommandError(f"Name the endpoint: --endpoint URL, or {ENDPOINT_VARIABLE} in the environment.")
        try:
            require_safe(endpoint)
            found = measure(endpoint, plan, self.clock, self._tell_run)
        except (EndpointError, NotTimed) as error:
            raise CommandError(str(error)) from None
        self._tell(found, plan)
        batch = as_batch(provider, model, endpoint, plan, found, options["source_url"])
        reason = f"Measured: {model} at {provider}"[:100]
        report = apply_batch(batch, reason=reason, dry_run=options["dry_run"])
        if report.problems:
            raise CommandError(" ".join(["Nothing was stored.", *(problem.reason for problem in report.problems)]))
        self.stdout.write("Dry run: nothing was stored." if report.dry_run else "Stored.")
        self.stdout.write(report.last_line)

    def _require_known(self, provider: str, model: str) -> None:
        """Refuse names we do not know before anything is asked."""
        if not Organization.objects.filter(slug=provider).exists():
            raise CommandError(f"No organisation has the slug “{provider}”. Add it in the newsroom first.")
        if not LanguageModel.objects.filter(slug=model).exists():
            raise CommandError(f"No model has the slug “{model}”. Add it in the newsroom first.")

    def _tell_run(self, number: int, run: Heard) -> None:
        name = f"run {number}" if number > 0 else "warm-up"
        wait, rate = display.seconds(run.first), display.speed(run.rate())
        self.stdout.write(f"{name}: first token after {wait}, {rate}, {run.tokens} tokens")

    def _tell(self, found: Summary, plan: Plan) -> None:
        rate, wait = found.rate, found.first_token
        counted = "counted by the endpoint" if found.counted_by_endpoint else "pieces of the stream, counted here"
        prompt = "not counted by the endpoint" if found.prompt_tokens is None else f"{found.prompt_tokens} tokens"
        self.stdout.write(
            f"Output speed, median of {plan.runs}: {display.speed(rate.median)} "
            f"({display.speed(rate.low)} to {display.speed(rate.high)})\n"
            f"Time to first token, median of {plan.runs}: {display.seconds(wait.median)} "
            f"({display.seconds(wait.low)} to {display.seconds(wait.high)})\n"
            f"Prompt: {prompt}. Answer: {found.output_tokens} tokens, {counted}."
        )


def _plan(options: dict) -> Plan:
    """The plan the options ask for. Raises CommandError for what cannot be stored, before anything is asked."""
    limits = {"runs": (1, 100), "warm_ups": (0, 20), "prompt_tokens": (1, 200_000), "max_tokens": (2, 100_000)}
    for name, (least, most) in limits.items():
        if not least <= options[name] <= most:
            raise CommandError(f"--{name.replace('_', '-')} must lie between {least} and {most:,}.")
    region = " ".join(options["region"].split())
    longest = SpeedMeasurement._meta.get_field("region").max_length
    if len(region) > (longest or 0) or not region.isprintable():
        raise CommandError(f"--region is one line of at most {longest} characters.")
    if options["source_url"]:
        try:
            URLValidator(schemes=["http", "https"])(options["source_url"])
        except ValidationError:
            raise CommandError("--source-url must be a web address.") from None
    counts = options["runs"], options["warm_ups"], options["prompt_tokens"]
    return Plan(*counts, region, timezone.now().date(), seed=secrets.token_hex(8))
