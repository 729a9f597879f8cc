"""Addresses of runs."""

from django.urls import path

from comparisons.runs import views

urlpatterns = [path("runs/<int:number>/", views.run_detail, name="run_detail")]
