"""Addresses of what we say. They are fixed: checks, links and feeds rely on them."""

from django.urls import path

from comparisons import views
from comparisons.board_urls import urlpatterns as board_urls
from comparisons.changes_urls import urlpatterns as changes_urls
from comparisons.sharing_urls import urlpatterns as sharing_urls

app_name = "comparisons"
urlpatterns = [
    *board_urls,
    *changes_urls,
    *sharing_urls,
    path("methodology/", views.methodology, name="methodology"),
    path("compare/<str:pair>/", views.comparison_detail, name="comparison_detail"),
    path("compare/<str:pair>.json", views.comparison_json, name="comparison_json"),
]
