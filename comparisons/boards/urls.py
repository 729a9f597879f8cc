"""Addresses of boards and catalogue pages. A twin has the page's path, the suffix in place of the slash."""

from django.urls import path

from comparisons.boards import views as boards
from comparisons.web import catalogue_views as catalogue

urlpatterns = [
    path("", boards.home, name="home"),
    path("compare/", boards.compare, name="compare"),
    path("compare.json", boards.compare_json, name="compare_json"),
    path("compare.md", boards.compare_md, name="compare_md"),
    path("compare/suggest/", boards.suggest, name="suggest"),
    path("choose/", boards.choose, name="choose"),
    path("choose.json", boards.choose_json, name="choose_json"),
    path("leaderboard/", boards.leaderboard, name="leaderboard"),
    path("leaderboard.json", boards.leaderboard_json, name="leaderboard_json"),
    path("leaderboard.csv", boards.leaderboard_csv, name="leaderboard_csv"),
    path("leaderboard.md", boards.leaderboard_md, name="leaderboard_md"),
    path("models/", boards.model_list, name="model_list"),
    path("models/<slug:slug>/", boards.model_detail, name="model_detail"),
    path("models/<slug:slug>.json", boards.model_json, name="model_json"),
    path("models/<slug:slug>.md", boards.model_md, name="model_md"),
    path("benchmarks/", catalogue.benchmark_list, name="benchmark_list"),
    path("benchmarks/<slug:slug>/", catalogue.benchmark_detail, name="benchmark_detail"),
    path("benchmarks/<slug:slug>.json", catalogue.benchmark_json, name="benchmark_json"),
    path("benchmarks/<slug:slug>.md", catalogue.benchmark_md, name="benchmark_md"),
    path("categories/<slug:slug>/", catalogue.category_detail, name="category_detail"),
    path("categories/<slug:slug>.json", catalogue.category_json, name="category_json"),
    path("categories/<slug:slug>.md", catalogue.category_md, name="category_md"),
    path("labs/<slug:slug>/", catalogue.lab_detail, name="lab_detail"),
    path("labs/<slug:slug>.json", catalogue.lab_json, name="lab_json"),
    path("labs/<slug:slug>.md", catalogue.lab_md, name="lab_md"),
    path("providers/<slug:slug>/", catalogue.provider_detail, name="provider_detail"),
    path("prices/", catalogue.prices, name="prices"),
    path("methodology/", catalogue.methodology, name="methodology"),
    path("methodology/<slug:number>/", catalogue.earlier_methodology, name="earlier_methodology"),
    path("data/", catalogue.data, name="data"),
    path("about/", catalogue.about, name="about"),
    path("report/<int:result>/", catalogue.report, name="report"),
]
