"""Who serves a model, at which price and speed."""

from __future__ import annotations

from itertools import combinations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html

from models_catalog.core import display
from models_catalog.models import Offering, Price, PriceConflict, SpeedMeasurement, periods_overlap
from models_catalog.models.offers import days_when_seen_again
from newsroom import findings
from newsroom.admin.base import HTTPS_ADDRESSES, CatalogAdmin, DatasetFilter, PresenceFilter, today
from newsroom.core.price_warnings import PRICES, price_warnings

OFFERING_NAMES = ["offering__model", "offering__provider"]
OFFERING_SEARCH = ["offering__model__name", "offering__model__slug", "offering__provider__name"]


class PricesTogether(forms.BaseInlineFormSet):
    """All prices of one offering: the old one may end and the new one begin in one save."""

    def _construct_form(self, i, **kwargs):
        form = super()._construct_form(i, **kwargs)
        form.instance.judged_together = True
        return form

    def clean(self):
        super().clean()
        rows = [
            form.instance
            for form in self.forms
            if not any(form.errors) and form not in self.deleted_forms and (form.instance.pk or form.has_changed())
        ]
        for one, other in combinations(rows, 2):
            if periods_overlap(one.valid_from, one.valid_to, other.valid_from, other.valid_to):
                raise ValidationError(
                    f"The price from {one.valid_from or 'the beginning'} overlaps the one from "
                    f"{other.valid_from or 'the beginning'}. End one on the day the other begins."
                )


class PriceInline(admin.TabularInline):
    model = Price
    formset = PricesTogether
    extra = 0
    formfield_overrides = HTTPS_ADDRESSES
    fields = ["input", "output", "cache_read", "cache_write", "terms", "valid_from", "valid_to", "source_url"]
    verbose_name_plural = "prices, USD per 1M tokens (0 is free, empty is not published)"


