"""Addresses of this app."""

app_name = "models_catalog"
urlpatterns = []
