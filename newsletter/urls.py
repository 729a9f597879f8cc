"""Addresses of this app. Those that mails carry never change and never redirect."""

from django.urls import path, re_path

from newsletter import views
from newsletter.consent import views as consent_views
from newsletter.digest.archive_views import urlpatterns as archive_urls

app_name = "newsletter"
urlpatterns = [
    *archive_urls,
    path("subscribe/", views.subscribe, name="subscribe"),
    path("follow/<str:pair>/", views.follow, name="follow"),
    path("check/", views.check, name="check"),
    path("later/", views.later, name="later"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("confirm/<str:token>/again/", views.confirm_again, name="confirm_again"),
    path("confirm/<str:token>/forget/", views.confirm_forget, name="confirm_forget"),
    # RFC 8058 forbids a redirect, so both forms answer themselves; mails carry the one without a slash.
    re_path(r"^u/(?P<token>[^/]+)/?$", consent_views.unsubscribe, name="unsubscribe"),
    path("u/<str:token>/pause/", consent_views.pause, name="pause"),
    path("u/<str:token>/preferences/", consent_views.own_preferences, name="own_preferences"),
    path("preferences/", consent_views.preferences, name="preferences"),
    path("preferences/sent/", consent_views.link_sent, name="link_sent"),
    path("manage/<str:token>/", consent_views.manage, name="manage"),
    path("manage/<str:token>/leave/", consent_views.manage_leave, name="manage_leave"),
    path("manage/<str:token>/export/", consent_views.manage_export, name="manage_export"),
    path("manage/<str:token>/return/", consent_views.manage_return, name="manage_return"),
    path("manage/<str:token>/erase/", consent_views.manage_erase, name="manage_erase"),
    path("what-we-hold/", views.what_we_hold, name="what_we_hold"),
    path("privacy/", views.privacy, name="privacy"),
]
