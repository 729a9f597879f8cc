"""The admin site of the project: the newsroom."""

from django.contrib.admin.apps import AdminConfig


class NewsroomAdminConfig(AdminConfig):
    default_site = "config.newsroom.NewsroomSite"
