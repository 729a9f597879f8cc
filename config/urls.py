"""Addresses of the site; the fixed ones are listed in docs/addresses.md."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path(settings.ADMIN_URL, admin.site.urls),
    path("", include("models_catalog.urls")),
    path("", include("comparisons.urls")),
    path("newsletter/", include("newsletter.urls")),
]
