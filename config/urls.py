"""Addresses of the site. Those of product pages are fixed: links, feeds and mails rely on them."""

from django.conf import settings
from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.utils.functional import lazy
from django.views.generic import RedirectView

from comparisons.web.api import urls as api_urls
from comparisons.web.styleguide_views import styleguide
from config import health
from newsletter import views as newsletter_views

# Only processes that serve pages load the newsroom; newsletter workers do without it.
admin.autodiscover()

urlpatterns = [
    path(f"{settings.ADMIN_URL}account/", include("newsroom.account_urls")),
    path(settings.ADMIN_URL, admin.site.urls),
    path("favicon.ico", RedirectView.as_view(url=lazy(static, str)("img/favicon.svg"), permanent=False)),
    path("privacy/", newsletter_views.privacy, name="privacy"),
    path("api/v1/", api_urls),
    *(path(address.lstrip("/"), view) for address, view in health.VIEWS.items()),
    path(".well-known/security.txt", health.security_txt),
    path("", include("models_catalog.urls")),
    path("", include("comparisons.urls")),
    path("newsletter/", include("newsletter.urls")),
]

if getattr(settings, "ANYMAIL", None):  # a provider's reports are heard only where a provider is set
    urlpatterns.append(path("anymail/", include("anymail.urls")))

if settings.DEBUG:
    urlpatterns.append(
        path("styleguide/", styleguide, name="styleguide"),
    )

handler404 = "comparisons.web.answering.not_found"
