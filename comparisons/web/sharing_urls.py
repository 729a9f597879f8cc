"""Addresses by which facts leave the pages; part of the namespace `comparisons`."""

from django.urls import path

from comparisons.web import sharing_views

urlpatterns = [
    path("badge/<slug:slug>.svg", sharing_views.badge, name="badge"),
    path("robots.txt", sharing_views.robots, name="robots"),
    path("llms.txt", sharing_views.llms, name="llms"),
    path("sitemap.xml", sharing_views.sitemap_index, name="sitemap_index"),
    path("sitemap-pages.xml", sharing_views.sitemap_pages, name="sitemap_pages"),
    path("sitemap-models.xml", sharing_views.sitemap_models, name="sitemap_models"),
    path("sitemap-benchmarks.xml", sharing_views.sitemap_benchmarks, name="sitemap_benchmarks"),
    path("sitemap-pairs-<int:part>.xml", sharing_views.sitemap_pairs, name="sitemap_pairs"),
    path("api/", sharing_views.api_docs, name="api_docs"),
]
