"""The admin site of the project: the newsroom."""

from django.contrib.admin.apps import SimpleAdminConfig


class NewsroomAdminConfig(SimpleAdminConfig):
    """Registers nothing by itself: `config.urls` discovers the admin, so that workers stay small."""

    default_site = "config.newsroom.NewsroomSite"
