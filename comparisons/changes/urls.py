"""Addresses of the change log and its feeds; part of the namespace `comparisons`."""

from django.urls import path

from comparisons.changes import views

urlpatterns = [
    path("changes/", views.changes, name="changes"),
    path("changes/feed.atom", views.changes_feed, name="changes_feed"),
    path("models/<str:slug>/feed.atom", views.model_feed, name="model_feed"),
    path("compare/<str:pair>/feed.atom", views.pair_feed, name="pair_feed"),
    path("labs/<str:slug>/feed.atom", views.lab_feed, name="lab_feed"),
    path("categories/<str:slug>/feed.atom", views.category_feed, name="category_feed"),
]
