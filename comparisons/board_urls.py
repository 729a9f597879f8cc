"""Addresses of boards and catalogue pages."""

from django.urls import path

from comparisons import board_views as boards
from comparisons import catalogue_views as catalogue

urlpatterns = [
    path("", boards.home, name="home"),
    path("compare/", boards.compare, name="compare"),
    path("compare/suggest/", boards.suggest, name="suggest"),
    path("leaderboard/", boards.leaderboard, name="leaderboard"),
    path("models/", boards.model_list, name="model_list"),
    path("models/<slug:slug>/", boards.model_detail, name="model_detail"),
    path("benchmarks/", catalogue.benchmark_list, name="benchmark_list"),
    path("benchmarks/<slug:slug>/", catalogue.benchmark_detail, name="benchmark_detail"),
    path("categories/<slug:slug>/", catalogue.category_detail, name="category_detail"),
    path("labs/<slug:slug>/", catalogue.lab_detail, name="lab_detail"),
    path("providers/<slug:slug>/", catalogue.provider_detail, name="provider_detail"),
]
