"""Addresses of pairs; part of the namespace `comparisons`."""

from django.urls import path

from comparisons.pairs import cited_views, views

urlpatterns = [
    path("compare/<str:pair>/", views.comparison_detail, name="comparison_detail"),
    path("compare/<str:pair>.json", views.comparison_json, name="comparison_json"),
    path("compare/<str:pair>.md", views.comparison_md, name="comparison_md"),
    path("compare/<str:pair>/cite/", cited_views.keep_for_citing, name="comparison_cite"),
    path("compare/<str:pair>/card.png", views.comparison_card, name="comparison_card"),
    path("embed/compare/<str:pair>/", views.embed_comparison, name="embed_comparison"),
]
