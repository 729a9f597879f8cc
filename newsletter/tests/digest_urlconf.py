"""The site's addresses with those of the change log and the archive first."""

from django.urls import include, path

from comparisons.tests.changes_urlconf import urlpatterns as site_urls

urlpatterns = [path("newsletter/", include("newsletter.digest.archive_views")), *site_urls]
handler404 = "comparisons.web.answering.not_found"
