"""The site's addresses with those of the change log first."""

from comparisons.changes.urls import urlpatterns as changes_urls
from config.urls import urlpatterns as site_urls

urlpatterns = [*changes_urls, *site_urls]