@admin.register(Offering)
class OfferingAdmin(CatalogAdmin):
    list_display = ["model", "provider", "first_party"]
    list_filter = ["first_party", "provider"]
    list_select_related = ["model", "provider"]
    search_fields = ["model__name", "model__slug", "provider__name", "provider__slug"]
    autocomplete_fields = ["model", "provider"]
    rests_on = {"prices": "price", "speeds": "speed measurement"}
    instead_of_deleting = "End its price with a “valid to” day instead; the history of prices stays readable."
    inlines = [PriceInline]
    fieldsets = [
        (
            None,
            {
                "fields": ["model", "provider", "first_party"],
                "description": "One line says that a provider serves a model. Prices and speeds hang on it.",
            },
        )
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("model", "provider")

    def save_formset(self, request, form, formset, change):
        super().save_formset(request, form, formset, change)
        for row in formset.forms:
            if row.has_changed() and isinstance(row.instance, Price):
                tell_price_warnings(request, row.instance)


def tell_price_warnings(request, price: Price) -> None:
    """Warn of prices that look like another unit."""
    for sentence in price_warnings({name: getattr(price, name) for name in PRICES}):
        messages.warning(request, sentence)


class CurrentFilter(admin.SimpleListFilter):
    title, parameter_name = "period", "period"

    def lookups(self, request, model_admin):
        return [
            ("current", "holds today"),
            ("ended", "ended"),
            ("stale", f"holds today, not seen for {findings.PRICE_STALE.days} days"),
            ("gone", "holds today, model deprecated or retired"),
        ]

    def queryset(self, request, queryset):
        if self.value() == "ended":
            return queryset.filter(valid_to__lte=today())
        if self.value() == "current":
            return queryset.on(today())
        if self.value() == "stale":
            return findings.stale_prices(today(), queryset)
        return findings.offered_though_gone(today(), queryset) if self.value() == "gone" else queryset


@admin.register(Price)
class PriceAdmin(CatalogAdmin):
    list_display = [
        "model_name",
        "provider_name",
        "input_price",
        "output_price",
        "valid_from",
        "valid_to",
        "observed_on",
    ]
    actions = ["seen_again_today"]
    list_filter = [CurrentFilter, "offering__first_party", ("dataset", DatasetFilter), "offering__provider"]
    list_select_related = OFFERING_NAMES
    search_fields = OFFERING_SEARCH
    autocomplete_fields = ["offering"]
    date_hierarchy = "valid_from"
    fieldsets = [
        (None, {"fields": ["offering"]}),
        (
            "USD per 1M tokens",
            {
                "fields": [("input", "output"), ("cache_read", "cache_write"), "terms"],
                "description": "0 means free. Leave empty what is not published; it is shown as “not published”.",
            },
        ),
        (
            "Period",
            {
                "fields": [("valid_from", "valid_to"), "valid_from_basis", "observed_on"],
                "description": "A new price: end the old one on the day the new one begins, then add a row. "
                "A typing mistake: correct the row and say why.",
            },
        ),
        ("Source", {"fields": ["source_url", "read_at", "note", "dataset"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*OFFERING_NAMES)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        tell_price_warnings(request, obj)

    @admin.action(description="Seen again today: these prices still hold", permissions=["change"])
    def seen_again_today(self, request, queryset):
        """Set the day the selected current prices were last seen; ended ones are passed over."""
        day, done = today(), 0
        with transaction.atomic():
            for price in queryset.on(day):
                days = days_when_seen_again(price.valid_from, price.valid_to, price.observed_on, day)
                for field, value in days.items():
                    setattr(price, field, value)
                price._history_user, price._change_reason = request.user, "seen again"
                price.save()
                done += 1
        messages.success(request, f"{display.counted(done, 'price')} seen today.")
        if passed := queryset.count() - done:
            messages.warning(request, f"{display.counted(passed, 'price')} passed over: ended, or not begun.")

    @admin.display(description="model", ordering="offering__model__name")
    def model_name(self, price):
        return price.offering.model.name

    @admin.display(description="provider", ordering="offering__provider__name")
    def provider_name(self, price):
        return price.offering.provider.name

    @admin.display(description="input", ordering="input")
    def input_price(self, price):
        return display.money(price.input)

    @admin.display(description="seen on", ordering="observed_on")
    def observed(self, price):
        return price.observed_on

    @admin.display(description="output", ordering="output")
    def output_price(self, price):
        return display.money(price.output)


class AgeFilter(admin.SimpleListFilter):
    title, parameter_name = "age", "age"

    def lookups(self, request, model_admin):
        return [("stale", f"trusted, no date or older than {findings.SPEED_STALE.days} days")]

    def queryset(self, request, queryset):
        return findings.stale_speeds(today(), queryset) if self.value() == "stale" else queryset


class SuspectFilter(PresenceFilter):
    title, parameter_name, field = "suspect", "suspect", "suspect"
    filled, empty = "suspect", "trusted"


@admin.register(SpeedMeasurement)
class SpeedMeasurementAdmin(CatalogAdmin):
    list_display = ["model_name", "provider_name", "tokens_per_second", "first_token", "measured_on", "suspect"]
    list_filter = [AgeFilter, SuspectFilter, ("dataset", DatasetFilter), "offering__provider"]
    list_select_related = OFFERING_NAMES
    search_fields = OFFERING_SEARCH
    autocomplete_fields = ["offering"]
    date_hierarchy = "measured_on"
    fieldsets = [
        (None, {"fields": ["offering", "measured_on", "region"]}),
        (
            "Measured",
            {
                "fields": [
                    ("output_tokens_per_second", "speed_low", "speed_high"),
                    ("time_to_first_token", "first_token_low", "first_token_high"),
                ]
            },
        ),
        (
            "How",
            {
                "fields": [
                    ("runs", "warm_ups"),
                    ("prompt_tokens", "output_tokens", "token_basis"),
                    "method",
                    "source_kind",
                ]
            },
        ),
        (
            "Trust",
            {
                "fields": ["suspect"],
                "description": "A figure that was not measured (100 tokens/s for every provider) stays, marked with "
                "the reason, and is not shown to readers as a measurement.",
            },
        ),
        ("Source", {"fields": ["source_url", "dataset"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related(*OFFERING_NAMES)

    @admin.display(description="model", ordering="offering__model__name")
    def model_name(self, speed):
        return speed.offering.model.name

    @admin.display(description="provider", ordering="offering__provider__name")
    def provider_name(self, speed):
        return speed.offering.provider.name

    @admin.display(description="output speed", ordering="output_tokens_per_second")
    def tokens_per_second(self, speed):
        return display.speed(speed.output_tokens_per_second)

    @admin.display(description="first token", ordering="time_to_first_token")
    def first_token(self, speed):
        return display.seconds(speed.time_to_first_token)


@admin.register(PriceConflict)
class PriceConflictAdmin(admin.ModelAdmin):
    """What imports noted; nobody types it in. Correcting the price is done on the offer's page."""

    list_display = ["offering", "dataset", "says", "against", "seen_in", "state", "offer"]
    list_display_links = None
    list_filter = ["state", ("dataset", DatasetFilter)]
    list_select_related = ["offering__model", "offering__provider"]
    search_fields = OFFERING_SEARCH
    actions = ["settled", "open_again"]
    list_per_page = 50

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return ["offering", "dataset", "says", "against", "seen_in"]

    @admin.action(description="Settled: the price in force is right", permissions=["change"])
    def settled(self, request, queryset):
        """Somebody looked; the conflict comes back only when the source says something else."""
        done = queryset.filter(state=PriceConflict.State.OPEN).update(state=PriceConflict.State.SETTLED)
        messages.success(request, f"{display.counted(done, 'conflict')} settled.")

    @admin.action(description="Open again", permissions=["change"])
    def open_again(self, request, queryset):
        """Undo of settling."""
        done = queryset.filter(state=PriceConflict.State.SETTLED).update(state=PriceConflict.State.OPEN)
        messages.success(request, f"{display.counted(done, 'conflict')} opened again.")

    @admin.display(description="the offer")
    def offer(self, conflict):
        address = reverse("admin:models_catalog_offering_change", args=[conflict.offering_id])
        return format_html('<a href="{}">look at its prices</a>', address)
