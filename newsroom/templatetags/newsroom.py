"""What pages need that stand beside the admin site, such as the log-in."""

from django import template
from django.contrib import admin

register = template.Library()


@register.simple_tag
def newsroom_name() -> str:
    """The newsroom's title, as on every page of the admin."""
    return admin.site.site_header
